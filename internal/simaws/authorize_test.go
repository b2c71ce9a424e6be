package simaws

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secrettypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
)

// TestConditionKeys puts a conditional deny on alice (and on the role she
// assumes) and sees whom it hits.
func TestConditionKeys(t *testing.T) {
	cases := []struct {
		condition            string
		key, session, byRole bool // denied for her key, her GetSessionToken session, her role session
	}{
		{`"StringEquals":{"aws:username":"alice"}`, true, true, false},
		{`"StringEquals":{"aws:PrincipalType":"User"}`, true, true, false},
		{`"StringEquals":{"aws:PrincipalType":"AssumedRole"}`, false, false, true},
		{`"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::000000000000:role/svc/deploy"}`, false, false, true},
		{`"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::000000000000:user/alice"}`, true, true, false},
		{`"StringLike":{"aws:userid":"AROA*:job"}`, false, false, true},
		{`"StringLike":{"aws:userid":"AIDA*"}`, true, true, false},
		{`"StringEquals":{"aws:PrincipalTag/TEAM":"a"}`, true, true, false},
		{`"StringEquals":{"aws:PrincipalTag/stage":"prod"}`, false, false, true},
		{`"StringEquals":{"aws:PrincipalAccount":"000000000000"}`, true, true, true},
		{`"Null":{"aws:TokenIssueTime":"true"}`, true, false, false},
		{`"DateLessThan":{"aws:TokenIssueTime":"2026-03-01T12:00:01Z"}`, false, true, true},
		{`"DateGreaterThan":{"aws:TokenIssueTime":"2026-03-01T12:00:01Z"}`, false, false, false},
		{`"Bool":{"aws:MultiFactorAuthPresent":"false"}`, false, true, true},
		{`"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}`, true, true, true},
		{`"StringEquals":{"aws:SourceIdentity":"alice@laptop"}`, false, false, true},
		{`"IpAddress":{"aws:SourceIp":"203.0.113.9"}`, true, true, true},
		{`"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}`, false, false, false},
		{`"StringLike":{"aws:UserAgent":"*aws-sdk-go-v2*"}`, true, true, true},
		{`"StringEquals":{"aws:RequestedRegion":"us-east-1"}`, true, true, true},
		{`"StringEquals":{"aws:RequestedRegion":"eu-west-1"}`, false, false, false},
		{`"DateGreaterThan":{"aws:CurrentTime":"2026-03-01T12:00:04Z"}`, true, true, true},
		{`"DateGreaterThan":{"aws:CurrentTime":"2026-03-01T13:00:00Z"}`, false, false, false},
		{`"NumericLessThan":{"aws:EpochTime":"1772366405"}`, false, false, false},
		{`"Bool":{"aws:SecureTransport":"true","aws:ViaAWSService":"false"}`, true, true, true},
		{`"Null":{"aws:SourceVpce":"false"}`, false, false, false},
		{`"StringEquals":{"secretsmanager:ResourceTag/stage":"prod"}`, true, true, true},
		{`"StringEquals":{"aws:ResourceTag/stage":"test"}`, false, false, false},
	}
	for _, tc := range cases {
		t.Run(tc.condition, func(t *testing.T) {
			a := smallAccount()
			a.Secrets[0].Tags = map[string]string{"stage": "prod"}
			w := must(FromAccount(a, Options{Clock: NewStepClock(start), ResponderARN: opsARN}))(t)
			alice := of(w.as(t, aliceKey))
			session := w.with(must(alice.sts.GetSessionToken(bg, nil))(t).Credentials)
			must(w.responderClients().iam.UpdateAssumeRolePolicy(bg, &iam.UpdateAssumeRolePolicyInput{RoleName: p("deploy"), PolicyDocument: p(
				strings.Replace(trustOf("arn:aws:iam::000000000000:root", ""), `"sts:SetSourceIdentity"`, `"sts:SetSourceIdentity","sts:TagSession"`, 1))}))(t)
			must(w.responderClients().iam.PutUserPolicy(bg, &iam.PutUserPolicyInput{UserName: p("alice"), PolicyName: p("tag"), PolicyDocument: p(
				`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["sts:TagSession","sts:SetSourceIdentity"],"Resource":"*"}}`)}))(t)
			w.Clock().Advance(4 * time.Second)
			assumed := must(alice.sts.AssumeRole(bg, &sts.AssumeRoleInput{RoleArn: p(deployARN), RoleSessionName: p("job"), SourceIdentity: p("alice@laptop"),
				Tags: []ststypes.Tag{{Key: p("stage"), Value: p("prod")}}}))(t)
			role := w.with(assumed.Credentials)
			deny := fmt.Sprintf(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"secretsmanager:GetSecretValue","Resource":"*","Condition":{%s}}}`,
				strings.ReplaceAll(tc.condition, "12:00:01Z", "12:00:05Z"))
			ops := w.responderClients().iam
			must(ops.PutUserPolicy(bg, &iam.PutUserPolicyInput{UserName: p("alice"), PolicyName: p("d"), PolicyDocument: p(deny)}))(t)
			must(ops.PutRolePolicy(bg, &iam.PutRolePolicyInput{RoleName: p("deploy"), PolicyName: p("d"), PolicyDocument: p(deny)}))(t)
			w.Clock().Advance(4 * time.Second)
			for who, want := range map[string]struct {
				c      clients
				denied bool
			}{"key": {alice, tc.key}, "session": {session, tc.session}, "role": {role, tc.byRole}} {
				_, err := readDB(want.c)
				if (err != nil) != want.denied {
					t.Errorf("%s: %v, want denied %v", who, err, want.denied)
				}
			}
		})
	}
}

func readDB(c clients) (*secretsmanager.GetSecretValueOutput, error) {
	return c.secrets.GetSecretValue(bg, &secretsmanager.GetSecretValueInput{SecretId: p("prod/db")})
}

// TestRequestConditions are the keys that describe the call rather than the caller.
func TestRequestConditions(t *testing.T) {
	w := smallWorld(t)
	ops := w.responderClients().iam
	must(ops.PutUserPolicy(bg, &iam.PutUserPolicyInput{UserName: p("bob"), PolicyName: p("p"), PolicyDocument: p(`{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"*","Condition":{"ArnEquals":{"iam:PolicyARN":"arn:aws:iam::aws:policy/AWSDenyAll"}}},
		{"Effect":"Allow","Action":"iam:TagUser","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["case","owner"]},"StringEquals":{"aws:RequestTag/case":"IR-1"}}},
		{"Effect":"Allow","Action":"iam:ListAccessKeys","Resource":"*","Condition":{"StringEquals":{"iam:ResourceTag/team":"a"}}},
		{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::exports","Condition":{"StringLike":{"s3:prefix":"a/*"}}}]}`)}))(t)
	w.Clock().Advance(4 * time.Second)
	bob := of(w.as(t, bobKey))
	attach := func(arn string) error {
		_, err := bob.iam.AttachUserPolicy(bg, &iam.AttachUserPolicyInput{UserName: p("alice"), PolicyArn: p(arn)})
		return err
	}
	tag := func(k, v string) error {
		_, err := bob.iam.TagUser(bg, &iam.TagUserInput{UserName: p("alice"), Tags: []iamtypes.Tag{{Key: p("case"), Value: p("IR-1")}, {Key: p(k), Value: p(v)}}})
		return err
	}
	keys := func(user string) error {
		_, err := bob.iam.ListAccessKeys(bg, &iam.ListAccessKeysInput{UserName: p(user)})
		return err
	}
	list := func(prefix string) error {
		_, err := bob.s3.ListObjectsV2(bg, &s3.ListObjectsV2Input{Bucket: p("exports"), Prefix: p(prefix)})
		return err
	}
	wantCode(t, attach("arn:aws:iam::aws:policy/AWSDenyAll"), "", "")
	wantCode(t, attach("arn:aws:iam::aws:policy/AdministratorAccess"), "AccessDenied", "")
	wantCode(t, tag("owner", "x"), "", "")
	wantCode(t, tag("other", "x"), "AccessDenied", "")
	wantCode(t, keys("alice"), "", "")
	wantCode(t, keys("bob"), "AccessDenied", "iam:ListAccessKeys on resource: arn:aws:iam::000000000000:user/bob because")
	wantCode(t, list("a/"), "", "")
	wantCode(t, list("b/"), "AccessDenied", "")
}

// TestResourcePolicies: a resource policy that names the user is enough in the
// same account, and its deny beats everything.
func TestResourcePolicies(t *testing.T) {
	a := smallAccount()
	a.Secrets[0].Policy = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:user/bob"},"Action":"secretsmanager:GetSecretValue","Resource":"*"}}`
	a.Buckets[0].Policy = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::exports/a/*"}}`
	w := must(FromAccount(a, Options{Clock: NewStepClock(start)}))(t)
	alice, bob := of(w.as(t, aliceKey)), of(w.as(t, bobKey))
	_, err := readDB(bob)
	wantCode(t, err, "", "")
	_, err = bob.secrets.DescribeSecret(bg, &secretsmanager.DescribeSecretInput{SecretId: p("prod/db")})
	wantCode(t, err, "AccessDeniedException", "")
	_, err = alice.s3.GetObject(bg, &s3.GetObjectInput{Bucket: p("exports"), Key: p("a/1.csv")})
	wantCode(t, err, "AccessDenied", "with an explicit deny in a resource-based policy")
	_, err = alice.s3.GetObject(bg, &s3.GetObjectInput{Bucket: p("exports"), Key: p("b")})
	wantCode(t, err, "", "")
}

// TestTypedErrors: the SDK maps the codes to its own error types.
func TestTypedErrors(t *testing.T) {
	w := smallWorld(t)
	c := w.responderClients()
	_, noUser := c.iam.GetUser(bg, &iam.GetUserInput{UserName: p("none")})
	_, twice := c.iam.CreateUser(bg, &iam.CreateUserInput{UserName: p("bob")})
	_, malformed := c.iam.PutUserPolicy(bg, &iam.PutUserPolicyInput{UserName: p("bob"), PolicyName: p("x"), PolicyDocument: p("{}")})
	_, conflict := c.iam.DeleteUser(bg, &iam.DeleteUserInput{UserName: p("bob")})
	_, _ = c.iam.CreateAccessKey(bg, &iam.CreateAccessKeyInput{UserName: p("bob")})
	_, limit := c.iam.CreateAccessKey(bg, &iam.CreateAccessKeyInput{UserName: p("bob")})
	_, trail := c.trail.GetTrailStatus(bg, &cloudtrail.GetTrailStatusInput{Name: p("x")})
	_, token := c.trail.LookupEvents(bg, &cloudtrail.LookupEventsInput{NextToken: p("x")})
	_, results := c.trail.LookupEvents(bg, &cloudtrail.LookupEventsInput{MaxResults: aws.Int32(99)})
	_, secret := c.secrets.GetSecretValue(bg, &secretsmanager.GetSecretValueInput{SecretId: p("x")})
	_, key := c.s3.GetObject(bg, &s3.GetObjectInput{Bucket: p("exports"), Key: p("x")})
	_, role := c.sts.AssumeRole(bg, &sts.AssumeRoleInput{RoleArn: p(deployARN), RoleSessionName: p("x"), Policy: p("{}")})
	for name, ok := range map[string]bool{
		"NoSuchEntity": is[*iamtypes.NoSuchEntityException](noUser), "EntityAlreadyExists": is[*iamtypes.EntityAlreadyExistsException](twice),
		"MalformedPolicyDocument": is[*iamtypes.MalformedPolicyDocumentException](malformed), "DeleteConflict": is[*iamtypes.DeleteConflictException](conflict),
		"LimitExceeded": is[*iamtypes.LimitExceededException](limit), "TrailNotFound": is[*trailtypes.TrailNotFoundException](trail),
		"InvalidNextToken": is[*trailtypes.InvalidNextTokenException](token), "InvalidMaxResults": is[*trailtypes.InvalidMaxResultsException](results),
		"ResourceNotFound": is[*secrettypes.ResourceNotFoundException](secret), "NoSuchKey": is[*s3types.NoSuchKey](key),
		"AccessDenied (not trusted)": hasCode(role, "AccessDenied"),
	} {
		if !ok {
			t.Errorf("%s did not reach the SDK as its own type", name)
		}
	}
}

func is[E error](err error) bool { var e E; return errors.As(err, &e) }

// TestOperationTable pins what the product relies on.
func TestOperationTable(t *testing.T) {
	const iamNames = `GetUser ListUsers CreateUser TagUser UntagUser ListUserTags ListAccessKeys CreateAccessKey UpdateAccessKey
		DeleteAccessKey GetAccessKeyLastUsed GetLoginProfile CreateLoginProfile UpdateLoginProfile DeleteLoginProfile ListMFADevices
		DeactivateMFADevice ListSSHPublicKeys UpdateSSHPublicKey ListSigningCertificates UpdateSigningCertificate
		ListServiceSpecificCredentials UpdateServiceSpecificCredential CreateServiceSpecificCredential ListGroupsForUser AddUserToGroup
		RemoveUserFromGroup GetGroup ListGroupPolicies GetGroupPolicy PutGroupPolicy ListAttachedGroupPolicies AttachGroupPolicy
		DetachGroupPolicy ListUserPolicies GetUserPolicy PutUserPolicy DeleteUserPolicy ListAttachedUserPolicies AttachUserPolicy
		DetachUserPolicy CreatePolicy GetPolicy GetPolicyVersion ListPolicyVersions CreatePolicyVersion SetDefaultPolicyVersion
		DeletePolicy DeletePolicyVersion ListPolicies TagPolicy ListPolicyTags ListEntitiesForPolicy GetRole ListRoles CreateRole
		TagRole UntagRole ListRoleTags UpdateAssumeRolePolicy ListRolePolicies GetRolePolicy PutRolePolicy DeleteRolePolicy
		ListAttachedRolePolicies AttachRolePolicy DetachRolePolicy PutUserPermissionsBoundary DeleteUserPermissionsBoundary
		PutRolePermissionsBoundary DeleteRolePermissionsBoundary GetAccountSummary ListAccountAliases GetAccountAuthorizationDetails`
	ops := operations()
	for _, name := range strings.Fields(iamNames) {
		if ops["iam:"+name] == nil {
			t.Errorf("iam:%s is missing", name)
		}
	}
	for _, name := range strings.Fields(`sts:GetCallerIdentity sts:GetAccessKeyInfo sts:AssumeRole sts:GetSessionToken sts:GetFederationToken
		cloudtrail:LookupEvents cloudtrail:DescribeTrails cloudtrail:GetTrailStatus secretsmanager:ListSecrets secretsmanager:GetSecretValue
		secretsmanager:DescribeSecret s3:ListBuckets s3:ListObjects s3:GetObject s3:PutObject s3:HeadBucket`) {
		if ops[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
	for name, op := range ops {
		read := strings.HasPrefix(op.name, "Get") || strings.HasPrefix(op.name, "List") || strings.HasPrefix(op.name, "Describe") ||
			strings.HasPrefix(op.name, "Lookup") || strings.HasPrefix(op.name, "Head")
		mints := op.name == "GetSessionToken" || op.name == "GetFederationToken"
		if op.write == (read && !mints) {
			t.Errorf("%s: write is %v", name, op.write)
		}
	}
}
