package catalogue

import (
	"strings"
	"testing"

	"github.com/ircontain/ircontain/internal/policy"
)

// TestSpareIsExact: on a spared resource the guardrail lets through the use of
// it, of all actions AWS lists, and nothing else; elsewhere it stops what it
// stopped.
func TestSpareIsExact(t *testing.T) {
	c := load(t)
	// One statement freezes secrets and parameters; no call reads a secret by
	// the ARN of a parameter.
	reads := strings.Fields(`secretsmanager:GetSecretValue secretsmanager:BatchGetSecretValue
		ssm:GetParameter ssm:GetParameters ssm:GetParametersByPath ssm:GetParameterHistory`)
	spared := map[string][]string{
		"arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-a1b2c3": reads,
		"arn:aws:ssm:eu-west-1:111122223333:parameter/app/db":            reads,
		"arn:aws:kms:eu-west-1:111122223333:key/1234abcd":                strings.Fields("kms:Decrypt kms:DeriveSharedSecret kms:ReEncryptFrom"),
		"arn:aws:iam::111122223333:role/deploy":                          strings.Fields("sts:AssumeRole sts:AssumeRoleWithSAML sts:AssumeRoleWithWebIdentity sts:AssumeRoot"),
	}
	spec := specOf([]policy.Intent{policy.FreezeSecrets, policy.FreezeAssume})
	for arn := range spared {
		spec.Spare = append(spec.Spare, arn)
	}
	_, p := compile(t, spec)
	want := setOf(protection(), intended(c, policy.FreezeSecrets), intended(c, policy.FreezeAssume))
	assertDenies(t, "resource unknown", denied(c, p), want)
	bob, err := policy.ParsePrincipal("arn:aws:iam::111122223333:user/bob")
	if err != nil {
		t.Fatal(err)
	}
	managed := setOf(strings.Fields("iam:CreatePolicyVersion iam:DeletePolicyVersion iam:DeletePolicy iam:SetDefaultPolicyVersion"))
	for arn, uses := range spared {
		got, use := map[string]bool{}, setOf(uses)
		for a := range c.Actions() {
			r := policy.Request{Principal: bob, Action: a.String(), Context: policy.NewMapContext(nil)}
			if policy.ForecastDeny(p, r, []string{arn}).Verdict == policy.VerdictDenied {
				got[a.String()] = true
			}
		}
		still := map[string]bool{}
		for name := range want {
			if !use[name] && !managed[name] {
				still[name] = true
			}
		}
		assertDenies(t, arn, got, still)
	}
}
