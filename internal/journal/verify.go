package journal

import (
	"errors"
	"fmt"
	"io"
)

// Verdict is what verification can honestly say.
type Verdict string

// The verdicts. Consistent is not "OK": a chain alone cannot show that lines
// were cut off its end, or that it was rewritten as a whole.
const (
	Anchored   Verdict = "anchored"
	Consistent Verdict = "consistent"
	Tampered   Verdict = "tampered"
)

// Result is the outcome of Verify.
type Result struct {
	Verdict Verdict
	// Entries and Head are those of the good part.
	Entries int
	Head    Hash
	// Line, Class and Detail say what is wrong first, when Tampered.
	Line   int
	Class  string
	Detail string
	// Torn is set when an unfinished last line was ignored.
	Torn bool
	// AnchoredTo is the seq of the entry whose hash is the outside head.
	AnchoredTo uint64
}

// Verify reads a journal from r. A non-nil outside head is one that was kept
// elsewhere: the chain must hold a line with that hash.
func Verify(r io.Reader, outside *Hash) (Result, error) {
	res := Result{Verdict: Consistent}
	sc := NewScanner(r)
	found := false
	for {
		e, err := sc.Next()
		var bad *DamagedError
		switch {
		case errors.Is(err, io.EOF):
			return res.judge(outside, found), nil
		case errors.Is(err, ErrTornTail):
			res.Torn = true
			return res.judge(outside, found), nil
		case errors.As(err, &bad):
			res.Verdict, res.Line, res.Class, res.Detail = Tampered, bad.Line, bad.Class, bad.Detail
			return res, nil
		case err != nil:
			return res, err
		}
		res.Entries++
		res.Head = e.Hash
		if outside != nil && e.Hash == *outside {
			found, res.AnchoredTo = true, e.Seq
		}
	}
}

func (r Result) judge(outside *Hash, found bool) Result {
	switch {
	case r.Entries == 0:
		r.Verdict, r.Line, r.Class, r.Detail = Tampered, 1, "tail", "journal is empty: not even its genesis is there"
	case outside != nil && found:
		r.Verdict = Anchored
	case outside != nil:
		r.Verdict, r.Line, r.Class = Tampered, r.Entries+1, "tail"
		r.Detail = fmt.Sprintf("head %.16s was seen outside but is not in the journal: lines are missing or were rewritten", outside.String())
	}
	return r
}
