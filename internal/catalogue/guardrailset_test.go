package catalogue

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ircontain/ircontain/internal/policy"
)

// compile makes a guardrail of an account whose other managed policies are not
// protected, so that every difference in a set of actions is the intents'.
func compile(t testing.TB, spec policy.GuardrailSpec) (policy.Guardrail, *policy.Policy) {
	t.Helper()
	if spec.Incident == "" {
		spec.Incident = "20261121-brass-otter"
	}
	g, err := policy.CompileGuardrail(spec)
	if err != nil {
		t.Fatal(err)
	}
	d, err := policy.Parse(g.Document)
	if err != nil {
		t.Fatal(err)
	}
	return g, d.Compile()
}

// denied lists what a document stops, on some resource, for a caller on the
// internet with a long-term key.
func denied(c *Catalogue, p *policy.Policy) map[string]bool {
	out := map[string]bool{}
	bob, _ := policy.ParsePrincipal("arn:aws:iam::111122223333:user/bob")
	ctx := policy.NewMapContext(map[string][]string{"aws:SourceIp": {"192.0.2.9"}, "aws:ViaAWSService": {"false"}})
	for a := range c.Actions() {
		r := policy.Request{Principal: bob, Action: a.String(), WildcardOnly: a.WildcardOnly(), Context: ctx}
		if policy.ForecastDeny(p, r, nil).Verdict != policy.VerdictNotDenied {
			out[a.String()] = true
		}
	}
	return out
}

func setOf(lists ...[]string) map[string]bool {
	out := map[string]bool{}
	for _, l := range lists {
		for _, name := range l {
			out[name] = true
		}
	}
	return out
}

// writesOf lists the actions of a service that change something.
func writesOf(c *Catalogue, service string) []string {
	return slices.DeleteFunc(c.Expand(service+":*"), func(name string) bool {
		l, _ := c.Level(name)
		return !l.Mutates()
	})
}

// protection is the intended set of the ways around a guardrail, in full.
func protection() []string {
	return strings.Fields(`iam:PutUserPolicy iam:PutUserPermissionsBoundary
		iam:DeleteUser iam:DeleteUserPolicy iam:DeleteUserPermissionsBoundary iam:AttachUserPolicy iam:DetachUserPolicy iam:UpdateUser
		iam:AddUserToGroup iam:RemoveUserFromGroup iam:CreateAccessKey iam:UpdateAccessKey iam:DeleteAccessKey
		iam:CreateLoginProfile iam:UpdateLoginProfile iam:DeleteLoginProfile iam:ChangePassword
		iam:CreateServiceSpecificCredential iam:UpdateServiceSpecificCredential iam:ResetServiceSpecificCredential iam:DeleteServiceSpecificCredential
		iam:UploadSSHPublicKey iam:UpdateSSHPublicKey iam:UploadSigningCertificate iam:UpdateSigningCertificate iam:DeleteSigningCertificate
		iam:EnableMFADevice iam:DeactivateMFADevice iam:ResyncMFADevice iam:CreateVirtualMFADevice iam:DeleteVirtualMFADevice
		iam:CreatePolicyVersion iam:DeletePolicyVersion iam:DeletePolicy iam:SetDefaultPolicyVersion`)
}

func roleProtection() []string {
	return strings.Fields(`iam:PutRolePolicy iam:PutRolePermissionsBoundary iam:DeleteRole iam:DeleteRolePolicy iam:DeleteRolePermissionsBoundary
		iam:AttachRolePolicy iam:DetachRolePolicy iam:UpdateRole iam:UpdateRoleDescription iam:UpdateAssumeRolePolicy`)
}

func groupProtection() []string {
	return strings.Fields(`iam:PutGroupPolicy iam:DeleteGroup iam:DeleteGroupPolicy iam:AttachGroupPolicy iam:DetachGroupPolicy iam:UpdateGroup`)
}

// intended is the set each intent means to stop, written without wildcards, or
// taken from the catalogue where the intent is defined by it.
func intended(c *Catalogue, i policy.Intent) []string {
	switch i {
	case policy.FreezeSecrets:
		return strings.Fields(`secretsmanager:BatchGetSecretValue secretsmanager:GetSecretValue secretsmanager:PutResourcePolicy
			ssm:GetParameter ssm:GetParameters ssm:GetParametersByPath ssm:GetParameterHistory ssm:PutResourcePolicy
			kms:CreateGrant kms:Decrypt kms:DeriveSharedSecret kms:PutKeyPolicy kms:ReEncryptFrom kms:ReplicateKey`)
	case policy.FreezeIAM:
		return writesOf(c, "iam")
	case policy.FreezeAssume:
		return strings.Fields(`sts:AssumeRole sts:AssumeRoleWithSAML sts:AssumeRoleWithWebIdentity sts:AssumeRoot iam:PassRole`)
	case policy.FreezeSessions:
		return strings.Fields(`sts:GetSessionToken sts:GetFederationToken sts:GetWebIdentityToken sts:GetDelegatedAccessToken
			signin:AuthorizeOAuth2Access signin:CreateOAuth2Token`)
	case policy.QuarantineV2, policy.QuarantineV3:
		p, _ := policy.QuarantinePreset(i)
		return expandAll(c, p.Actions)
	case policy.PinOrigin, policy.DenyAll:
		return everything(c)
	case policy.OnlyActions:
		return slices.DeleteFunc(everything(c), func(name string) bool { return slices.Contains(observed(), name) })
	}
	return nil // carve-out and revoke-sessions-before stop no long-term key
}

// everything is all but the one call no policy can refuse.
func everything(c *Catalogue) []string {
	return slices.DeleteFunc(c.Expand("*"), func(name string) bool { return name == "sts:GetCallerIdentity" })
}

func observed() []string {
	return strings.Fields("s3:GetObject s3:ListBucket sqs:ReceiveMessage iam:GetUser iam:PutUserPolicy")
}

func specOf(intents []policy.Intent) policy.GuardrailSpec {
	spec := policy.GuardrailSpec{Intents: intents, Account: "111122223333"}
	for _, i := range intents {
		switch i {
		case policy.PinOrigin:
			spec.Origin.CIDRs = []string{"203.0.113.0/24"}
		case policy.CarveOut:
			spec.Consumer.Origin.CIDRs = []string{"198.51.100.7"}
		case policy.OnlyActions:
			spec.Actions = observed()
		case policy.RevokeSessionsBefore:
			spec.RevokeBefore = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
		}
	}
	return spec
}

func assertDenies(t *testing.T, what string, got, want map[string]bool) {
	t.Helper()
	var more, less []string
	for name := range got {
		if !want[name] {
			more = append(more, name)
		}
	}
	for name := range want {
		if !got[name] {
			less = append(less, name)
		}
	}
	slices.Sort(more)
	slices.Sort(less)
	if len(more)+len(less) > 0 {
		t.Errorf("%s: denies %d too many %v and misses %d %v", what, len(more), more[:min(20, len(more))], len(less), less[:min(20, len(less))])
	}
}

// everySpec is each intent alone and with a carve-out, with and without expiry
// or hardening.
func everySpec() []policy.GuardrailSpec {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	var out []policy.GuardrailSpec
	for _, i := range policy.Intents() {
		if i == policy.CarveOut {
			continue
		}
		intents := [][]policy.Intent{{i}}
		if i != policy.RevokeSessionsBefore {
			intents = append(intents, []policy.Intent{i, policy.CarveOut})
		}
		for _, list := range intents {
			plain := specOf(list)
			expiring, hardening := plain, plain
			expiring.Now, expiring.ExpireAt, expiring.Reason = now, now.Add(4*time.Hour), "weekend release"
			hardening.Now, hardening.HardenAt = now, now.Add(4*time.Hour)
			out = append(out, plain, expiring)
			if len(list) > 1 || i != policy.DenyAll {
				out = append(out, hardening)
			}
		}
	}
	return out
}
