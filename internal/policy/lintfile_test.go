package policy

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestLintFile(t *testing.T) {
	long := strings.Repeat("x", 1100)
	big := func(n int) string {
		var list []string
		for range n {
			list = append(list, `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::data/`+long+`"}`)
		}
		return doc(strings.Join(list, ","))
	}
	for _, c := range []struct {
		name, text string
		kind       Kind
		problems   int
		want       []string
	}{
		{"clean", doc(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::data/*"}`), KindGuess, 0, nil},
		{"no json", "hello", KindGuess, 1, []string{"f:1:1: syntax: "}},
		{"empty file", "", KindGuess, 1, []string{"f:1:1: syntax: unexpected end of document"}},
		{"unknown operator", "{\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\n\"Condition\":{\"Is\":{}}}]}", KindGuess, 1, []string{"f:2:14: unknown-operator: "}},
		{"duplicate member", `{"Statement":[],"Statement":[]}`, KindGuess, 1, []string{`f:1:17: syntax: duplicate member "Statement"`}},
		{"foreign character", doc(`{"Effect":"Allow","Action":"s3:X","Resource":"arn:aws:s3:::d→"}`), KindGuess, 1, []string{": character: character U+2192"}},
		{"no statements", doc(``), KindGuess, 1, []string{"f:1:1: empty-statement: "}},
		{"over every quota", big(10), KindGuess, 1, []string{"f:1:1: too-large: document has "}},
		{"over the user's quota", big(2), KindGuess, 0, []string{"f:1:1: too-large-for: warning: ", "an inline policy of a user or a session policy (2048)\n"}},
		{"over the managed quota", big(6), KindGuess, 0, []string{"a managed policy or a boundary (6144)\n"}},
		{"guessed resource policy", doc(to("Allow", `"*"`)), KindGuess, 0, []string{"f:1:38: public-principal: warning: "}},
		{"resource policy as identity policy", doc(to("Allow", `"*"`)), KindIdentity, 1, []string{": principal: identity policy must not name a principal"}},
		{"guessed trust policy", doc(`{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":["sts:AssumeRole","sts:TagSession"]}`), KindGuess, 0, []string{"trusts-account: warning: "}},
		{"trust policy with a resource", doc(`{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole","Resource":"*"}`), KindTrust, 1, []string{": trust-resource: "}},
		{"trust policy with NotPrincipal", doc(`{"Effect":"Deny","NotPrincipal":{"AWS":"444455556666"},"Action":"sts:AssumeRole"}`), KindTrust, 1, []string{": trust-not-principal: "}},
		{"rcp", doc(`{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`), KindRCP, 0, nil},
		{"rcp full access", doc(to("Allow", `"*"`)), KindRCP, 0, nil},
		{"rcp allow", doc(`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`), KindRCP, 1, []string{": rcp-allow: "}},
		{"rcp star", doc(to("Deny", `"*"`)), KindRCP, 1, []string{": rcp-action-star: "}},
		{"rcp not action", doc(`{"Effect":"Deny","Principal":"*","NotAction":"s3:*","Resource":"*"}`), KindRCP, 1, []string{": rcp-not-action: "}},
		{"rcp principal", doc(`{"Effect":"Deny","Principal":{"AWS":"444455556666"},"Action":"s3:*","Resource":"*"}`), KindRCP, 1, []string{": rcp-principal: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var w bytes.Buffer
			problems, err := LintFile("f", []byte(c.text), c.kind, &w)
			if err != nil || problems != c.problems {
				t.Errorf("%d problems, %v, want %d", problems, err, c.problems)
			}
			for _, want := range c.want {
				if !strings.Contains(w.String(), want) {
					t.Errorf("no %q", want)
				}
			}
			if c.want == nil && w.Len() > 0 || t.Failed() {
				t.Errorf("said:\n%s", w.String())
			}
		})
	}
	if _, err := LintFile("f", []byte("x"), KindGuess, brokenPipe{}); err == nil {
		t.Error("write error lost")
	}
}

func TestParseKind(t *testing.T) {
	for text, want := range map[string]Kind{"": KindGuess, "identity": KindIdentity, "resource": KindResource,
		"trust": KindTrust, "scp": KindSCP, "rcp": KindRCP, "endpoint": KindEndpoint} {
		if got, ok := ParseKind(text); !ok || got != want {
			t.Error(fmt.Sprint(text, got, ok))
		}
	}
	if _, ok := ParseKind("role"); ok {
		t.Error("role is no kind of policy")
	}
}
