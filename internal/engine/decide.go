package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/playbook"
)

// Decide hands one decision to the running walk and returns what became of it.
// A refused decision changes nothing.
func (e *Engine) Decide(ctx context.Context, d incident.Decision) error {
	q := question{d: d, reply: make(chan error, 1)}
	select {
	case e.decisions <- q:
	case <-e.done:
		return errors.New("the walk has ended")
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-q.reply:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// errApproved ends the wait for a step.
var errApproved = errors.New("approved")

// ErrInterrupted is returned when the context ended before the next send.
var ErrInterrupted = errors.New("interrupted: nothing more was sent")

// wait blocks until the current step is approved (nil), skipped (nil), planned
// again (errReplan) or left (errLeave). gate is "" after a failure: then there
// is nothing to approve.
func (e *Engine) wait(ctx context.Context, step playbook.Step, gate playbook.Gate) error {
	for {
		q, err := e.next(ctx)
		if err != nil {
			return err
		}
		err = e.answer(ctx, q.d, &step, gate)
		switch {
		case errors.Is(err, errApproved):
			q.reply <- nil
			return nil
		case errors.Is(err, errReplan), errors.Is(err, errLeave):
			q.reply <- withoutReplan(err)
			return err
		case err != nil && e.cfg.Auto != nil:
			return err
		}
		q.reply <- err
		if st := e.state.Step(incident.StepID(step.ID)); err == nil && st != nil && st.Status == incident.StepWasSkipped {
			return nil
		}
	}
}

// withoutReplan is what a decision's sender has to know of an error that also
// asks for a new plan.
func withoutReplan(err error) error {
	var p *incident.Problem
	if errors.As(err, &p) {
		return p
	}
	return nil
}

func (e *Engine) next(ctx context.Context) (question, error) {
	if ctx.Err() != nil {
		return question{}, ErrInterrupted
	}
	if e.cfg.Auto != nil {
		return question{d: e.cfg.Auto(&e.state), reply: make(chan error, 1)}, nil
	}
	for {
		if err := e.settleReady(); err != nil {
			return question{}, err
		}
		var look <-chan time.Time
		if len(e.late) > 0 {
			look = time.After(50 * time.Millisecond)
		}
		select {
		case q := <-e.decisions:
			return q, nil
		case <-look:
		case <-ctx.Done():
			return question{}, ErrInterrupted
		}
	}
}

// answer carries out one decision. step is nil while the engine is busy: then
// only what cannot disturb a running step is allowed.
func (e *Engine) answer(ctx context.Context, d incident.Decision, step *playbook.Step, gate playbook.Gate) error {
	switch d.Verb {
	case incident.AddNote:
		return e.record(incident.NoteAdded{By: d.By, Text: d.Text, Star: d.Star})
	case incident.Label:
		return e.record(incident.ConsumerLabelled{Consumer: d.Consumer, Label: d.Label, Owner: d.Owner, By: d.By})
	case incident.SetHold:
		if e.state.Hold != nil && !e.busy {
			return nil
		}
		return e.record(incident.HoldSet{By: d.By})
	case incident.LiftHold:
		if strings.TrimSpace(d.Reason) == "" {
			return &incident.Problem{Class: incident.ClassRefused, Text: "a hold is lifted with a reason"}
		}
		return e.record(incident.HoldLifted{By: d.By, Reason: d.Reason})
	}
	if step == nil && d.Verb == incident.Leave && e.busy {
		return errLeave
	}
	if step == nil {
		return &incident.Problem{Class: incident.ClassRefused, Text: "a step is running: wait for its outcome"}
	}
	switch d.Verb {
	case incident.Leave:
		return errLeave
	case incident.Replan:
		return e.replan(ctx, d, step)
	case incident.Skip:
		return e.skip(d, step)
	case incident.Approve:
		return e.approve(d, step, gate)
	case incident.RollBack:
		return e.rollBackWhileWaiting(ctx, d)
	}
	return &incident.Problem{Class: incident.ClassUsage, Text: fmt.Sprintf("unknown decision %q", d.Verb)}
}

// replan plans the current step again, or takes up an earlier one that was
// skipped or ended without success, and then comes back.
func (e *Engine) replan(ctx context.Context, d incident.Decision, step *playbook.Step) error {
	if d.Step == "" || d.Step == incident.StepID(step.ID) {
		return errReplan
	}
	refused := &incident.Problem{Class: incident.ClassRefused, Text: fmt.Sprintf("step %s cannot be taken up again now", d.Step),
		Hint: "only an earlier step that was skipped, refused or failed can, and verify when a lever has no verdict"}
	for _, stage := range e.cfg.Playbook.Stages {
		for _, earlier := range stage.Steps {
			if earlier.ID == step.ID {
				return refused
			}
			if earlier.ID != string(d.Step) {
				continue
			}
			st := e.state.Step(d.Step)
			if st == nil || st.Status != incident.StepWasSkipped && !e.toDo(st, earlier) {
				return refused
			}
			return &reopen{earlier}
		}
	}
	return refused
}

// reopen asks for another step before the current one goes on.
type reopen struct{ step playbook.Step }

func (r *reopen) Error() string { return "take up step " + r.step.ID + " again" }

func (r *reopen) Is(target error) bool { return target == errReplan }

func (e *Engine) skip(d incident.Decision, step *playbook.Step) error {
	if strings.TrimSpace(d.Reason) == "" {
		return &incident.Problem{Class: incident.ClassRefused, Text: "a step is skipped with a reason"}
	}
	if d.Step != "" && d.Step != incident.StepID(step.ID) {
		return &incident.Problem{Class: incident.ClassStale, Text: "the skip is for another step", Hint: "look at the step that is shown now"}
	}
	return e.record(incident.StepSkipped{Step: incident.StepID(step.ID), By: d.By, Reason: d.Reason, Deferred: d.Deferred})
}

func (e *Engine) approve(d incident.Decision, step *playbook.Step, gate playbook.Gate) error {
	id := incident.StepID(step.ID)
	st := e.state.Step(id)
	switch {
	case gate == "":
		return &incident.Problem{Class: incident.ClassRefused, Text: "the step failed: plan it again first"}
	case e.state.Hold != nil:
		return &incident.Problem{Class: incident.ClassRefused, Text: "on hold by " + e.state.Hold.By, Hint: "lift the hold with a reason first"}
	case d.Step != id || d.Digest != st.Digest:
		return &incident.Problem{Class: incident.ClassStale, Text: "the approval is for another plan", Hint: "look at the plan that is shown now"}
	case gate == playbook.GateTyped:
		if err := e.checkConfirm(d.Confirm); err != nil {
			return err
		}
	}
	if owner := strings.TrimSpace(d.Owner); owner != "" && owner != e.contract.Owner {
		e.contract.Owner = owner
		if step.Action != closeIncident {
			return errReplan // the owner is part of what is written: show it first
		}
	}
	if reason := strings.TrimSpace(d.Reason); reason != "" && reason != e.contract.Reason && st.Plan.Owner != "" {
		e.contract.Reason = reason
		return errReplan
	}
	if step.Action == closeIncident {
		if err := e.mayClose(); err != nil {
			return err
		}
	}
	if err := e.record(incident.StepApproved{Step: id, Digest: d.Digest, By: d.By, How: d.How}); err != nil {
		return err
	}
	return errApproved
}

// checkConfirm compares the typed value with the last four characters of the
// key id: a value read from the target, which a reflex cannot produce.
func (e *Engine) checkConfirm(typed string) error {
	want := e.state.Opened.AccessKey.Last4()
	if typed == want {
		return nil
	}
	if typed == "" {
		return &incident.Problem{Class: incident.ClassRefused, Text: "this step changes the account and needs a confirmation",
			Hint: "type the last four characters of the access key id (--confirm)"}
	}
	return &incident.Problem{Class: incident.ClassRefused, Text: fmt.Sprintf("confirmation %.12q is not the last four characters of the access key id", typed),
		Hint: "read them from the alert, not from memory"}
}

// barrier is passed before anything is sent: it takes what has been decided
// meanwhile, stops on an interrupt, and waits while a hold is set.
func (e *Engine) barrier(ctx context.Context) error {
	for {
		if ctx.Err() != nil {
			return ErrInterrupted
		}
		if e.cfg.Auto != nil {
			if e.state.Hold != nil {
				return &incident.Problem{Class: incident.ClassRefused, Text: "on hold by " + e.state.Hold.By,
					Hint: "open the incident on a screen (`ircontain resume`) and lift the hold with a reason (H)"}
			}
			return nil
		}
		if e.state.Hold == nil {
			select {
			case q := <-e.decisions:
				q.reply <- e.answer(ctx, q.d, nil, "")
				continue
			default:
				return nil
			}
		}
		select {
		case q := <-e.decisions:
			if q.d.Verb == incident.Leave {
				q.reply <- nil
				return errLeave
			}
			q.reply <- e.answer(ctx, q.d, nil, "")
		case <-ctx.Done():
			return ErrInterrupted
		}
	}
}
