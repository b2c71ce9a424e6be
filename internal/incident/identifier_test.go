package incident

import (
	"errors"
	"strings"
	"testing"
)

func TestParseAccessKeyID(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want error
	}{
		{"AKIAIOSFODNN7EXAMPLE", nil},
		{"  AKIAIOSFODNN7EXAMPLE\n", nil},
		{"AKIA0000000000000000", nil},
		{"", ErrKeyShape},
		{"AKIA", ErrKeyShape},
		{"AKIAIOSFODNN7EXAMPL", ErrKeyShape},
		{"AKIAIOSFODNN7EXAMPLE1", ErrKeyShape},
		{"AKIAIOSFODNN7EXAMPLEAKIAIOSFODNN", ErrKeyShape},
		{"akiaiosfodnn7example", ErrKeyShape},
		{"AKIAIOSFODNN7EXAMPL\u00c9", ErrKeyShape},
		{"AKIA IOSFODNN7EXAMPL", ErrKeyShape},
		{"XKIAIOSFODNN7EXAMPLE", ErrKeyShape},
		{"ASIAIOSFODNN7EXAMPLE", ErrSessionKey},
		{"AIDAIOSFODNN7EXAMPLE", ErrPrincipalID},
		{"AROAIOSFODNN7EXAMPLE", ErrPrincipalID},
		{"AGPAIOSFODNN7EXAMPLE", ErrPrincipalID},
		{"ANPAIOSFODNN7EXAMPLE", ErrPrincipalID},
		{"AIPAIOSFODNN7EXAMPLE", ErrPrincipalID},
		{"ANVAIOSFODNN7EXAMPLE", ErrPrincipalID},
		{"APKAIOSFODNN7EXAMPLE", ErrPrincipalID},
		{"ASCAIOSFODNN7EXAMPLE", ErrPrincipalID},
		{"ABIAIOSFODNN7EXAMPLE", ErrServiceKey},
		{"ACCAIOSFODNN7EXAMPLE", ErrServiceKey},
		{"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ErrLooksLikeSecret},
		{"AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ErrLooksLikeSecret},
		{strings.Repeat("A", 33), ErrLooksLikeSecret},
	} {
		got, err := ParseAccessKeyID(c.in)
		if !errors.Is(err, c.want) || (c.want == nil && (err != nil || string(got) != strings.TrimSpace(c.in))) || (err != nil && got != "") {
			t.Errorf("%q: %q, %v; want %v", c.in, got, err, c.want)
		}
	}
}

// A secret cut short in a paste is still most of a secret.
func TestParseAccessKeyIDNeverRepeatsASecret(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "WJALRXUTNFEMIXK7MDENGXBPXRFICYEXAMPLEKEY", "AKIAlrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"} {
		for n := 16; n <= len(secret); n++ {
			for _, in := range []string{secret[:n], secret[len(secret)-n:], " " + secret[:n] + "\n"} {
				_, err := ParseAccessKeyID(in)
				if err == nil {
					continue // looks like an id, and is taken for one
				}
				for i := 0; i+8 <= len(in); i++ {
					if strings.Contains(err.Error(), in[i:i+8]) {
						t.Fatalf("%d characters: error repeats %q", n, in[i:i+8])
					}
				}
			}
		}
	}
}

func TestShortForms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ key, short, last string }{
		{"AKIAIOSFODNN7EXAMPLE", "AKIA....MPLE", "MPLE"},
		{"AKIA", "AKIA", "AKIA"}, {"AK", "AK", "AK"}, {"", "", ""},
	} {
		if k := AccessKeyID(c.key); k.Short() != c.short || k.Last4() != c.last {
			t.Errorf("%q: %q, %q", c.key, k.Short(), k.Last4())
		}
	}
}
