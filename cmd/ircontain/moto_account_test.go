//go:build moto

package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// motoAccount is an account in moto_server as its administrator sees it. It
// uses the SDK directly: nothing of ours stands between the test and moto.
type motoAccount struct {
	*testing.T
	url string
	api *iam.Client
}

// account connects to the server that scripts/test-moto.sh started.
func account(t *testing.T) motoAccount {
	t.Helper()
	url := os.Getenv("IRCONTAIN_TEST_MOTO")
	if url == "" {
		t.Skip("run scripts/test-moto.sh: it starts moto_server")
	}
	cfg := aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(url), Credentials: credentials.NewStaticCredentialsProvider("admin", "admin", "")}
	return motoAccount{t, url, iam.NewFromConfig(cfg)}
}

// must is for calls whose failure leaves nothing to test.
func must[V any](v V, err error) func(testing.TB) V {
	return func(t testing.TB) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// key makes a user with one access key.
func (a motoAccount) key(user string) *types.AccessKey {
	a.Helper()
	must(a.api.CreateUser(a.Context(), &iam.CreateUserInput{UserName: &user, Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("billing")}}}))(a)
	return must(a.api.CreateAccessKey(a.Context(), &iam.CreateAccessKeyInput{UserName: &user}))(a).AccessKey
}

const allowReads = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","iam:List*"],"Resource":"*"}]}`

// seed gives the account what a compromised user has around it: an inline
// policy, a group, a managed policy, a role that it may assume, a bystander.
func (a motoAccount) seed(user string, inline map[string]string) *types.AccessKey {
	a.Helper()
	ctx, group, role, bystander := a.Context(), user+"-group", user+"-role", user+"-bystander"
	k := a.key(user)
	a.key(bystander)
	for name, doc := range inline {
		must(a.api.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &user, PolicyName: &name, PolicyDocument: &doc}))(a)
	}
	must(a.api.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: &group}))(a)
	must(a.api.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: &group, UserName: &user}))(a)
	must(a.api.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: &group, UserName: &bystander}))(a)
	p := must(a.api.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String(user + "-access"), PolicyDocument: aws.String(allowReads)}))(a)
	must(a.api.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: &user, PolicyArn: p.Policy.Arn}))(a)
	must(a.api.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &role, AssumeRolePolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"sts:AssumeRole"}]}`)}))(a)
	return k
}

// dump is the account as moto tells it, one line a value, addressed by names:
// /UserDetailList/UserName=x/Tags/Key=team/Value. What GetAccountAuthorizationDetails
// leaves out (keys, other credentials) is asked for user by user.
func (a motoAccount) dump() map[string]string {
	a.Helper()
	ctx := a.Context()
	details := must(a.api.GetAccountAuthorizationDetails(ctx, &iam.GetAccountAuthorizationDetailsInput{}))(a)
	if details.IsTruncated {
		a.Fatal("the account dump is truncated: the comparison would be of a part")
	}
	out := map[string]string{}
	a.flatten(out, "", details)
	for _, u := range details.UserDetailList {
		at := "/credentials/" + *u.UserName
		a.flatten(out, at, must(a.api.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: u.UserName}))(a))
		a.flatten(out, at, must(a.api.ListMFADevices(ctx, &iam.ListMFADevicesInput{UserName: u.UserName}))(a))
		a.flatten(out, at, must(a.api.ListSSHPublicKeys(ctx, &iam.ListSSHPublicKeysInput{UserName: u.UserName}))(a))
		a.flatten(out, at, must(a.api.ListSigningCertificates(ctx, &iam.ListSigningCertificatesInput{UserName: u.UserName}))(a))
		a.flatten(out, at, must(a.api.ListUserTags(ctx, &iam.ListUserTagsInput{UserName: u.UserName}))(a))
		_, err := a.api.GetLoginProfile(ctx, &iam.GetLoginProfileInput{UserName: u.UserName})
		out[at+"/console password"] = fmt.Sprint(err == nil)
	}
	return out
}

// flatten writes every leaf of an SDK answer under its path.
func (a motoAccount) flatten(out map[string]string, at string, answer any) {
	a.Helper()
	var tree any
	if err := json.Unmarshal(must(json.Marshal(answer))(a), &tree); err != nil {
		a.Fatal(err)
	}
	walkTree(out, at, tree)
}

func walkTree(out map[string]string, at string, node any) {
	switch node := node.(type) {
	case map[string]any:
		for name, v := range node {
			if name != "ResultMetadata" {
				walkTree(out, at+"/"+name, v)
			}
		}
	case []any:
		for _, v := range node {
			walkTree(out, at+"/"+nameOfMember(v), v)
		}
	case string:
		if doc, err := url.QueryUnescape(node); err == nil && strings.HasPrefix(doc, "{") {
			node = doc // policy documents travel percent-encoded
		}
		out[at] = node
	case nil:
	default:
		out[at] = fmt.Sprint(node)
	}
}

// nameOfMember addresses a list member by what identifies it, so that a member
// that moves inside its list is no difference.
func nameOfMember(v any) string {
	m, ok := v.(map[string]any)
	if !ok {
		return fmt.Sprint(v)
	}
	for _, id := range []string{"AccessKeyId", "UserName", "GroupName", "RoleName", "PolicyName", "VersionId", "Key", "Arn"} {
		if s, ok := m[id].(string); ok {
			return id + "=" + s
		}
	}
	return fmt.Sprint(v)
}

// diff lists what became, went or changed, one sorted line each.
func diff(before, after map[string]string) []string {
	var out []string
	for at, v := range after {
		if old, ok := before[at]; !ok {
			out = append(out, fmt.Sprintf("+ %s: %s", at, v))
		} else if old != v {
			out = append(out, fmt.Sprintf("~ %s: %s -> %s", at, old, v))
		}
	}
	for at, v := range before {
		if _, ok := after[at]; !ok {
			out = append(out, fmt.Sprintf("- %s: %s", at, v))
		}
	}
	slices.Sort(out)
	return out
}

// wantDiff compares a diff with the lines that are allowed to be there. A "*"
// in a wanted line stands for anything, so that ids need not be known.
func (a motoAccount) wantDiff(what string, got []string, want ...string) {
	a.Helper()
	unseen := map[string]bool{}
	for _, w := range want {
		unseen[w] = true
	}
	for _, line := range got {
		found := false
		for _, w := range want {
			if likeLine(w, line) {
				found = true
				delete(unseen, w)
			}
		}
		if !found {
			a.Errorf("%s: moto shows a difference that nobody asked for:\n  %s", what, line)
		}
	}
	for _, w := range slices.Sorted(maps.Keys(unseen)) {
		a.Errorf("%s: moto does not show\n  %s", what, w)
	}
}

// likeLine matches a pattern whose parts between "*" appear in line in order.
func likeLine(pattern, line string) bool {
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(line, parts[0]) {
		return false
	}
	line = line[len(parts[0]):]
	for i, p := range parts[1:] {
		if i == len(parts)-2 {
			return strings.HasSuffix(line, p)
		}
		at := strings.Index(line, p)
		if at < 0 {
			return false
		}
		line = line[at+len(p):]
	}
	return line == ""
}
