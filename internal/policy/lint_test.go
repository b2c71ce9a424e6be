package policy

import (
	"slices"
	"strings"
	"testing"
)

func TestLint(t *testing.T) {
	deny := func(cond string) string {
		return doc(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":` + cond + `}`)
	}
	trust := func(rest string) string { return doc(`{"Effect":"Allow","Action":"sts:AssumeRole",` + rest + `}`) }
	for _, c := range []struct {
		name, text string
		kind       Kind
		want       string // codes, comma-separated
	}{
		{"clean", doc(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`), 0, ""},
		{"allow all", doc(allowAll), 0, "allow-all"},
		{"allow all under condition", doc(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"k":"true"}}}`), 0, ""},
		{"allow all in an scp", doc(allowAll), KindSCP, ""},
		{"not action", doc(`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`), 0, "allow-not-action"},
		{"not resource", doc(`{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::b"}`), 0, "allow-not-resource"},
		{"pass role", doc(`{"Effect":"Allow","Action":["iam:Pass*"],"Resource":"*"}`), 0, "pass-any-role"},
		{"assume role", doc(`{"Effect":"Allow","Action":"sts:*","Resource":"*"}`), 0, "assume-any-role"},
		{"public", doc(to("Allow", `{"AWS":"*"}`)), KindResource, "allow-all,public-principal"},
		{"trust account", trust(`"Principal":{"AWS":"444455556666"}`), KindTrust, "trusts-account"},
		{"trust with external id", trust(`"Principal":{"AWS":"444455556666"},"Condition":{"StringEquals":{"sts:ExternalId":"x"}}`), KindTrust, ""},
		{"trust provider", trust(`"Principal":{"Federated":"arn:aws:iam::1:oidc-provider/x"}`), KindTrust, "federated-subject"},
		{"trust pinned provider", trust(`"Principal":{"Federated":"x"},"Condition":{"StringEquals":{"x.example:sub":"y"}}`), KindTrust, ""},
		{"not principal allow", doc(`{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:X","Resource":"*"}`), KindResource, "not-principal-allow"},
		{"not principal deny", doc(`{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:X","Resource":"*"}`), KindResource, "not-principal-deny"},
		{"principal wildcard", doc(to("Deny", aws("arn:aws:iam::111122223333:user/*"))), KindResource, "principal-wildcard"},
		{"deleted principal", doc(to("Deny", aws("AROAEXAMPLE"))), KindResource, "deleted-principal"},
		{"for any value", deny(`{"ForAnyValue:StringEquals":{"aws:TagKeys":"x"}}`), 0, "for-any-value-deny"},
		{"for all values", doc(`{"Effect":"Allow","Action":"s3:X","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"x"}}}`), 0, "for-all-values-allow"},
		{"for all values, key required", doc(`{"Effect":"Allow","Action":"s3:X","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"x"},"Null":{"aws:TagKeys":"false"}}}`), 0, ""},
		{"set operator missing", deny(`{"StringEquals":{"aws:TagKeys":"x"}}`), 0, "needs-set-operator"},
		{"address without service", deny(`{"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`), 0, "deny-location-service"},
		{"address with service", deny(`{"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"},"Bool":{"aws:ViaAWSService":"false"}}`), 0, ""},
		{"expiry", deny(`{"DateLessThan":{"aws:CurrentTime":"2026-12-01T00:00:00Z"}}`), 0, "deny-expires"},
		{"mfa", deny(`{"Bool":{"aws:MultiFactorAuthPresent":"false"}}`), 0, "mfa-long-term-key"},
		{"mfa if exists", deny(`{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}`), 0, ""},
		{"token cutoff", deny(`{"DateLessThan":{"aws:TokenIssueTime":"2026-12-01T00:00:00Z"}}`), 0, "token-cutoff"},
		{"user agent", deny(`{"StringLike":{"aws:UserAgent":"curl*"}}`), 0, "user-agent"},
		{"literal star", deny(`{"StringEquals":{"k":"a*"}}`), 0, "literal-wildcard"},
		{"meant star", deny(`{"StringEquals":{"k":"a${*}"}}`), 0, ""},
		{"no values", deny(`{"StringEquals":{"k":[]}}`), 0, "empty-values"},
		{"short arn operand", deny(`{"ArnLike":{"k":"arn:aws:iam"}}`), 0, "short-arn"},
		{"deny not action", doc(`{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}`), 0, "deny-not-action"},
		{"old version", `{"Statement":{"Effect":"Deny","Action":"s3:X","Resource":"arn:aws:s3:::${aws:username}"}}`, 0, "old-version,variable-literal"},
		{"variable position", doc(`{"Effect":"Deny","Action":"s3:X","Resource":"arn:aws:s3::${a}:b"}`), 0, "variable-position"},
		{"no arn", doc(`{"Effect":"Deny","Action":"s3:X","Resource":"bucket"}`), 0, "resource-format"},
		{"short arn", doc(`{"Effect":"Deny","Action":"s3:X","Resource":"arn:aws:s3"}`), 0, "short-arn"},
		{"actions", doc(`{"Effect":"Deny","Action":["","s3:X,s3:Y","s*:Get"],"Resource":"*"}`), 0, "action-format,action-format,action-service-wildcard"},
		{"empty lists", doc(`{"Effect":"Deny","Action":[],"Resource":[]}`), 0, "empty-action,empty-resource"},
		{"no statements", `{"Version":"2012-10-17","Statement":[]}`, 0, "empty-statement"},
		{"sids", doc(`{"Sid":"a","Effect":"Deny","Action":"*","Resource":"*"},{"Sid":"a","Effect":"Deny","Action":"*","Resource":"*"},{"Sid":"a b","Effect":"Deny","Action":"*","Resource":"*"}`), 0, "duplicate-sid,sid-characters"},
		{"too large", doc(`{"Sid":"` + strings.Repeat("a", RoleInlineQuota) + `","Effect":"Deny","Action":"*","Resource":"*"}`), 0, "too-large"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := ParseWith([]byte(c.text), Options{Kind: c.kind, MaxSize: -1})
			if err != nil {
				t.Fatal(err)
			}
			var codes []string
			for _, f := range Lint(d) {
				codes = append(codes, f.Code)
				if f.Line < 1 || f.Col < 1 || f.Message == "" || f.Severity == "" {
					t.Errorf("incomplete finding %+v", f)
				}
			}
			if got := strings.Join(codes, ","); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestLintPlacesFindings(t *testing.T) {
	d, err := Parse([]byte("{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    " + denyS3 + ",\n    " + allowAll + "\n  ]\n}"))
	if err != nil {
		t.Fatal(err)
	}
	f := Lint(d)
	if len(f) != 1 || f[0].Line != 5 || f[0].Col != 5 || f[0].Statement != 1 {
		t.Fatalf("%+v", f)
	}
	if got := f[0].String(); got != "5:5: warning: allows every action on every resource (allow-all)" {
		t.Error(got)
	}
}

func TestExplain(t *testing.T) {
	cond := func(c string) string {
		return doc(`{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":` + c + `}`)
	}
	for _, c := range []struct {
		text, who, context string
		kind               Kind
		want               []string
	}{
		{doc(denyS3), bob, "", 0, nil},
		{doc(`{"Effect":"Deny","Action":"*:GetObject","Resource":"*"}`), bob, "", 0, []string{"service-wildcard"}},
		{doc(`{"Effect":"Deny","Action":"*:PutObject","Resource":"*"}`), bob, "", 0, nil},
		{doc(`{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3"}`), bob, "", 0, []string{"short-arn"}},
		{doc(`{"Effect":"Deny","Action":"ec2:*","Resource":"arn:aws:s3"}`), bob, "", 0, nil},
		{doc(`{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::d*/x"}`), bob, "", 0, []string{"resource-type-wildcard"}},
		{doc(`{"Effect":"Deny","Action":"s3:*","NotResource":"arn:aws:s3:::${k}"}`), bob, "", 0, []string{"not-resource-variable"}},
		{cond(`{"Bool":{"k":"${v}"}}`), bob, "", 0, []string{"bool-variable"}},
		{cond(`{"Null":{"k":"true"}}`), bob, "k=", 0, []string{"null-empty"}},
		{cond(`{"Null":{"k":"true"}}`), bob, "k=[]", 0, []string{"null-empty"}},
		{cond(`{"ForAnyValue:StringEqualsIfExists":{"k":"x"}}`), bob, "", 0, []string{"for-any-value-if-exists"}},
		{cond(`{"ArnLike":{"k":"arn:aws:iam"}}`), bob, "", 0, []string{"short-arn"}},
		{cond(`{"ArnLike":{"k":"*"}}`), bob, "", 0, []string{"arn-star"}},
		{cond(`{"ArnNotLike":{"k":"arn:aws:iam::*:*"}}`), bob, "k=role/x", 0, []string{"not-an-arn"}},
		{cond(`{"ArnLike":{"k":"arn:aws:iam::*:*"}}`), bob, "k=role/x", 0, nil},
		{cond(`{"StringEquals":{"k":"${v,'d'}"}}`), bob, "", 0, []string{"variable-default-space"}},
		{cond(`{"StringEquals":{"k":"${v, 'd'}"}}`), bob, "", 0, nil},
		{doc(to("Allow", aws(app))), app, "", KindResource, []string{"session-grant"}},
		{doc(to("Allow", aws(bob))), fedBob, "", KindResource, []string{"federated-issuer"}},
		{doc(`{"Effect":"Deny","NotPrincipal":` + aws(bob) + `,"Action":"*","Resource":"*"}`), bob, "", KindResource, []string{"not-principal-account"}},
		{doc(`{"Effect":"Deny","NotPrincipal":` + aws(bob, rootOf) + `,"Action":"*","Resource":"*"}`), bob, "", KindResource, nil},
	} {
		r := Request{Principal: principal(t, c.who), Action: "s3:GetObject", Resource: bucket, Context: NewValueContext(keys(c.context))}
		var got []string
		for _, p := range Explain(compile(t, c.kind, c.text), r) {
			got = append(got, p.Code)
			if p.Text == "" {
				t.Errorf("%s without text", p.Code)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.text, got, c.want)
		}
	}
	rcp := compile(t, KindRCP, doc(to("Deny", `"*"`)))
	if got := Explain(rcp, Request{Principal: principal(t, bob), Action: "ec2:X", Resource: "*"}); len(got) != 1 || got[0].Code != "rcp-service" {
		t.Errorf("rcp: %v", got)
	}
}
