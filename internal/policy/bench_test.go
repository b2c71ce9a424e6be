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
