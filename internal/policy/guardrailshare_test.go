package policy

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestSpareDoesNotShare: what is spared may be used and not given away.
func TestSpareDoesNotShare(t *testing.T) {
	const (
		secret    = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-a1b2c3"
		parameter = "arn:aws:ssm:eu-west-1:111122223333:parameter/app/db"
		key       = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"
		role      = "arn:aws:iam::111122223333:role/deploy"
	)
	freezes := []Intent{FreezeSecrets, FreezeAssume}
	direct, through := "", "kms:ViaService=ec2.eu-west-1.amazonaws.com"
	for _, c := range []struct {
		intents                   []Intent
		action, resource, context string
		want                      Verdict
	}{
		{freezes, "secretsmanager:GetSecretValue", secret, direct, VerdictNotDenied},
		{freezes, "secretsmanager:PutResourcePolicy", secret, direct, VerdictDenied},
		{freezes, "ssm:GetParameters", parameter, direct, VerdictNotDenied},
		{freezes, "ssm:PutResourcePolicy", parameter, direct, VerdictDenied},
		{freezes, "kms:Decrypt", key, direct, VerdictNotDenied},
		{freezes, "kms:DeriveSharedSecret", key, direct, VerdictNotDenied},
		{freezes, "kms:ReEncryptFrom", key, direct, VerdictNotDenied},
		{freezes, "kms:CreateGrant", key, direct, VerdictDenied},
		{freezes, "kms:CreateGrant", key, through, VerdictNotDenied},
		{freezes, "kms:PutKeyPolicy", key, direct, VerdictDenied},
		{freezes, "kms:ReplicateKey", key, direct, VerdictDenied},
		{freezes, "sts:AssumeRole", role, direct, VerdictNotDenied},
		{freezes, "iam:PassRole", role, direct, VerdictDenied},
		{freezes, "kms:Decrypt", key + "x", direct, VerdictDenied},
		{[]Intent{DenyAll}, "kms:Decrypt", key, direct, VerdictNotDenied},
		{[]Intent{DenyAll}, "kms:PutKeyPolicy", key, direct, VerdictDenied},
		{[]Intent{DenyAll}, "kms:CreateGrant", key, direct, VerdictDenied},
		{[]Intent{DenyAll}, "kms:CreateGrant", key, through, VerdictNotDenied},
		{[]Intent{DenyAll}, "secretsmanager:PutResourcePolicy", secret, direct, VerdictDenied},
		{[]Intent{DenyAll}, "ssm:PutResourcePolicy", parameter, direct, VerdictDenied},
		{[]Intent{DenyAll}, "s3:GetObject", bucket, direct, VerdictDenied},
	} {
		for _, limited := range []bool{false, true} {
			spec := GuardrailSpec{Intents: c.intents, Account: account, Spare: []string{secret, parameter, key}}
			if !slices.Contains(c.intents, DenyAll) {
				spec.Spare = append(spec.Spare, role)
			}
			if limited {
				spec.Intents = append(slices.Clone(c.intents), CarveOut)
				spec.Consumer = Consumer{Origin: Origin{CIDRs: []string{"198.51.100.7"}}}
			}
			g, p := guardrail(t, spec)
			r := Request{Principal: principal(t, bob), Action: c.action, Context: NewValueContext(keys(c.context + ";aws:SourceIp=192.0.2.1"))}
			if f := ForecastDeny(p, r, []string{c.resource}); f.Verdict != c.want {
				t.Errorf("%v, limited %t: %s on %s: %s", c.intents, limited, c.action, c.resource, f.Verdict)
			}
			for _, sid := range g.Sids {
				if sidPurpose(sid) == "" {
					t.Errorf("%s is not explained", sid)
				}
			}
			if !g.FitsUserInline(254) && !limited {
				t.Errorf("%d characters", g.Size)
			}
		}
	}
}

// TestSpareClaimsAreTrue: DoesNotStop names a spared ARN only if a call on it
// indeed passes.
func TestSpareClaimsAreTrue(t *testing.T) {
	uses := map[string]string{
		"arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-a1b2c3": "secretsmanager:GetSecretValue",
		"arn:aws:kms:eu-west-1:111122223333:key/k":                       "kms:Decrypt",
		"arn:aws:iam::111122223333:role/deploy":                          "sts:AssumeRole",
	}
	for _, intents := range [][]Intent{{FreezeSecrets}, {FreezeAssume}, {FreezeSecrets, FreezeAssume}, {DenyAll},
		{DenyAll, FreezeAssume}, {DenyAll, FreezeSecrets, FreezeAssume}, {DenyAll, FreezeIAM}} {
		for arn, action := range uses {
			spec := GuardrailSpec{Incident: "i", Intents: intents, Account: account, Spare: []string{arn}}
			g, err := CompileGuardrail(spec)
			if errors.Is(err, ErrGuardrail) {
				continue
			}
			p := compile(t, KindIdentity, string(g.Document))
			claimed := strings.Contains(strings.Join(g.DoesNotStop, "\n"), arn)
			passes := ForecastDeny(p, Request{Principal: principal(t, bob), Action: action}, []string{arn}).Verdict == VerdictNotDenied
			if !claimed || !passes {
				t.Errorf("%v spares %s: claimed %t, passes %t", intents, arn, claimed, passes)
			}
		}
	}
	const limit = "as far as nothing else here stops it"
	for _, more := range []Intent{FreezeIAM, PinOrigin, OnlyActions} {
		spec := specOf(FreezeSecrets, more)
		spec.Spare = []string{"arn:aws:kms:eu-west-1:111122223333:key/k"}
		g, _ := guardrail(t, spec)
		if got := strings.Contains(strings.Join(g.DoesNotStop, "\n"), limit); got != (more != FreezeIAM) {
			t.Errorf("%s: %q", more, g.DoesNotStop)
		}
	}
	spec := specOf(DenyAll, FreezeAssume)
	spec.Incident, spec.Spare, spec.Now = "i", []string{"arn:aws:iam::111122223333:role/deploy"}, time.Time{}
	if _, err := CompileGuardrail(spec); !errors.Is(err, ErrGuardrail) {
		t.Errorf("deny-all spares a role: %v", err)
	}
}
