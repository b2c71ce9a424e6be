package policy

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func guardrail(t testing.TB, spec GuardrailSpec) (Guardrail, *Policy) {
	t.Helper()
	if spec.Incident == "" {
		spec.Incident = "20261121-brass-otter"
	}
	g, err := CompileGuardrail(spec)
	if err != nil {
		t.Fatal(err)
	}
	return g, compile(t, KindIdentity, string(g.Document))
}

// specOf is a spec of these intents with whatever each of them needs, and with
// something to carve out of.
func specOf(intents ...Intent) GuardrailSpec {
	spec := GuardrailSpec{Intents: intents, Account: account}
	for _, i := range intents {
		switch i {
		case PinOrigin:
			spec.Origin = Origin{CIDRs: []string{"203.0.113.0/24", "2001:db8:7::/48"}, VPCs: []string{"vpc-0a1b2c3d4e5f67890"}}
		case CarveOut:
			spec.Consumer = Consumer{Origin: Origin{CIDRs: []string{"198.51.100.7"}}}
		case OnlyActions:
			spec.Actions = []string{"s3:GetObject", "s3:ListBucket", "sqs:ReceiveMessage"}
		case RevokeSessionsBefore:
			spec.RevokeBefore = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
		}
	}
	if len(intents) == 1 && intents[0] == CarveOut {
		spec.Intents = []Intent{FreezeSecrets, CarveOut}
	}
	return spec
}

// waysAround are the calls by which a principal could get rid of a guardrail
// or act beside it.
func waysAround() []string {
	return strings.Fields(`iam:PutUserPolicy iam:DeleteUserPolicy iam:AttachUserPolicy iam:DetachUserPolicy
		iam:PutUserPermissionsBoundary iam:DeleteUserPermissionsBoundary iam:DeleteUser iam:UpdateUser
		iam:CreateAccessKey iam:UpdateAccessKey iam:DeleteAccessKey
		iam:CreateLoginProfile iam:UpdateLoginProfile iam:DeleteLoginProfile iam:ChangePassword
		iam:CreateServiceSpecificCredential iam:UpdateServiceSpecificCredential
		iam:ResetServiceSpecificCredential iam:DeleteServiceSpecificCredential
		iam:UploadSSHPublicKey iam:UpdateSSHPublicKey
		iam:UploadSigningCertificate iam:UpdateSigningCertificate iam:DeleteSigningCertificate
		iam:EnableMFADevice iam:DeactivateMFADevice iam:ResyncMFADevice
		iam:CreateVirtualMFADevice iam:DeleteVirtualMFADevice
		iam:AddUserToGroup iam:RemoveUserFromGroup`)
}

func iamWrites() []string {
	return append(waysAround(), strings.Fields(`iam:AcceptDelegationRequest iam:AddClientIDToOpenIDConnectProvider
		iam:AddRoleToInstanceProfile iam:AssociateDelegationRequest iam:AttachGroupPolicy iam:AttachRolePolicy
		iam:CreateAccountAlias iam:CreateGroup iam:CreateInstanceProfile iam:CreateOpenIDConnectProvider
		iam:CreatePolicy iam:CreatePolicyVersion iam:CreateRole iam:CreateSAMLProvider iam:CreateServiceLinkedRole
		iam:CreateUser iam:DeleteAccountPasswordPolicy iam:DeleteGroupPolicy iam:DeletePolicyVersion
		iam:DeleteRolePermissionsBoundary iam:DetachRolePolicy iam:DisableOrganizationsRootSessions
		iam:EnableOrganizationsRootSessions iam:PassRole iam:PutGroupPolicy iam:PutRolePolicy iam:RejectDelegationRequest
		iam:RemoveRoleFromInstanceProfile iam:SendDelegationToken iam:SetDefaultPolicyVersion
		iam:SetSecurityTokenServicePreferences iam:TagRole iam:TagUser iam:UntagUser iam:UpdateAssumeRolePolicy
		iam:UpdateGroup iam:UpdateRole iam:UpdateSAMLProvider iam:UploadServerCertificate`)...)
}

// reads must stay allowed under every graded guardrail: a responder watches
// the principal's reads, and they undo nothing.
func reads() []string {
	return strings.Fields(`iam:GenerateCredentialReport iam:GetUser iam:GetUserPolicy iam:GetLoginProfile iam:GetAccessKeyLastUsed
		iam:GetSSHPublicKey iam:GetMFADevice iam:GetPolicyVersion iam:GetGroup iam:ListAccessKeys iam:ListMFADevices
		iam:ListGroupsForUser iam:ListPolicyVersions iam:ListServiceSpecificCredentials iam:ListSigningCertificates
		iam:ListSSHPublicKeys iam:ListUserPolicies iam:ListUsers iam:ListVirtualMFADevices iam:SimulatePrincipalPolicy
		sts:GetCallerIdentity sts:GetAccessKeyInfo sts:DecodeAuthorizationMessage sts:GetServiceBearerToken
		s3:GetObject s3:ListBucket ssm:DescribeParameters ssm:GetDocument secretsmanager:ListSecrets
		secretsmanager:DescribeSecret signin:RevokeOAuth2Token iam:DescribeSomething kms:DescribeKey kms:Encrypt kms:ListKeys signin:ListTrustedIdentity ec2:DescribeInstances`)
}

func stops(t *testing.T, p *Policy, action, context string) Verdict {
	t.Helper()
	r := Request{Principal: principal(t, bob), Action: action, Context: NewValueContext(keys(context))}
	return ForecastDeny(p, r, []string{"arn:aws:iam::111122223333:user/any"}).Verdict
}

func TestGuardrailsDenyWhatTheyFreeze(t *testing.T) {
	frozen := map[Intent][]string{
		FreezeSecrets: strings.Fields(`secretsmanager:GetSecretValue secretsmanager:BatchGetSecretValue secretsmanager:PutResourcePolicy
			ssm:GetParameter ssm:GetParameters ssm:GetParametersByPath ssm:GetParameterHistory
			ssm:PutResourcePolicy kms:DeriveSharedSecret kms:Decrypt kms:ReEncryptFrom kms:CreateGrant kms:PutKeyPolicy kms:ReplicateKey`),
		FreezeIAM:      iamWrites(),
		FreezeAssume:   strings.Fields(`sts:AssumeRole sts:AssumeRoleWithSAML sts:AssumeRoleWithWebIdentity sts:AssumeRoot iam:PassRole`),
		FreezeSessions: strings.Fields(`sts:GetSessionToken sts:GetFederationToken sts:GetWebIdentityToken sts:GetDelegatedAccessToken signin:AuthorizeOAuth2Access signin:CreateOAuth2Token`),
		DenyAll:        strings.Fields(`s3:GetObject ec2:RunInstances sts:AssumeRole`),
	}
	for intent, actions := range frozen {
		_, p := guardrail(t, GuardrailSpec{Intents: []Intent{intent}, Account: account})
		for _, a := range append(actions, waysAround()...) {
			if v := stops(t, p, a, ""); v != VerdictDenied {
				t.Errorf("%s does not stop %s: %s", intent, a, v)
			}
		}
		if intent == DenyAll {
			continue
		}
		for _, a := range reads() {
			if v := stops(t, p, a, ""); v != VerdictNotDenied {
				t.Errorf("%s stops %s", intent, a)
			}
		}
	}
}

func TestGuardrailNeverTouchesWhoAmI(t *testing.T) {
	for _, intent := range Intents() {
		_, p := guardrail(t, specOf(intent))
		r := Request{Principal: principal(t, bob), Action: "sts:GetCallerIdentity", Resource: "*"}
		if d := Evaluate(Layers{Identity: []*Policy{p}}, r); d.Effect != Allowed {
			t.Errorf("%s: %s", intent, d.Effect)
		}
	}
}

func TestFreezeSecretsSparesServices(t *testing.T) {
	_, p := guardrail(t, GuardrailSpec{Intents: []Intent{FreezeSecrets}})
	if v := stops(t, p, "kms:Decrypt", "kms:ViaService=s3.eu-west-1.amazonaws.com"); v != VerdictNotDenied {
		t.Errorf("decrypt through S3: %s", v)
	}
	r := Request{Principal: principal(t, bob), Action: "kms:Decrypt", Context: PartialContext{}}
	if f := ForecastDeny(p, r, nil); f.Verdict != VerdictUnknown || f.DependsOn[0] != "kms:ViaService" {
		t.Errorf("unknown path: %+v", f)
	}
}

func TestGuardrailProtectsPolicies(t *testing.T) {
	mine := "arn:aws:iam::111122223333:policy/team/deploy"
	spec := GuardrailSpec{Intents: []Intent{FreezeSecrets}, Account: account, ProtectPolicies: []string{
		mine, mine, "arn:aws:iam::aws:policy/ReadOnlyAccess"}}
	for _, intents := range [][]Intent{{FreezeSecrets}, {FreezeIAM}} {
		spec.Intents = intents
		g, p := guardrail(t, spec)
		for _, a := range []string{"iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicyVersion"} {
			for _, arn := range []string{mine, "arn:aws:iam::111122223333:policy/IRContainGuard-x"} {
				r := Request{Principal: principal(t, bob), Action: a}
				if f := ForecastDeny(p, r, []string{arn}); f.Verdict != VerdictDenied {
					t.Errorf("%v: %s on %s: %s", intents, a, arn, f.Verdict)
				}
			}
		}
		if bytes.Contains(g.Document, []byte("ReadOnlyAccess")) || bytes.Count(g.Document, []byte(mine)) > 1 {
			t.Errorf("characters wasted: %s", g.Document)
		}
	}
}

func TestGuardrailFitsTheQuota(t *testing.T) {
	graded := []Intent{FreezeSecrets, FreezeAssume, FreezeSessions}
	spec := GuardrailSpec{Intents: graded, Account: account, ProtectPolicies: []string{"arn:aws:iam::111122223333:policy/deploy"}}
	limits := []struct {
		intents []Intent
		max     int
	}{
		{graded, 1400}, {append(graded, FreezeIAM), 1020}, {[]Intent{FreezeIAM}, 350}, {[]Intent{DenyAll}, 110},
	}
	for _, l := range limits {
		spec.Intents = l.intents
		g, p := guardrail(t, spec)
		t.Logf("%v: %d characters", l.intents, g.Size)
		if g.Size > l.max || g.Size != p.Document().Size() || !g.FitsUserInline(UserInlineQuota-g.Size) || g.FitsUserInline(UserInlineQuota) {
			t.Errorf("%v: %d characters, want at most %d:\n%s", l.intents, g.Size, l.max, g.Document)
		}
	}
	for range 200 {
		spec.ProtectPolicies = append(spec.ProtectPolicies, "arn:aws:iam::111122223333:policy/p"+strings.Repeat("x", len(spec.ProtectPolicies)))
	}
	spec.Intents = graded
	if _, err := CompileGuardrail(spec); err == nil {
		t.Error("guardrail beyond the managed quota compiled")
	}
}

func TestGuardrailDocumentRules(t *testing.T) {
	for _, intent := range Intents() {
		spec := specOf(intent)
		spec.Reason, spec.Owner, spec.ReviewAt = "key in a public repository", "zoltan", time.Unix(1e9, 0)
		g, p := guardrail(t, spec)
		again, _ := guardrail(t, spec)
		if !bytes.Equal(g.Document, again.Document) {
			t.Errorf("%s: not deterministic", intent)
		}
		for _, word := range []string{"CurrentTime", "EpochTime", `"Allow"`, "zoltan", "repository", " "} {
			if bytes.Contains(g.Document, []byte(word)) {
				t.Errorf("%s: document holds %q: %s", intent, word, g.Document)
			}
		}
		for _, f := range Lint(p.Document()) {
			if f.Severity == SeverityError {
				t.Errorf("%s: %s", intent, f)
			}
		}
		if len(g.Sids) != len(p.Document().Statements) || len(g.DoesNotStop) < 4 || !strings.HasPrefix(g.Name, GuardrailPrefix) {
			t.Errorf("%s: %+v", intent, g)
		}
	}
}
