package cli

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/simaws"
)

// refusing makes an operation fail with a refusal while *on is true.
func refusing(op string, on *bool) simaws.Options {
	return simaws.Options{Seed: 1, Fault: func(got string, _ int) simaws.Fault {
		if *on && strings.HasSuffix(got, ":"+op) {
			return simaws.FaultThrottle
		}
		return simaws.FaultNone
	}}
}

// TestResumeTakesUpWhatWasRefused: the guardrail was refused, the cause is
// mended; the resumed walk must not close without it.
func TestResumeTakesUpWhatWasRefused(t *testing.T) {
	on := true
	r := newRig(t, refusing("PutUserPolicy", &on))
	if _, err := r.walk("all"); err == nil {
		t.Fatal("the walk must stop")
	}
	on = false
	e, w := r.reopenCopy()
	defer w.Close()
	must(t, e.Run(context.Background()))
	if st := e.State().Step("guard"); st.Status != incident.StepDone || len(e.State().OpenGuardrails()) == 0 {
		t.Errorf("guard is %s, %d guardrails", st.Status, len(e.State().OpenGuardrails()))
	}
}

// TestStagedApproval: one step now, the rest later. What was not named is asked
// for again, and the incident can still be closed.
func TestStagedApproval(t *testing.T) {
	r := newRig(t, simaws.Options{Seed: 1})
	s, err := r.walk("guard")
	if err != nil || s.Step("cut").Status != incident.StepWasSkipped || !s.Step("cut").Deferred {
		t.Fatalf("error %v, cut %s", err, s.Step("cut").Status)
	}
	e, w := r.reopenCopy()
	defer w.Close()
	must(t, e.Run(context.Background()))
	if e.State().Closed == nil {
		t.Error("not closed")
	}
	if got := keyStatus(user(t, r.world.Dump(), victim), r.world.Target()); got != "Inactive" {
		t.Errorf("key is %s", got)
	}
}

// TestFailureThatWentOnIsPartial: a step that may fail without stopping the
// walk still keeps it from looking done.
func TestFailureThatWentOnIsPartial(t *testing.T) {
	on := true
	r := newRig(t, refusing("PutRolePolicy", &on))
	s, err := r.walk("all")
	if incident.ClassOf(err) != incident.ClassDoubt || s.Closed != nil {
		t.Fatalf("error %v, closed %v", err, s.Closed)
	}
	if got := keyStatus(user(t, r.world.Dump(), victim), r.world.Target()); got != "Inactive" {
		t.Errorf("the walk must go on to the cut; key is %s", got)
	}
	on = false
	e, w := r.reopenCopy()
	defer w.Close()
	must(t, e.Run(context.Background()))
	if e.State().Closed == nil || e.State().Step("role-sessions").Status != incident.StepDone {
		t.Errorf("after resume: closed %v, role-sessions %s", e.State().Closed, e.State().Step("role-sessions").Status)
	}
}

// TestTagsDoNotBlockTheCut: without the permission to tag, the deny and the cut
// still happen.
func TestTagsDoNotBlockTheCut(t *testing.T) {
	on := true
	r := newRig(t, refusing("TagUser", &on))
	s, err := r.walk("all")
	must(t, err)
	if s.Closed == nil || s.Step("guard").Status != incident.StepDone || s.Step("guard").Detail == "" {
		t.Errorf("closed %v, guard %s %q", s.Closed, s.Step("guard").Status, s.Step("guard").Detail)
	}
}

// TestReadLagIsWaitedOut: IAM shows its writes seconds later; that is no drift.
func TestReadLagIsWaitedOut(t *testing.T) {
	r := newRig(t, simaws.Options{Seed: 1, ReadLag: simaws.Lag(3 * time.Second)})
	s, err := r.walk("all")
	must(t, err)
	if s.Closed == nil || len(s.Drifts) != 0 {
		t.Errorf("closed %v, drifts %+v", s.Closed, s.Drifts)
	}
	e, w := r.reopenCopy()
	defer w.Close()
	must(t, e.RunRollback(context.Background(), incident.Decision{Verb: incident.RollBack, By: "raj", Confirm: r.key().Last4()}))
	if doubts := e.State().InDoubt(); len(doubts) != 0 {
		t.Errorf("in doubt after rollback: %v", doubts)
	}
}

// TestOwnerSurvivesAResume: the owner named at the start is the one that the
// debts carry, on another machine too.
func TestOwnerSurvivesAResume(t *testing.T) {
	r := newRig(t, simaws.Options{Seed: 1})
	if _, err := r.walk("guard,cut"); err != nil {
		t.Fatal(err)
	}
	e, w := r.reopenCopy()
	defer w.Close()
	must(t, e.Run(context.Background()))
	for _, d := range e.State().Closed.Debts {
		if d.Owner != "lee" {
			t.Errorf("debt %s belongs to %q", d.What, d.Owner)
		}
	}
}

// TestTagWithoutAnswerDoesNotBlockTheCut: the connection is lost during the
// tagging; the deny and the cut go on, the doubt is settled before closing.
func TestTagWithoutAnswerDoesNotBlockTheCut(t *testing.T) {
	armed := true
	r := newRig(t, simaws.Options{Seed: 1, Fault: func(op string, _ int) simaws.Fault {
		if armed && strings.HasSuffix(op, ":TagUser") {
			armed = false
			return simaws.FaultDropBefore
		}
		return simaws.FaultNone
	}})
	s, err := r.walk("all")
	must(t, err)
	if s.Closed == nil || len(s.InDoubt()) != 0 {
		t.Errorf("closed %v, in doubt %v", s.Closed, s.InDoubt())
	}
	if got := keyStatus(user(t, r.world.Dump(), victim), r.world.Target()); got != "Inactive" {
		t.Errorf("key is %s", got)
	}
}

// TestUnreadableRoleIsRevoked all the same: the deny carries a name of our own,
// so putting it unread overwrites nothing.
func TestUnreadableRoleIsRevoked(t *testing.T) {
	r := newRig(t, simaws.Options{Seed: 1, Fault: func(op string, n int) simaws.Fault {
		if strings.HasSuffix(op, ":GetRole") || strings.HasSuffix(op, ":GetRolePolicy") && n == 1 {
			return simaws.FaultThrottle
		}
		return simaws.FaultNone
	}})
	s, err := r.walk("all")
	if s.Step("role-sessions").Status != incident.StepDone {
		t.Errorf("role-sessions is %s (%s), error %v", s.Step("role-sessions").Status, s.Step("role-sessions").Detail, err)
	}
}
