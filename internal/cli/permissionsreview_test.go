package cli

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ircontain/ircontain/internal/catalogue"
	"github.com/ircontain/ircontain/internal/permission"
	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/simaws"
)

// scenarioSnapshot is the account of the shipped scenario at the alert.
func scenarioSnapshot(t *testing.T) *accountSnapshot {
	t.Helper()
	sc, err := simaws.LoadScenario(defaultScenario)
	if err != nil {
		t.Fatal(err)
	}
	sc.History.Days = 1
	w, err := simaws.New(sc, simaws.Options{Seed: 1, Clock: simaws.NewStepClock(sc.Start)})
	if err != nil {
		t.Fatal(err)
	}
	s := &accountSnapshot{SchemaVersion: 1, Kind: snapshotKind, Partition: "aws", Account: w.Dump()}
	s.Account.Policies = append(s.Account.Policies, simaws.ManagedPolicy{Name: "AdministratorAccess", ARN: "arn:aws:iam::aws:policy/AdministratorAccess",
		Versions: []simaws.PolicyVersion{{ID: "v1", Default: true, Document: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`}}})
	return s
}

func reviewOf(t *testing.T, s *accountSnapshot, name string) (permission.Report, permission.Input) {
	t.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	who, err := parseWho(name)
	if err != nil {
		t.Fatal(err)
	}
	in, err := s.around(who)
	if err != nil {
		t.Fatal(err)
	}
	subject, err := permission.Compile(in)
	if err != nil {
		t.Fatal(err)
	}
	return subject.Review(cat), in
}

// actionsOf lists what is allowed for sure, in the order of the report.
func actionsOf(r permission.Report) []permission.Action {
	var out []permission.Action
	for _, s := range r.Services {
		for _, l := range s.Levels {
			for _, a := range l.Actions {
				if a.Effect == permission.Allowed {
					out = append(out, a)
				}
			}
		}
	}
	return out
}

// What the intruder of the scenario goes on to do, the review says beforehand.
func TestReviewForeseesTheIntruder(t *testing.T) {
	t.Parallel()
	r, _ := reviewOf(t, scenarioSnapshot(t), "svc-billing-export")
	through := map[string]string{}
	for _, a := range actionsOf(r) {
		through[a.Action] = strings.Join(a.Through, ", ")
	}
	for action, want := range map[string]string{
		"iam:CreateAccessKey": "inline self-service", "iam:DeleteUserPolicy": "inline self-service", "iam:ListUsers": "managed arn:aws:iam::000000000000:policy/temp-integration-access",
		"secretsmanager:GetSecretValue": "managed arn:aws:iam::000000000000:policy/temp-integration-access", "sts:AssumeRole": "resource policy, managed arn:aws:iam::000000000000:policy/temp-integration-access",
		"s3:ListAllMyBuckets": "managed arn:aws:iam::000000000000:policy/temp-integration-access, group integrations inline list-buckets",
		"sts:GetSessionToken": "needs no permission", "iam:CreateUser": "", "iam:AttachUserPolicy": "",
	} {
		if through[action] != want {
			t.Errorf("%s through %q, want %q", action, through[action], want)
		}
	}
	ways := map[string]permission.Effect{}
	for _, e := range r.Escalation {
		ways[e.Name] = e.Effect
	}
	for _, want := range []string{"create another access key for itself", "switch its own keys on again", "write an inline policy for itself",
		"delete its own inline policies", "detach its own managed policies", "mint sessions that outlive the key"} {
		if ways[want] != permission.Allowed {
			t.Errorf("%q is %q", want, ways[want])
		}
	}
	if ways["create an access key for another user"] != "" {
		t.Error("it can make keys for others only in the report")
	}
	if len(r.Roles) != 2 || r.Roles[0].Role != "arn:aws:iam::000000000000:role/deploy-artifacts" || r.Roles[0].Effect != permission.Allowed ||
		r.Roles[1].Effect != permission.Conditional || !slices.Equal(r.Roles[1].DependsOn, []string{"aws:MultiFactorAuthPresent"}) {
		t.Errorf("roles %+v", r.Roles)
	}
}

// Whatever the review calls allowed, the evaluator allows on a concrete
// resource and in a concrete request.
func TestAllowedIsAllowed(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	context := map[string][]string{"aws:sourceip": {"198.51.100.44"}, "aws:requestedregion": {"us-east-1"}, "aws:securetransport": {"true"},
		"aws:currenttime": {"2026-03-31T02:14:30Z"}, "aws:viaawsservice": {"false"}, "aws:useragent": {"x"}}
	asked := 0
	for _, name := range []string{"svc-billing-export", "ci-deploy", "breakglass", "role/IR-Operator", "role/deploy-artifacts"} {
		r, in := reviewOf(t, scenarioSnapshot(t), name)
		who, err := policy.ParsePrincipal(in.Principal.ARN)
		if err != nil {
			t.Fatal(err)
		}
		keys := map[string][]string{"aws:principalarn": {who.ARN}, "aws:principalaccount": {who.Account}}
		if who.Kind == policy.PrincipalUser {
			keys["aws:username"] = []string{who.Name}
		}
		for k, v := range context {
			keys[k] = v
		}
		var l policy.Layers
		for _, d := range in.Principal.Documents {
			doc, err := policy.Parse([]byte(d.Text))
			if err != nil {
				t.Fatal(err)
			}
			l.Identity = append(l.Identity, doc.Compile())
		}
		all := actionsOf(r)
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, a := range all[:min(200, len(all))] {
			if slices.Contains(a.Through, "needs no permission") || a.Action == "sts:AssumeRole" || a.Action == "sts:TagSession" || a.Action == "sts:SetSourceIdentity" {
				continue // not decided by the identity's documents alone
			}
			for _, pattern := range a.Resources {
				q := policy.Request{Principal: who, Action: a.Action, Context: policy.NewMapContext(keys), Resource: strings.ReplaceAll(pattern, "*", "some/thing")}
				if pattern == "*" {
					q.Resource = "*"
				}
				if d := policy.Evaluate(l, q); d.Effect != policy.Allowed {
					t.Errorf("%s may do %s on %s, says the review; the evaluator says %s", name, a.Action, q.Resource, d.Effect)
				}
				asked++
			}
		}
	}
	if asked < 300 {
		t.Errorf("only %d questions were asked", asked)
	}
}

// The guardrail of the playbook closes every way that the review found open,
// but for what no document can close.
func TestReviewUnderAnExplicitDeny(t *testing.T) {
	t.Parallel()
	s := scenarioSnapshot(t)
	for i := range s.Account.Users {
		if u := &s.Account.Users[i]; u.Name == "svc-billing-export" {
			u.Inline["IRContainGuard-test"] = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":["iam:*","sts:*"],"Resource":"*"}}`
		}
	}
	r, _ := reviewOf(t, s, "arn:aws:iam::000000000000:user/svc-billing-export")
	if len(r.Escalation) != 0 || len(r.Roles) != 0 {
		t.Errorf("still open: %+v %+v", r.Escalation, r.Roles)
	}
	for _, svc := range r.Services {
		for _, l := range svc.Levels {
			if svc.Service == "iam" && (l.Allowed+l.Conditional > 0 || l.ExplicitlyDenied != len(l.Actions)) {
				t.Errorf("iam %+v", l)
			}
		}
	}
}

func TestParseWho(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]wanted{
		"ana": {kind: "user", name: "ana"}, "user/ana": {kind: "user", name: "ana"}, "role/x": {kind: "role", name: "x"}, "role/path/x": {kind: "role", name: "x"},
		"arn:aws:iam::111122223333:user/a/ana":       {kind: "user", name: "ana", arn: "arn:aws:iam::111122223333:user/a/ana", account: "111122223333"},
		"arn:aws:sts::111122223333:assumed-role/r/s": {kind: "role", name: "r", account: "111122223333"},
	} {
		if got, err := parseWho(in); err != nil || got != want {
			t.Errorf("%s: %+v %v", in, got, err)
		}
	}
	for _, in := range []string{"", "group/x", "user/", "a b", "arn:aws:iam::111122223333:root", "arn:aws:s3:::b", "arn:aws:iam::1:user/x", "role/*"} {
		if got, err := parseWho(in); err == nil {
			t.Errorf("%q: %+v", in, got)
		}
	}
}
