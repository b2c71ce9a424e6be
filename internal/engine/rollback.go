package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ircontain/ircontain/internal/incident"
)

// RunRollback is a sitting that only rolls back: it needs the journal and
// nothing else, so a colleague on another machine can run it.
func (e *Engine) RunRollback(ctx context.Context, d incident.Decision) error {
	return e.sitting(func() error {
		doubt := e.settleDoubts(ctx, all)
		if doubt != nil && incident.ClassOf(doubt) != incident.ClassDoubt {
			return doubt
		}
		if err := e.rollBack(ctx, d); err != nil {
			return err
		}
		return doubt // what is known was rolled back; this is not known
	})
}

func (e *Engine) rollBackWhileWaiting(ctx context.Context, d incident.Decision) error {
	before := len(e.applied())
	err := e.rollBack(ctx, d)
	if errors.Is(err, errLeave) {
		return err
	}
	if len(e.applied()) != before {
		return errors.Join(errReplan, err) // the current plan was made for another state
	}
	return err
}

func (e *Engine) applied() []*incident.Lever {
	var out []*incident.Lever
	for i := range e.state.Levers {
		if e.state.Levers[i].Applied() {
			out = append(out, &e.state.Levers[i])
		}
	}
	return out
}

// rollBack undoes applied changes newest first. Each is compared three ways:
// what we found, what we applied, what is there now. A drifted one is refused,
// with the diff, and the others go on.
func (e *Engine) rollBack(ctx context.Context, d incident.Decision) error {
	if e.state.Hold != nil {
		return &incident.Problem{Class: incident.ClassRefused, Text: "on hold by " + e.state.Hold.By, Hint: "lift the hold with a reason first"}
	}
	if err := e.checkConfirm(d.Confirm); err != nil {
		return err
	}
	if d.RearmKey && strings.TrimSpace(d.Reason) == "" {
		return &incident.Problem{Class: incident.ClassRefused, Text: "re-arming a leaked key needs a reason", Hint: "add --reason"}
	}
	var ids []string
	for _, l := range e.applied() {
		if len(d.Changes) == 0 || slices.Contains(d.Changes, l.Change.ID) || slices.Contains(d.Changes, string(l.Change.Step)) {
			ids = append(ids, l.Change.ID)
		}
	}
	if len(ids) == 0 && len(d.Changes) > 0 {
		return &incident.Problem{Class: incident.ClassUsage, Text: fmt.Sprintf("nothing applied matches %s", strings.Join(d.Changes, ", ")),
			Hint: "`ircontain replay --print` lists what was applied"}
	}
	slices.Reverse(ids)
	var drifted, failed []string
	var firstErr error
	for _, id := range ids {
		err := e.rollBackOne(ctx, e.state.Lever(id).Change, d)
		var p *incident.Problem
		switch {
		case err == nil:
		case errors.As(err, &p) && p.Class == incident.ClassStale:
			drifted = append(drifted, id)
		case isOutcome(err):
			failed = append(failed, id)
			if firstErr == nil {
				firstErr = err
			}
			if incident.ClassOf(err) == incident.ClassCredentials {
				return err
			}
		default:
			return err
		}
	}
	return rollBackResult(drifted, failed, firstErr)
}

func rollBackResult(drifted, failed []string, firstErr error) error {
	switch {
	case len(failed) > 0:
		class := incident.ClassOf(firstErr)
		hint := incident.HintOf(firstErr)
		if hint == "" {
			class, hint = incident.ClassDoubt, "run `ircontain resume` to settle what is in doubt, then roll back again"
		}
		return &incident.Problem{Class: class, Text: "not everything was rolled back: " + strings.Join(failed, ", "), Hint: hint, Err: firstErr}
	case len(drifted) > 0:
		return &incident.Problem{Class: incident.ClassStale,
			Text: "somebody changed what we applied, so it was left alone: " + strings.Join(drifted, ", "),
			Hint: "`ircontain journal show` has the three versions; decide by hand which one is right"}
	}
	return nil
}

func (e *Engine) rollBackOne(ctx context.Context, c incident.Change, d incident.Decision) error {
	if c.Rearms && !d.RearmKey {
		return e.record(incident.RollbackRefused{Change: c.ID, Found: c.Before, Applied: c.After, Now: "not read",
			Reason: "undoing it would give a leaked credential its power back; it needs --rearm-key and --reason"})
	}
	now := e.readAll(ctx, []incident.Change{c})[0]
	if errors.Is(now.err, context.Canceled) {
		return ErrInterrupted
	}
	if now.err != nil {
		return &outcomeError{fmt.Errorf("read %s before rolling back: %w", c.Attribute, now.err)}
	}
	if now.value == c.Before {
		// IAM may still show what was there before our own write.
		if err := e.cfg.Clock.Sleep(ctx, agreeAfter); err != nil {
			return ErrInterrupted
		}
		if again := e.readAll(ctx, []incident.Change{c})[0]; again.err == nil {
			now = again
		}
	}
	switch now.value {
	case c.Before:
		return e.record(incident.ChangeRolledBack{Change: c.ID, Already: true,
			Evidence: incident.Evidence{Observed: now.value, Matches: true, Calls: now.calls}})
	case c.After:
		return e.restore(ctx, c)
	}
	if err := e.record(incident.RollbackRefused{Change: c.ID, Reason: "drift: it is neither what we found nor what we applied",
		Found: c.Before, Applied: c.After, Now: now.value, Drift: true}); err != nil {
		return err
	}
	return &incident.Problem{Class: incident.ClassStale, Text: c.ID + " has drifted"}
}

func (e *Engine) restore(ctx context.Context, c incident.Change) error {
	if err := e.barrier(ctx); err != nil {
		return err
	}
	if err := e.record(incident.ChangeIntended{Change: c, Rollback: true}); err != nil {
		return err
	}
	if err := e.record(incident.AttemptSent{Change: c.ID, Attempt: 1}); err != nil {
		return err
	}
	anchor := fmt.Sprintf("%d.%s", e.state.Entries-1, e.state.Head)
	cctx, log := incident.WithCallLog(incident.WithAnchor(context.WithoutCancel(ctx), anchor))
	cctx, cancel := context.WithTimeout(cctx, answerTimeout)
	defer cancel()
	rec, err := e.cfg.Levers[c.Kind].Restore(cctx, c)
	rec.Calls = log.Calls()
	if err != nil {
		return e.recordOutcome(c, sendResult{rec, err})
	}
	now := <-e.startReadBacks(ctx, []incident.Change{c}, before)[0]
	ev := incident.Evidence{Observed: now.value, Matches: now.err == nil && now.value == c.Before, Calls: now.calls}
	if !ev.Matches {
		reason := fmt.Sprintf("accepted (request %s) but reads back as %s", rec.RequestID, brief(now.value))
		if now.err != nil {
			reason = fmt.Sprintf("accepted (request %s) but cannot be read back: %v", rec.RequestID, now.err)
		}
		if err := e.record(incident.ChangeInDoubt{Change: c.ID, Reason: reason, Calls: rec.Calls}); err != nil {
			return err
		}
		return &outcomeError{errors.New(reason)}
	}
	return e.record(incident.ChangeRolledBack{Change: c.ID, Receipt: rec, Evidence: ev})
}

// RunDecisions is a sitting that walks nothing: it settles what is in doubt and
// then takes decisions, roll-backs above all, until the responder leaves.
func (e *Engine) RunDecisions(ctx context.Context) error {
	return e.sitting(func() error {
		if err := e.settleDoubts(ctx, all); err != nil && incident.ClassOf(err) != incident.ClassDoubt {
			return err
		}
		for {
			q, err := e.next(ctx)
			if err != nil {
				return err
			}
			switch q.d.Verb {
			case incident.RollBack:
				q.reply <- e.rollBack(ctx, q.d)
			case incident.Leave:
				q.reply <- nil
				return errLeave
			default:
				q.reply <- e.answer(ctx, q.d, nil, "")
			}
		}
	})
}
