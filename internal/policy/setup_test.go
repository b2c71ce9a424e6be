package policy

import (
	"strings"
	"testing"
)

const (
	account = "111122223333"
	other   = "444455556666"
	bob     = "arn:aws:iam::111122223333:user/team/bob"
	app     = "arn:aws:sts::111122223333:assumed-role/app/run1"
	appRole = "arn:aws:iam::111122223333:role/a/b/app"
	fedBob  = "arn:aws:sts::111122223333:federated-user/bob"
	rootOf  = "arn:aws:iam::111122223333:root"
	bucket  = "arn:aws:s3:::data/key"
)

// doc wraps statements into a 2012 document.
func doc(statements string) string {
	return `{"Version":"2012-10-17","Statement":[` + statements + `]}`
}

func compile(t testing.TB, kind Kind, text string) *Policy {
	t.Helper()
	d, err := ParseWith([]byte(text), Options{Kind: kind})
	if err != nil {
		t.Fatalf("parse %s: %v", text, err)
	}
	return d.Compile()
}

func identity(t testing.TB, statements string) *Policy {
	t.Helper()
	return compile(t, KindIdentity, doc(statements))
}

func principal(t testing.TB, text string) Principal {
	t.Helper()
	p, err := ParsePrincipal(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// keys reads "k=v;k=v" into a context; "k=[a,b]" is a multi-valued key.
func keys(text string) map[string]Value {
	out := map[string]Value{}
	for _, pair := range strings.Split(text, ";") {
		k, v, ok := strings.Cut(pair, "=")
		if !ok {
			continue
		}
		if list, isList := strings.CutPrefix(v, "["); isList {
			list = strings.TrimSuffix(list, "]")
			if list == "" {
				out[k] = ListValue()
			} else {
				out[k] = ListValue(strings.Split(list, ",")...)
			}
			continue
		}
		out[k] = SingleValue(v)
	}
	return out
}

// matchOne runs a one-statement identity policy against a request.
func matchOne(t testing.TB, text string, r Request) Tri {
	t.Helper()
	return compile(t, KindIdentity, text).Match(r)[0].Match
}
