package simaws

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func TestUsers(t *testing.T) {
	w := smallWorld(t)
	c := w.responderClients().iam
	u := must(c.GetUser(bg, &iam.GetUserInput{UserName: p("alice")}))(t).User
	if *u.Arn != "arn:aws:iam::000000000000:user/alice" || !strings.HasPrefix(*u.UserId, "AIDA") || len(*u.UserId) != 21 || len(u.Tags) != 1 || !u.CreateDate.Equal(start.AddDate(-1, 0, 0)) {
		t.Errorf("user: %+v", u)
	}
	self := must(of(w.as(t, aliceKey)).iam.GetUser(bg, nil))(t).User
	if *self.UserName != "alice" {
		t.Errorf("caller: %+v", self)
	}
	_, err := c.GetUser(bg, nil)
	wantCode(t, err, "ValidationError", "Must specify userName")
	_, err = c.GetUser(bg, &iam.GetUserInput{UserName: p("nobody")})
	wantCode(t, err, "NoSuchEntity", "nobody")
	must(c.CreateUser(bg, &iam.CreateUserInput{UserName: p("carol"), Path: p("/svc/"), Tags: []types.Tag{{Key: p("k"), Value: p("v")}}}))(t)
	_, err = c.CreateUser(bg, &iam.CreateUserInput{UserName: p("CAROL")})
	wantCode(t, err, "EntityAlreadyExists", "")
	must(c.TagUser(bg, &iam.TagUserInput{UserName: p("carol"), Tags: []types.Tag{{Key: p("case"), Value: p("IR-1")}}}))(t)
	must(c.UntagUser(bg, &iam.UntagUserInput{UserName: p("carol"), TagKeys: []string{"k"}}))(t)
	tags := must(c.ListUserTags(bg, &iam.ListUserTagsInput{UserName: p("carol")}))(t).Tags
	if len(tags) != 1 || *tags[0].Key != "case" {
		t.Errorf("tags: %+v", tags)
	}
	var many []types.Tag
	for i := range 50 {
		many = append(many, types.Tag{Key: p(fmt.Sprint("t", i)), Value: p("")})
	}
	_, err = c.TagUser(bg, &iam.TagUserInput{UserName: p("carol"), Tags: many})
	wantCode(t, err, "LimitExceeded", "")
}

func TestAccessKeys(t *testing.T) {
	w := smallWorld(t)
	c := w.responderClients().iam
	k := must(c.CreateAccessKey(bg, &iam.CreateAccessKeyInput{UserName: p("alice")}))(t).AccessKey
	if !strings.HasPrefix(*k.AccessKeyId, "AKIA") || len(*k.AccessKeyId) != 20 || len(*k.SecretAccessKey) != 40 {
		t.Errorf("key: %+v", k)
	}
	_, err := c.CreateAccessKey(bg, &iam.CreateAccessKeyInput{UserName: p("alice")})
	wantCode(t, err, "LimitExceeded", "AccessKeysPerUser: 2")
	// The new key works once it has propagated.
	fresh := of(config(w, Credentials{AccessKeyID: *k.AccessKeyId, SecretAccessKey: *k.SecretAccessKey})).sts
	_, err = fresh.GetCallerIdentity(bg, nil)
	wantCode(t, err, "InvalidClientTokenId", "")
	last := must(c.GetAccessKeyLastUsed(bg, &iam.GetAccessKeyLastUsedInput{AccessKeyId: k.AccessKeyId}))(t)
	if last.AccessKeyLastUsed.LastUsedDate != nil || *last.AccessKeyLastUsed.ServiceName != "N/A" || *last.UserName != "alice" {
		t.Errorf("unused key: %+v", last.AccessKeyLastUsed)
	}
	w.Clock().Advance(4 * time.Second)
	must(fresh.GetCallerIdentity(bg, nil))(t)
	last = must(c.GetAccessKeyLastUsed(bg, &iam.GetAccessKeyLastUsedInput{AccessKeyId: k.AccessKeyId}))(t)
	if *last.AccessKeyLastUsed.ServiceName != "sts" || !last.AccessKeyLastUsed.LastUsedDate.Equal(start.Add(4*time.Second)) {
		t.Errorf("used key: %+v", last.AccessKeyLastUsed)
	}
	_, err = c.GetAccessKeyLastUsed(bg, &iam.GetAccessKeyLastUsedInput{AccessKeyId: p("AKIANOBODYNOBODYNOB1")})
	wantCode(t, err, "AccessDenied", "")
	_, err = c.UpdateAccessKey(bg, &iam.UpdateAccessKeyInput{UserName: p("bob"), AccessKeyId: p(aliceKey), Status: types.StatusTypeInactive})
	wantCode(t, err, "NoSuchEntity", aliceKey)
	_, err = c.UpdateAccessKey(bg, &iam.UpdateAccessKeyInput{UserName: p("alice"), AccessKeyId: p(aliceKey), Status: "Sleeping"})
	wantCode(t, err, "ValidationError", "")
	must(c.UpdateAccessKey(bg, &iam.UpdateAccessKeyInput{UserName: p("alice"), AccessKeyId: p(aliceKey), Status: types.StatusTypeInactive}))(t)
	keys := must(c.ListAccessKeys(bg, &iam.ListAccessKeysInput{UserName: p("alice")}))(t).AccessKeyMetadata
	if len(keys) != 2 || keys[0].Status != types.StatusTypeInactive || keys[1].Status != types.StatusTypeActive {
		t.Errorf("keys: %+v", keys)
	}
	// A deleted key's id is not handed out again.
	must(c.DeleteAccessKey(bg, &iam.DeleteAccessKeyInput{UserName: p("alice"), AccessKeyId: k.AccessKeyId}))(t)
	again := must(c.CreateAccessKey(bg, &iam.CreateAccessKeyInput{UserName: p("alice")}))(t).AccessKey
	if *again.AccessKeyId == *k.AccessKeyId {
		t.Error("key id reused")
	}
}

func TestInlinePolicies(t *testing.T) {
	c := smallWorld(t).responderClients().iam
	put := func(name, doc string) error {
		_, err := c.PutUserPolicy(bg, &iam.PutUserPolicyInput{UserName: p("bob"), PolicyName: p(name), PolicyDocument: p(doc)})
		return err
	}
	doc := "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{\"Effect\": \"Deny\", \"Action\": \"s3:*\", \"Resource\": \"*\", \"Condition\": {\"StringLike\": {\"aws:UserAgent\": \"a+b%c*\"}}}]\n}"
	wantCode(t, put("one", doc), "", "")
	got := must(c.GetUserPolicy(bg, &iam.GetUserPolicyInput{UserName: p("bob"), PolicyName: p("one")}))(t)
	if text, err := url.QueryUnescape(*got.PolicyDocument); err != nil || text != doc || strings.ContainsAny(*got.PolicyDocument, "{+ ") {
		t.Errorf("document came back as %s", *got.PolicyDocument)
	}
	big := func(n int) string {
		base := `{"Version":"2012-10-17","Statement":{"Sid":"","Effect":"Deny","Action":"*","Resource":"*"}}`
		return strings.Replace(base, `"Sid":""`, `"Sid":"`+strings.Repeat("a", n-len(base))+`"`, 1)
	}
	cases := []struct{ name, policy, doc, code string }{
		{"white space does not count", "one", big(1500) + strings.Repeat(" ", 3000), ""},
		{"sum over policies", "two", big(549), "LimitExceeded"},
		{"exactly full", "two", big(548), ""},
		{"replaced, not added", "two", big(500), ""},
		{"not json", "three", "{", "MalformedPolicyDocument"},
		{"bad effect", "three", `{"Version":"2012-10-17","Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}}`, "MalformedPolicyDocument"},
		{"bad name", "has space", big(100), "ValidationError"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) { wantCode(t, put(tc.policy, tc.doc), tc.code, "") })
	}
	names := must(c.ListUserPolicies(bg, &iam.ListUserPoliciesInput{UserName: p("bob")}))(t).PolicyNames
	if !reflect.DeepEqual(names, []string{"one", "two"}) {
		t.Errorf("names: %v", names)
	}
	must(c.DeleteUserPolicy(bg, &iam.DeleteUserPolicyInput{UserName: p("bob"), PolicyName: p("two")}))(t)
	_, err := c.DeleteUserPolicy(bg, &iam.DeleteUserPolicyInput{UserName: p("bob"), PolicyName: p("two")})
	wantCode(t, err, "NoSuchEntity", "two")
	_, err = c.PutRolePolicy(bg, &iam.PutRolePolicyInput{RoleName: p("partner"), PolicyName: p("x"), PolicyDocument: p(big(10240))})
	wantCode(t, err, "", "")
	_, err = c.PutRolePolicy(bg, &iam.PutRolePolicyInput{RoleName: p("partner"), PolicyName: p("y"), PolicyDocument: p(big(100))})
	wantCode(t, err, "LimitExceeded", "10240")
	_, err = c.PutGroupPolicy(bg, &iam.PutGroupPolicyInput{GroupName: p("devs"), PolicyName: p("x"), PolicyDocument: p(big(5121))})
	wantCode(t, err, "LimitExceeded", "5120")
}

func TestManagedPolicies(t *testing.T) {
	w := smallWorld(t)
	c := w.responderClients().iam
	pol := must(c.CreatePolicy(bg, &iam.CreatePolicyInput{PolicyName: p("guard"), PolicyDocument: p(denyAll()), Tags: []types.Tag{{Key: p("owner"), Value: p("ana")}}}))(t).Policy
	if *pol.Arn != "arn:aws:iam::000000000000:policy/guard" || *pol.DefaultVersionId != "v1" || *pol.AttachmentCount != 0 {
		t.Errorf("policy: %+v", pol)
	}
	_, err := c.CreatePolicy(bg, &iam.CreatePolicyInput{PolicyName: p("guard"), PolicyDocument: p(denyAll())})
	wantCode(t, err, "EntityAlreadyExists", "")
	for range 2 { // attaching twice is fine
		must(c.AttachUserPolicy(bg, &iam.AttachUserPolicyInput{UserName: p("bob"), PolicyArn: pol.Arn}))(t)
	}
	must(c.AttachRolePolicy(bg, &iam.AttachRolePolicyInput{RoleName: p("deploy"), PolicyArn: pol.Arn}))(t)
	must(c.AttachGroupPolicy(bg, &iam.AttachGroupPolicyInput{GroupName: p("devs"), PolicyArn: pol.Arn}))(t)
	ents := must(c.ListEntitiesForPolicy(bg, &iam.ListEntitiesForPolicyInput{PolicyArn: pol.Arn}))(t)
	if len(ents.PolicyUsers) != 1 || len(ents.PolicyRoles) != 1 || len(ents.PolicyGroups) != 1 {
		t.Errorf("entities: %+v", ents)
	}
	_, err = c.DeletePolicy(bg, &iam.DeletePolicyInput{PolicyArn: pol.Arn})
	wantCode(t, err, "DeleteConflict", "attached")
	for i := 2; i <= 5; i++ {
		v := must(c.CreatePolicyVersion(bg, &iam.CreatePolicyVersionInput{PolicyArn: pol.Arn, PolicyDocument: p(readerPolicy), SetAsDefault: i == 3}))(t).PolicyVersion
		if *v.VersionId != fmt.Sprint("v", i) || v.IsDefaultVersion != (i == 3) {
			t.Errorf("version %d: %+v", i, v)
		}
	}
	_, err = c.CreatePolicyVersion(bg, &iam.CreatePolicyVersionInput{PolicyArn: pol.Arn, PolicyDocument: p(readerPolicy)})
	wantCode(t, err, "LimitExceeded", "5 versions")
	_, err = c.DeletePolicyVersion(bg, &iam.DeletePolicyVersionInput{PolicyArn: pol.Arn, VersionId: p("v3")})
	wantCode(t, err, "DeleteConflict", "default")
	must(c.SetDefaultPolicyVersion(bg, &iam.SetDefaultPolicyVersionInput{PolicyArn: pol.Arn, VersionId: p("v1")}))(t)
	must(c.DeletePolicyVersion(bg, &iam.DeletePolicyVersionInput{PolicyArn: pol.Arn, VersionId: p("v5")}))(t)
	v := must(c.CreatePolicyVersion(bg, &iam.CreatePolicyVersionInput{PolicyArn: pol.Arn, PolicyDocument: p(readerPolicy)}))(t).PolicyVersion
	if *v.VersionId != "v6" {
		t.Errorf("version number reused: %s", *v.VersionId)
	}
	got := must(c.GetPolicyVersion(bg, &iam.GetPolicyVersionInput{PolicyArn: pol.Arn, VersionId: p("v1")}))(t).PolicyVersion
	if text, _ := url.QueryUnescape(*got.Document); text != denyAll() || !got.IsDefaultVersion {
		t.Errorf("v1: %+v", got)
	}
	local := must(c.ListPolicies(bg, &iam.ListPoliciesInput{Scope: types.PolicyScopeTypeLocal, OnlyAttached: true}))(t).Policies
	if len(local) != 1 || *local[0].AttachmentCount != 3 {
		t.Errorf("attached local policies: %+v", local)
	}
	must(c.DetachUserPolicy(bg, &iam.DetachUserPolicyInput{UserName: p("bob"), PolicyArn: pol.Arn}))(t)
	_, err = c.DetachUserPolicy(bg, &iam.DetachUserPolicyInput{UserName: p("bob"), PolicyArn: pol.Arn})
	wantCode(t, err, "NoSuchEntity", "")
	_, err = c.AttachUserPolicy(bg, &iam.AttachUserPolicyInput{UserName: p("bob"), PolicyArn: p("arn:aws:iam::000000000000:policy/none")})
	wantCode(t, err, "NoSuchEntity", "")
	_, err = c.CreatePolicyVersion(bg, &iam.CreatePolicyVersionInput{PolicyArn: p("arn:aws:iam::aws:policy/AWSDenyAll"), PolicyDocument: p(readerPolicy)})
	wantCode(t, err, "AccessDenied", "")
	for i := range 10 {
		x := must(c.CreatePolicy(bg, &iam.CreatePolicyInput{PolicyName: p(fmt.Sprint("p", i)), PolicyDocument: p(denyAll())}))(t).Policy
		_, err = c.AttachUserPolicy(bg, &iam.AttachUserPolicyInput{UserName: p("bob"), PolicyArn: x.Arn})
		wantCode(t, err, "", "")
	}
	_, err = c.AttachUserPolicy(bg, &iam.AttachUserPolicyInput{UserName: p("bob"), PolicyArn: pol.Arn})
	wantCode(t, err, "LimitExceeded", "PoliciesPerUser: 10")
}

func TestRolesGroupsBoundaries(t *testing.T) {
	w := smallWorld(t)
	c := w.responderClients().iam
	r := must(c.GetRole(bg, &iam.GetRoleInput{RoleName: p("deploy")}))(t).Role
	if *r.Arn != "arn:aws:iam::000000000000:role/svc/deploy" || *r.MaxSessionDuration != 7200 || r.RoleLastUsed == nil {
		t.Errorf("role: %+v", r)
	}
	_, err := c.UpdateAssumeRolePolicy(bg, &iam.UpdateAssumeRolePolicyInput{RoleName: p("deploy"), PolicyDocument: p(denyAll())})
	wantCode(t, err, "MalformedPolicyDocument", "")
	must(c.UpdateAssumeRolePolicy(bg, &iam.UpdateAssumeRolePolicyInput{RoleName: p("deploy"), PolicyDocument: p(trustOf("*", ""))}))(t)
	_, err = c.CreateRole(bg, &iam.CreateRoleInput{RoleName: p("new"), AssumeRolePolicyDocument: p(trustOf("*", "")), MaxSessionDuration: aws.Int32(60)})
	wantCode(t, err, "ValidationError", "")
	must(c.CreateRole(bg, &iam.CreateRoleInput{RoleName: p("new"), AssumeRolePolicyDocument: p(trustOf("*", ""))}))(t)
	must(c.TagRole(bg, &iam.TagRoleInput{RoleName: p("new"), Tags: []types.Tag{{Key: p("a"), Value: p("b")}}}))(t)
	if tags := must(c.ListRoleTags(bg, &iam.ListRoleTagsInput{RoleName: p("new")}))(t).Tags; len(tags) != 1 {
		t.Errorf("tags: %v", tags)
	}
	deny := p("arn:aws:iam::aws:policy/AWSDenyAll")
	_, err = c.DeleteUserPermissionsBoundary(bg, &iam.DeleteUserPermissionsBoundaryInput{UserName: p("alice")})
	wantCode(t, err, "NoSuchEntity", "")
	must(c.PutUserPermissionsBoundary(bg, &iam.PutUserPermissionsBoundaryInput{UserName: p("alice"), PermissionsBoundary: deny}))(t)
	must(c.PutRolePermissionsBoundary(bg, &iam.PutRolePermissionsBoundaryInput{RoleName: p("deploy"), PermissionsBoundary: deny}))(t)
	u := must(c.GetUser(bg, &iam.GetUserInput{UserName: p("alice")}))(t).User
	if u.PermissionsBoundary == nil || *u.PermissionsBoundary.PermissionsBoundaryArn != *deny {
		t.Errorf("boundary: %+v", u.PermissionsBoundary)
	}
	must(c.DeleteRolePermissionsBoundary(bg, &iam.DeleteRolePermissionsBoundaryInput{RoleName: p("deploy")}))(t)
	must(c.AddUserToGroup(bg, &iam.AddUserToGroupInput{GroupName: p("devs"), UserName: p("bob")}))(t)
	g := must(c.GetGroup(bg, &iam.GetGroupInput{GroupName: p("devs")}))(t)
	if len(g.Users) != 2 || *g.Group.GroupName != "devs" {
		t.Errorf("group: %+v", g)
	}
	must(c.RemoveUserFromGroup(bg, &iam.RemoveUserFromGroupInput{GroupName: p("devs"), UserName: p("alice")}))(t)
	_, err = c.RemoveUserFromGroup(bg, &iam.RemoveUserFromGroupInput{GroupName: p("devs"), UserName: p("alice")})
	wantCode(t, err, "NoSuchEntity", "")
	if groups := must(c.ListGroupsForUser(bg, &iam.ListGroupsForUserInput{UserName: p("bob")}))(t).Groups; len(groups) != 1 {
		t.Errorf("groups: %v", groups)
	}
}

func TestServiceLinkedRoleIsUnmodifiable(t *testing.T) {
	c := scenarioWorld(t).responderClients().iam
	_, err := c.PutRolePolicy(bg, &iam.PutRolePolicyInput{RoleName: p("AWSServiceRoleForSupport"), PolicyName: p("x"), PolicyDocument: p(denyAll())})
	wantCode(t, err, "UnmodifiableEntity", "")
}

func TestOtherCredentials(t *testing.T) {
	a := smallAccount()
	a.Users[1].MFA = []MFADevice{{Serial: "arn:aws:iam::000000000000:mfa/bob", Enabled: start}}
	a.Users[1].SSHKeys = []Credential{{ID: "APKAEXAMPLEEXAMPLE12", Uploaded: start}}
	a.Users[1].Certificates = []Credential{{ID: "TA7SMP42TDN5Z26OBPJE7EXAMPLE", Body: "x", Uploaded: start}}
	w := must(FromAccount(a, Options{ResponderARN: opsARN, Clock: NewStepClock(start)}))(t)
	c := w.responderClients().iam
	bob := p("bob")
	_, err := c.GetLoginProfile(bg, &iam.GetLoginProfileInput{UserName: bob})
	wantCode(t, err, "NoSuchEntity", "Login Profile")
	must(c.CreateLoginProfile(bg, &iam.CreateLoginProfileInput{UserName: bob, Password: p("hunter2!")}))(t)
	must(c.UpdateLoginProfile(bg, &iam.UpdateLoginProfileInput{UserName: bob, PasswordResetRequired: aws.Bool(true)}))(t)
	if lp := must(c.GetLoginProfile(bg, &iam.GetLoginProfileInput{UserName: bob}))(t).LoginProfile; !lp.PasswordResetRequired {
		t.Errorf("login profile: %+v", lp)
	}
	for _, e := range w.events {
		if strings.Contains(string(e.json()), "hunter2") {
			t.Errorf("password in event: %s", e.json())
		}
	}
	must(c.UpdateSSHPublicKey(bg, &iam.UpdateSSHPublicKeyInput{UserName: bob, SSHPublicKeyId: p("APKAEXAMPLEEXAMPLE12"), Status: types.StatusTypeInactive}))(t)
	if k := must(c.ListSSHPublicKeys(bg, &iam.ListSSHPublicKeysInput{UserName: bob}))(t).SSHPublicKeys; len(k) != 1 || k[0].Status != types.StatusTypeInactive {
		t.Errorf("ssh keys: %+v", k)
	}
	must(c.UpdateSigningCertificate(bg, &iam.UpdateSigningCertificateInput{UserName: bob, CertificateId: p("TA7SMP42TDN5Z26OBPJE7EXAMPLE"), Status: types.StatusTypeInactive}))(t)
	if k := must(c.ListSigningCertificates(bg, &iam.ListSigningCertificatesInput{UserName: bob}))(t).Certificates; len(k) != 1 || k[0].Status != types.StatusTypeInactive {
		t.Errorf("certificates: %+v", k)
	}
	s := must(c.CreateServiceSpecificCredential(bg, &iam.CreateServiceSpecificCredentialInput{UserName: bob, ServiceName: p("codecommit.amazonaws.com")}))(t).ServiceSpecificCredential
	must(c.UpdateServiceSpecificCredential(bg, &iam.UpdateServiceSpecificCredentialInput{UserName: bob, ServiceSpecificCredentialId: s.ServiceSpecificCredentialId, Status: types.StatusTypeInactive}))(t)
	if k := must(c.ListServiceSpecificCredentials(bg, &iam.ListServiceSpecificCredentialsInput{UserName: bob}))(t).ServiceSpecificCredentials; len(k) != 1 || k[0].Status != types.StatusTypeInactive {
		t.Errorf("service credentials: %+v", k)
	}
	if d := must(c.ListMFADevices(bg, &iam.ListMFADevicesInput{UserName: bob}))(t).MFADevices; len(d) != 1 {
		t.Errorf("mfa: %+v", d)
	}
	must(c.DeactivateMFADevice(bg, &iam.DeactivateMFADeviceInput{UserName: bob, SerialNumber: p("arn:aws:iam::000000000000:mfa/bob")}))(t)
	_, err = c.DeleteUser(bg, &iam.DeleteUserInput{UserName: bob})
	wantCode(t, err, "DeleteConflict", "")
}

func TestPagination(t *testing.T) {
	a := smallAccount()
	for i := range 25 {
		a.Users = append(a.Users, User{Name: fmt.Sprintf("u%02d", i)})
	}
	w := must(FromAccount(a, Options{ResponderARN: opsARN, Clock: NewStepClock(start)}))(t)
	c := w.responderClients().iam
	var names []string
	pages := iam.NewListUsersPaginator(c, &iam.ListUsersInput{MaxItems: aws.Int32(10)})
	n := 0
	for pages.HasMorePages() {
		n++
		for _, u := range must(pages.NextPage(bg))(t).Users {
			names = append(names, *u.UserName)
		}
	}
	if n != 3 || len(names) != 27 || names[0] != "alice" || names[26] != "u24" {
		t.Errorf("%d pages: %v", n, names)
	}
	details := iam.NewGetAccountAuthorizationDetailsPaginator(c, &iam.GetAccountAuthorizationDetailsInput{MaxItems: aws.Int32(7)})
	users, roles, groups, policies := 0, 0, 0, 0
	for details.HasMorePages() {
		d := must(details.NextPage(bg))(t)
		users, roles, groups, policies = users+len(d.UserDetailList), roles+len(d.RoleDetailList), groups+len(d.GroupDetailList), policies+len(d.Policies)
	}
	if users != 27 || roles != 3 || groups != 1 || policies != 4 {
		t.Errorf("details: %d users, %d roles, %d groups, %d policies", users, roles, groups, policies)
	}
	_, err := c.ListUsers(bg, &iam.ListUsersInput{MaxItems: aws.Int32(1001)})
	wantCode(t, err, "ValidationError", "maxItems")
	_, err = c.ListUsers(bg, &iam.ListUsersInput{Marker: p("nonsense")})
	wantCode(t, err, "ValidationError", "Marker")
}

func TestAccountReads(t *testing.T) {
	c := smallWorld(t).responderClients().iam
	m := must(c.GetAccountSummary(bg, nil))(t).SummaryMap
	if m["UserPolicySizeQuota"] != 2048 || m["AttachedPoliciesPerUserQuota"] != 10 || m["Users"] != 2 || m["AccessKeysPerUserQuota"] != 2 {
		t.Errorf("summary: %v", m)
	}
	if a := must(c.ListAccountAliases(bg, nil))(t).AccountAliases; !reflect.DeepEqual(a, []string{"small"}) {
		t.Errorf("aliases: %v", a)
	}
	d := must(c.GetAccountAuthorizationDetails(bg, &iam.GetAccountAuthorizationDetailsInput{Filter: []types.EntityType{types.EntityTypeUser}}))(t)
	if len(d.UserDetailList) != 2 || len(d.RoleDetailList) != 0 || len(d.UserDetailList[0].UserPolicyList) != 1 || d.UserDetailList[0].GroupList[0] != "devs" {
		t.Errorf("details: %+v", d)
	}
}

func TestPolicyReads(t *testing.T) {
	w := smallWorld(t)
	c := w.responderClients().iam
	pol := must(c.CreatePolicy(bg, &iam.CreatePolicyInput{PolicyName: p("g"), Path: p("/ir/"), Description: p("d"), PolicyDocument: p(denyAll())}))(t).Policy
	must(c.TagPolicy(bg, &iam.TagPolicyInput{PolicyArn: pol.Arn, Tags: []types.Tag{{Key: p("a"), Value: p("1")}, {Key: p("b"), Value: p("2")}}}))(t)
	must(c.UntagPolicy(bg, &iam.UntagPolicyInput{PolicyArn: pol.Arn, TagKeys: []string{"a"}}))(t)
	if tags := must(c.ListPolicyTags(bg, &iam.ListPolicyTagsInput{PolicyArn: pol.Arn}))(t).Tags; len(tags) != 1 || *tags[0].Value != "2" {
		t.Errorf("tags: %v", tags)
	}
	got := must(c.GetPolicy(bg, &iam.GetPolicyInput{PolicyArn: pol.Arn}))(t).Policy
	if *got.Arn != "arn:aws:iam::000000000000:policy/ir/g" || *got.Description != "d" || len(got.Tags) != 1 || !got.IsAttachable {
		t.Errorf("policy: %+v", got)
	}
	must(c.CreatePolicyVersion(bg, &iam.CreatePolicyVersionInput{PolicyArn: pol.Arn, PolicyDocument: p(denyAll())}))(t)
	v := must(c.ListPolicyVersions(bg, &iam.ListPolicyVersionsInput{PolicyArn: pol.Arn}))(t).Versions
	if len(v) != 2 || *v[0].VersionId != "v2" || !v[1].IsDefaultVersion {
		t.Errorf("versions: %+v", v)
	}
	_, err := c.DeletePolicy(bg, &iam.DeletePolicyInput{PolicyArn: pol.Arn})
	wantCode(t, err, "DeleteConflict", "more than one version")
	must(c.DeletePolicyVersion(bg, &iam.DeletePolicyVersionInput{PolicyArn: pol.Arn, VersionId: p("v2")}))(t)
	must(c.DeletePolicy(bg, &iam.DeletePolicyInput{PolicyArn: pol.Arn}))(t)
	_, err = c.GetPolicy(bg, &iam.GetPolicyInput{PolicyArn: pol.Arn})
	wantCode(t, err, "NoSuchEntity", "")
	_, err = c.CreatePolicy(bg, &iam.CreatePolicyInput{PolicyName: p("big"), PolicyDocument: p(strings.Replace(denyAll(), `"*"`, `"`+strings.Repeat("x", 6200)+`:*"`, 1))})
	wantCode(t, err, "LimitExceeded", "6144")
	if g := must(c.ListGroups(bg, nil))(t).Groups; len(g) != 1 {
		t.Errorf("groups: %v", g)
	}
	for _, err := range []error{
		second(c.GetRole(bg, &iam.GetRoleInput{RoleName: p("none")})),
		second(c.GetGroup(bg, &iam.GetGroupInput{GroupName: p("none")})),
		second(c.AddUserToGroup(bg, &iam.AddUserToGroupInput{GroupName: p("devs"), UserName: p("none")})),
		second(c.PutUserPermissionsBoundary(bg, &iam.PutUserPermissionsBoundaryInput{UserName: p("bob"), PermissionsBoundary: p("arn:aws:iam::000000000000:policy/none")})),
		second(c.DeleteLoginProfile(bg, &iam.DeleteLoginProfileInput{UserName: p("bob")})),
		second(c.GetRolePolicy(bg, &iam.GetRolePolicyInput{RoleName: p("deploy"), PolicyName: p("none")})),
		second(c.UpdateSSHPublicKey(bg, &iam.UpdateSSHPublicKeyInput{UserName: p("bob"), SSHPublicKeyId: p("APKAEXAMPLEEXAMPLE12"), Status: types.StatusTypeActive})),
	} {
		wantCode(t, err, "NoSuchEntity", "")
	}
}

func second[T any](_ T, err error) error { return err }

func TestDeleteUser(t *testing.T) {
	w := smallWorld(t)
	c := w.responderClients().iam
	bob := of(w.as(t, bobKey)).sts
	session := w.with(must(bob.GetSessionToken(bg, nil))(t).Credentials).sts
	must(c.DeleteAccessKey(bg, &iam.DeleteAccessKeyInput{UserName: p("bob"), AccessKeyId: p(bobKey)}))(t)
	must(c.CreateLoginProfile(bg, &iam.CreateLoginProfileInput{UserName: p("bob"), Password: p("x")}))(t)
	must(c.DeleteLoginProfile(bg, &iam.DeleteLoginProfileInput{UserName: p("bob")}))(t)
	must(c.DeleteUser(bg, &iam.DeleteUserInput{UserName: p("bob")}))(t)
	must(session.GetCallerIdentity(bg, nil))(t)
	w.Clock().Advance(4 * time.Second)
	// A user of the same name is somebody else: the old session stays dead.
	made := must(c.CreateUser(bg, &iam.CreateUserInput{UserName: p("bob")}))(t).User
	w.Clock().Advance(4 * time.Second)
	_, err := session.GetCallerIdentity(bg, nil)
	wantCode(t, err, "InvalidClientTokenId", "")
	if *made.UserId == smallWorldUserID(t) {
		t.Error("a recreated user has its predecessor's id")
	}
}

func smallWorldUserID(t *testing.T) string {
	t.Helper()
	return *must(smallWorld(t).responderClients().iam.GetUser(bg, &iam.GetUserInput{UserName: p("bob")}))(t).User.UserId
}
