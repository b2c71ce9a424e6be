package permission

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestWaysUp(t *testing.T) {
	t.Parallel()
	const other = "arn:aws:iam::" + acct + ":user/admin"
	const own = "arn:aws:iam::" + acct + ":policy/mine"
	lambda := role("fn", trust(`{"Service":"lambda.amazonaws.com"}`, ""))
	cases := []struct {
		name    string
		docs    string
		change  func(*Input)
		way     string
		effect  Effect // "" for: not open
		targets string
		depends string
	}{
		{name: "key for itself", docs: doc(allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}", "")), way: "create another access key for itself", effect: Allowed, targets: self},
		{name: "not for others", docs: doc(allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}", "")), way: "create an access key for another user"},
		{name: "key for another", docs: doc(allow("iam:CreateAccessKey", "*", "")), way: "create an access key for another user", effect: Allowed, targets: other},
		{name: "under a condition", docs: doc(allow("iam:CreateAccessKey", "*", `"Bool":{"aws:MultiFactorAuthPresent":"true"}`)), way: "create an access key for another user",
			effect: Conditional, targets: other, depends: "aws:MultiFactorAuthPresent"},
		{name: "a guardrail stops it", docs: doc(allow("iam:*", "*", ""), deny("iam:*", "*", "")), way: "create another access key for itself"},
		{name: "own policy", docs: doc(allow("iam:CreatePolicyVersion", "*", "")), way: "write a new version of its own policy", effect: Allowed, targets: own,
			change: func(in *Input) {
				in.Principal.Documents = append(in.Principal.Documents, Document{Name: "managed " + own, ARN: own, Text: doc(allow("sqs:SendMessage", "*", ""))})
			}},
		{name: "AWS's own policies cannot be edited", docs: doc(allow("iam:CreatePolicyVersion", "*", "")), way: "write a new version of its own policy",
			change: func(in *Input) {
				in.Principal.Documents = append(in.Principal.Documents, Document{Name: "m", ARN: "arn:aws:iam::aws:policy/ReadOnlyAccess", Missing: "not copied"})
			}},
		{name: "own group", docs: doc(allow("iam:PutGroupPolicy", "*", "")), way: "write an inline policy for its own group", effect: Allowed, targets: "arn:aws:iam::" + acct + ":group/devs"},
		{name: "another group", docs: doc(allow("iam:AddUserToGroup", "*", "")), way: "join a group", effect: Allowed, targets: "arn:aws:iam::" + acct + ":group/admins"},
		{name: "pass a role and create", docs: doc(allow("iam:PassRole lambda:CreateFunction lambda:InvokeFunction", "*", "")), way: "pass a role to a new Lambda function", effect: Allowed,
			targets: roleARN("fn"), change: func(in *Input) { in.Roles = []Role{lambda, role("ec2", trust(`{"Service":"ec2.amazonaws.com"}`, ""))} }},
		{name: "no role that Lambda may take on", docs: doc(allow("iam:PassRole lambda:CreateFunction lambda:InvokeFunction", "*", "")), way: "pass a role to a new Lambda function",
			change: func(in *Input) { in.Roles = []Role{role("ec2", trust(`{"Service":"ec2.amazonaws.com"}`, ""))} }},
		{name: "no way to run it", docs: doc(allow("iam:PassRole lambda:CreateFunction", "*", "")), way: "pass a role to a new Lambda function", change: func(in *Input) { in.Roles = []Role{lambda} }},
		{name: "passed to that service only", docs: doc(allow("lambda:*", "*", ""), allow("iam:PassRole", "*", `"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}`)),
			way: "pass a role to a new Lambda function", effect: Allowed, change: func(in *Input) { in.Roles = []Role{lambda} }},
		{name: "passed to another service only", docs: doc(allow("lambda:*", "*", ""), allow("iam:PassRole", "*", `"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}`)),
			way: "pass a role to a new Lambda function", change: func(in *Input) { in.Roles = []Role{lambda} }},
		{name: "instances", docs: doc(allow("iam:PassRole ec2:RunInstances", "*", "")), way: "pass a role to a new EC2 instance", effect: Allowed, targets: roleARN("ec2"),
			change: func(in *Input) { in.Roles = []Role{role("ec2", trust(`{"Service":"ec2.amazonaws.com"}`, ""))} }},
		{name: "trust policy", docs: doc(allow("iam:UpdateAssumeRolePolicy", "*", "")), way: "make a role trust it", effect: Allowed, targets: roleARN("fn"),
			change: func(in *Input) {
				in.Roles = []Role{lambda, role("aws-service-role/x.amazonaws.com/S", trust(`{"Service":"x.amazonaws.com"}`, ""))}
			}},
		{name: "trust policy, and assuming denied", docs: doc(allow("iam:UpdateAssumeRolePolicy", "*", ""), deny("sts:AssumeRole", "*", "")), way: "make a role trust it",
			change: func(in *Input) { in.Roles = []Role{lambda} }},
		{name: "reachable role", docs: doc(allow("sts:AssumeRole iam:AttachRolePolicy", "*", "")), way: "attach any managed policy to a role it can assume", effect: Allowed, targets: roleARN("r"),
			change: func(in *Input) { in.Roles = []Role{role("r", trust(`{"AWS":"`+acct+`"}`, "")), lambda} }},
		{name: "a new role", docs: doc(allow("iam:CreateRole iam:PutRolePolicy", "*", "")), way: "create a role with any rights and assume it", effect: Allowed},
		{name: "a new role without rights", docs: doc(allow("iam:CreateRole", "*", "")), way: "create a role with any rights and assume it"},
		{name: "code of a function", docs: doc(allow("lambda:UpdateFunctionCode", "arn:aws:lambda:*:*:function:jobs-*", "")), way: "replace the code of a Lambda function", effect: Allowed},
		{name: "commands", docs: doc(allow("ssm:SendCommand", "*", "")), way: "run commands on instances", effect: Allowed},
		{name: "sessions", docs: doc(), way: "mint sessions that outlive the key", effect: Allowed},
		{name: "sessions denied", docs: doc(deny("sts:*", "*", "")), way: "mint sessions that outlive the key"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := user(inline(c.docs))
			in.Users = []string{self, other}
			in.Groups = []string{"arn:aws:iam::" + acct + ":group/devs", "arn:aws:iam::" + acct + ":group/admins"}
			in.Principal.Groups = in.Groups[:1]
			if strings.Contains(c.docs, `"Statement":[]`) {
				in.Principal.Documents = nil
			}
			if c.change != nil {
				c.change(&in)
			}
			e := way1(reviewed(t, in), c.way)
			switch {
			case e == nil && c.effect == "":
				return
			case e == nil || c.effect == "":
				t.Fatalf("%+v, want %q", e, c.effect)
			}
			if e.Effect != c.effect || c.targets != "" && strings.Join(e.Targets, ", ") != c.targets || c.depends != strings.Join(e.DependsOn, ", ") {
				t.Errorf("%+v, want %s on %s, depending on %q", e, c.effect, c.targets, c.depends)
			}
		})
	}
}

// A typing error in the table would make a way that never opens.
func TestTableOfWays(t *testing.T) {
	t.Parallel()
	cat := load(t)
	names := map[string]bool{}
	for _, w := range ways() {
		if names[w.name] || !strings.HasPrefix(w.attack, "T1") || w.gain == "" || len(w.on) == 0 {
			t.Errorf("way %q (%s) is incomplete or there twice", w.name, w.attack)
		}
		names[w.name] = true
		for _, a := range slices.Concat(w.on, w.also, w.either) {
			if got, ok := cat.Action(a); !ok || got.String() != a {
				t.Errorf("way %q: no action %s", w.name, a)
			}
		}
		if (w.target == servedRole) != (w.service != "") {
			t.Errorf("way %q: a passed role needs a service", w.name)
		}
	}
	if len(names) < 45 {
		t.Errorf("%d ways", len(names))
	}
	// An administrator has them all that make sense for a user without a boundary.
	in := user(inline(doc(allow("*", "*", ""))))
	in.Roles = []Role{role("any", trust(`{"AWS":"`+acct+`"}`, ""))}
	in.Users = append(in.Users, self+"2")
	r := reviewed(t, in)
	for name := range names {
		open := way1(r, name) != nil
		if role := strings.Contains(name, "own role") || strings.Contains(name, "boundary") || strings.Contains(name, "group") || strings.Contains(name, "pass a role") ||
			strings.Contains(name, "own policy"); open == role {
			t.Errorf("way %q: open %v", name, open)
		}
	}
	if r.Administrator != Allowed {
		t.Error("not an administrator")
	}
}

func TestReach(t *testing.T) {
	t.Parallel()
	account := trust(`{"AWS":"arn:aws:iam::`+acct+`:root"}`, "")
	named := func(name string) string { return trust(`{"AWS":"`+roleARN(name)+`"}`, "") }
	assume := func(names ...string) string {
		for i := range names {
			names[i] = roleARN(names[i])
		}
		return doc(allow("sts:AssumeRole", strings.Join(names, " "), ""))
	}
	cases := []struct {
		name  string
		docs  string
		roles []Role
		want  []string // role effect path-length depends
	}{
		{"needs both sides", assume("a"), []Role{role("a", account), role("b", account)}, []string{"a allowed 2 "}},
		{"trust that names the user needs no identity side", doc(allow("s3:GetObject", "*", "")), []Role{role("a", trust(`{"AWS":"`+self+`"}`, ""))}, []string{"a allowed 2 "}},
		{"unless it is denied", doc(deny("sts:*", "*", "")), []Role{role("a", trust(`{"AWS":"`+self+`"}`, ""))}, nil},
		{"identity side alone", assume("a"), []Role{role("a", trust(`{"Service":"ec2.amazonaws.com"}`, ""))}, nil},
		{"external id", assume("a"), []Role{role("a", trust(`{"AWS":"`+acct+`"}`, `"StringEquals":{"sts:ExternalId":"x"}`))}, []string{"a conditional 2 sts:ExternalId"}},
		{"MFA", assume("a"), []Role{role("a", trust(`{"AWS":"`+acct+`"}`, `"Bool":{"aws:MultiFactorAuthPresent":"true"}`))}, []string{"a conditional 2 aws:MultiFactorAuthPresent"}},
		{"chain", assume("a"), []Role{role("a", account, assume("b")), role("b", named("a"), assume("c")), role("c", account)},
			[]string{"a allowed 2 ", "b allowed 3 ", "c allowed 4 "}},
		{"cycle", assume("a"), []Role{role("a", account, assume("b", "a")), role("b", account, assume("a"))}, []string{"a allowed 2 ", "b allowed 3 "}},
		{"a doubt is passed on", assume("a"), []Role{role("a", trust(`{"AWS":"`+acct+`"}`, `"StringEquals":{"sts:ExternalId":"x"}`), assume("b")), role("b", account)},
			[]string{"a conditional 2 sts:ExternalId", "b conditional 3 sts:ExternalId"}},
		{"the sure path wins over the short one", assume("a", "b"), []Role{role("a", account, assume("b")), role("b", doc(
			`{"Effect":"Allow","Principal":{"AWS":"`+acct+`"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`,
			`{"Effect":"Allow","Principal":{"AWS":"`+roleARN("a")+`"},"Action":"sts:AssumeRole"}`))},
			[]string{"a allowed 2 ", "b allowed 3 "}},
		{"trust that does not parse", assume("a"), []Role{role("a", "{")}, []string{"a conditional 2 trust policy (not read)"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := user(inline(c.docs))
			in.Roles = c.roles
			var got []string
			for _, r := range reviewed(t, in).Roles {
				got = append(got, fmt.Sprintf("%s %s %d %s", r.Role[strings.LastIndex(r.Role, "/")+1:], r.Effect, len(r.Path), strings.Join(r.DependsOn, ", ")))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
	in := user(inline(assume("a")))
	in.Roles = []Role{role("a", account, doc(allow("*", "*", "")))}
	if r := reachedRole(reviewed(t, in), "a"); r == nil || r.Administrator != Allowed || !slices.Contains(r.Escalation, "attach any managed policy to its own role") {
		t.Errorf("administrator role: %+v", r)
	}
}

// Ten thousand pairs of roles that all trust the account must not take for ever.
func TestReachOfManyRoles(t *testing.T) {
	t.Parallel()
	in := user(inline(doc(allow("sts:AssumeRole", "*", ""))))
	for i := range 150 {
		in.Roles = append(in.Roles, role(fmt.Sprintf("r%03d", i), trust(`{"AWS":"`+acct+`"}`, ""), doc(allow("sts:AssumeRole", "*", ""))))
	}
	r := reviewed(t, in)
	if len(r.Roles) != 150 || len(r.Roles[149].Path) != 2 {
		t.Errorf("%d roles reached", len(r.Roles))
	}
	if v := verdictOn(r, "sts:AssumeRole"); v == nil || v.Effect != Allowed || len(v.Resources) != 150 {
		t.Errorf("sts:AssumeRole: %+v", v)
	}
}
