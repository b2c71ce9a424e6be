package permission

import (
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ircontain/ircontain/internal/policy"
)

// probes are concrete calls of a few actions with different kinds of resource.
func probes() map[string][]string {
	const iam, sqs = "arn:aws:iam::" + acct + ":", "arn:aws:sqs:"
	return map[string][]string{
		"s3:GetObject":        {"arn:aws:s3:::b/k", "arn:aws:s3:::b/x/k", "arn:aws:s3:::other/k"},
		"s3:ListBucket":       {"arn:aws:s3:::b", "arn:aws:s3:::other"},
		"iam:CreateAccessKey": {self, iam + "user/admin", iam + "user/p/x"},
		"iam:ListUsers":       {"*"},
		"sqs:SendMessage":     {sqs + "us-east-1:" + acct + ":q-1", sqs + "eu-west-1:" + acct + ":q-2", sqs + "eu-west-1:" + acct + ":z"},
		"sts:AssumeRole":      {roleARN("a"), roleARN("b")},
	}
}

func randomDocument(t *rapid.T, label string) string {
	pick := func(what string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label+what) }
	var all []string
	for range rapid.IntRange(1, 3).Draw(t, label+"statements") {
		action := pick("action", "*", "s3:*", "s3:GetObject", "s3:List*", "iam:*", "iam:?reate*", "sqs:SendMessage", "sts:AssumeRole", "sts:*")
		resource := pick("resource", "*", "*", "arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:s3:::b/x/*", "arn:aws:s3:::*", "arn:aws:iam::*:user/*",
			"arn:aws:iam::*:user/${aws:username}", "arn:aws:sqs:*:*:q-*", "arn:aws:sqs:eu-west-1:*:*", roleARN("a"), "arn:aws:iam::"+acct+":role/*")
		rest := pick("condition", "", "", `,"Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}`,
			`,"Condition":{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, `,"Condition":{"StringEquals":{"aws:username":"app"}}`, `,"Condition":{"Null":{"aws:PrincipalTag/x":"true"}}`)
		all = append(all, `{"Effect":"`+pick("effect", "Allow", "Allow", "Deny")+`","`+pick("not", "", "", "", "Not")+`Action":"`+action+`","`+
			pick("but", "", "", "", "Not")+`Resource":"`+resource+`"`+rest+`}`)
	}
	return doc(all...)
}

func randomBucketPolicy(t *rapid.T) string {
	pick := func(what string, from ...string) string {
		return rapid.SampledFrom(from).Draw(t, "bucket "+what)
	}
	var all []string
	for range rapid.IntRange(1, 2).Draw(t, "bucket statements") {
		all = append(all, `{"Effect":"`+pick("effect", "Allow", "Deny")+`","Principal":`+pick("principal", `"*"`, `{"AWS":"`+self+`"}`, `{"AWS":"`+acct+`"}`, `{"AWS":"`+roleARN("a")+`"}`)+
			`,"Action":"`+pick("action", "s3:*", "s3:GetObject", "s3:List*")+`","Resource":`+pick("resource", `"arn:aws:s3:::b"`, `"arn:aws:s3:::b/*"`, `"arn:aws:s3:::b/x/*"`, `["arn:aws:s3:::b","arn:aws:s3:::b/*"]`)+
			pick("condition", "", "", `,"Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`)+`}`)
	}
	return doc(all...)
}

// Against the evaluator on concrete calls: what it allows, the review lists as
// allowed or conditional; what the review calls allowed without exception on a
// pattern, it allows; and what the review denies or leaves out, it refuses.
func TestReviewAgreesWithConcreteCalls(t *testing.T) {
	t.Parallel()
	cat := load(t)
	trusts := []Role{role("a", trust(`{"AWS":"`+acct+`"}`, "")), role("b", trust(`{"AWS":"`+self+`"}`, ""))}
	rapid.Check(t, func(t *rapid.T) {
		in := user(inline(randomDocument(t, "one ")), inline(randomDocument(t, "two ")))
		in.Roles = trusts
		if rapid.Bool().Draw(t, "bounded") {
			in.Principal.Boundary = &Document{Name: "b", Text: randomDocument(t, "boundary ")}
		}
		if rapid.Bool().Draw(t, "bucket policy") {
			in.Resources = []ResourcePolicy{{"arn:aws:s3:::b", randomBucketPolicy(t)}}
		}
		s, err := Compile(in)
		if err != nil {
			t.Fatal(err)
		}
		keys := maps.Clone(s.keys.values)
		keys["aws:requestedregion"] = policy.SingleValue(rapid.SampledFrom([]string{"eu-west-1", "us-east-1"}).Draw(t, "region"))
		keys["aws:sourceip"] = policy.SingleValue(rapid.SampledFrom([]string{"203.0.113.9", "198.51.100.9"}).Draw(t, "ip"))
		v := s.newReview()
		for name, resources := range probes() {
			a, ok := cat.Action(name)
			if !ok {
				t.Fatal(name)
			}
			got := v.action(a)
			for _, resource := range resources {
				l := s.layers
				switch {
				case strings.HasPrefix(name, "sts:"):
					l.Resource = s.world.trusts[resource]
				case resource == "arn:aws:s3:::b" || strings.HasPrefix(resource, "arn:aws:s3:::b/"):
					l.Resource = s.world.resources["arn:aws:s3:::b"]
				}
				d := policy.Evaluate(l, policy.Request{Principal: s.who, Action: name, Resource: resource, Context: policy.NewValueContext(keys)})
				if d.Effect == policy.Allowed && (got == nil || got.Effect == Denied) {
					t.Fatalf("%s on %s is allowed; the review says %+v", name, resource, got)
				}
				if got == nil || got.Effect != Allowed || d.Effect == policy.Allowed || !listed(got.Resources, resource) || listed(got.Except, resource) || listed(got.Perhaps, resource) {
					continue
				}
				t.Fatalf("the review says %+v; %s on %s is %s", got, name, resource, d.Effect)
			}
		}
	})
}

func listed(patterns []string, arn string) bool {
	for _, p := range patterns {
		if within(fill(p, false, nil), arn) {
			return true
		}
	}
	return false
}
