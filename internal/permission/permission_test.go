package permission

import (
	"slices"
	"strings"
	"testing"
)

const (
	acct = "111122223333"
	self = "arn:aws:iam::" + acct + ":user/app"
)

func doc(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

func allow(actions, resource, rest string) string { return statement("Allow", actions, resource, rest) }
func deny(actions, resource, rest string) string  { return statement("Deny", actions, resource, rest) }

func statement(effect, actions, resource, rest string) string {
	list := `["` + strings.ReplaceAll(actions, " ", `","`) + `"]`
	resources := `["` + strings.ReplaceAll(resource, " ", `","`) + `"]`
	if rest != "" {
		rest = `,"Condition":{` + rest + `}`
	}
	return `{"Effect":"` + effect + `","Action":` + list + `,"Resource":` + resources + rest + `}`
}

// user is the principal of most tests.
func user(docs ...Document) Input {
	return Input{Principal: Principal{ARN: self, UserID: "AIDAEXAMPLE", Documents: docs}, Users: []string{self}, SCPs: [][]Document{}}
}

func inline(text string) Document { return Document{Name: "inline x", Text: text} }

func role(name, trust string, docs ...string) Role {
	r := Role{Principal: Principal{ARN: roleARN(name)}, Trust: trust}
	for _, d := range docs {
		r.Documents = append(r.Documents, inline(d))
	}
	return r
}

func roleARN(name string) string { return "arn:aws:iam::" + acct + ":role/" + name }

func trust(principal, rest string) string {
	if rest != "" {
		rest = `,"Condition":{` + rest + `}`
	}
	return doc(`{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"` + rest + `}`)
}

func reviewed(t *testing.T, in Input) Report {
	t.Helper()
	s, err := Compile(in)
	if err != nil {
		t.Fatal(err)
	}
	return s.Review(load(t))
}

// verdictOn finds an action in a report; nil if nobody allows it.
func verdictOn(r Report, action string) *Verdict {
	for _, s := range r.Services {
		for _, l := range s.Levels {
			for _, a := range l.Actions {
				if a.Action == action {
					return a.Verdict
				}
			}
		}
	}
	return nil
}

func way1(r Report, name string) *Escalation {
	for i := range r.Escalation {
		if r.Escalation[i].Name == name {
			return &r.Escalation[i]
		}
	}
	return nil
}

func reachedRole(r Report, name string) *Reached {
	for i := range r.Roles {
		if r.Roles[i].Role == roleARN(name) {
			return &r.Roles[i]
		}
	}
	return nil
}

func unseen(r Report, what string) bool {
	return slices.ContainsFunc(r.Unseen, func(u Unseen) bool { return strings.Contains(u.What+": "+u.Why, what) })
}

// Each case is one user with documents and what must be said of one action. An
// effect of "" means that the action must not be listed.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	region := `"StringEquals":{"aws:RequestedRegion":"eu-west-1"}`
	cases := []struct {
		name      string
		in        Input
		action    string
		effect    Effect
		resources string
		except    string
		through   string
		depends   string
		deniedBy  string
	}{
		{name: "plain allow", in: user(inline(doc(allow("iam:ListUsers", "*", "")))), action: "iam:ListUsers", effect: Allowed, resources: "*", through: "inline x"},
		{name: "case and wildcard", in: user(inline(doc(allow("IAM:list?sers", "*", "")))), action: "iam:ListUsers", effect: Allowed, resources: "*"},
		{name: "nobody allows it", in: user(inline(doc(allow("iam:ListUsers", "*", "")))), action: "iam:ListRoles"},
		{name: "a named resource does not reach an action without resource types", in: user(inline(doc(allow("iam:ListUsers", self, "")))), action: "iam:ListUsers"},
		{name: "NotAction", in: user(inline(doc(`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`))), action: "iam:ListUsers"},
		{name: "NotAction lets the rest through", in: user(inline(doc(`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`))), action: "sqs:SendMessage", effect: Allowed, resources: "*"},
		{name: "granted by a group", in: user(inline(doc(allow("s3:ListAllMyBuckets", "*", ""))), Document{Name: "group devs inline more", Text: doc(allow("iam:CreateUser", "*", ""))}),
			action: "iam:CreateUser", effect: Allowed, through: "group devs inline more"},
		{name: "through both", in: user(inline(doc(allow("iam:Get*", "*", ""))), Document{Name: "managed m", ARN: "arn:aws:iam::" + acct + ":policy/m", Text: doc(allow("iam:GetUser", "*", ""))}),
			action: "iam:GetUser", effect: Allowed, through: "inline x, managed m"},
		{name: "explicit deny", in: user(inline(doc(allow("*", "*", ""), deny("iam:*", "*", "")))), action: "iam:CreateUser", effect: Denied, deniedBy: "explicit", through: "inline x"},
		{name: "explicit deny of a group", in: user(inline(doc(allow("*", "*", ""))), Document{Name: "group g managed m", Text: doc(deny("s3:DeleteBucket", "*", ""))}),
			action: "s3:DeleteBucket", effect: Denied, deniedBy: "explicit", through: "group g managed m"},
		{name: "deny under an unknown condition", in: user(inline(doc(allow("*", "*", ""), deny("ec2:*", "*", `"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}`)))),
			action: "ec2:RunInstances", effect: Conditional, depends: "aws:RequestedRegion", through: "inline x"},
		{name: "allow under an unknown condition", in: user(inline(doc(allow("sqs:SendMessage", "*", region)))), action: "sqs:SendMessage", effect: Conditional, depends: "aws:RequestedRegion", through: "inline x"},
		{name: "a condition on the principal is settled", in: user(inline(doc(allow("sqs:SendMessage", "*", `"StringEquals":{"aws:username":"app","aws:PrincipalAccount":"`+acct+`"}`)))),
			action: "sqs:SendMessage", effect: Allowed},
		{name: "and settled against it", in: user(inline(doc(allow("sqs:SendMessage", "*", `"StringEquals":{"aws:username":"other"}`)))), action: "sqs:SendMessage"},
		{name: "a tag the user does not carry is absent", in: user(inline(doc(allow("sqs:SendMessage", "*", `"StringEquals":{"aws:PrincipalTag/team":"a"}`)))), action: "sqs:SendMessage"},
		{name: "user name in a resource", in: user(inline(doc(allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}", "")))),
			action: "iam:CreateAccessKey", effect: Allowed, resources: "arn:aws:iam::*:user/app"},
		{name: "no variables before 2012", in: user(inline(`{"Version":"2008-10-17","Statement":[` + allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}", "") + `]}`)),
			action: "iam:CreateAccessKey", effect: Allowed, resources: "arn:aws:iam::*:user/${aws:username}"},
		{name: "a bucket is no object", in: user(inline(doc(allow("s3:*", "arn:aws:s3:::b/*", "")))), action: "s3:ListBucket"},
		{name: "an object is no bucket", in: user(inline(doc(allow("s3:*", "arn:aws:s3:::b", "")))), action: "s3:GetObject"},
		{name: "objects", in: user(inline(doc(allow("s3:*", "arn:aws:s3:::b/* arn:aws:s3:::b/in/*", "")))), action: "s3:GetObject", effect: Allowed, resources: "arn:aws:s3:::b/*"},
		{name: "a carve-out is listed", in: user(inline(doc(allow("s3:GetObject", "arn:aws:s3:::b/*", ""), deny("s3:*", "arn:aws:s3:::b/secret/*", "")))),
			action: "s3:GetObject", effect: Allowed, resources: "arn:aws:s3:::b/*", except: "arn:aws:s3:::b/secret/*"},
		{name: "deny everything but", in: user(inline(doc(allow("sqs:*", "*", ""), `{"Effect":"Deny","Action":"sqs:*","NotResource":"arn:aws:sqs:*:*:app-*"}`))),
			action: "sqs:SendMessage", effect: Allowed, resources: "arn:aws:sqs:*:*:app-*"},
		{name: "a type that is denied", in: user(inline(doc(allow("iam:*", "*", ""), deny("iam:*", "arn:aws:iam::*:role/*", "")))), action: "iam:PassRole", effect: Denied, deniedBy: "explicit"},
		{name: "KMS waits for the key policy", in: user(inline(doc(allow("kms:Decrypt", "*", "")))), action: "kms:Decrypt", effect: Conditional, depends: "key policy (not read)"},
		{name: "another account", in: user(inline(doc(allow("sqs:SendMessage", "arn:aws:sqs:us-east-1:999988887777:q", "")))), action: "sqs:SendMessage", effect: Conditional,
			depends: "resource policy in account 999988887777 (not read)", resources: "arn:aws:sqs:us-east-1:999988887777:q"},
		{name: "only one of the required types", in: user(inline(doc(allow("glue:DeleteDatabase", "arn:aws:glue:*:*:database/x arn:aws:glue:*:*:catalog", "")))),
			action: "glue:DeleteDatabase", effect: Conditional, depends: "a resource of type table as well, a resource of type userdefinedfunction as well"},
		{name: "a narrower doubt", in: user(inline(doc(allow("s3:GetObject", "arn:aws:s3:::b/*", ""), deny("s3:*", "arn:aws:s3:::b/x/*", region)))),
			action: "s3:GetObject", effect: Allowed, resources: "arn:aws:s3:::b/*", depends: "aws:RequestedRegion"},
		{name: "no permission needed", in: user(), action: "sts:GetCallerIdentity", effect: Allowed},
		{name: "sessions need none either", in: user(), action: "sts:GetSessionToken", effect: Allowed, through: "needs no permission"},
		{name: "but obey a deny", in: user(inline(doc(deny("*", "*", "")))), action: "sts:GetSessionToken", effect: Denied, deniedBy: "explicit"},
		{name: "which may hang on something", in: user(inline(doc(deny("*", "*", region)))), action: "sts:GetSessionToken", effect: Conditional, depends: "aws:RequestedRegion"},
		{name: "federation by SAML is nobody's", in: user(inline(doc(allow("*", "*", "")))), action: "sts:AssumeRoleWithSAML"},
		{name: "an assumed role of another account", in: user(inline(doc(allow("sts:AssumeRole", "arn:aws:iam::999988887777:role/x", "")))), action: "sts:AssumeRole",
			effect: Conditional, depends: "resource policy in account 999988887777 (not read)"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := verdictOn(reviewed(t, c.in), c.action)
			switch {
			case v == nil && c.effect == "":
				return
			case v == nil || c.effect == "":
				t.Fatalf("%s: %+v, want %q", c.action, v, c.effect)
			}
			check := func(what, got, want string) {
				if want != "" && got != want {
					t.Errorf("%s %q, want %q", what, got, want)
				}
			}
			check("effect", string(v.Effect), string(c.effect))
			check("resources", strings.Join(v.Resources, ", "), c.resources)
			check("through", strings.Join(v.Through, ", "), c.through)
			check("depends on", strings.Join(v.DependsOn, ", "), c.depends)
			check("denied by", v.DeniedBy, c.deniedBy)
			if got := strings.Join(v.Except, ", "); got != c.except {
				t.Errorf("except %q, want %q", got, c.except)
			}
		})
	}
}

func TestCeilings(t *testing.T) {
	t.Parallel()
	all := inline(doc(allow("*", "*", "")))
	t.Run("boundary", func(t *testing.T) {
		t.Parallel()
		in := user(all)
		in.Principal.Boundary = &Document{Name: "b", Text: doc(allow("s3:* iam:DeleteUserPermissionsBoundary", "*", ""), deny("s3:DeleteBucket", "*", ""))}
		r := reviewed(t, in)
		if v := verdictOn(r, "s3:PutObject"); v == nil || v.Effect != Allowed || !slices.Equal(v.Through, []string{"inline x"}) {
			t.Errorf("s3:PutObject: %+v", v)
		}
		if v := verdictOn(r, "iam:CreateUser"); v == nil || v.Effect != Denied || v.DeniedBy != "boundary" || v.Through[0] != "boundary b" {
			t.Errorf("iam:CreateUser: %+v", v)
		}
		if v := verdictOn(r, "s3:DeleteBucket"); v == nil || v.DeniedBy != "explicit" || v.Through[0] != "boundary b" {
			t.Errorf("s3:DeleteBucket: %+v", v)
		}
		if r.Administrator != "" || way1(r, "take off its own boundary") == nil || way1(r, "replace its own boundary") != nil {
			t.Errorf("administrator %q, ways %+v", r.Administrator, r.Escalation)
		}
	})
	t.Run("boundary that was not read", func(t *testing.T) {
		t.Parallel()
		in := user(all)
		in.Principal.Boundary = &Document{Name: "b", Missing: "no permission"}
		r := reviewed(t, in)
		if v := verdictOn(r, "iam:CreateUser"); v == nil || v.Effect != Conditional || v.DependsOn[0] != "permissions boundary b (not read)" {
			t.Errorf("iam:CreateUser: %+v", v)
		}
		if !unseen(r, "boundary document b: no permission") || r.Administrator != Conditional {
			t.Errorf("administrator %q, unseen %+v", r.Administrator, r.Unseen)
		}
	})
	t.Run("service control policy", func(t *testing.T) {
		t.Parallel()
		in := user(all)
		in.SCPs = [][]Document{{{Name: "root", Text: doc(allow("*", "*", ""))}}, {{Name: "ou", Text: doc(allow("s3:*", "*", ""))}}}
		r := reviewed(t, in)
		if v := verdictOn(r, "iam:CreateUser"); v == nil || v.Effect != Denied || v.DeniedBy != "scp" {
			t.Errorf("iam:CreateUser: %+v", v)
		}
		if unseen(r, "service control policies: not read") {
			t.Error("the SCPs were given and are called unseen")
		}
	})
	t.Run("service control policy that does not parse", func(t *testing.T) {
		t.Parallel()
		in := user(all)
		in.SCPs = [][]Document{{{Name: "root", Text: "{"}, {Name: "deny", Text: doc(deny("iam:*", "*", ""))}}}
		r := reviewed(t, in)
		if v := verdictOn(r, "s3:PutObject"); v == nil || v.Effect != Conditional || !unseen(r, "service control policy root of level 0: does not parse") {
			t.Errorf("s3:PutObject: %+v, unseen %+v", v, r.Unseen)
		}
		if v := verdictOn(r, "iam:CreateUser"); v == nil || v.DeniedBy != "explicit" || v.Through[0] != "service control policy" {
			t.Errorf("iam:CreateUser: %+v", v)
		}
	})
	t.Run("resource policy", func(t *testing.T) {
		t.Parallel()
		in := user()
		in.Resources = []ResourcePolicy{{"arn:aws:s3:::shared", doc(`{"Effect":"Allow","Principal":{"AWS":"` + self + `"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::shared/*"}`)}}
		v := verdictOn(reviewed(t, in), "s3:GetObject")
		if v == nil || v.Effect != Allowed || !slices.Equal(v.Through, []string{"resource policy"}) || !slices.Equal(v.Resources, []string{"arn:aws:s3:::shared/*"}) {
			t.Errorf("s3:GetObject: %+v", v)
		}
	})
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	t.Parallel()
	in := user(Document{Name: "managed aws", Missing: "not copied"}, inline(`{"Statement":`), inline(doc(allow("s3:GetObject", "*", ""))))
	in.SCPs = nil
	in.Roles = []Role{role("broken", "{"), role("*", trust(`{"AWS":"*"}`, "")), role("fine", trust(`{"Service":"ec2.amazonaws.com"}`, ""))}
	in.Unread = []Unseen{{"something", "somehow"}}
	r := reviewed(t, in)
	for _, want := range []string{"managed aws: not copied", "inline x: does not parse: 1:", "trust policy of " + roleARN("broken") + ": does not parse",
		"service control policies", "resource policies", "session policies", "other accounts", "something: somehow"} {
		if !unseen(r, want) {
			t.Errorf("%q is not among %+v", want, r.Unseen)
		}
	}
	if len(r.Documents) != 3 || r.Documents[0].Read || r.Documents[1].Read || !r.Documents[2].Read {
		t.Errorf("documents %+v", r.Documents)
	}
	if verdictOn(r, "s3:GetObject") == nil {
		t.Error("the document that can be read does not count")
	}
	for _, arn := range []string{"", "x", "arn:aws:iam::" + acct + ":root", "lambda.amazonaws.com", "anonymous"} {
		if _, err := Compile(Input{Principal: Principal{ARN: arn}}); err == nil {
			t.Errorf("%q is taken for a user or role", arn)
		}
	}
}
