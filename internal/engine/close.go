package engine

import (
	"fmt"
	"strings"

	"github.com/ircontain/ircontain/internal/incident"
)

// planClose shows what closing needs (a verdict for every lever, nothing in
// doubt, an owner for every guardrail that stays) and what stays as debt.
func (e *Engine) planClose() incident.Plan {
	p := incident.Plan{Intent: "close the incident: every lever judged, every guardrail that stays has an owner and a review time",
		DoesNotStop: []string{"the guardrails stay in place, nothing expires by itself: they are debts until somebody rolls them back"},
		Owner:       e.contract.Owner, Reason: e.contract.Reason, ReviewAt: e.contract.ReviewAt}
	p.Checks = append(p.Checks, incident.Check{Text: "nothing is in doubt", OK: len(e.state.InDoubt()) == 0})
	for _, id := range e.state.Unfinished() {
		p.Checks = append(p.Checks, incident.Check{Text: fmt.Sprintf("step %s is %s", id, e.state.Step(id).Status)})
	}
	for _, stage := range e.state.Stages {
		for _, st := range stage.Steps {
			if st.Deferred {
				p.Checks = append(p.Checks, incident.Check{Text: fmt.Sprintf("step %s was not approved: closing leaves it out", st.ID)})
			}
		}
	}
	for _, l := range e.applied() {
		check := incident.Check{Text: "no verdict for " + l.Change.Attribute}
		if v := l.Verdict; v != nil {
			check = incident.Check{Text: string(v.Verdict) + ": " + l.Change.Attribute, OK: v.Verdict == incident.Held}
		}
		p.Checks = append(p.Checks, check)
	}
	for _, d := range e.debts() {
		p.Advice = append(p.Advice, fmt.Sprintf("stays: %s, owner %s, review by %s", d.What, d.Owner, d.ReviewAt.UTC().Format("2006-01-02 15:04Z")))
	}
	for _, f := range e.state.Findings {
		if f.Handling == "decide" {
			p.Advice = append(p.Advice, "still open: "+f.What)
		}
	}
	return p
}

// mayClose refuses while a lever has no verdict, an effect is in doubt, or a
// guardrail that stays has no owner.
func (e *Engine) mayClose() error {
	if ids := e.state.InDoubt(); len(ids) > 0 {
		return &incident.Problem{Class: incident.ClassDoubt, Text: "in doubt: " + strings.Join(ids, ", "), Hint: "run `ircontain resume` first"}
	}
	if ids := e.state.Unfinished(); len(ids) > 0 {
		return &incident.Problem{Class: incident.ClassDoubt, Text: fmt.Sprintf("not closed: step %s is %s", ids[0], e.state.Step(ids[0]).Status),
			Hint: "take it up again (`ircontain resume`; v on the step), or skip it with a reason"}
	}
	for _, stage := range e.state.Stages {
		for _, st := range stage.Steps {
			if st.Action != closeIncident && !st.Status.Ended() {
				return &incident.Problem{Class: incident.ClassRefused, Text: fmt.Sprintf("not closed: step %s is still %s", st.ID, st.Status),
					Hint: "finish it, or skip it with a reason"}
			}
		}
	}
	if unjudged := e.unjudged(); len(unjudged) > 0 {
		return &incident.Problem{Class: incident.ClassRefused, Text: "no verdict yet for " + strings.Join(unjudged, ", "),
			Hint: "the step verify gives the verdicts: it has to run before closing"}
	}
	if len(e.debts()) > 0 && e.contract.Owner == "" {
		return &incident.Problem{Class: incident.ClassRefused, Text: "a guardrail that stays needs an owner", Hint: "name one with --owner"}
	}
	return nil
}

// unjudged lists the applied changes that no verification has judged yet.
func (e *Engine) unjudged() []string {
	var ids []string
	for _, l := range e.applied() {
		if l.Verdict == nil {
			ids = append(ids, l.Change.ID)
		}
	}
	return ids
}

func (e *Engine) debts() []incident.Debt {
	var out []incident.Debt
	for _, l := range e.state.OpenGuardrails() {
		out = append(out, incident.Debt{Change: l.Change.ID, Resource: l.Change.Resource, What: l.Change.Attribute,
			Owner: e.contract.Owner, ReviewAt: e.contract.ReviewAt})
	}
	return out
}

func (e *Engine) closeNow() error {
	return e.record(incident.IncidentClosed{By: e.cfg.Operator, Debts: e.debts()})
}
