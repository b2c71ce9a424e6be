package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/journal"
	"github.com/ircontain/ircontain/internal/playbook"
)

// freshFor is how old a plan may be when it is applied without reading again.
const freshFor = 2 * time.Second

// errReplan asks for a fresh plan of the same step.
var errReplan = errors.New("plan again")

// step takes one step from planning to its end. A failure either goes on
// (on_failure: continue), or waits for the responder to plan again, skip or
// leave; in headless runs it ends the walk.
func (e *Engine) step(ctx context.Context, step playbook.Step) error {
	for {
		err := e.attempt(ctx, step)
		if again := e.takeUp(ctx, err); again != nil {
			return again
		}
		switch {
		case errors.Is(err, errReplan), err == nil && e.more(step):
			continue
		case err == nil, errors.Is(err, errLeave), !e.canGoOn(err):
			return err
		}
		if e.cfg.Auto != nil {
			if step.OnFailure == "continue" {
				return nil // the end of the walk says so again: see partial
			}
			return err
		}
		next := e.wait(ctx, step, "")
		if again := e.takeUp(ctx, next); again != nil {
			return again
		}
		if errors.Is(next, errReplan) {
			continue
		}
		return next
	}
}

// more reports whether a step that is done planned only a part of its work.
func (e *Engine) more(step playbook.Step) bool {
	st := e.state.Step(incident.StepID(step.ID))
	return st != nil && st.Status == incident.StepDone && st.Plan != nil && st.Plan.More
}

// takeUp walks an earlier step that a decision asked for. It returns an error
// only when the walk cannot go on.
func (e *Engine) takeUp(ctx context.Context, err error) error {
	var r *reopen
	if !errors.As(err, &r) {
		return nil
	}
	return e.step(ctx, r.step)
}

// canGoOn reports whether the walk may continue after err: not when the journal
// is unsafe or the context is over, and not when credentials are gone.
func (e *Engine) canGoOn(err error) bool {
	var failed *stepFailure
	return errors.As(err, &failed)
}

// stepFailure is a failure that was recorded as the end of its step.
type stepFailure struct{ err error }

func (f *stepFailure) Error() string { return f.err.Error() }
func (f *stepFailure) Unwrap() error { return f.err }

func (e *Engine) attempt(ctx context.Context, step playbook.Step) error {
	id := incident.StepID(step.ID)
	// A plan made while an effect of the step is unknown would build on a guess;
	// judging and closing need all of them settled.
	if err := e.settleDoubts(ctx, func(c incident.Change) bool {
		return c.Step == id || step.Action == verifyLevers || step.Action == closeIncident
	}); err != nil {
		return e.fail(id, err)
	}
	if err := e.record(incident.StepStarted{Step: id}); err != nil {
		return err
	}
	plan, err := e.plan(ctx, step)
	if err != nil {
		return e.fail(id, err)
	}
	gate := gateOf(step, plan)
	digest := digestOf(plan)
	err = e.record(incident.StepPlanned{Step: id, Plan: plan, Digest: digest, Gate: string(gate)})
	if errors.Is(err, journal.ErrTooLong) {
		return e.fail(id, err) // nothing was written: the journal is as good as before
	}
	if err != nil {
		return err
	}
	if err := e.recordAbsent(id, plan.Observed); err != nil {
		return err
	}
	if gate != playbook.GateAuto {
		if err := e.wait(ctx, step, gate); err != nil {
			return err
		}
		if e.state.Step(id).Status == incident.StepWasSkipped {
			return nil
		}
	}
	return e.execute(ctx, step, plan)
}

// plan asks the action for its plan, with the calls it made and the forecast.
func (e *Engine) plan(ctx context.Context, step playbook.Step) (incident.Plan, error) {
	ctx, log := incident.WithCallLog(ctx)
	var plan incident.Plan
	var err error
	switch a, ok := e.cfg.Actions[step.Action]; {
	case ok:
		err = e.during(ctx, func(ctx context.Context) error {
			var err error
			plan, err = a.Plan(ctx, e.request(step))
			return err
		})
	case step.Action == verifyLevers:
		plan = e.planVerify(step)
	case step.Action == closeIncident:
		plan = e.planClose()
	default:
		err = &incident.Problem{Class: incident.ClassUsage, Text: fmt.Sprintf("step %s wants the unknown action %q", step.ID, step.Action),
			Hint: "run `ircontain playbook validate` on the playbook"}
	}
	if ctx.Err() != nil && err == nil {
		err = ErrInterrupted // an action may have turned the interrupt into "could not be read"
	}
	if err != nil {
		return plan, err
	}
	plan.Calls = log.Calls()
	for i := range plan.Changes {
		plan.Changes[i].ID = e.changeID(step.ID, i)
		plan.Changes[i].Step = incident.StepID(step.ID)
	}
	if len(plan.Changes) > 0 && e.cfg.Forecast != nil {
		plan.Forecast = e.cfg.Forecast(plan.Changes, &e.state)
	}
	return plan, nil
}

// changeID is step/n; when an earlier attempt of the step already used the id,
// the attempt is part of it, so that every intent stays unique.
func (e *Engine) changeID(step string, i int) string {
	id := fmt.Sprintf("%s/%d", step, i+1)
	for n := 2; ; n++ {
		l := e.state.Lever(id)
		if l == nil || l.Rung == incident.RungNone || l.Rung == "" {
			return id
		}
		id = fmt.Sprintf("%s/%d.a%d", step, i+1, n)
	}
}

// gateOf lowers a typed gate to a plain confirm when there is nothing to
// change, except for closing, which is a judgement, and for a verification that
// may write: it puts back what somebody reverted.
func gateOf(step playbook.Step, plan incident.Plan) playbook.Gate {
	if step.Action == verifyLevers && reasserts(step) && len(plan.Checks) > 0 {
		return playbook.GateTyped
	}
	if step.Gate == playbook.GateTyped && len(plan.Changes) == 0 && step.Action != closeIncident {
		return playbook.GateConfirm
	}
	if step.Gate != playbook.GateTyped && len(plan.Changes) > 0 {
		return playbook.GateTyped // a playbook cannot wave a write through
	}
	return step.Gate
}

// digestOf identifies what a plan would do. The calls made while planning and
// the forecast are left out: they do not change what is approved.
func digestOf(p incident.Plan) string {
	raw, err := json.Marshal(struct {
		Changes []incident.Change
		Owner   string
		Reason  string
	}{p.Changes, p.Owner, p.Reason})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

func (e *Engine) recordAbsent(step incident.StepID, o *incident.Observation) error {
	if o == nil {
		return nil
	}
	for _, u := range o.Unseen {
		if !u.Absent {
			continue
		}
		if err := e.record(incident.CapabilityAbsent{Step: step, Operation: u.What, Detail: u.Why}); err != nil {
			return err
		}
	}
	return nil
}

// execute applies the approved plan and ends the step.
func (e *Engine) execute(ctx context.Context, step playbook.Step, plan incident.Plan) error {
	id := incident.StepID(step.ID)
	changes, err := e.checkFresh(ctx, step, plan)
	if err != nil {
		return err
	}
	if err := e.applyAll(ctx, changes); err != nil {
		return e.fail(id, err)
	}
	accepted := e.accepted(plan.Changes)
	if step.ReadBack == "later" {
		e.readLater(ctx, accepted)
	} else if err := e.readBack(ctx, accepted); err != nil {
		return e.fail(id, err)
	}
	if step.ReadBack != "later" && len(plan.Changes) > 0 {
		if err := e.settleLate(); err != nil {
			return err
		}
	}
	detail, err := e.observe(ctx, step)
	if err != nil {
		return e.fail(id, err)
	}
	if n := len(plan.Changes) - len(accepted); n > 0 && detail == "" {
		detail = fmt.Sprintf("without %d optional change(s): refused, in doubt or not readable", n)
	}
	return e.record(incident.StepFinished{Step: id, Status: incident.StepDone, Detail: detail})
}

// accepted leaves out the optional changes that AWS refused.
func (e *Engine) accepted(changes []incident.Change) []incident.Change {
	var out []incident.Change
	for _, c := range changes {
		if l := e.state.Lever(c.ID); l != nil && l.Applied() {
			out = append(out, c)
		}
	}
	return out
}

func (e *Engine) observe(ctx context.Context, step playbook.Step) (string, error) {
	ctx, log := incident.WithCallLog(ctx)
	var obs incident.Observation
	a := e.cfg.Actions[step.Action]
	if _, ok := a.(Observer); ok {
		// What observes may wait for minutes: what is read by now is shown first.
		if err := e.settleLate(); err != nil {
			return "", err
		}
	}
	var err error
	watcher, isObserver := a.(Observer)
	switch {
	case isObserver:
		err = e.during(ctx, func(ctx context.Context) error {
			var err error
			obs, err = watcher.Observe(ctx, e.request(step))
			return err
		})
	case step.Action == verifyLevers:
		obs, err = e.judgeLevers(ctx, step)
	case step.Action == closeIncident:
		return "", e.closeNow()
	default:
		return "", nil
	}
	if ctx.Err() != nil && err == nil {
		err = ErrInterrupted
	}
	if err != nil {
		return "", err
	}
	id := incident.StepID(step.ID)
	if err := e.record(incident.StepObserved{Step: id, Observation: obs, Calls: log.Calls()}); err != nil {
		return "", err
	}
	if err := e.recordAbsent(id, &obs); err != nil {
		return "", err
	}
	return e.judgement(step, obs)
}

// fail records why a step ended without success, sorted by what it means.
func (e *Engine) fail(id incident.StepID, err error) error {
	if errors.Is(err, errLeave) || errors.Is(err, errReplan) || errors.Is(err, journal.ErrUnsafe) {
		return err // with an unsafe journal the error is the last place of the outcomes
	}
	if errors.Is(err, ErrInterrupted) || errors.Is(err, context.Canceled) {
		return ErrInterrupted // the sitting ends, not the step: resume takes it up again
	}
	status := incident.StepFailed
	switch incident.ClassOf(err) {
	case incident.ClassRefused:
		status = incident.StepRefused
	case incident.ClassDoubt:
		status = incident.StepInDoubt
	}
	if recErr := e.record(incident.StepFinished{Step: id, Status: status, Detail: incident.Text(err), Hint: incident.HintOf(err)}); recErr != nil {
		return errors.Join(err, recErr)
	}
	if incident.ClassOf(err) == incident.ClassCredentials {
		return err // nothing can go on without credentials; resume continues here
	}
	return &stepFailure{err: err}
}
