package cli

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/simaws"
)

// onceAfter runs do once, right after the n-th write of the engine was accepted.
func onceAfter(n int, do func()) func(aws.HTTPClient) aws.HTTPClient {
	var count atomic.Int32
	return func(next aws.HTTPClient) aws.HTTPClient {
		return transportFunc(func(req *http.Request) (*http.Response, error) {
			ours := strings.Contains(req.Header.Get("User-Agent"), " ircontain/")
			res, err := next.Do(req)
			if ours && count.Add(1) == int32(n) {
				do()
			}
			return res, err
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestReactivatedKeyIsNoticedAndReasserted: a pipeline puts the key back to
// Active after the cut. The verification must notice, say so and cut again.
func TestReactivatedKeyIsNoticedAndReasserted(t *testing.T) {
	r := newRig(t, simaws.Options{Seed: 1, Delivery: simaws.Lag(0)})
	r.via = onceAfter(5, func() { // after guard (2), cut, two session denies
		_, err := r.other().UpdateAccessKey(context.Background(), &iam.UpdateAccessKeyInput{UserName: aws.String(victim),
			AccessKeyId: aws.String(r.world.Target()), Status: types.StatusTypeActive})
		must(t, err)
	})
	s, err := r.walk("all")
	if err != nil {
		t.Fatal(err)
	}
	cut := s.Lever("cut/1")
	if cut.Verdict == nil || cut.Verdict.Verdict != incident.RevertedBy {
		t.Fatalf("verdict of the reverted lever: %+v", cut.Verdict)
	}
	if !strings.Contains(cut.Verdict.By, "UpdateAccessKey") {
		t.Errorf("the log knows who did it, the verdict says %q", cut.Verdict.By)
	}
	again := s.Lever("cut/1.r1")
	if again == nil || again.Verdict == nil || again.Verdict.Verdict != incident.Held {
		t.Fatalf("re-assertion: %+v", again)
	}
	if again.Change.Before != "Active" || !again.Change.Rearms {
		t.Errorf("re-assertion lost its pre-image or its rearm mark: %+v", again.Change)
	}
	if got := keyStatus(user(t, r.world.Dump(), victim), r.world.Target()); got != "Inactive" {
		t.Errorf("key is %s in the end", got)
	}
	if len(s.Drifts) == 0 {
		t.Error("no drift was journaled")
	}
}

// TestStrippedGuardrailIsPutBack: the identity (or its friend) deletes the guardrail.
func TestStrippedGuardrailIsPutBack(t *testing.T) {
	r := newRig(t, simaws.Options{Seed: 1})
	r.via = onceAfter(3, func() {
		u := user(t, r.world.Dump(), victim)
		for name := range u.Inline {
			if strings.HasPrefix(name, "IRContainGuard-") {
				_, err := r.other().DeleteUserPolicy(context.Background(), &iam.DeleteUserPolicyInput{UserName: aws.String(victim), PolicyName: aws.String(name)})
				must(t, err)
			}
		}
	})
	s, err := r.walk("all")
	if err != nil {
		t.Fatal(err)
	}
	if v := s.Lever("guard/1").Verdict; v == nil || v.Verdict != incident.RevertedBy {
		t.Errorf("verdict %+v, want REVERTED BY", v)
	}
	if l := s.Lever("guard/1.r1"); l == nil || l.Verdict == nil || l.Verdict.Verdict != incident.Held || l.Change.Before != "" {
		t.Errorf("re-assertion %+v", l)
	}
}

// TestRollbackLeavesDriftAlone: after the walk somebody weakens the guardrail.
// Rolling back refuses that one, with the three versions, undoes the rest, and
// keeps the key Inactive.
func TestRollbackLeavesDriftAlone(t *testing.T) {
	r := newRig(t, simaws.Options{Seed: 1})
	if _, err := r.walk("guard,cut,user-sessions,role-sessions"); err != nil {
		t.Fatal(err)
	}
	s := r.state()
	guard := s.Lever("guard/1").Change
	weak := `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:DeleteBucket","Resource":"*"}]}`
	_, err := r.other().PutUserPolicy(context.Background(), &iam.PutUserPolicyInput{UserName: aws.String(victim),
		PolicyName: aws.String(guard.Params["policy"]), PolicyDocument: aws.String(weak)})
	must(t, err)
	e, w := r.reopenCopy()
	defer w.Close()
	err = e.RunRollback(context.Background(), incident.Decision{Verb: incident.RollBack, By: "raj", Confirm: r.key().Last4()})
	if incident.ClassOf(err) != incident.ClassStale {
		t.Fatalf("error %v, class %s", err, incident.ClassOf(err))
	}
	end := e.State()
	i := slices.IndexFunc(end.Refusals, func(x incident.RollbackRefused) bool { return x.Change == "guard/1" && x.Drift })
	if i < 0 || end.Refusals[i].Now != weak || end.Refusals[i].Applied != guard.After || end.Refusals[i].Found != "" {
		t.Fatalf("refusals %+v", end.Refusals)
	}
	u := user(t, r.world.Dump(), victim)
	if u.Inline[guard.Params["policy"]] != weak {
		t.Error("the drifted policy was overwritten")
	}
	if len(u.Tags) != 2 {
		t.Errorf("tags %v, want the two that were there", u.Tags)
	}
	if got := keyStatus(u, r.world.Target()); got != "Inactive" {
		t.Errorf("rollback left the key %s", got)
	}
	for _, id := range []string{"user-sessions/1", "role-sessions/1", "guard/2"} {
		if !end.Lever(id).RolledBack {
			t.Errorf("%s was not rolled back", id)
		}
	}
}

// TestRollbackRestoresTheAccount: without drift the account is byte-equal to
// what was found, except that the key stays Inactive.
func TestRollbackRestoresTheAccount(t *testing.T) {
	r := newRig(t, simaws.Options{Seed: 1})
	before := user(t, r.world.Dump(), victim)
	if _, err := r.walk("all"); err != nil {
		t.Fatal(err)
	}
	e, w := r.reopenCopy()
	defer w.Close()
	if err := e.RunRollback(context.Background(), incident.Decision{Verb: incident.RollBack, By: "raj", Confirm: r.key().Last4()}); err != nil {
		t.Fatal(err)
	}
	after := user(t, r.world.Dump(), victim)
	if len(after.Inline) != len(before.Inline) || len(after.Tags) != len(before.Tags) || len(after.Attached) != len(before.Attached) {
		t.Errorf("after rollback: inline %d tags %d attached %d", len(after.Inline), len(after.Tags), len(after.Attached))
	}
	if got := keyStatus(after, r.world.Target()); got != "Inactive" {
		t.Errorf("key is %s", got)
	}
	for _, role := range r.world.Dump().Roles {
		for name := range role.Inline {
			if strings.HasPrefix(name, "IRContainGuard-") {
				t.Errorf("role %s still carries %s", role.Name, name)
			}
		}
	}
}

// TestRearmNeedsBoth: the flag and the reason, and then the key is Active again.
func TestRearmNeedsBoth(t *testing.T) {
	r := newRig(t, simaws.Options{Seed: 1})
	if _, err := r.walk("cut"); err != nil {
		t.Fatal(err)
	}
	d := incident.Decision{Verb: incident.RollBack, By: "raj", Confirm: r.key().Last4(), RearmKey: true}
	e, w := r.reopenCopy()
	if err := e.RunRollback(context.Background(), d); incident.ClassOf(err) != incident.ClassRefused {
		t.Errorf("without a reason: %v", err)
	}
	must(t, w.Close())
	if got := keyStatus(user(t, r.world.Dump(), victim), r.world.Target()); got != "Inactive" {
		t.Fatalf("key is %s", got)
	}
	d.Reason = "false alarm, confirmed by lee"
	e, w = r.reopenCopy()
	defer w.Close()
	must(t, e.RunRollback(context.Background(), d))
	if got := keyStatus(user(t, r.world.Dump(), victim), r.world.Target()); got != "Active" {
		t.Errorf("key is %s", got)
	}
}

// TestLostAnswerIsInDoubt: the answer to a write is lost. The walk must not say
// done, must not send again, and a resume must find out.
func TestLostAnswerIsInDoubt(t *testing.T) {
	for _, fault := range []simaws.Fault{simaws.FaultDropBefore, simaws.FaultDropAfter, simaws.FaultStatus500HTML} {
		t.Run(fault.String(), func(t *testing.T) {
			armed := true
			r := newRig(t, simaws.Options{Seed: 1, Fault: func(op string, _ int) simaws.Fault {
				if armed && strings.HasSuffix(op, ":UpdateAccessKey") {
					armed = false
					return fault
				}
				return simaws.FaultNone
			}})
			s, err := r.walk("all")
			if incident.ClassOf(err) != incident.ClassDoubt {
				t.Fatalf("error %v, class %s", err, incident.ClassOf(err))
			}
			if got := s.InDoubt(); len(got) != 1 || got[0] != "cut/1" {
				t.Fatalf("in doubt %v", got)
			}
			e, w := r.reopenCopy()
			defer w.Close()
			must(t, e.Run(context.Background()))
			if e.State().Closed == nil {
				t.Error("not closed after resume")
			}
			if got := keyStatus(user(t, r.world.Dump(), victim), r.world.Target()); got != "Inactive" {
				t.Errorf("key is %s", got)
			}
		})
	}
}

// TestRefusedWriteIsNotDoubt: a missing permission stops the step with the
// account unchanged and names the permission.
func TestRefusedWriteIsNotDoubt(t *testing.T) {
	r := newRig(t, simaws.Options{Seed: 1, Fault: func(op string, n int) simaws.Fault {
		if strings.HasSuffix(op, ":PutUserPolicy") && n == 1 {
			return simaws.FaultThrottle
		}
		return simaws.FaultNone
	}})
	s, err := r.walk("all")
	if err == nil || len(s.InDoubt()) != 0 {
		t.Fatalf("error %v, in doubt %v", err, s.InDoubt())
	}
	if s.Step("guard").Status != incident.StepFailed {
		t.Errorf("guard is %s", s.Step("guard").Status)
	}
	if incident.HintOf(err) == "" {
		t.Error("no hint")
	}
}

// TestExpiredCredentialsPark: the walk stops where it is, and goes on later.
func TestExpiredCredentialsPark(t *testing.T) {
	expired := true
	r := newRig(t, simaws.Options{Seed: 1, Fault: func(op string, _ int) simaws.Fault {
		if expired && strings.HasSuffix(op, ":UpdateAccessKey") {
			return simaws.FaultExpired
		}
		return simaws.FaultNone
	}})
	_, err := r.walk("all")
	if incident.ClassOf(err) != incident.ClassCredentials {
		t.Fatalf("error %v, class %s", err, incident.ClassOf(err))
	}
	expired = false
	e, w := r.reopenCopy()
	defer w.Close()
	must(t, e.Run(context.Background()))
	if e.State().Closed == nil {
		t.Error("not closed after new credentials")
	}
}

// TestManagedPolicyFallback: the inline quota is nearly full.
func TestManagedPolicyFallback(t *testing.T) {
	r := newRig(t, simaws.Options{Seed: 1})
	filler := `{"Version":"2012-10-17","Statement":[{"Sid":"` + strings.Repeat("x", 1200) + `","Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}`
	_, err := r.other().PutUserPolicy(context.Background(), &iam.PutUserPolicyInput{UserName: aws.String(victim), PolicyName: aws.String("filler"), PolicyDocument: aws.String(filler)})
	must(t, err)
	s, err := r.walk("all")
	if err != nil {
		t.Fatal(err)
	}
	if s.Lever("guard/1").Change.Kind != incident.ManagedPolicy || s.Lever("guard/2").Change.Kind != incident.UserPolicyAttachment {
		t.Fatalf("guard went %s, %s", s.Lever("guard/1").Change.Kind, s.Lever("guard/2").Change.Kind)
	}
	if advice := strings.Join(s.Step("guard").Plan.Advice, "\n"); !strings.Contains(advice, "quota is short") {
		t.Errorf("advice does not say why: %s", advice)
	}
	e, w := r.reopenCopy()
	defer w.Close()
	err = e.RunRollback(context.Background(), incident.Decision{Verb: incident.RollBack, By: "raj", Confirm: r.key().Last4()})
	if err != nil {
		t.Fatalf("%v: %+v", err, e.State().Lever("guard/1"))
	}
	a := r.world.Dump()
	for _, p := range a.Policies {
		if strings.HasPrefix(p.Name, "IRContainGuard-") {
			t.Errorf("policy %s stays after rollback", p.Name)
		}
	}
}

// TestReassertingVerificationIsTyped: a verification that may put levers back
// can write, so a plain confirmation is not enough, whatever the playbook says.
func TestReassertingVerificationIsTyped(t *testing.T) {
	r := newRig(t, simaws.Options{Seed: 1})
	s, err := r.walk("all") // the quick playbook asks for a plain confirmation
	must(t, err)
	if got := s.Step("verify").Gate; got != "typed" {
		t.Errorf("gate is %q", got)
	}
}
