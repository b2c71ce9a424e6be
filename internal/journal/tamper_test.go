package journal

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"
)

func TestEveryFlippedBitIsNamedByItsLine(t *testing.T) {
	t.Parallel()
	lines := threeLines(t, "a")
	data := joined(lines)
	head := headOf(lines[2])
	mutants := 0
	for at := range data {
		line := 1 + bytes.Count(data[:at], []byte("\n"))
		for bit := range 8 {
			mutant := bytes.Clone(data)
			mutant[at] ^= 1 << bit
			mutants++
			r := verify(t, mutant, nil)
			if at == len(data)-1 {
				// Without its line feed the last line was never acknowledged:
				// only the head that was kept elsewhere misses it.
				if r.Verdict == Consistent && (r.Entries != 2 || !r.Torn) {
					t.Fatalf("last line feed, bit %d: %+v", bit, r)
				}
				if r := verify(t, mutant, &head); r.Verdict != Tampered || r.Line != 3 {
					t.Fatalf("last line feed, bit %d, with head: %+v", bit, r)
				}
				continue
			}
			if r.Verdict != Tampered || r.Line != line || r.Entries != line-1 {
				t.Fatalf("byte %d bit %d: %+v, want tampered at line %d", at, bit, r, line)
			}
		}
	}
	t.Logf("%d mutants, all named", mutants)
}

func TestTruncationAtEveryByte(t *testing.T) {
	t.Parallel()
	lines := threeLines(t, "a")
	data := joined(lines)
	head := headOf(lines[2])
	for n := range data {
		whole := bytes.Count(data[:n], []byte("\n"))
		torn := n > 0 && data[n-1] != '\n'
		r := verify(t, data[:n], nil)
		want := Result{Verdict: Consistent, Entries: whole, Torn: torn, Head: r.Head}
		if whole == 0 {
			want = Result{Verdict: Tampered, Line: 1, Class: "tail", Torn: torn, Detail: r.Detail}
		}
		if r != want {
			t.Fatalf("cut at %d: %+v, want %+v", n, r, want)
		}
		if whole > 0 && r.Head != headOf(lines[whole-1]) {
			t.Fatalf("cut at %d: head is not that of line %d", n, whole)
		}
		if r := verify(t, data[:n], &head); r.Verdict != Tampered || r.Class != "tail" || r.Line != whole+1 {
			t.Fatalf("cut at %d with the head kept elsewhere: %+v", n, r)
		}
	}
	t.Logf("%d cuts", len(data))
}

func TestMovedLines(t *testing.T) {
	t.Parallel()
	lines := small(t, "a", `{"n":0}`, `{"n":1}`, `{"n":2}`, `{"n":3}`, `{"n":4}`)
	head := headOf(lines[4])
	mutants := 0
	check := func(name string, mutant [][]byte, wantLine int) {
		t.Helper()
		mutants++
		r := verify(t, joined(mutant), nil)
		if wantLine > len(mutant) { // only the last line went: a chain alone cannot know
			if r.Verdict != Consistent || r.Entries != len(mutant) {
				t.Errorf("%s: %+v", name, r)
			}
		} else if r.Verdict != Tampered || r.Line != wantLine {
			t.Errorf("%s: %+v, want tampered at line %d", name, r, wantLine)
		}
		if r := verify(t, joined(mutant), &head); r.Verdict != Tampered {
			t.Errorf("%s with the head kept elsewhere: %+v", name, r)
		}
	}
	for i := range lines {
		removed := append(append([][]byte{}, lines[:i]...), lines[i+1:]...)
		check(fmt.Sprintf("remove %d", i), removed, i+1)
		doubled := append(append(append([][]byte{}, lines[:i+1]...), lines[i]), lines[i+1:]...)
		check(fmt.Sprintf("double %d", i), doubled, i+2)
		for j := i + 1; j < len(lines); j++ {
			swapped := append([][]byte{}, lines...)
			swapped[i], swapped[j] = swapped[j], swapped[i]
			check(fmt.Sprintf("swap %d and %d", i, j), swapped, i+1)
		}
	}
	t.Logf("%d mutants", mutants)
}

func TestSpliceFromAnotherIncident(t *testing.T) {
	t.Parallel()
	ours, theirs := threeLines(t, "a"), threeLines(t, "b")
	for i := range ours {
		mutant := append([][]byte{}, ours...)
		mutant[i] = theirs[i]
		want, class := i+1, "incident"
		if i == 0 {
			want = 2 // another genesis stands alone; the first line after it does not fit
		}
		if r := verify(t, joined(mutant), nil); r.Verdict != Tampered || r.Line != want || r.Class != class {
			t.Errorf("line %d: %+v", i+1, r)
		}
	}
}

// The nonce in the genesis body makes two journals of one incident name differ
// from the first line on, so equal names do not help a splice.
func TestSpliceFromAnIncidentOfTheSameName(t *testing.T) {
	t.Parallel()
	ours := small(t, "a", `{"nonce":"1"}`, `{"x":1}`, `{"y":1}`)
	theirs := small(t, "a", `{"nonce":"2"}`, `{"x":1}`, `{"y":1}`)
	for i := 1; i < len(ours); i++ {
		mutant := append([][]byte{}, ours...)
		mutant[i] = theirs[i]
		if r := verify(t, joined(mutant), nil); r.Verdict != Tampered || r.Line != i+1 || r.Class != "chain" {
			t.Errorf("line %d: %+v", i+1, r)
		}
	}
}

// Whoever holds the key of the sitting can rewrite history without a trace in
// the file: that is why the verdict without an outside head is not "OK".
func TestRechainByTheKeyOwnerNeedsAnOutsideHead(t *testing.T) {
	t.Parallel()
	honest := threeLines(t, "a")
	forged := small(t, "a", `{"genesis":true}`, `{"step":"nothing happened"}`, `{"text":"done"}`)
	if r := verify(t, joined(forged), nil); r.Verdict != Consistent || r.Entries != 3 {
		t.Fatalf("without a head: %+v", r)
	}
	for i, line := range honest {
		head := headOf(line)
		r := verify(t, joined(forged), &head)
		if i == 0 { // the genesis is the same: an anchor that old proves only itself
			if r.Verdict != Anchored || r.AnchoredTo != 0 {
				t.Errorf("head of the common line: %+v", r)
			}
			continue
		}
		if r.Verdict != Tampered || r.Class != "tail" {
			t.Errorf("head of line %d: %+v", i+1, r)
		}
	}
}

func TestAnchoredSaysUpToWhere(t *testing.T) {
	t.Parallel()
	lines := threeLines(t, "a")
	for i, line := range lines {
		head := headOf(line)
		if r := verify(t, joined(lines), &head); r.Verdict != Anchored || r.AnchoredTo != uint64(i) || r.Entries != 3 {
			t.Errorf("head of line %d: %+v", i+1, r)
		}
	}
	strange := Hash(sha256.Sum256([]byte("x")))
	if r := verify(t, joined(lines), &strange); r.Verdict != Tampered || r.Line != 4 {
		t.Errorf("strange head: %+v", r)
	}
}

func TestEmptyJournalIsNotConsistent(t *testing.T) {
	t.Parallel()
	if r := verify(t, nil, nil); r.Verdict != Tampered || r.Class != "tail" {
		t.Errorf("%+v", r)
	}
}
