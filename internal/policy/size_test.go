package policy

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// sized is a document of exactly this size, the white space around it left out.
func sized(size int, principal string) string {
	build := func(fill int) string {
		return doc(`{"Sid":"` + strings.Repeat("a", fill) + `","Effect":"Deny",` + principal + `"Action":"s3:*","Resource":"*"}`)
	}
	return build(size - len(build(0)))
}

func TestParseLimitsSize(t *testing.T) {
	everyone := `"Principal":"*",`
	for _, c := range []struct {
		kind      Kind
		principal string
		limit     int
	}{
		{KindIdentity, "", 10240}, {KindSCP, "", 5120}, {KindRCP, everyone, 5120}, {KindEndpoint, everyone, 20480},
		{KindResource, everyone, 32768},
	} {
		if _, err := ParseWith([]byte(sized(c.limit, c.principal)), Options{Kind: c.kind}); err != nil {
			t.Errorf("%s of %d: %v", c.kind, c.limit, err)
		}
		over := []byte("\n\n  " + sized(c.limit+1, c.principal))
		_, err := ParseWith(over, Options{Kind: c.kind})
		var pe *ParseError
		if !errors.As(err, &pe) || pe.Code != "too-large" || pe.Line != 3 || pe.Col != 3 {
			t.Errorf("%s of %d: %v", c.kind, c.limit+1, err)
		}
		for _, most := range []int{c.limit + 1, -1} {
			if _, err := ParseWith(over, Options{Kind: c.kind, MaxSize: most}); err != nil {
				t.Errorf("%s of %d under %d: %v", c.kind, c.limit+1, most, err)
			}
		}
		if _, err := ParseWith([]byte(sized(300, c.principal)), Options{Kind: c.kind, MaxSize: 299}); !errors.As(err, &pe) || pe.Code != "too-large" {
			t.Errorf("%s of 300 under 299: %v", c.kind, err)
		}
		var w bytes.Buffer
		if n, err := LintFile("f", over, c.kind, &w); err != nil || n == 0 || !strings.Contains(w.String(), ": too-large: ") {
			t.Errorf("lint of a %s: %d, %v, %s", c.kind, n, err, w.String())
		}
	}
	trust := func(size int) string {
		return strings.ReplaceAll(sized(size+len(`,"Resource":"*"`), everyone), `,"Resource":"*"`, "")
	}
	if _, err := ParseWith([]byte(trust(2048)), Options{Kind: KindTrust}); err != nil {
		t.Error(err)
	}
	if _, err := ParseWith([]byte(trust(2049)), Options{Kind: KindTrust}); err == nil {
		t.Error("trust policy of 2049 accepted")
	}
}

// TestEvalCasesLimitsSize: each layer has its own quota.
func TestEvalCasesLimitsSize(t *testing.T) {
	everyone := `"Principal":"*",`
	for _, c := range []struct {
		member, before, after, principal string
		limit                            int
	}{
		{"identity", "[", "]", "", 10240}, {"boundary", "", "", "", 6144}, {"session", "", "", "", 2048},
		{"scps", "[[", "]]", "", 5120}, {"rcps", "[[", "]]", everyone, 5120}, {"endpoint", "[", "]", everyone, 20480},
		{"resource", "", "", everyone, 32768},
	} {
		for _, size := range []int{c.limit, c.limit + 1} {
			line := `{"id":1,"policies":{"` + c.member + `":` + c.before + sized(size, c.principal) + c.after +
				`},"request":{"principal":"` + bob + `","action":"s3:GetObject","resource":"` + bucket + `"}}`
			bad, out := run(t, evalBatch, line)
			refused := strings.Contains(out[0], `"error":"bad-policy: `) && strings.Contains(out[0], "characters")
			if refused != (size > c.limit) || refused != (bad == 1) {
				t.Errorf("%s of %d: %s", c.member, size, out[0][:min(len(out[0]), 200)])
			}
		}
	}
}
