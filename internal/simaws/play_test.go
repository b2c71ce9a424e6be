package simaws

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

func (o Outcome) actor(t testing.TB, name string) ActorOutcome {
	t.Helper()
	for _, a := range o.Actors {
		if a.Name == name {
			return a
		}
	}
	t.Fatalf("no actor %s", name)
	return ActorOutcome{}
}

// okSince counts an actor's useful calls: GetCallerIdentity always works.
func (a ActorOutcome) okSince(t time.Time) (n int) {
	for _, c := range a.Calls {
		if c.Result == "ok" && c.Operation != "sts:GetCallerIdentity" && c.Time.After(t) {
			n++
		}
	}
	return n
}

func setKey(t testing.TB, c *iam.Client, key string, status iamtypes.StatusType) {
	t.Helper()
	must(c.UpdateAccessKey(bg, &iam.UpdateAccessKeyInput{UserName: p("svc-billing-export"), AccessKeyId: p(key), Status: status}))(t)
}

func secondKey(t testing.TB, w *World, c *iam.Client) string {
	t.Helper()
	for _, k := range must(c.ListAccessKeys(bg, &iam.ListAccessKeysInput{UserName: p("svc-billing-export")}))(t).AccessKeyMetadata {
		if *k.AccessKeyId != w.Target() {
			return *k.AccessKeyId
		}
	}
	t.Fatal("the intruder has made no second key")
	return ""
}

func TestOnlySwitchingTheKeyOff(t *testing.T) {
	w := scenarioWorld(t)
	c := w.responderClients().iam
	cut := w.Clock().Now()
	setKey(t, c, w.Target(), iamtypes.StatusTypeInactive)
	w.Clock().Advance(30 * time.Minute)
	in := w.Outcome().actor(t, "intruder")
	if in.okSince(cut.Add(5*time.Second)) < 10 {
		t.Errorf("the intruder should live on: %+v", in.Paths)
	}
	// It switched the key on again with the second one.
	if k := must(c.ListAccessKeys(bg, &iam.ListAccessKeysInput{UserName: p("svc-billing-export")}))(t).AccessKeyMetadata[0]; k.Status != iamtypes.StatusTypeActive {
		t.Errorf("key is %s", k.Status)
	}
}

func TestGuardrailBeforeTheCut(t *testing.T) {
	w := scenarioWorld(t)
	all := w.responderClients()
	c := all.iam
	user := p("svc-billing-export")
	w.Clock().Advance(time.Minute)
	must(c.PutUserPolicy(bg, &iam.PutUserPolicyInput{UserName: user, PolicyName: p("ir-guard"), PolicyDocument: p(denyAll())}))(t)
	// The role is shared: revoke sessions older than the deny took effect.
	revoke := `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":"` +
		w.Clock().Now().Add(10*time.Second).Format(time.RFC3339) + `"}}}}`
	must(c.PutRolePolicy(bg, &iam.PutRolePolicyInput{RoleName: p("deploy-artifacts"), PolicyName: p("ir-revoke"), PolicyDocument: p(revoke)}))(t)
	w.Clock().Advance(5 * time.Second)
	held := w.Clock().Now()
	w.Clock().Advance(60 * time.Minute)
	o := w.Outcome()
	if n := o.actor(t, "intruder").okSince(held); n != 0 {
		t.Errorf("%d calls after the guardrail held: %+v", n, o.actor(t, "intruder").Calls)
	}
	night := o.actor(t, "nightly-export")
	if night.Runs != 1 || night.BrokenRuns != 1 || night.Denied != 1 || night.BrokenFor < 10*time.Minute {
		t.Errorf("nightly export: %+v", night)
	}
	if pol := must(c.ListUserPolicies(bg, &iam.ListUserPoliciesInput{UserName: user}))(t).PolicyNames; len(pol) != 2 {
		t.Errorf("guardrail gone: %v", pol)
	}
	// The denied calls are in event history, the orphan job among them.
	denied := map[string]int{}
	count := func() int {
		n := 0
		for _, e := range lookupAll(t, w, trailtypes.LookupAttributeKeyAccessKeyId, w.Target(), cloudtrail.LookupEventsInput{StartTime: &held}) {
			r := record(t, e)
			denied[r.at("sourceIPAddress").(string)]++
			n++
		}
		return n
	}
	count()
	if denied["198.51.100.44"] == 0 || denied["10.4.2.19"] != 1 {
		t.Errorf("denied by origin: %v", denied)
	}
	// Switched off, the key falls silent although everybody goes on trying.
	setKey(t, c, w.Target(), iamtypes.StatusTypeInactive)
	setKey(t, c, secondKey(t, w, c), iamtypes.StatusTypeInactive)
	w.Clock().Advance(5 * time.Second)
	held = w.Clock().Now()
	w.Clock().Advance(24 * time.Hour)
	if n := count(); n != 0 {
		t.Errorf("%d events of an inactive key", n)
	}
	if o := w.Outcome(); o.actor(t, "nightly-export").Unauthenticated != 1 || o.actor(t, "build-runner").Unauthenticated == 0 {
		t.Errorf("workloads should have been refused: %+v", o.actor(t, "nightly-export"))
	}
	// The monthly job, too, and only its own absence tells.
	if m := w.Outcome().actor(t, "monthly-reconciliation"); m.BrokenRuns != 1 {
		t.Errorf("monthly job: %+v", m)
	}
	if ci := w.Outcome().actor(t, "ci-deploy"); ci.BrokenRuns != 0 || ci.Runs == 0 {
		t.Errorf("bystander: %+v", ci)
	}
}

func TestRearmingIsNoticed(t *testing.T) {
	w := scenarioWorld(t)
	c := w.responderClients().iam
	must(c.AttachUserPolicy(bg, &iam.AttachUserPolicyInput{UserName: p("breakglass"), PolicyArn: p("arn:aws:iam::aws:policy/AWSDenyAll")}))(t)
	setKey(t, c, secondKey(t, w, c), iamtypes.StatusTypeInactive)
	setKey(t, c, w.Target(), iamtypes.StatusTypeInactive)
	w.Clock().Advance(2 * time.Hour)
	w.Tick()
	armed := w.Clock().Now()
	setKey(t, c, w.Target(), iamtypes.StatusTypeActive)
	w.Clock().Advance(30 * time.Minute)
	found := false
	for _, path := range w.Outcome().actor(t, "intruder").Paths {
		found = found || path.Name == "key" && path.LastOK.After(armed)
	}
	if !found {
		t.Error("the intruder did not find the key switched on again")
	}
}

func TestResponderRights(t *testing.T) {
	w := scenarioWorld(t)
	all := w.responderClients()
	_, err := all.iam.DeleteAccessKey(bg, &iam.DeleteAccessKeyInput{UserName: p("svc-billing-export"), AccessKeyId: p(w.Target())})
	wantCode(t, err, "AccessDenied", "explicit deny")
	_, err = all.secrets.GetSecretValue(bg, &secretsmanager.GetSecretValueInput{SecretId: p("prod/billing/db")})
	wantCode(t, err, "AccessDeniedException", "")
	id := must(all.sts.GetCallerIdentity(bg, nil))(t)
	if *id.Arn != w.Responder().ARN {
		t.Errorf("responder is %s", *id.Arn)
	}
}

// What a responder finds in the logs: every consumer, with its origin.
func TestHistoryShowsTheConsumers(t *testing.T) {
	w := fullWorld(t)
	w.Clock().Advance(3 * time.Minute)
	origins := map[string]int{}
	monthly := time.Time{}
	for _, e := range lookupAll(t, w, trailtypes.LookupAttributeKeyAccessKeyId, w.Target(), cloudtrail.LookupEventsInput{}) {
		ip := record(t, e).at("sourceIPAddress").(string)
		origins[ip]++
		if ip == "10.4.7.31" && e.EventTime.After(monthly) {
			monthly = *e.EventTime
		}
	}
	for ip, least := range map[string]int{"10.4.2.19": 170, "203.0.113.7": 800, "10.4.7.31": 6, "198.51.100.44": 10} {
		if origins[ip] < least {
			t.Errorf("%s: %d events, want at least %d", ip, origins[ip], least)
		}
	}
	if age := w.Clock().Now().Sub(monthly); age < 30*24*time.Hour {
		t.Errorf("the monthly job ran %v ago: thirty days of logs would show it", age)
	}
}

func TestDumpLoadsAgain(t *testing.T) {
	w := scenarioWorld(t)
	w.Tick()
	before := w.Dump()
	again := must(FromAccount(before, Options{Seed: 99, Clock: NewStepClock(start)}))(t)
	if a, b := string(marshal(before)), string(marshal(again.Dump())); a != b {
		t.Errorf("dump changed: %s", firstDifference(a, b))
	}
	// The dump is a copy: changing it changes nothing.
	before.Users[2].Inline["x"] = "y"
	before.Users[2].Keys[0].Status = statusInactive
	if d := w.Dump(); d.Users[2].Inline["x"] != "" || d.Users[2].Keys[0].Status != statusActive {
		t.Error("dump shares memory with the world")
	}
}

// A deny by source address hits callers behind a VPC endpoint, who have no
// aws:SourceIp, unless the policy says IfExists.
func TestSourceAddressBehindAnEndpoint(t *testing.T) {
	const deny = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{%s}}}`
	for condition, broken := range map[string]int{
		`"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","203.0.113.0/24"]}`:                  1,
		`"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"},"Null":{"aws:SourceIp":"false"}`: 0,
		`"NotIpAddress":{"aws:VpcSourceIp":"10.4.0.0/16"}`:                                 0,
		`"StringNotEquals":{"aws:SourceVpce":"vpce-0000000000000000"}`:                     1,
		`"StringNotEquals":{"aws:SourceVpce":"vpce-0b7c1f22d9a3e4c58"}`:                    0,
	} {
		w := scenarioWorld(t)
		must(w.responderClients().iam.PutUserPolicy(bg, &iam.PutUserPolicyInput{UserName: p("svc-billing-export"), PolicyName: p("pin"), PolicyDocument: p(fmt.Sprintf(deny, condition))}))(t)
		w.Clock().Advance(time.Hour)
		if n := w.Outcome().actor(t, "nightly-export"); n.BrokenRuns != broken {
			t.Errorf("%s: %d broken runs, want %d", condition, n.BrokenRuns, broken)
		}
	}
}
