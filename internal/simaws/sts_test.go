package simaws

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

const deployARN = "arn:aws:iam::000000000000:role/svc/deploy"

func (w *World) with(c *types.Credentials) clients {
	return of(config(w.From("203.0.113.9"), Credentials{AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey, SessionToken: *c.SessionToken}))
}

func TestCallerIdentity(t *testing.T) {
	w := smallWorld(t)
	alice := of(w.as(t, aliceKey))
	id := must(alice.sts.GetCallerIdentity(bg, nil))(t)
	if *id.Arn != "arn:aws:iam::000000000000:user/alice" || *id.Account != account || (*id.UserId)[:4] != "AIDA" {
		t.Errorf("identity: %+v", id)
	}
	r := must(alice.sts.AssumeRole(bg, &sts.AssumeRoleInput{RoleArn: p(deployARN), RoleSessionName: p("job")}))(t)
	id = must(w.with(r.Credentials).sts.GetCallerIdentity(bg, nil))(t)
	if *id.Arn != "arn:aws:sts::000000000000:assumed-role/deploy/job" || *id.UserId != *r.AssumedRoleUser.AssumedRoleId {
		t.Errorf("role identity: %+v", id)
	}
	info := must(w.responderClients().sts.GetAccessKeyInfo(bg, &sts.GetAccessKeyInfoInput{AccessKeyId: p(aliceKey)}))(t)
	if *info.Account != account {
		t.Errorf("key info: %+v", info)
	}
	_, err := w.responderClients().sts.GetAccessKeyInfo(bg, &sts.GetAccessKeyInfoInput{AccessKeyId: p("AKIANOBODYNOBODYNOB1")})
	wantCode(t, err, "ValidationError", "")
}

func TestAssumeRole(t *testing.T) {
	w := smallWorld(t)
	alice, bob := of(w.as(t, aliceKey)).sts, of(w.as(t, bobKey)).sts
	chain := func() *sts.Client {
		out := must(alice.AssumeRole(bg, &sts.AssumeRoleInput{RoleArn: p(deployARN), RoleSessionName: p("job")}))(t)
		return w.with(out.Credentials).sts
	}()
	chained := p("arn:aws:iam::000000000000:role/chained")
	partner := p("arn:aws:iam::000000000000:role/partner")
	cases := []struct {
		name       string
		c          *sts.Client
		in         sts.AssumeRoleInput
		code, text string
	}{
		{"named by the trust policy", alice, sts.AssumeRoleInput{RoleArn: p(deployARN)}, "", ""},
		{"not trusted", bob, sts.AssumeRoleInput{RoleArn: p(deployARN)}, "AccessDenied", "sts:AssumeRole on resource: " + deployARN},
		{"path left out", alice, sts.AssumeRoleInput{RoleArn: p("arn:aws:iam::000000000000:role/deploy")}, "AccessDenied", ""},
		{"no such role", alice, sts.AssumeRoleInput{RoleArn: p("arn:aws:iam::000000000000:role/none")}, "AccessDenied", ""},
		{"external id missing", alice, sts.AssumeRoleInput{RoleArn: partner}, "AccessDenied", ""},
		{"external id wrong", alice, sts.AssumeRoleInput{RoleArn: partner, ExternalId: p("x-2")}, "AccessDenied", ""},
		{"external id right", alice, sts.AssumeRoleInput{RoleArn: partner, ExternalId: p("x-1")}, "", ""},
		{"trusted account, no permission", bob, sts.AssumeRoleInput{RoleArn: partner, ExternalId: p("x-1")}, "AccessDenied", "no identity-based policy allows"},
		{"source identity", alice, sts.AssumeRoleInput{RoleArn: p(deployARN), SourceIdentity: p("alice")}, "", ""},
		{"too long for the role", alice, sts.AssumeRoleInput{RoleArn: p(deployARN), DurationSeconds: aws.Int32(7201)}, "ValidationError", "MaxSessionDuration"},
		{"too short", alice, sts.AssumeRoleInput{RoleArn: p(deployARN), DurationSeconds: aws.Int32(899)}, "ValidationError", "durationSeconds"},
		{"chained", chain, sts.AssumeRoleInput{RoleArn: chained}, "", ""},
		{"chained too long", chain, sts.AssumeRoleInput{RoleArn: chained, DurationSeconds: aws.Int32(3601)}, "ValidationError", "1 hour session limit"},
		{"bad name", alice, sts.AssumeRoleInput{RoleArn: p(deployARN), RoleSessionName: p("a b")}, "ValidationError", "roleSessionName"},
		{"bad session policy", alice, sts.AssumeRoleInput{RoleArn: p(deployARN), Policy: p("{}")}, "MalformedPolicyDocument", ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			if tc.in.RoleSessionName == nil {
				tc.in.RoleSessionName = p("s")
			}
			out, err := tc.c.AssumeRole(bg, &tc.in)
			wantCode(t, err, tc.code, tc.text)
			if tc.in.SourceIdentity != nil && *out.SourceIdentity != *tc.in.SourceIdentity {
				t.Error("source identity not echoed")
			}
		})
	}
}

func TestRoleSessionRights(t *testing.T) {
	w := smallWorld(t)
	alice := of(w.as(t, aliceKey))
	assume := func(session string) clients {
		in := &sts.AssumeRoleInput{RoleArn: p(deployARN), RoleSessionName: p("job")}
		if session != "" {
			in.Policy = p(session)
		}
		return w.with(must(alice.sts.AssumeRole(bg, in))(t).Credentials)
	}
	get := func(c clients, name string) error {
		_, err := c.secrets.GetSecretValue(bg, &secretsmanager.GetSecretValueInput{SecretId: p(name)})
		return err
	}
	full := assume("")
	const onlyDB = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"arn:aws:secretsmanager:*:*:secret:prod/db-*"}}`
	narrow := assume(onlyDB)
	wantCode(t, get(full, "prod/api"), "", "")
	// Several session policies are read as one.
	a := must(w.responderClients().iam.CreatePolicy(bg, &iam.CreatePolicyInput{PolicyName: p("one"), PolicyDocument: p(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"arn:aws:secretsmanager:*:*:secret:prod/api-*"}]}`)}))(t)
	both := w.with(must(alice.sts.AssumeRole(bg, &sts.AssumeRoleInput{RoleArn: p(deployARN), RoleSessionName: p("job"),
		PolicyArns: []types.PolicyDescriptorType{{Arn: a.Policy.Arn}}, Policy: p(strings.Replace(onlyDB, "prod/db", "prod/d?", 1))}))(t).Credentials)
	wantCode(t, get(both, "prod/api"), "", "")
	wantCode(t, get(both, "prod/db"), "", "")
	wantCode(t, get(narrow, "prod/db"), "", "")
	wantCode(t, get(narrow, "prod/api"), "AccessDeniedException", "no session policy allows")
	_, err := full.secrets.ListSecrets(bg, nil)
	wantCode(t, err, "AccessDeniedException", "no identity-based policy allows the secretsmanager:ListSecrets action")

	// The key that minted the sessions is switched off: they live on.
	ops := w.responderClients().iam
	must(ops.UpdateAccessKey(bg, &iam.UpdateAccessKeyInput{UserName: p("alice"), AccessKeyId: p(aliceKey), Status: iamtypes.StatusTypeInactive}))(t)
	w.Clock().Advance(10 * time.Second)
	wantCode(t, get(full, "prod/api"), "", "")

	// Revoking older sessions: a token-age deny on the role stops them after
	// propagation and spares newer ones.
	cutoff := start.Add(20 * time.Second).Format(time.RFC3339)
	must(ops.PutRolePolicy(bg, &iam.PutRolePolicyInput{RoleName: p("deploy"), PolicyName: p("revoke"), PolicyDocument: p(
		`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":"` + cutoff + `"}}}}`)}))(t)
	wantCode(t, get(full, "prod/api"), "", "")
	w.Clock().Advance(4 * time.Second)
	wantCode(t, get(full, "prod/api"), "AccessDeniedException", "explicit deny in an identity-based policy")
	must(ops.UpdateAccessKey(bg, &iam.UpdateAccessKeyInput{UserName: p("alice"), AccessKeyId: p(aliceKey), Status: iamtypes.StatusTypeActive}))(t)
	w.Clock().Advance(10 * time.Second)
	wantCode(t, get(assume(""), "prod/api"), "", "")
}

func TestUserSessions(t *testing.T) {
	w := smallWorld(t)
	alice := of(w.as(t, aliceKey))
	ses := w.with(must(alice.sts.GetSessionToken(bg, &sts.GetSessionTokenInput{DurationSeconds: aws.Int32(129600)}))(t).Credentials)
	fed := func(policy *string) clients {
		return w.with(must(alice.sts.GetFederationToken(bg, &sts.GetFederationTokenInput{Name: p("fed"), Policy: policy}))(t).Credentials)
	}
	capped := fed(p(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["secretsmanager:GetSecretValue","ec2:*"],"Resource":"*"}}`))
	empty := fed(nil)
	secret := func(c clients) error {
		_, err := c.secrets.GetSecretValue(bg, &secretsmanager.GetSecretValueInput{SecretId: p("prod/db")})
		return err
	}
	list := func(c clients) error { _, err := c.secrets.ListSecrets(bg, nil); return err }
	users := func(c clients) error { _, err := c.iam.ListUsers(bg, nil); return err }
	role := func(c clients) error {
		_, err := c.sts.AssumeRole(bg, &sts.AssumeRoleInput{RoleArn: p(deployARN), RoleSessionName: p("s")})
		return err
	}
	token := func(c clients) error { _, err := c.sts.GetSessionToken(bg, nil); return err }
	who := func(c clients) error { _, err := c.sts.GetCallerIdentity(bg, nil); return err }
	cases := []struct {
		name string
		call func(clients) error
		c    clients
		code string
	}{
		{"session acts as the user", secret, ses, ""},
		{"session cannot call IAM", users, ses, "InvalidClientTokenId"},
		{"session can assume roles", role, ses, ""},
		{"session cannot mint sessions", token, ses, "AccessDenied"},
		{"session is somebody", who, ses, ""},
		{"federation is an intersection", secret, capped, ""},
		{"federation gets no more than its policy", list, capped, "AccessDeniedException"},
		{"federation without a policy gets nothing", secret, empty, "AccessDeniedException"},
		{"federation cannot call IAM", users, capped, "InvalidClientTokenId"},
		{"federation cannot assume roles", role, capped, "AccessDenied"},
		{"federation cannot mint sessions", token, capped, "AccessDenied"},
		{"federation is somebody", who, capped, ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) { wantCode(t, tc.call(tc.c), tc.code, "") })
	}
	id := must(capped.sts.GetCallerIdentity(bg, nil))(t)
	if *id.Arn != "arn:aws:sts::000000000000:federated-user/fed" || *id.UserId != account+":fed" {
		t.Errorf("federated identity: %+v", id)
	}
	// A deny on the user reaches everything derived from it.
	must(w.responderClients().iam.PutUserPolicy(bg, &iam.PutUserPolicyInput{UserName: p("alice"), PolicyName: p("guard"), PolicyDocument: p(denyAll())}))(t)
	w.Clock().Advance(4 * time.Second)
	wantCode(t, secret(ses), "AccessDeniedException", "explicit deny")
	wantCode(t, secret(capped), "AccessDeniedException", "explicit deny")
	wantCode(t, who(ses), "", "")
	wantCode(t, token(alice), "AccessDenied", "explicit deny")
}

func TestBoundaryAndGroups(t *testing.T) {
	w := smallWorld(t)
	alice, ops := of(w.as(t, aliceKey)), w.responderClients().iam
	list := func() error { _, err := alice.secrets.ListSecrets(bg, nil); return err }
	b := must(ops.CreatePolicy(bg, &iam.CreatePolicyInput{PolicyName: p("b"), PolicyDocument: p(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`)}))(t)
	must(ops.PutUserPermissionsBoundary(bg, &iam.PutUserPermissionsBoundaryInput{UserName: p("alice"), PermissionsBoundary: b.Policy.Arn}))(t)
	wantCode(t, list(), "", "")
	w.Clock().Advance(4 * time.Second)
	wantCode(t, list(), "AccessDeniedException", "no permissions boundary allows")
	must(ops.DeleteUserPermissionsBoundary(bg, &iam.DeleteUserPermissionsBoundaryInput{UserName: p("alice")}))(t)
	must(ops.PutGroupPolicy(bg, &iam.PutGroupPolicyInput{GroupName: p("devs"), PolicyName: p("d"), PolicyDocument: p(
		`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}}`)}))(t)
	w.Clock().Advance(4 * time.Second)
	wantCode(t, list(), "", "")
	c, _ := w.Credentials(aliceKey)
	_, err := of(config(w.From("198.51.100.44"), c)).secrets.ListSecrets(bg, nil)
	wantCode(t, err, "AccessDeniedException", "explicit deny in an identity-based policy")
}
