package policy

import (
	"bytes"
	"errors"
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
		secretsmanager:DescribeSecret kms:DescribeKey kms:Encrypt kms:ListKeys signin:ListTrustedIdentity ec2:DescribeInstances`)
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
			kms:Decrypt kms:ReEncryptFrom kms:CreateGrant kms:PutKeyPolicy`),
		FreezeIAM:      iamWrites(),
		FreezeAssume:   strings.Fields(`sts:AssumeRole sts:AssumeRoleWithSAML sts:AssumeRoleWithWebIdentity sts:AssumeRoot iam:PassRole`),
		FreezeSessions: strings.Fields(`sts:GetSessionToken sts:GetFederationToken sts:GetWebIdentityToken signin:AuthorizeOAuth2Access signin:CreateOAuth2Token`),
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
		_, p := guardrail(t, GuardrailSpec{Intents: []Intent{intent}})
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
		{graded, 1400}, {append(graded, FreezeIAM), 900}, {[]Intent{FreezeIAM}, 250}, {[]Intent{DenyAll}, 110},
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

func TestGuardrailDocumentRules(t *testing.T) {
	for _, intent := range Intents() {
		spec := GuardrailSpec{Intents: []Intent{intent}, Reason: "key in a public repository", Owner: "zoltan", ReviewAt: time.Unix(1e9, 0)}
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
