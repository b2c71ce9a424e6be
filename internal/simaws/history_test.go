package simaws

import (
	"bytes"
	"testing"
)

// TestHistoryJudgedOnceIsTheSameHistory: skipping repeated judgements of the
// past must not change one byte of it.
func TestHistoryJudgedOnceIsTheSameHistory(t *testing.T) {
	past := func(forget bool) [][]byte {
		sc, err := LoadScenario("forgotten-key")
		if err != nil {
			t.Fatal(err)
		}
		sc.History.Days = 20
		w, err := New(sc, Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if forget {
			w.judged = nil // remembers nothing: every call is judged
		}
		w.Tick()
		var out [][]byte
		for _, e := range w.events {
			out = append(out, e.json())
		}
		return out
	}
	quick, full := past(false), past(true)
	if len(quick) != len(full) || len(full) == 0 {
		t.Fatalf("%d events against %d", len(quick), len(full))
	}
	for i := range full {
		if !bytes.Equal(quick[i], full[i]) {
			t.Fatalf("event %d differs:\n%s\n%s", i, quick[i], full[i])
		}
	}
}
