package awsconn

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ircontain/ircontain/internal/incident"
)

// mayRead and mayWrite are the allow-list once more, by hand: a new operation
// has to be added in two places, on purpose.
func mayRead() []string {
	return strings.Fields(`
		STS:GetCallerIdentity STS:GetAccessKeyInfo
		CloudTrail:LookupEvents CloudTrail:DescribeTrails CloudTrail:GetTrailStatus
		IAM:GetUser IAM:ListUsers IAM:ListUserTags IAM:ListAccessKeys IAM:GetAccessKeyLastUsed IAM:GetLoginProfile
		IAM:ListMFADevices IAM:ListSSHPublicKeys IAM:ListSigningCertificates IAM:ListServiceSpecificCredentials
		IAM:ListGroupsForUser IAM:GetGroup IAM:ListGroupPolicies IAM:GetGroupPolicy IAM:ListAttachedGroupPolicies
		IAM:ListUserPolicies IAM:GetUserPolicy IAM:ListAttachedUserPolicies
		IAM:GetPolicy IAM:GetPolicyVersion IAM:ListPolicyVersions IAM:ListEntitiesForPolicy
		IAM:ListRoles IAM:GetRole IAM:ListRolePolicies IAM:GetRolePolicy IAM:ListAttachedRolePolicies IAM:ListRoleTags
		IAM:GetAccountSummary IAM:ListAccountAliases IAM:GetAccountAuthorizationDetails`)
}

// mayReadPolicies is mayRead for the services beyond IAM. It is a list and not
// a text, since the id of one service holds a space.
func mayReadPolicies() []string {
	return []string{
		"S3:ListBuckets", "S3:GetBucketPolicy", "KMS:ListKeys", "KMS:GetKeyPolicy", "SQS:ListQueues", "SQS:GetQueueAttributes",
		"SNS:ListTopics", "SNS:GetTopicAttributes", "Lambda:ListFunctions", "Lambda:GetPolicy",
		"Secrets Manager:ListSecrets", "Secrets Manager:GetResourcePolicy",
		"Organizations:DescribeOrganization", "Organizations:ListParents", "Organizations:ListPoliciesForTarget", "Organizations:DescribePolicy",
	}
}

func mayWrite() []string {
	return strings.Fields(`IAM:UpdateAccessKey IAM:PutUserPolicy IAM:DeleteUserPolicy IAM:PutRolePolicy IAM:DeleteRolePolicy
		IAM:CreatePolicy IAM:DeletePolicy IAM:AttachUserPolicy IAM:DetachUserPolicy IAM:TagUser IAM:UntagUser`)
}

func TestEveryOperationOfTheSDK(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	conn, wire := connected(t, says(200, xmlDone))
	listedAll := slices.Concat(mayRead(), mayReadPolicies(), mayWrite())
	for _, c := range []struct {
		name        string
		ops         []operation
		least       int
		ours        bool
		mayNotReach []string // on the allow-list, but not through this client or with this input
	}{
		{"reading IAM", operations("IAM", conn.IAM), 150, true, mayWrite()},
		{"writing IAM, ours", operations("IAM", conn.WriteIAM), 150, true, nil},
		{"writing IAM, others'", operations("IAM", conn.WriteIAM), 150, false,
			slices.DeleteFunc(mayWrite(), func(op string) bool { return op == "IAM:UpdateAccessKey" })},
		{"STS", operations("STS", conn.STS), 8, true, nil},
		{"CloudTrail", operations("CloudTrail", conn.CloudTrail), 40, true, nil},
		{"S3", operations("S3", conn.S3), 90, true, nil},
		{"KMS", operations("KMS", conn.KMS), 45, true, nil},
		{"SQS", operations("SQS", conn.SQS), 20, true, nil},
		{"SNS", operations("SNS", conn.SNS), 35, true, nil},
		{"Lambda", operations("Lambda", conn.Lambda), 60, true, nil},
		{"Secrets Manager", operations("Secrets Manager", conn.SecretsManager), 20, true, nil},
		{"Organizations", operations("Organizations", conn.Organizations), 50, true, nil},
	} {
		if len(c.ops) < c.least {
			t.Fatalf("%s: only %d operations found", c.name, len(c.ops))
		}
		passed := 0
		for _, op := range c.ops {
			before := wire.count()
			err := op.call(ctx, c.ours)
			sent := wire.count() - before
			allowed := slices.Contains(listedAll, op.name) && !slices.Contains(c.mayNotReach, op.name)
			if allowed != (sent == 1) || sent > 1 {
				t.Errorf("%s: %s: allowed %v, %d requests (%v)", c.name, op.name, allowed, sent, err)
			}
			passed += sent
			var ce *incident.CallError
			if !allowed && (!errors.As(err, &ce) || ce.Answer != incident.AnswerNotSent || ce.Service+":"+ce.Operation != op.name) {
				t.Errorf("%s: %s: %v", c.name, op.name, err)
			}
			if mutates, listed := Mutates(ceName(op.name)); mutates != slices.Contains(mayWrite(), op.name) || listed != slices.Contains(listedAll, op.name) {
				t.Errorf("Mutates(%s) = %v, %v", op.name, mutates, listed)
			}
		}
		t.Logf("%s: %d operations, %d pass", c.name, len(c.ops), passed)
	}
}

func ceName(op string) (service, operation string) {
	service, operation, _ = strings.Cut(op, ":")
	return service, operation
}

// Whatever the lists say: these verbs never pass, but for our own guardrails.
func TestNothingIsDeletedButOurGuardrails(t *testing.T) {
	t.Parallel()
	conn, wire := connected(t, says(200, xmlDone))
	deletes := 0
	for _, op := range operations("IAM", conn.WriteIAM) {
		_, verb := ceName(op.name)
		ours := slices.Contains([]string{"DeleteUserPolicy", "DeleteRolePolicy", "DeletePolicy"}, verb)
		if !strings.HasPrefix(verb, "Delete") && !strings.HasPrefix(verb, "Remove") && verb != "CreateAccessKey" {
			continue
		}
		deletes++
		before := wire.count()
		_ = op.call(t.Context(), false)
		if wire.count() != before {
			t.Errorf("%s of somebody else's was sent", verb)
		}
		_ = op.call(t.Context(), true)
		if sent := wire.count() != before; sent != ours {
			t.Errorf("%s of ours: sent %v", verb, sent)
		}
	}
	if deletes < 25 {
		t.Errorf("only %d deleting operations found", deletes)
	}
}

func TestInputsAreNarrowed(t *testing.T) {
	t.Parallel()
	conn, wire := connected(t, says(200, xmlDone))
	s := aws.String
	user, doc, ours := s("ci"), s("{}"), s("IRContainGuard-i-guard")
	arn := func(tail string) *string { return s("arn:aws:iam::111122223333:policy/" + tail) }
	w, ctx := conn.WriteIAM, t.Context()
	attach := func(a *string) func() error {
		return func() error {
			_, err := w.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: user, PolicyArn: a})
			return err
		}
	}
	put := func(name *string) func() error {
		return func() error {
			_, err := w.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: user, PolicyName: name, PolicyDocument: doc})
			return err
		}
	}
	tag := func(keys ...string) func() error {
		in := &iam.TagUserInput{UserName: user, Tags: []types.Tag{}}
		for _, k := range keys {
			in.Tags = append(in.Tags, types.Tag{Key: s(k), Value: s("v")})
		}
		return func() error { _, err := w.TagUser(ctx, in); return err }
	}
	key := func(user *string) func() error {
		return func() error {
			_, err := w.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: user, AccessKeyId: s("AKIAIOSFODNN7EXAMPLE"), Status: types.StatusTypeInactive})
			return err
		}
	}
	for name, c := range map[string]struct {
		call func() error
		sent bool
	}{
		"a key of a named user":             {key(user), true},
		"a key of nobody":                   {key(nil), false},
		"a key of the empty name":           {key(s("")), false},
		"our inline policy":                 {put(ours), true},
		"another inline policy":             {put(s("admin")), false},
		"the prefix in lower case":          {put(s("ircontainguard-x")), false},
		"the prefix inside":                 {put(s("x-IRContainGuard-x")), false},
		"our managed policy":                {attach(arn("IRContainGuard-x")), true},
		"ours under a path":                 {attach(arn("security/IRContainGuard-x")), false}, // we make none,
		"another under a path that is ours": {attach(arn("IRContainGuard-x/Admin")), false},
		"an AWS managed policy":             {attach(s("arn:aws:iam::aws:policy/AdministratorAccess")), false},
		"the prefix without an ARN":         {attach(s("IRContainGuard-x")), false},
		"two of :policy/":                   {attach(s("arn:aws:iam::1:policy/Admin:policy/IRContainGuard-x")), false},
		"our tag":                           {tag("ircontain-owner"), true},
		"ours and another":                  {tag("ircontain-owner", "team"), false},
	} {
		before := wire.count()
		err := c.call()
		if sent := wire.count() > before; sent != c.sent || (err == nil) != c.sent {
			t.Errorf("%s: sent %v, %v", name, sent, err)
		}
	}
}
