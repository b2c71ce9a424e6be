package policy

import (
	"testing"
)

func TestResourcePatterns(t *testing.T) {
	for _, c := range []struct {
		name, pattern, resource string
		wildcardOnly            bool
		want                    Tri
	}{
		{"lone star", "*", bucket, false, True},
		{"lone star, no resource type", "*", "*", true, True},
		{"arn never matches wildcard-only", "arn:aws:s3:::*", "*", true, False},
		{"even all stars do not", "arn:*:*:*:*:*", "*", false, False},
		{"exact", bucket, bucket, false, True},
		{"star crosses slash", "arn:aws:s3:::d*y", "arn:aws:s3:::data/x/y", false, True},
		{"star crosses colon in last part", "arn:aws:logs:*:*:log-group:*", "arn:aws:logs:eu-west-1:1:log-group:a:b", false, True},
		{"star stays in its part", "arn:aws:*:data/key", bucket, false, False},
		{"question mark", "arn:aws:s3:::data/k?y", bucket, false, True},
		{"last part is case-sensitive", "arn:aws:s3:::DATA/key", bucket, false, False},
		{"first parts are not", "arn:AWS:S3:::data/key", bucket, false, True},
		{"other account", "arn:aws:sqs:eu-west-1:1:q", "arn:aws:sqs:eu-west-1:2:q", false, False},
		{"short arn is padded", "arn:aws:s3", bucket, false, True},
		{"short arn of another service", "arn:aws:sqs*", bucket, false, False},
		{"variable", "arn:aws:s3:::data/${aws:username}/*", "arn:aws:s3:::data/bob/x", false, True},
		{"variable, other value", "arn:aws:s3:::data/${aws:username}/*", "arn:aws:s3:::data/eve/x", false, False},
		{"variable first in the part", "arn:aws:sqs:us-east-1:1:${aws:username}-queue", "arn:aws:sqs:us-east-1:1:bob-queue", false, True},
		{"key name in any case", "arn:aws:s3:::data/${AWS:UserName}/*", "arn:aws:s3:::data/bob/x", false, True},
		{"variable without a value", "arn:aws:s3:::data/${aws:nothing}*", "arn:aws:s3:::data/", false, False},
		{"default", "arn:aws:s3:::data/${aws:nothing, 'pub'}", "arn:aws:s3:::data/pub", false, True},
		{"default unused", "arn:aws:s3:::data/${aws:username, 'pub'}", "arn:aws:s3:::data/pub", false, False},
		{"value is literal", "arn:aws:s3:::data/${star}", "arn:aws:s3:::data/anything", false, False},
		{"literal value", "arn:aws:s3:::data/${star}", "arn:aws:s3:::data/*", false, True},
		{"multi-valued key", "arn:aws:s3:::data/${many}", "arn:aws:s3:::data/a", false, False},
		{"escaped star", "arn:aws:s3:::data/${*}", "arn:aws:s3:::data/x", false, False},
		{"escaped star literal", "arn:aws:s3:::data/${*}${?}${$}", "arn:aws:s3:::data/*?$", false, True},
		{"variable in an earlier part stays literal", "arn:aws:s3::${aws:acct}:data", "arn:aws:s3::7:data", false, False},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Request{Action: "s3:X", Resource: c.resource, WildcardOnly: c.wildcardOnly,
				Context: NewValueContext(keys("aws:username=bob;star=*;many=[a,b];aws:acct=7"))}
			got := matchOne(t, doc(`{"Effect":"Deny","Action":"*","Resource":"`+c.pattern+`"}`), r)
			if got != c.want {
				t.Errorf("%s against %s: %v", c.pattern, c.resource, got)
			}
		})
	}
}

func TestNotResource(t *testing.T) {
	for _, c := range []struct {
		list, resource string
		want           Tri
	}{
		{`"arn:aws:s3:::data/*"`, bucket, False},
		{`"arn:aws:s3:::data/*"`, "arn:aws:s3:::else", True},
		{`"arn:aws:s3:::data/*"`, "*", True},
		{`"*"`, "*", False},
		{`[]`, bucket, True},
		{`["arn:aws:s3:::x","arn:aws:s3:::${aws:nothing}/*"]`, bucket, False},
	} {
		got := matchOne(t, doc(`{"Effect":"Deny","Action":"*","NotResource":`+c.list+`}`),
			Request{Action: "s3:X", Resource: c.resource})
		if got != c.want {
			t.Errorf("NotResource %s, %s: %v", c.list, c.resource, got)
		}
	}
}

func TestVariablesNeedVersion2012(t *testing.T) {
	r := Request{Action: "s3:X", Resource: "arn:aws:s3:::data/bob", Context: NewValueContext(keys("aws:username=bob"))}
	statement := `{"Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::data/${aws:username}"}`
	for version, want := range map[string]Tri{`"Version":"2012-10-17",`: True, `"Version":"2008-10-17",`: False, ``: False} {
		if got := matchOne(t, `{`+version+`"Statement":`+statement+`}`, r); got != want {
			t.Errorf("%q: %v", version, got)
		}
	}
	r.Resource = "arn:aws:s3:::data/${aws:username}"
	if got := matchOne(t, `{"Statement":`+statement+`}`, r); got != True {
		t.Errorf("literal text: %v", got)
	}
}

func TestResourcePolicyDoesNotPad(t *testing.T) {
	p := compile(t, KindResource, doc(`{"Effect":"Deny","Principal":"*","Action":"*","Resource":"arn:aws:s3"}`))
	if got := p.Match(Request{Action: "s3:X", Resource: bucket})[0].Match; got != False {
		t.Error(got)
	}
}
