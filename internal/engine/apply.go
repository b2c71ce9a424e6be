package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/playbook"
)

// checkFresh reads each target again when the plan is older than freshFor, and
// returns the changes that may be sent. A difference is drift: it is recorded,
// and the step is planned afresh. What cannot be read stops the step, with two
// exceptions: an optional change is left out, and a deny of our own, whose name
// nobody else uses, is put anyway, because it cannot overwrite anything.
func (e *Engine) checkFresh(ctx context.Context, step playbook.Step, plan incident.Plan) ([]incident.Change, error) {
	st := e.state.Step(incident.StepID(step.ID))
	if len(plan.Changes) == 0 || st == nil || e.cfg.Clock.Now().Sub(e.readAt(st)) <= freshFor {
		return plan.Changes, nil
	}
	values := e.readAll(ctx, plan.Changes)
	if ctx.Err() != nil {
		return nil, ErrInterrupted
	}
	var fresh []incident.Change
	for i, c := range plan.Changes {
		if err := values[i].err; err != nil {
			switch {
			case c.Optional:
			case c.Guardrail && c.Before == "" && incident.ClassOf(err) != incident.ClassCredentials:
				fresh = append(fresh, c)
			default:
				return nil, e.fail(c.Step, fmt.Errorf("re-read %s before applying: %w", c.Attribute, err))
			}
			continue
		}
		if values[i].value == c.Before {
			fresh = append(fresh, c)
			continue
		}
		drift := incident.ChangeDrifted{Change: c.ID, Want: c.Before, Now: values[i].value, During: "approval"}
		if err := e.record(drift); err != nil {
			return nil, err
		}
		if c.Optional {
			continue
		}
		if e.cfg.Auto == nil {
			return nil, errReplan
		}
		return nil, e.fail(c.Step, &incident.Problem{Class: incident.ClassStale,
			Text: fmt.Sprintf("%s changed between plan and approval: the plan no longer fits", c.Attribute),
			Hint: "run the step again: it plans afresh from what is there now"})
	}
	return fresh, nil
}

// readAt is when the oldest reading that a plan stands on was made: a resumed
// step may be planned from a card of days ago.
func (e *Engine) readAt(st *incident.Step) time.Time {
	if c := e.state.Card; c != nil && c.ReadAt.Before(st.Planned) {
		return c.ReadAt
	}
	return st.Planned
}

// applyAll sends the changes batch by batch. Within a batch all intents are on
// disk before the first call leaves, the calls run side by side, and every
// outcome is recorded in the order of the plan.
func (e *Engine) applyAll(ctx context.Context, changes []incident.Change) error {
	batches := map[int][]incident.Change{}
	var order []int
	for _, c := range changes {
		if _, ok := batches[c.Batch]; !ok {
			order = append(order, c.Batch)
		}
		batches[c.Batch] = append(batches[c.Batch], c)
	}
	slices.Sort(order)
	for _, b := range order {
		if err := e.applyBatch(ctx, batches[b]); err != nil {
			return err
		}
	}
	return nil
}

type sendResult struct {
	receipt incident.Receipt
	err     error
}

func (e *Engine) applyBatch(ctx context.Context, batch []incident.Change) error {
	if err := e.barrier(ctx); err != nil {
		return err
	}
	for _, c := range batch {
		if _, ok := e.cfg.Levers[c.Kind]; !ok {
			return fmt.Errorf("no lever for changes of kind %q", c.Kind)
		}
		if err := e.record(incident.ChangeIntended{Change: c}); err != nil {
			return err
		}
	}
	anchors := make([]string, len(batch))
	for i, c := range batch {
		if err := e.record(incident.AttemptSent{Change: c.ID, Attempt: 1}); err != nil {
			return err
		}
		anchors[i] = fmt.Sprintf("%d.%s", e.state.Entries-1, e.state.Head)
	}
	results := e.send(ctx, batch, anchors)
	answers := make([]sendResult, len(batch))
	for i := range results {
		answers[i] = await(ctx, results[i])
	}
	// Every outcome is recorded, whatever the others were.
	var firstErr error
	for i, c := range batch {
		err := e.recordOutcome(c, answers[i])
		switch {
		case err == nil:
		case !isOutcome(err):
			return errors.Join(err, spell(batch, answers))
		case c.Optional: // recorded; the rest of the containment matters more
		case firstErr == nil:
			firstErr = err
		}
	}
	return firstErr
}

// spell puts outcomes that could not be recorded into the error, which goes to
// the terminal: the last place where they are not lost.
func spell(batch []incident.Change, answers []sendResult) error {
	var lines []string
	for i, c := range batch {
		line := fmt.Sprintf("outcome of %s: accepted, request %s", c.ID, answers[i].receipt.RequestID)
		if err := answers[i].err; err != nil {
			line = fmt.Sprintf("outcome of %s: %s", c.ID, incident.Text(err))
		}
		lines = append(lines, line)
	}
	return errors.New(strings.Join(lines, "; "))
}

// send starts one goroutine a change. The calls run on a context that outlives
// an interrupt: a request is never cancelled after its bytes may have left.
func (e *Engine) send(ctx context.Context, batch []incident.Change, anchors []string) []chan sendResult {
	results := make([]chan sendResult, len(batch))
	for i, c := range batch {
		results[i] = make(chan sendResult, 1)
		lever := e.cfg.Levers[c.Kind]
		go func() {
			cctx, log := incident.WithCallLog(incident.WithAnchor(context.WithoutCancel(ctx), anchors[i]))
			cctx, cancel := context.WithTimeout(cctx, answerTimeout)
			defer cancel()
			rec, err := lever.Apply(cctx, c)
			rec.Calls = log.Calls()
			results[i] <- sendResult{rec, err}
		}()
	}
	return results
}

// answerGrace is how long an answer is waited for once somebody wants to leave.
const answerGrace = 10 * time.Second

// await waits for the answer to a call that was sent. An interrupt shortens the
// wait; what is not answered by then is in doubt, never cancelled.
func await(ctx context.Context, result <-chan sendResult) sendResult {
	select {
	case r := <-result:
		return r
	case <-ctx.Done():
	}
	select {
	case r := <-result:
		return r
	case <-time.After(answerGrace):
		return sendResult{err: fmt.Errorf("no answer %s after the interrupt", answerGrace)}
	}
}

// outcomeError is an error whose outcome is already in the journal.
type outcomeError struct{ err error }

func (o *outcomeError) Error() string { return o.err.Error() }
func (o *outcomeError) Unwrap() error { return o.err }

func isOutcome(err error) bool {
	var o *outcomeError
	return errors.As(err, &o)
}

func (e *Engine) recordOutcome(c incident.Change, r sendResult) error {
	if r.err == nil {
		return e.record(incident.ChangeApplied{Change: c.ID, Receipt: r.receipt})
	}
	if provenUnchanged(r.err) {
		if err := e.record(incident.ChangeFailed{Change: c.ID, Error: incident.Text(r.err), Calls: r.receipt.Calls}); err != nil {
			return err
		}
		return &outcomeError{r.err}
	}
	if err := e.record(incident.ChangeInDoubt{Change: c.ID, Reason: incident.Text(r.err), Calls: r.receipt.Calls}); err != nil {
		return err
	}
	return &outcomeError{&incident.Problem{Class: incident.ClassDoubt, Err: r.err,
		Text: fmt.Sprintf("it is not known whether %s took effect", c.ID),
		Hint: "run `ircontain resume`: it reads AWS before it decides anything"}}
}

// provenUnchanged reports whether err proves that the call changed nothing.
func provenUnchanged(err error) bool {
	var ce *incident.CallError
	if !errors.As(err, &ce) {
		return false
	}
	return ce.Answer == incident.AnswerRefused || ce.Answer == incident.AnswerNotSent || ce.Answer == incident.AnswerAbsent
}
