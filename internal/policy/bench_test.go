package policy

import (
	"fmt"
	"strings"
	"testing"
)

// benchPolicy has twenty statements, of which a request matches a few.
func benchPolicy(t testing.TB) *Policy {
	var statements []string
	for i := range 20 {
		statements = append(statements, fmt.Sprintf(
			`{"Sid":"S%d","Effect":"Deny","Action":["svc%d:Get*","s3:*Object%s"],"Resource":["arn:aws:s3:::data/*","arn:aws:s3:::home/${aws:username}/*"],`+
				`"Condition":{"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]},"StringNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/ops-*"}}}`,
			i, i, []string{"", "Acl"}[i%2]))
	}
	return identity(t, strings.Join(statements, ","))
}

// BenchmarkMatch is one call against twenty statements; the target of 1e5
// calls a second allows 10 µs.
func BenchmarkMatch(b *testing.B) {
	p := benchPolicy(b)
	r := Request{Principal: principal(b, bob), Action: "s3:GetObject", Resource: bucket,
		Context: NewMapContext(map[string][]string{"aws:SourceIp": {"203.0.113.7"}, "aws:username": {"bob"},
			"aws:PrincipalArn": {bob}})}
	b.ReportAllocs()
	for b.Loop() {
		p.Match(r)
	}
}

// BenchmarkForecast is the same with an unknown address.
func BenchmarkForecast(b *testing.B) {
	p := benchPolicy(b)
	r := Request{Principal: principal(b, bob), Action: "s3:GetObject",
		Context: NewPartialContext(map[string][]string{"aws:PrincipalArn": {bob}}, nil, nil)}
	resources := []string{bucket}
	b.ReportAllocs()
	for b.Loop() {
		ForecastDeny(p, r, resources)
	}
}

// BenchmarkParse reads and compiles the same document.
func BenchmarkParse(b *testing.B) {
	src := benchPolicy(b).Document().Source()
	b.ReportAllocs()
	for b.Loop() {
		d, err := Parse(src)
		if err != nil {
			b.Fatal(err)
		}
		d.Compile()
	}
}

// reviewChecks is as many actions as the catalogue has: 450 services with 49
// actions each.
func reviewChecks() []Check {
	var out []Check
	for service := range 450 {
		for action := range 49 {
			verb := []string{"Get", "List", "Describe", "Create", "Put", "Delete", "Update"}[action%7]
			out = append(out, Check{Action: fmt.Sprintf("svc%d:%sThing%d", service, verb, action),
				Resource: fmt.Sprintf("arn:aws:svc%d:eu-west-1:%s:thing/x", service, account)})
		}
	}
	return out
}

// reviewLayers is a principal with a broad, a narrow and a denying policy
// under a boundary and two levels of SCPs.
func reviewLayers(t testing.TB) Layers {
	var narrow []string
	for i := range 20 {
		narrow = append(narrow, fmt.Sprintf(`{"Effect":"Allow","Action":["svc%d:*","svc%d:Get*"],"Resource":"*"}`, i, i+100))
	}
	full := compile(t, KindSCP, doc(allowAll))
	return Layers{
		Identity: []*Policy{identity(t, `{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"}`),
			identity(t, strings.Join(narrow, ",")), benchPolicy(t)},
		Boundary: identity(t, allowAll),
		SCPs:     [][]*Policy{{full}, {full, compile(t, KindSCP, doc(`{"Effect":"Deny","Action":"*:Delete*","Resource":"*","Condition":{"StringNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/ops-*"}}}`))}},
	}
}

// BenchmarkEvaluateAll reviews the whole catalogue; the target is 100 ms.
func BenchmarkEvaluateAll(b *testing.B) {
	l, checks := reviewLayers(b), reviewChecks()
	r := Request{Principal: principal(b, bob), Context: NewMapContext(map[string][]string{"aws:PrincipalArn": {bob}})}
	b.ReportAllocs()
	for b.Loop() {
		EvaluateAll(l, r, checks, func(Check, Decision) {})
	}
}

// BenchmarkForecast100k replays a hundred thousand logged calls through twenty
// statements; the target is one second.
func BenchmarkForecast100k(b *testing.B) {
	p := benchPolicy(b)
	who, resources := principal(b, bob), []string{bucket}
	known := NewPartialContext(map[string][]string{"aws:PrincipalArn": {bob}, "aws:SourceIp": {"203.0.113.7"}}, nil, nil)
	unknown := NewPartialContext(map[string][]string{"aws:PrincipalArn": {bob}}, nil, nil)
	b.ReportAllocs()
	for b.Loop() {
		for i := range 100_000 {
			r := Request{Principal: who, Action: "s3:GetObject", Context: known}
			if i%2 == 0 {
				r.Context = unknown
			}
			ForecastDeny(p, r, resources)
		}
	}
}

// TestAllocations: the targets that do not depend on the machine.
func TestAllocations(t *testing.T) {
	p, resources := benchPolicy(t), []string{bucket}
	r := Request{Principal: principal(t, bob), Action: "s3:GetObject", Resource: bucket,
		Context: NewPartialContext(map[string][]string{"aws:PrincipalArn": {bob}}, nil, nil)}
	for name, f := range map[string]func(){
		"ForecastDeny": func() { ForecastDeny(p, r, resources) },
		"Match":        func() { p.Match(r) },
	} {
		if n := testing.AllocsPerRun(100, f); n > 2 {
			t.Errorf("%s: %v allocations a call, at most 2 are promised", name, n)
		}
	}
}

func TestEvaluateAllIsEvaluate(t *testing.T) {
	l := reviewLayers(t)
	r := Request{Principal: principal(t, bob), Context: NewMapContext(map[string][]string{"aws:PrincipalArn": {bob}})}
	checks := append(reviewChecks()[:300], Check{Action: "s3:ListAllMyBuckets"}, Check{Action: "sts:GetCallerIdentity"})
	i := 0
	EvaluateAll(l, r, checks, func(c Check, d Decision) {
		one := r
		one.Action, one.Resource = c.Action, c.Resource
		if one.Resource == "" {
			one.Resource = "*"
		}
		if want := Evaluate(l, one); c != checks[i] || d.Effect != want.Effect || d.DecidedBy != want.DecidedBy {
			t.Errorf("%v: %v, alone %v", c, d, want)
		}
		i++
	})
	if i != len(checks) {
		t.Errorf("%d decisions for %d checks", i, len(checks))
	}
}
