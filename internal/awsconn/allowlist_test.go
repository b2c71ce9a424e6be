package awsconn

import (
	"context"
	"errors"
	"reflect"
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

func mayWrite() []string {
	return strings.Fields(`IAM:UpdateAccessKey IAM:PutUserPolicy IAM:DeleteUserPolicy IAM:PutRolePolicy IAM:DeleteRolePolicy
		IAM:CreatePolicy IAM:DeletePolicy IAM:AttachUserPolicy IAM:DetachUserPolicy IAM:TagUser IAM:UntagUser`)
}

// operation is one method of an SDK client that makes a call.
type operation struct {
	name   string
	client reflect.Value
	method reflect.Method
}

// operations finds every call that the SDK's client can make.
func operations(service string, client any) []operation {
	v := reflect.ValueOf(client)
	var out []operation
	for i := range v.NumMethod() {
		m := v.Type().Method(i)
		if m.Type.NumIn() == 4 && m.Type.IsVariadic() && m.Type.In(2).Kind() == reflect.Pointer {
			out = append(out, operation{service + ":" + m.Name, v, m})
		}
	}
	return out
}

// call makes the call with every member of its input set: to ours, or to "x".
func (o operation) call(ctx context.Context, ours bool) error {
	in := reflect.New(o.method.Type.In(2).Elem())
	fill(in.Elem(), "", ours, 0)
	out := o.method.Func.Call([]reflect.Value{o.client, reflect.ValueOf(ctx), in})
	err, _ := out[1].Interface().(error)
	return err
}

func fill(v reflect.Value, name string, ours bool, depth int) {
	if depth > 6 {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), name, ours, depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				fill(v.Field(i), f.Name, ours, depth+1)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), name, ours, depth+1)
	case reflect.String:
		v.SetString("x")
		if ours {
			v.SetString(map[string]string{"PolicyName": "IRContainGuard-x", "PolicyArn": "arn:aws:iam::111122223333:policy/IRContainGuard-x",
				"Key": "ircontain-x", "TagKeys": "ircontain-x"}[name])
		}
		if v.String() == "" {
			v.SetString("x")
		}
	case reflect.Map:
		k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(k, name, ours, depth+1)
		fill(e, name, ours, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(k, e)
	case reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Bool:
		v.SetBool(true)
	}
}

func TestEveryOperationOfTheSDK(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	conn, wire := connected(t, says(200, xmlDone))
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
	} {
		if len(c.ops) < c.least {
			t.Fatalf("%s: only %d operations found", c.name, len(c.ops))
		}
		passed := 0
		for _, op := range c.ops {
			before := wire.count()
			err := op.call(ctx, c.ours)
			sent := wire.count() - before
			allowed := slices.Contains(append(mayRead(), mayWrite()...), op.name) && !slices.Contains(c.mayNotReach, op.name)
			if allowed != (sent == 1) || sent > 1 {
				t.Errorf("%s: %s: allowed %v, %d requests (%v)", c.name, op.name, allowed, sent, err)
			}
			passed += sent
			var ce *incident.CallError
			if !allowed && (!errors.As(err, &ce) || ce.Answer != incident.AnswerNotSent || ce.Service+":"+ce.Operation != op.name) {
				t.Errorf("%s: %s: %v", c.name, op.name, err)
			}
			if mutates, listed := Mutates(ceName(op.name)); mutates != slices.Contains(mayWrite(), op.name) || listed != slices.Contains(append(mayRead(), mayWrite()...), op.name) {
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
