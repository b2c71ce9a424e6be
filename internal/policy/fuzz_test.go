package policy

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// FuzzParse: no input panics; what is accepted survives its own compact form,
// which is never larger, and compiles.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		doc(allowAll), doc(denyS3), `{"Statement":{}}`, `[`, "", `{"Statement":[],"Id":"\ud800"}`,
		doc(`{"Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::${aws:username, 'x}'}/*"}`),
		conditionDoc("ForAnyValue:StringLikeIfExists", "k", `["${","${}","${a,}","*"]`),
		conditionDoc("DateLessThan", "k", `"2024"`), conditionDoc("IpAddress", "k", `"::/0"`),
	} {
		f.Add([]byte(seed), uint8(0))
	}
	for _, text := range conformanceDocuments(f) {
		f.Add([]byte(text), uint8(KindIdentity))
		f.Add([]byte(text), uint8(KindResource))
	}
	f.Fuzz(func(t *testing.T, data []byte, kind uint8) {
		o := Options{Kind: Kind(kind % 6)}
		d, err := ParseWith(data, o)
		if err != nil {
			return
		}
		again, err := ParseWith(d.JSON(), o)
		if err != nil {
			t.Fatalf("compact form refused: %v\n%s", err, d.JSON())
		}
		if !bytes.Equal(again.JSON(), d.JSON()) {
			t.Fatalf("compact form is not stable:\n%s\n%s", d.JSON(), again.JSON())
		}
		p := d.Compile()
		r := Request{Action: "s3:GetObject", Resource: bucket, Context: PartialContext{}}
		if n := len(p.Match(r)); n != len(d.Statements) {
			t.Fatalf("%d results for %d statements", n, len(d.Statements))
		}
		ForecastDeny(p, r, nil)
		Explain(p, r)
		Lint(d)
	})
}

// FuzzMatch: a verdict under unknown keys holds for the value at hand.
func FuzzMatch(f *testing.F) {
	f.Add(`"StringLike"`, `"a*${l}"`, "ab", "x", bucket)
	f.Add(`"ArnLike"`, `"arn:aws:iam::*:role/${l}"`, "arn:aws:iam::1:role/x", "x", "*")
	f.Add(`"NotIpAddress"`, `"10.0.0.0/8"`, "10.1.1.1", "", "arn:aws:s3")
	f.Add(`"DateGreaterThan"`, `"2024-01-01"`, "1704067201", "", bucket)
	f.Add(`"StringNotEqualsIgnoreCase"`, `"É${l, 'q'}"`, "éq", "", bucket)
	f.Add(`"ForAllValues:StringNotLike"`, `["a*","${l}"]`, "b", "a*", "arn:aws:s3:::*")
	f.Add(`"ForAnyValue:ArnNotEqualsIfExists"`, `"arn:aws:sns:*:*:${l, 't'}"`, "arn:aws:sns:eu:1:t", "", "arn:aws:sns:eu:1:t:u")
	f.Add(`"IpAddressIfExists"`, `["::/0","203.0.113.7"]`, "2001:0db8::01", "", bucket)
	f.Add(`"NumericNotEquals"`, `["10.0","-0"]`, "0010", "", bucket)
	f.Add(`"DateEquals"`, `"2026-05-01T14:00:00.5+02:00"`, "1777636800.5", "", bucket)
	f.Add(`"Null"`, `["true","false"]`, "", "", bucket)
	f.Add(`"BoolIfExists"`, `"${l}"`, "TRUE", "true", bucket)
	f.Add(`"BinaryEquals"`, `"QUI="`, "QUI=", "", bucket)
	f.Fuzz(func(t *testing.T, operator, operands, value, variable, resource string) {
		d, err := Parse([]byte(doc(`{"Effect":"Deny","Action":"*","Resource":["*","arn:aws:s3:::${l}*"],"Condition":{` +
			operator + `:{"k":` + operands + `}}}`)))
		if err != nil || len(d.Statements) != 1 || len(d.Statements[0].Conditions) == 0 {
			return
		}
		p := d.Compile()
		full := map[string]Value{"k": SingleValue(value), "l": SingleValue(variable)}
		r := Request{Action: "s3:X", Resource: resource, Context: NewValueContext(full)}
		exact := p.Match(r)[0].Match
		if exact == Unknown {
			t.Fatal("complete context, unknown match")
		}
		for _, ctx := range []Context{
			PartialContext{},
			NewPartialValueContext(nil, nil, []string{"k"}),
			NewPartialValueContext(map[string]Value{"k": SingleValue(value)}, nil, nil),
			NewPartialValueContext(map[string]Value{"l": SingleValue(variable)}, nil, []string{"k"}),
		} {
			r.Context = ctx
			if got := p.Match(r)[0].Match; got != Unknown && got != exact {
				t.Fatalf("%v under %v, %v in full", got, ctx, exact)
			}
			if f := ForecastDeny(p, r, []string{resource}); f.Verdict != VerdictUnknown && (f.Verdict == VerdictDenied) != (exact == True) {
				t.Fatalf("forecast %v under %v, %v in full", f.Verdict, ctx, exact)
			}
		}
	})
}

// conformanceDocuments returns every policy document of the conformance cases.
func conformanceDocuments(t testing.TB) (out []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var collect func(src []byte, n *node)
	collect = func(src []byte, n *node) {
		if n.member("Statement") != nil {
			if text := string(src[n.start:n.end]); !seen[text] {
				seen[text] = true
				out = append(out, text)
			}
			return
		}
		for _, m := range n.members {
			collect(src, m.value)
		}
		for _, item := range n.items {
			collect(src, item)
		}
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range bytes.Split(bytes.TrimSpace(src), []byte("\n")) {
			root, err := parseTree(line)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			collect(line, root)
		}
	}
	return out
}
