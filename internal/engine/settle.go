package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
)

// IAM is eventually consistent (3 to 4 s observed, "a few minutes" documented):
// one read decides nothing. Two that agree, this far apart, do.
const (
	agreeAfter   = 5 * time.Second
	settleBudget = 120 * time.Second
)

// settleDoubts reads AWS for every change whose effect is unknown, until two
// reads agree, and records which it is. What stays unclear stays in doubt.
func (e *Engine) settleDoubts(ctx context.Context, which func(incident.Change) bool) error {
	var firstErr error
	for _, id := range e.state.InDoubt() {
		c := e.state.Lever(id).Change
		if !which(c) {
			continue
		}
		err := e.settleOne(ctx, c)
		if err != nil && incident.ClassOf(err) != incident.ClassDoubt {
			return err
		}
		if err != nil && firstErr == nil {
			firstErr = err // one that stays unclear does not keep the others from being settled
		}
	}
	return firstErr
}

func all(incident.Change) bool { return true }

func (e *Engine) settleOne(ctx context.Context, c incident.Change) error {
	deadline := e.cfg.Clock.Now().Add(settleBudget)
	last := e.readAll(ctx, []incident.Change{c})[0]
	for {
		if err := e.cfg.Clock.Sleep(ctx, agreeAfter); err != nil {
			return ErrInterrupted
		}
		next := e.readAll(ctx, []incident.Change{c})[0]
		if last.err == nil && next.err == nil && last.value == next.value {
			outcome := "drift"
			switch next.value {
			case c.After:
				outcome = "applied"
			case c.Before:
				outcome = "not_applied"
			}
			return e.record(incident.ChangeSettled{Change: c.ID, Outcome: outcome,
				Evidence: incident.Evidence{Observed: next.value, Matches: outcome == "applied", Calls: next.calls,
					Detail: fmt.Sprintf("two reads %s apart agree", agreeAfter)}})
		}
		if next.err != nil && incident.ClassOf(next.err) == incident.ClassCredentials {
			return next.err
		}
		if !e.cfg.Clock.Now().Before(deadline) {
			return &incident.Problem{Class: incident.ClassDoubt, Text: fmt.Sprintf("%s is still in doubt: no two reads agree", c.ID), Err: next.err,
				Hint: "look at " + c.Resource + " in the console, then run `ircontain resume` again"}
		}
		last = next
	}
}
