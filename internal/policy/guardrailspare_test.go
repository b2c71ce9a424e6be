package policy

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestGuardrailSpares(t *testing.T) {
	secret := "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-a1b2c3"
	role := "arn:aws:iam::111122223333:role/deploy"
	spec := GuardrailSpec{Intents: []Intent{FreezeSecrets, FreezeAssume}, Spare: []string{secret, role}}
	g, p := guardrail(t, spec)
	for _, c := range []struct {
		action, resource string
		want             Verdict
	}{
		{"secretsmanager:GetSecretValue", secret, VerdictNotDenied},
		{"secretsmanager:GetSecretValue", secret + "x", VerdictDenied},
		{"secretsmanager:BatchGetSecretValue", "*", VerdictDenied},
		{"sts:AssumeRole", role, VerdictNotDenied},
		{"sts:AssumeRole", role + "2", VerdictDenied},
		{"kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/k", VerdictDenied},
		{"iam:CreateAccessKey", "arn:aws:iam::111122223333:user/bob", VerdictDenied},
	} {
		r := Request{Principal: principal(t, bob), Action: c.action}
		if f := ForecastDeny(p, r, []string{c.resource}); f.Verdict != c.want {
			t.Errorf("%s on %s: %s", c.action, c.resource, f.Verdict)
		}
	}
	if !strings.Contains(strings.Join(g.DoesNotStop, "\n"), secret) {
		t.Error("spared secret is not listed as left open")
	}
	_, p = guardrail(t, GuardrailSpec{Intents: []Intent{DenyAll}, Spare: []string{secret}})
	for action, want := range map[string]Verdict{"secretsmanager:GetSecretValue": VerdictNotDenied, "s3:GetObject": VerdictDenied} {
		arn := map[string]string{"s3:GetObject": bucket}[action]
		if arn == "" {
			arn = secret
		}
		if f := ForecastDeny(p, Request{Action: action}, []string{arn}); f.Verdict != want {
			t.Errorf("deny-all with a spared secret, %s: %s", action, f.Verdict)
		}
	}
	for _, arn := range []string{"*", "arn:aws:s3:::b", secret + "*", "arn:aws:iam::111122223333:user/bob"} {
		spec.Spare = []string{arn}
		spec.Name = GuardrailPrefix + "x"
		if _, err := CompileGuardrail(spec); !errors.Is(err, ErrGuardrail) {
			t.Errorf("spared %s: %v", arn, err)
		}
	}
}

func TestGuardrailOfARole(t *testing.T) {
	_, p := guardrail(t, GuardrailSpec{Intents: []Intent{FreezeSecrets}, Role: "app"})
	for _, a := range strings.Fields(`iam:PutRolePolicy iam:DeleteRolePolicy iam:AttachRolePolicy iam:DetachRolePolicy
		iam:PutRolePermissionsBoundary iam:DeleteRolePermissionsBoundary iam:DeleteRole iam:UpdateRole
		iam:UpdateAssumeRolePolicy iam:CreateAccessKey`) {
		if v := stops(t, p, a, ""); v != VerdictDenied {
			t.Errorf("%s: %s", a, v)
		}
	}
	for _, a := range strings.Fields(`iam:GetRole iam:GetRolePolicy iam:ListRolePolicies iam:ListAttachedRolePolicies`) {
		if v := stops(t, p, a, ""); v != VerdictNotDenied {
			t.Errorf("%s: %s", a, v)
		}
	}
}

func TestRevocations(t *testing.T) {
	cut := time.Date(2026, 11, 21, 10, 0, 0, 1, time.UTC)
	all := compile(t, KindIdentity, string(RevokeRoleSessions(cut)))
	one := compile(t, KindIdentity, string(RevokeRoleSessions(cut, "AROAX:run*")))
	user := compile(t, KindIdentity, string(RevokeUserSessions()))
	for _, c := range []struct {
		p       *Policy
		context string
		want    Verdict
	}{
		{all, "aws:TokenIssueTime=2026-11-21T10:00:00Z", VerdictDenied},
		{all, "aws:TokenIssueTime=2026-11-21T10:00:01Z", VerdictNotDenied},
		{all, "", VerdictNotDenied},
		{one, "aws:TokenIssueTime=2026-11-21T09:00:00Z;aws:userid=AROAX:run7", VerdictDenied},
		{one, "aws:TokenIssueTime=2026-11-21T09:00:00Z;aws:userid=AROAX:nightly", VerdictNotDenied},
		{user, "aws:TokenIssueTime=2036-01-01T00:00:00Z", VerdictDenied},
		{user, "", VerdictNotDenied},
	} {
		if got := stops(t, c.p, "s3:GetObject", c.context); got != c.want {
			t.Errorf("%s in %q: %s", c.p.Document().Source(), c.context, got)
		}
	}
}

func TestGuardrailRefuses(t *testing.T) {
	good := GuardrailSpec{Name: GuardrailPrefix + "x", Intents: []Intent{DenyAll}}
	for name, change := range map[string]func(*GuardrailSpec){
		"foreign name":    func(s *GuardrailSpec) { s.Name = "mine" },
		"bare prefix":     func(s *GuardrailSpec) { s.Name = GuardrailPrefix },
		"long name":       func(s *GuardrailSpec) { s.Name += strings.Repeat("x", 128) },
		"no name":         func(s *GuardrailSpec) { s.Name = "" },
		"no intent":       func(s *GuardrailSpec) { s.Intents = nil },
		"unknown intent":  func(s *GuardrailSpec) { s.Intents = []Intent{"freeze"} },
		"account":         func(s *GuardrailSpec) { s.Account = "12" },
		"protect":         func(s *GuardrailSpec) { s.ProtectPolicies = []string{"deploy"} },
		"protect by star": func(s *GuardrailSpec) { s.ProtectPolicies = []string{"arn:aws:iam::111122223333:policy/*"} },
	} {
		s := good
		change(&s)
		if _, err := CompileGuardrail(s); !errors.Is(err, ErrGuardrail) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if name, err := GuardrailName("20261121-brass-otter", "freeze"); err != nil || name != "IRContainGuard-20261121-brass-otter-freeze" {
		t.Errorf("%s, %v", name, err)
	}
	for _, c := range [][2]string{{"", "x"}, {"x", ""}, {"a b", "c"}, {"a/b", "c"}, {strings.Repeat("i", 120), "c"}} {
		if _, err := GuardrailName(c[0], c[1]); !errors.Is(err, ErrGuardrail) {
			t.Errorf("%v accepted", c)
		}
	}
}

func TestGuardrailOnAGroup(t *testing.T) {
	spec := specOf(FreezeSecrets)
	spec.Group = "quarantine"
	g, p := guardrail(t, spec)
	for _, a := range strings.Fields(`iam:PutGroupPolicy iam:DeleteGroupPolicy iam:AttachGroupPolicy iam:DetachGroupPolicy
		iam:DeleteGroup iam:UpdateGroup iam:RemoveUserFromGroup`) {
		if v := stops(t, p, a, ""); v != VerdictDenied {
			t.Errorf("%s: %s", a, v)
		}
	}
	for _, a := range strings.Fields(`iam:GetGroup iam:GetGroupPolicy iam:ListGroupPolicies iam:ListAttachedGroupPolicies`) {
		if v := stops(t, p, a, ""); v != VerdictNotDenied {
			t.Errorf("%s: %s", a, v)
		}
	}
	if lines := strings.Join(g.Explain(), "\n"); !strings.Contains(lines, "every member is stopped") || !strings.Contains(lines, "statement ProtectGroup: ") {
		t.Errorf("%s", lines)
	}
}
