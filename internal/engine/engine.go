package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/journal"
	"github.com/ircontain/ircontain/internal/playbook"
)

// Engine walks one incident.
type Engine struct {
	cfg       Config
	state     incident.State
	contract  Contract
	decisions chan question
	done      chan struct{}
	// late holds read-backs that run side by side with the next step.
	late []lateRead
	// waiting facts were recorded while a plan was being made, and are folded
	// into the state when it is done; busy says that one is.
	busy    bool
	waiting []incident.Fact
}

type question struct {
	d     incident.Decision
	reply chan error
}

// New starts an incident whose journal is empty.
func New(cfg Config) (*Engine, error) {
	e := newEngine(cfg)
	if err := e.record(cfg.Opened); err != nil {
		return nil, err
	}
	return e, e.openSession(false)
}

// Resume continues an incident from its entries. rec is the torn tail that was
// cut when the journal was opened, if any.
func Resume(cfg Config, entries []journal.Entry, rec *journal.Recovery) (*Engine, error) {
	e := newEngine(cfg)
	for _, entry := range entries {
		e.state = incident.Reduce(e.state, incident.FromEntry(entry))
	}
	e.contract = contractOf(&e.state)
	if rec != nil {
		if err := e.record(incident.TailRecovered{SHA256: rec.SHA256, Bytes: rec.Bytes}); err != nil {
			return nil, err
		}
	}
	return e, e.openSession(true)
}

// contractOf is the guardrail contract as it was last planned: a responder may
// have named another owner than the one the incident was opened with.
func contractOf(s *incident.State) Contract {
	c := Contract{Owner: s.Opened.Owner, Reason: s.Opened.Reason, ReviewAt: s.Opened.ReviewAt}
	var newest time.Time
	for _, stage := range s.Stages {
		for _, st := range stage.Steps {
			if st.Plan != nil && st.Plan.Owner != "" && st.Planned.After(newest) {
				newest, c.Owner, c.Reason = st.Planned, st.Plan.Owner, st.Plan.Reason
			}
		}
	}
	return c
}

func newEngine(cfg Config) *Engine {
	return &Engine{cfg: cfg, decisions: make(chan question), done: make(chan struct{}),
		contract: Contract{Owner: cfg.Opened.Owner, Reason: cfg.Opened.Reason, ReviewAt: cfg.Opened.ReviewAt}}
}

func (e *Engine) openSession(resumed bool) error {
	return e.record(incident.SessionOpened{Session: e.cfg.Journal.Session(), Operator: e.cfg.Operator, Caller: e.cfg.Caller,
		Version: e.cfg.Version, Resumed: resumed, Handover: resumed && e.cfg.Caller != e.state.Opened.Caller})
}

// State returns the incident as far as Run has taken it. Call it only before
// Run, or after Run has returned.
func (e *Engine) State() *incident.State { return &e.state }

// errLeave ends the walk without ending the incident.
var errLeave = errors.New("sitting left")

// Run walks the playbook to its end, or until the responder leaves. It always
// ends with the sitting sealed, unless the journal itself cannot be written.
func (e *Engine) Run(ctx context.Context) error {
	return e.sitting(func() error { return e.walk(ctx) })
}

func (e *Engine) sitting(body func() error) error {
	defer close(e.done)
	err := body()
	if lateErr := e.settleLate(); err == nil {
		err = lateErr
	}
	why := "walk ended"
	switch {
	case errors.Is(err, errLeave):
		why, err = "responder left", nil
	case err != nil:
		why = "stopped: " + incident.Text(err)
	case e.state.Closed != nil:
		why = "incident closed"
	}
	if errors.Is(err, journal.ErrUnsafe) {
		return &incident.Problem{Class: incident.ClassDoubt, Text: "the journal cannot be written, so nothing more was sent", Err: err,
			Hint: "free space or fix the disk, then run `ircontain resume`: it reads AWS before it decides"}
	}
	if sealErr := e.record(incident.SessionSealed{Session: e.cfg.Journal.Session(), Why: why}); err == nil {
		err = sealErr
	}
	return err
}

func (e *Engine) walk(ctx context.Context) error {
	for _, stage := range e.cfg.Playbook.Stages {
		for _, step := range stage.Steps {
			if st := e.state.Step(incident.StepID(step.ID)); st == nil || !e.toDo(st, step) {
				continue
			}
			if err := e.step(ctx, step); err != nil {
				return err
			}
		}
	}
	return e.partial()
}

// toDo reports whether a walk, new or resumed, still has to take the step: what
// did not succeed and what nobody decided against is taken up again, and an
// open incident is always asked whether it can be closed.
func (e *Engine) toDo(st *incident.Step, step playbook.Step) bool {
	switch st.Status {
	case incident.StepDone:
		// A lever pulled after the verification has to be judged too.
		return step.Action == verifyLevers && len(e.unjudged()) > 0 || e.more(step)
	case incident.StepRolledBack:
		return false
	case incident.StepWasSkipped:
		return st.Deferred || step.Action == closeIncident
	}
	return true
}

// partial says at the end of a walk that some steps did not succeed, even if
// the playbook let the walk go on: nothing that failed may look like done.
func (e *Engine) partial() error {
	open := e.state.Unfinished()
	if len(open) == 0 {
		return nil
	}
	var parts []string
	for _, id := range open {
		st := e.state.Step(id)
		parts = append(parts, fmt.Sprintf("%s %s (%s)", id, st.Status, st.Detail))
	}
	return &incident.Problem{Class: incident.ClassDoubt, Text: "partial: " + strings.Join(parts, "; "),
		Hint: "mend the cause, then run `ircontain resume`: it takes these steps up again"}
}

// record appends one fact to the journal, durably, and folds it into the state.
func (e *Engine) record(ev incident.Event) error {
	body, err := json.Marshal(ev)
	if err != nil {
		return fmt.Errorf("encode %s: %w", ev.Kind(), err)
	}
	entry, err := e.cfg.Journal.Append(ev.Kind(), body)
	if err != nil {
		return fmt.Errorf("record %s: %w", ev.Kind(), err)
	}
	fact := incident.FromEntry(entry)
	if e.busy {
		e.waiting = append(e.waiting, fact)
		return nil
	}
	e.state = incident.Reduce(e.state, fact)
	return nil
}

func (e *Engine) request(step playbook.Step) Request {
	return Request{Step: step, State: &e.state, Clock: e.cfg.Clock, Policy: e.contract}
}
