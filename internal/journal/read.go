package journal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// DamagedError says which line of a journal breaks it, and how.
type DamagedError struct {
	// Line is the number of the first bad line, from 1.
	Line int
	// Class is syntax, sequence, chain, incident, signature or tail.
	Class  string
	Detail string
}

// Error names the line and the class.
func (e *DamagedError) Error() string {
	return fmt.Sprintf("journal line %d: %s: %s", e.Line, e.Class, e.Detail)
}

// Scanner reads entries one by one and checks the chain as it goes.
type Scanner struct {
	r    *bufio.Reader
	line int
	prev Entry
	any  bool
	// failed is the first damage. It stays: a chain cannot be picked up again
	// behind a bad line.
	failed error
	// offset is the byte after the last whole, good line.
	offset int64
}

// NewScanner reads a journal from r.
func NewScanner(r io.Reader) *Scanner {
	return &Scanner{r: bufio.NewReaderSize(r, MaxLine)}
}

// ErrTornTail is returned by Next when bytes without a line feed follow the
// last line: a write that never was acknowledged, or one still in flight.
var ErrTornTail = errors.New("journal ends in a torn line")

// Offset is the byte after the last whole line that Next returned.
func (s *Scanner) Offset() int64 { return s.offset }

// Next returns the next entry, io.EOF at the end, ErrTornTail when only an
// unfinished line is left, or a *DamagedError, which then stays.
func (s *Scanner) Next() (Entry, error) {
	if s.failed != nil {
		return Entry{}, s.failed
	}
	raw, err := s.r.ReadSlice('\n')
	switch {
	case errors.Is(err, io.EOF) && len(raw) == 0:
		return Entry{}, io.EOF
	case errors.Is(err, io.EOF):
		return Entry{}, ErrTornTail
	case errors.Is(err, bufio.ErrBufferFull):
		return Entry{}, s.damaged("syntax", "longer than 64 KiB")
	case err != nil:
		return Entry{}, fmt.Errorf("read journal: %w", err)
	}
	if raw[0] == 0 && onlyNULs(raw[:len(raw)-1]) {
		return Entry{}, s.damaged("syntax", "NUL bytes inside the journal")
	}
	e, err := decode(raw[:len(raw)-1])
	if err != nil {
		class := "syntax"
		if errors.Is(err, errSignature) {
			class = "signature"
		}
		return Entry{}, s.damaged(class, err.Error())
	}
	if err := s.check(e); err != nil {
		return Entry{}, err
	}
	s.line++
	s.prev, s.any = e, true
	s.offset += int64(len(raw))
	return e, nil
}

func (s *Scanner) check(e Entry) error {
	want := uint64(0)
	var prev Hash
	if s.any {
		want, prev = s.prev.Seq+1, s.prev.Hash
		if e.Incident != s.prev.Incident {
			return s.damaged("incident", fmt.Sprintf("belongs to incident %q", e.Incident))
		}
	}
	if e.Seq != want {
		return s.damaged("sequence", fmt.Sprintf("has seq %d, want %d", e.Seq, want))
	}
	if e.Prev != prev {
		return s.damaged("chain", "does not follow the line before it")
	}
	return nil
}

func (s *Scanner) damaged(class, detail string) error {
	s.failed = &DamagedError{Line: s.line + 1, Class: class, Detail: detail}
	return s.failed
}

func onlyNULs(b []byte) bool {
	return len(bytes.Trim(b, "\x00")) == 0
}

// ReadFile reads and checks a whole journal. A torn last line is left out: it
// was never acknowledged.
func ReadFile(path string) ([]Entry, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	defer f.Close()
	var out []Entry
	sc := NewScanner(f)
	for {
		e, err := sc.Next()
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, ErrTornTail):
			return out, nil
		case err != nil:
			return out, err
		}
		out = append(out, e)
	}
}
