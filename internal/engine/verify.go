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

// The two actions that are the engine's own, because they are about the levers
// in the journal and not about AWS.
const (
	verifyLevers  = "verify-levers"
	closeIncident = "close-incident"
)

// Builtin gives the catalogue entries of the engine's own actions.
func Builtin() playbook.Catalog {
	return playbook.Catalog{verifyLevers: {"settle": playbook.KindDuration, "reassert": playbook.KindBool}, closeIncident: nil}
}

// reasserts reports whether a verification puts back what somebody reverted.
func reasserts(step playbook.Step) bool {
	on, _ := step.With["reassert"].(bool)
	return on
}

func (e *Engine) planVerify(step playbook.Step) incident.Plan {
	p := incident.Plan{Intent: "read back every lever after the settle time; put back what somebody reverted",
		DoesNotStop: []string{"nothing by itself: it proves, or disproves, what the levers do"}}
	for _, l := range e.applied() {
		p.Checks = append(p.Checks, incident.Check{Text: l.Change.Attribute + ": " + brief(l.Change.After), OK: l.Verdict != nil})
	}
	if reasserts(step) && len(p.Checks) > 0 {
		p.Advice = append(p.Advice, "this can write: a lever that somebody reverted is put back as it was approved, at most twice")
	}
	if len(p.Checks) == 0 {
		p.Advice = append(p.Advice, "no lever was pulled, so there is nothing to verify")
	}
	return p
}

// judgeLevers waits out the settle time, reads every lever, re-asserts what was
// reverted, and gives each a verdict with its rung.
func (e *Engine) judgeLevers(ctx context.Context, step playbook.Step) (incident.Observation, error) {
	if err := e.settleLate(); err != nil {
		return incident.Observation{}, err
	}
	settle := step.Duration("settle", 10*time.Second)
	reassert := reasserts(step)
	verdicts := map[string]incident.Verdict{}
	var order []string
	const rounds = 3
	for round := 0; round < rounds; round++ {
		err := e.during(ctx, func(ctx context.Context) error { return e.cfg.Clock.Sleep(ctx, settle) })
		if errors.Is(err, errLeave) {
			return incident.Observation{}, err
		}
		if err != nil {
			return incident.Observation{}, ErrInterrupted
		}
		undone, err := e.judgeRound(ctx, verdicts, &order)
		if err != nil {
			return incident.Observation{}, err
		}
		if len(undone) == 0 || !reassert {
			break
		}
		if round == rounds-1 {
			break // three times undone: the responder must know, not the loop
		}
		if err := e.reassert(ctx, undone); err != nil {
			return incident.Observation{}, err
		}
	}
	var obs incident.Observation
	for _, id := range order {
		obs.Verdicts = append(obs.Verdicts, verdicts[id])
	}
	return obs, nil
}

func (e *Engine) judgeRound(ctx context.Context, verdicts map[string]incident.Verdict, order *[]string) ([]incident.Change, error) {
	var changes []incident.Change
	for _, l := range e.applied() {
		if v, ok := verdicts[l.Change.ID]; ok && v.Verdict == incident.RevertedBy {
			continue // judged; its re-assertion is a lever of its own
		}
		changes = append(changes, l.Change)
	}
	var undone []incident.Change
	for i, r := range e.readAll(ctx, changes) {
		c := changes[i]
		v, err := e.judge(ctx, c, r)
		if err != nil {
			return nil, err
		}
		if _, seen := verdicts[c.ID]; !seen {
			*order = append(*order, c.ID)
		}
		verdicts[c.ID] = v
		if v.Verdict == incident.RevertedBy {
			undone = append(undone, c)
		}
	}
	return undone, nil
}

func (e *Engine) judge(ctx context.Context, c incident.Change, r readResult) (incident.Verdict, error) {
	l := e.state.Lever(c.ID)
	v := incident.Verdict{Change: c.ID, Rung: l.Rung}
	since := l.Times[incident.RungAccepted]
	switch {
	case errors.Is(r.err, context.Canceled):
		return v, ErrInterrupted
	case r.err != nil:
		v.Verdict, v.Detail = incident.Blind, "cannot be read: "+incident.Text(r.err)
		return v, nil
	case r.value == c.After:
		v.Verdict, v.Rung = incident.Held, incident.RungHeld
		v.Detail = "reads back as asked after the settle time; no refused call seen in the log yet"
		if e.cfg.Witness != nil {
			v.Effective = e.cfg.Witness.FirstDenial(ctx, c, since)
		}
		if !v.Effective.IsZero() {
			v.Detail = "reads back as asked, and the log shows it refusing calls since " + v.Effective.UTC().Format("15:04:05Z")
		} else if c.Kind == incident.AccessKeyStatus {
			v.Detail = "reads back as asked after the settle time; BLIND for use: an inactive key leaves no trace in CloudTrail"
		}
		return v, nil
	}
	v.Verdict, v.Rung = incident.RevertedBy, incident.RungAccepted
	if e.cfg.Witness != nil {
		v.By = e.cfg.Witness.Who(ctx, c, since, e.requestIDs())
	}
	if v.By == "" {
		v.By = "unknown (the log does not say yet)"
	}
	v.Detail = fmt.Sprintf("is %s, want %s", brief(r.value), brief(c.After))
	return v, e.record(incident.ChangeDrifted{Change: c.ID, Want: c.After, Now: r.value, By: v.By, During: "verification"})
}

func (e *Engine) requestIDs() []string {
	var ids []string
	for i := range e.state.Levers {
		ids = append(ids, e.state.Levers[i].RequestID)
	}
	return ids
}

// reassert puts reverted levers back, as changes of their own. They keep the
// original pre-image, so that a rollback never restores what an intruder wrote.
func (e *Engine) reassert(ctx context.Context, undone []incident.Change) error {
	var again []incident.Change
	for _, c := range undone {
		base, _, _ := strings.Cut(c.ID, ".r")
		for n := 1; ; n++ {
			c.ID = fmt.Sprintf("%s.r%d", base, n)
			if e.state.Lever(c.ID) == nil {
				break
			}
		}
		again = append(again, c)
	}
	if err := e.applyAll(ctx, again); err != nil {
		return err
	}
	if err := e.readBack(ctx, again); err != nil && incident.ClassOf(err) != incident.ClassVerify {
		return err
	}
	return nil
}

// judgement turns what a verification observed into the end of its step.
func (e *Engine) judgement(step playbook.Step, obs incident.Observation) (string, error) {
	if step.Action != verifyLevers {
		return "", nil
	}
	var held, blind int
	var reverted []string
	for _, v := range obs.Verdicts {
		switch v.Verdict {
		case incident.Held:
			held++
		case incident.Blind:
			blind++
		default:
			if !e.reasserted(v.Change, obs) {
				reverted = append(reverted, v.Change)
			}
		}
	}
	switch {
	case len(reverted) > 0:
		return "", &incident.Problem{Class: incident.ClassVerify, Text: "reverted and not held: " + strings.Join(reverted, ", "),
			Hint: "somebody with IAM rights undoes the containment: find who (the verdict names them), contain them first, then verify again"}
	case blind > 0:
		return "", &incident.Problem{Class: incident.ClassVerify, Text: fmt.Sprintf("%d lever(s) could not be read back", blind),
			Hint: "restore the read permission, then run `ircontain resume`"}
	}
	return fmt.Sprintf("%d lever(s) held", held), nil
}

func (e *Engine) reasserted(change string, obs incident.Observation) bool {
	base, _, _ := strings.Cut(change, ".r")
	for _, v := range obs.Verdicts {
		if strings.HasPrefix(v.Change, base+".r") && v.Verdict == incident.Held {
			return true
		}
	}
	return false
}
