package catalogue

import (
	"slices"
	"strings"
	"testing"

	"github.com/ircontain/ircontain/internal/policy"
)

// harmless are the IAM writes on a user or a managed policy that leave a
// guardrail where it is, each with the reason. Any other write must be stopped;
// one that AWS adds makes this test fail until somebody has judged it.
func harmless() map[string]string {
	return map[string]string{
		"iam:CreatePolicy":       "makes another policy; an existing name is refused",
		"iam:CreateUser":         "makes another user, without a key or password",
		"iam:DeleteSSHPublicKey": "takes a credential away",
		"iam:TagUser":            "tags carry no rights of the guardrail",
		"iam:UntagUser":          "tags carry no rights of the guardrail",
		"iam:TagMFADevice":       "tags carry no rights of the guardrail",
		"iam:UntagMFADevice":     "tags carry no rights of the guardrail",
		"iam:TagPolicy":          "tags carry no rights of the guardrail",
		"iam:UntagPolicy":        "tags carry no rights of the guardrail",
	}
}

// TestGuardrailCannotBeRemoved tries, as the contained user itself, every IAM
// write AWS lists for users, policies and MFA devices against the user, its
// guardrail and the policies it holds: under every intent, also from the
// carved-out consumer's place and after the expiry.
func TestGuardrailCannotBeRemoved(t *testing.T) {
	c := load(t)
	user := "arn:aws:iam::111122223333:user/team/bob"
	mine := "arn:aws:iam::111122223333:policy/team/deploy"
	bob, err := policy.ParsePrincipal(user)
	if err != nil {
		t.Fatal(err)
	}
	targets := map[string][]string{
		"user": {user}, "group": {"arn:aws:iam::111122223333:group/ops"},
		"mfa":    {"arn:aws:iam::111122223333:mfa/bob"},
		"policy": {"arn:aws:iam::111122223333:policy/" + policy.GuardrailPrefix + "a1b2c3d4-freeze", mine},
	}
	allow := policyOf(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)
	tried := 0
	for _, spec := range everySpec() {
		spec.ProtectPolicies = []string{mine}
		_, guard := compile(t, spec)
		for _, place := range []map[string][]string{
			{"aws:SourceIp": {"192.0.2.9"}, "aws:CurrentTime": {"2026-11-21T11:00:00Z"}},
			{"aws:SourceIp": {"198.51.100.7"}, "aws:CurrentTime": {"2026-11-21T11:00:00Z"}}, // carved out
			{"aws:SourceIp": {"203.0.113.9"}, "aws:CurrentTime": {"2026-11-29T11:00:00Z"}},  // pinned, and expired
			{"aws:ViaAWSService": {"true"}, "aws:CurrentTime": {"2026-11-21T11:00:00Z"}},
			{"aws:SourceVpc": {"vpc-0a1b2c3d4e5f67890"}, "aws:CurrentTime": {"2026-11-29T11:00:00Z"}},
		} {
			for _, name := range writesOf(c, "iam") {
				for _, resource := range c.ResourceTypes(name) {
					for _, arn := range targets[resource] {
						if resource == "group" && !strings.HasSuffix(name, "Group") || harmless()[name] != "" || groupOnly(name) {
							continue
						}
						tried++
						r := policy.Request{Principal: bob, Action: name, Resource: arn, Context: policy.NewMapContext(place)}
						if d := policy.Evaluate(policy.Layers{Identity: []*policy.Policy{allow, guard}}, r); d.Effect != policy.ExplicitlyDenied {
							t.Errorf("%v from %v: %s on %s is %s", spec.Intents, place, name, arn, d.Effect)
						}
					}
				}
			}
		}
	}
	t.Logf("%d calls tried", tried)
	if tried < 5000 {
		t.Errorf("only %d calls tried", tried)
	}
}

// groupOnly are changes to a group as such. They can widen what its members may
// do but not lift an explicit deny; a guardrail on a group has its own
// protection.
func groupOnly(name string) bool {
	return slices.Contains(strings.Fields("iam:CreateGroup iam:UpdateGroup iam:DeleteGroup"), name)
}

func policyOf(t *testing.T, text string) *policy.Policy {
	t.Helper()
	d, err := policy.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d.Compile()
}
