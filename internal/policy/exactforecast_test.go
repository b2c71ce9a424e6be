package policy

import (
	"fmt"
	"strings"
	"testing"
)

// exactKeys are keys whose values fall into few classes under the operands the
// generator draws; the values hold one of each class. A key without a global name
// may also have several values at once.
func exactKeys() map[string]struct{ operators, operands, values []string } {
	type key = struct{ operators, operands, values []string }
	str := []string{"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"}
	return map[string]key{
		"k":                   {str, []string{"a", "b", "A"}, []string{"a", "A", "b", "B", "c", ""}},
		"aws:SourceVpc":       {str, []string{"x", "y"}, []string{"x", "X", "y", "Y", "z"}},
		"aws:SecureTransport": {[]string{"Bool"}, []string{"true", "false"}, []string{"true", "false"}},
		"n": {[]string{"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan"},
			[]string{"1", "2", "3.5"}, []string{"0", "1", "1.5", "2", "3", "3.5", "4"}},
		"aws:CurrentTime": {[]string{"DateEquals", "DateNotEquals", "DateLessThan", "DateGreaterThanEquals"},
			[]string{"2024", "2025-06-01T00:00:00Z"}, []string{"2023", "2024-01-01", "2024-06-01", "2025-06-01", "2026"}},
	}
}

func (g generator) exactStatement(names []string) string {
	keys := exactKeys()
	byOperator := map[string][]string{}
	seen := map[string]bool{}
	for range 1 + g.IntN(3) {
		name := g.pick(names...)
		k := keys[name]
		operator, operands := g.pick(k.operators...), g.some(k.operands...)
		switch g.IntN(5) {
		case 0:
			operator += "IfExists"
		case 1:
			operator, operands = "Null", g.some("true", "false")
		}
		if !seen[operator+name] {
			seen[operator+name] = true
			byOperator[operator] = append(byOperator[operator], fmt.Sprintf("%q:%s", name, operands))
		}
	}
	var out []string
	for operator, tests := range byOperator {
		out = append(out, fmt.Sprintf("%q:{%s}", operator, strings.Join(tests, ",")))
	}
	return `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{` + strings.Join(out, ",") + `}}`
}

// TestForecastIsTheAgreementOfAllCompletions: over keys compared exactly, the
// verdict is definite if and only if every value the hidden keys could have,
// and their absence, agree.
func TestForecastIsTheAgreementOfAllCompletions(t *testing.T) {
	keys, verdicts := exactKeys(), map[Verdict]int{}
	for seed := range uint64(6000) {
		g := newGenerator(seed)
		names := [][]string{{"k", "aws:SecureTransport"}, {"k", "n"}, {"n", "aws:CurrentTime"}, {"k", "aws:SourceVpc"},
			{"aws:SecureTransport", "aws:CurrentTime"}, {"k"}, {"n"}, {"aws:SourceVpc"}}[g.IntN(8)]
		var statements []string
		for range 1 + g.IntN(3) {
			statements = append(statements, g.exactStatement(names))
		}
		p := identity(t, strings.Join(statements, ","))
		present := map[string]bool{names[0]: g.IntN(3) == 0}
		r := Request{Action: "s3:X", Resource: "*", Context: NewPartialValueContext(nil, nil, nil)}
		if present[names[0]] {
			r.Context = NewPartialValueContext(nil, nil, names[:1])
		}
		got := ForecastDeny(p, r, []string{"*"}).Verdict
		verdicts[got]++
		want := agreement(p, r, names, present, func(name string) []string { return keys[name].values })
		if got != want {
			t.Fatalf("seed %d: %s, the completions agree on %s\n%s\npresent %v", seed, got, want, p.Document().Source(), present)
		}
	}
	t.Logf("%v", verdicts)
	for _, v := range []Verdict{VerdictDenied, VerdictNotDenied, VerdictUnknown} {
		if verdicts[v] < 300 {
			t.Errorf("%s came up %d times only: the test is weak", v, verdicts[v])
		}
	}
}

// agreement tries every completion and returns the verdict they share.
func agreement(p *Policy, r Request, names []string, present map[string]bool, values func(string) []string) Verdict {
	completions := []map[string]Value{{}}
	for _, name := range names {
		var next []map[string]Value
		for _, c := range completions {
			if !present[name] {
				next = append(next, c)
			}
			var all []Value
			for _, v := range values(name) {
				all = append(all, SingleValue(v))
			}
			if !strings.HasPrefix(name, "aws:") {
				all = append(all, ListValue(values(name)...))
			}
			for _, v := range all {
				with := map[string]Value{name: v}
				for k, have := range c {
					with[k] = have
				}
				next = append(next, with)
			}
		}
		completions = next
	}
	var shared Verdict
	for _, c := range completions {
		r.Context = NewValueContext(c)
		v := ForecastDeny(p, r, []string{"*"}).Verdict
		if shared != "" && v != shared {
			return VerdictUnknown
		}
		shared = v
	}
	return shared
}
