package ui

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
)

// held is a feed that says its facts and then waits.
type held struct {
	mu    sync.Mutex
	facts []incident.Fact
}

func (h *held) Next(ctx context.Context) (incident.Fact, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.facts) > 0 {
		f := h.facts[0]
		h.facts = h.facts[1:]
		return f, nil
	}
	<-ctx.Done()
	return incident.Fact{}, io.EOF
}

// heard is an output that lets the test wait for a phrase.
type heard struct {
	mu   sync.Mutex
	text strings.Builder
	more chan struct{}
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.text.Write(p)
	select {
	case h.more <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (h *heard) String() string { h.mu.Lock(); defer h.mu.Unlock(); return h.text.String() }

func (h *heard) wait(t *testing.T, phrase string) {
	t.Helper()
	deadline := time.After(5 * time.Second)
	for !strings.Contains(h.String(), phrase) {
		select {
		case <-h.more:
		case <-deadline:
			t.Fatalf("never said %q:\n%s", phrase, h.String())
		}
	}
}

// talk runs the line mode: each answer waits for its phrase; then the input ends.
func talk(t *testing.T, rec *recorder, answers ...[2]string) string {
	t.Helper()
	in, keys := io.Pipe()
	out := &heard{more: make(chan struct{}, 1)}
	done := make(chan error, 1)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	go func() {
		done <- RunLines(ctx, &held{facts: chapter("guard planned")}, rec, in, out, Options{Operator: "ana", Clock: func() time.Time { return at("02:17:00") }})
	}()
	for _, a := range answers {
		out.wait(t, a[0])
		io.WriteString(keys, a[1]+"\n")
	}
	keys.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
	return out.String()
}

func TestLinesApprove(t *testing.T) {
	rec := &recorder{}
	text := talk(t, rec, [2]string{"Choice?", "1"}, [2]string{"Last four of the key?", "7qzx"}, [2]string{"Owner of the guardrail?", ""}, [2]string{"Reason for the guardrail?", "told mei"}, [2]string{"1 Apply 2.1, 2 Cancel", "1"}, [2]string{"Sent: approve.", ""})
	if len(rec.got) != 2 || rec.got[0].Verb != incident.Approve || rec.got[0].Confirm != "7QZX" || rec.got[0].Reason != "told mei" || rec.got[0].Owner != "lee@example.com" || rec.got[1].Verb != incident.Leave {
		t.Errorf("sent %+v", rec.got)
	}
	for _, want := range []string{"DOES NOT STOP 2 sessions already minted from 7QZX, valid up to 09:40Z", "[REHEARSAL forgotten-key] account 111122223333", "02:15:31Z sitting opened by ana"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.ContainsAny(text, "\x1b\r\t") {
		t.Error("line mode must write plain lines")
	}
}

// TestLinesEOF ends the input after each prompt: it is never a yes.
func TestLinesEOF(t *testing.T) {
	all := [][2]string{{"Choice?", "1"}, {"Last four of the key?", "7QZX"}, {"Owner of the guardrail?", ""}, {"Reason for the guardrail?", ""}}
	for n := range len(all) + 1 {
		rec := &recorder{}
		talk(t, rec, all[:n]...)
		if len(rec.got) != 1 || rec.got[0].Verb != incident.Leave {
			t.Errorf("after %d answers: sent %+v", n, rec.got)
		}
	}
}

func TestLinesRefusesTheWrongFour(t *testing.T) {
	rec := &recorder{}
	text := talk(t, rec, [2]string{"Choice?", "1"}, [2]string{"Last four of the key?", "yes"}, [2]string{"Cancelled", "9"}, [2]string{"There is no choice 9.", ""})
	if len(rec.got) != 1 || rec.got[0].Verb != incident.Leave || !strings.Contains(text, "these are not the last four") {
		t.Errorf("sent %+v\n%s", rec.got, text)
	}
}

func TestLinesReplay(t *testing.T) {
	var out strings.Builder
	err := RunLines(context.Background(), &script{facts: chapter("closed")}, nil, strings.NewReader(""), &out, Options{Replay: true})
	if err != nil || !strings.Contains(out.String(), "NEXT ircontain journal verify 20260301-amber-heron") || !strings.Contains(out.String(), "End of the record.") {
		t.Errorf("%v\n%s", err, out.String())
	}
}
