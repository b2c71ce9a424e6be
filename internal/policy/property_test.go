package policy

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// generator draws small random documents and requests over a vocabulary small
// enough that statements often match.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) generator { return generator{rand.New(rand.NewPCG(seed, 42))} }

func (g generator) pick(options ...string) string { return options[g.IntN(len(options))] }

func (g generator) some(options ...string) string {
	var out []string
	for range 1 + g.IntN(2) {
		out = append(out, g.pick(options...))
	}
	return `["` + strings.Join(out, `","`) + `"]`
}

func (g generator) condition() string {
	if g.IntN(3) == 0 {
		return ""
	}
	seen := map[string]bool{}
	var out []string
	for range 1 + g.IntN(2) {
		op := g.pick("StringEquals", "StringNotEquals", "StringLike", "StringNotLikeIfExists", "StringEqualsIgnoreCase",
			"NumericLessThan", "NumericGreaterThanEquals", "Bool", "BoolIfExists", "Null", "ForAnyValue:StringLike",
			"ForAllValues:StringEquals", "ForAnyValue:StringNotEquals", "DateLessThan", "IpAddress", "NotIpAddress", "ArnLike")
		if seen[op] {
			continue
		}
		seen[op] = true
		key, values := g.pick("k", "l"), g.some("a", "b", "*", "${l}", "a${k}")
		switch {
		case strings.HasPrefix(op, "Numeric"):
			key, values = "n", g.some("1", "2", "3.5")
		case strings.HasPrefix(op, "Bool"):
			key, values = "t", g.some("true", "false")
		case op == "Null":
			key, values = g.pick("k", "n", "t"), g.some("true", "false")
		case strings.HasPrefix(op, "Date"):
			key, values = "d", g.some("2024", "2025-06-01T00:00:00Z")
		case strings.HasSuffix(op, "IpAddress"):
			key, values = "ip", g.some("10.0.0.0/8", "10.1.0.0/16")
		case op == "ArnLike":
			key, values = "arn", g.some("arn:aws:iam::*:role/a*", "*")
		}
		out = append(out, fmt.Sprintf(`%q:{%q:%s}`, op, key, values))
	}
	return `,"Condition":{` + strings.Join(out, ",") + `}`
}

func (g generator) statement(effect, principal string) string {
	action := `"` + g.pick("Action", "Action", "Action", "NotAction") + `":` + g.some("s3:*", "s3:Get*", "*", "ec2:*", "kms:Decrypt")
	resource := `"` + g.pick("Resource", "Resource", "NotResource") + `":` +
		g.some("*", "arn:aws:s3:::data/*", "arn:aws:s3:::data/${l}", "arn:aws:s3:::else", "arn:aws:kms:*:*:key/*")
	return `{"Effect":"` + effect + `",` + principal + action + "," + resource + g.condition() + `}`
}

func (g generator) document(kind Kind) string {
	var out []string
	for range 1 + g.IntN(3) {
		who := ""
		if kind != KindIdentity && kind != KindSCP {
			who = `"` + g.pick("Principal", "Principal", "NotPrincipal") + `":` +
				g.pick(`{"AWS":"*"}`, aws(bob), aws(appRole), aws(app), aws(rootOf), aws(account, bob), `{"Service":"lambda.amazonaws.com"}`) + ","
		}
		out = append(out, g.statement(g.pick("Allow", "Allow", "Deny"), who))
	}
	return doc(strings.Join(out, ","))
}

// values lists every value the generator's keys can take in a complete
// context, the absent one first.
func domain(key string) []Value {
	// Nobody says of these keys that they have but one value.
	return append(singles(key), ListValue("a", "1", "true"), ListValue("b"))
}

func singles(key string) []Value {
	switch key {
	case "n":
		return []Value{AbsentValue(), SingleValue("0.5"), SingleValue("1"), SingleValue("1.5"), SingleValue("2"), SingleValue("3.5"), SingleValue("9")}
	case "t":
		return []Value{AbsentValue(), SingleValue("true"), SingleValue("false")}
	case "d":
		return []Value{AbsentValue(), SingleValue("2023"), SingleValue("2024"), SingleValue("2025-01-01"), SingleValue("2026")}
	case "ip":
		return []Value{AbsentValue(), SingleValue("10.1.2.3"), SingleValue("10.2.2.3"), SingleValue("::1")}
	case "arn":
		return []Value{AbsentValue(), SingleValue("arn:aws:iam::1:role/ab"), SingleValue("arn:aws:iam::1:role/b")}
	}
	return []Value{AbsentValue(), SingleValue("a"), SingleValue("A"), SingleValue("ab"), SingleValue("aa"),
		SingleValue("b"), SingleValue("z"), SingleValue("*"), SingleValue("key"), SingleValue("k\x00")}
}

func (g generator) context() map[string]Value {
	out := map[string]Value{}
	for _, key := range []string{"k", "l", "n", "t", "d", "ip", "arn"} {
		d := domain(key)
		out[key] = d[g.IntN(len(d))]
	}
	return out
}

func (g generator) request(t testing.TB) Request {
	return Request{
		Principal:       principal(t, g.pick(bob, app, appRole, fedBob, rootOf, anonymous, "lambda.amazonaws.com")),
		Action:          g.pick("s3:GetObject", "s3:PutObject", "ec2:RunInstances", "kms:Decrypt"),
		Resource:        g.pick(bucket, "arn:aws:s3:::data/a", "arn:aws:s3:::else", "*", "arn:aws:kms:eu:111122223333:key/1"),
		ResourceAccount: g.pick(account, account, other),
		Context:         NewValueContext(g.context()),
	}
}

func (g generator) layers(t testing.TB) Layers {
	l := Layers{Identity: []*Policy{compile(t, KindIdentity, g.document(KindIdentity)), identity(t, allowAll)}}
	if g.IntN(3) == 0 {
		l.Boundary = compile(t, KindIdentity, g.document(KindIdentity))
	}
	if g.IntN(3) == 0 {
		l.Session = compile(t, KindIdentity, g.document(KindIdentity))
	}
	if g.IntN(2) == 0 {
		l.Resource = compile(t, KindResource, g.document(KindResource))
	}
	if g.IntN(3) == 0 {
		l.SCPs = [][]*Policy{{compile(t, KindSCP, g.document(KindSCP)), compile(t, KindSCP, doc(allowAll))}}
	}
	return l
}

func TestAddingADenyNeverAllows(t *testing.T) {
	for seed := range uint64(1500) {
		g := newGenerator(seed)
		l, r := g.layers(t), g.request(t)
		before := Evaluate(l, r)
		deny := compile(t, KindIdentity, doc(g.statement("Deny", "")))
		l.Identity = append([]*Policy{deny}, l.Identity...)
		after := Evaluate(l, r)
		if before.Effect != Allowed && after.Effect == Allowed {
			t.Fatalf("seed %d: %s became %s", seed, before.Effect, after.Effect)
		}
		if before.Effect == Allowed && after.Effect == ImplicitlyDenied {
			t.Fatalf("seed %d: a deny statement took an allow away without denying", seed)
		}
	}
}

func TestAddingALayerNeverWidens(t *testing.T) {
	for seed := range uint64(1500) {
		g := newGenerator(seed)
		l, r := g.layers(t), g.request(t)
		l.Boundary = nil
		before := Evaluate(l, r).Effect
		for name, narrow := range map[string]func(*Layers){
			"scp":      func(l *Layers) { l.SCPs = append(l.SCPs, []*Policy{compile(t, KindSCP, g.document(KindSCP))}) },
			"rcp":      func(l *Layers) { l.RCPs = append(l.RCPs, []*Policy{compile(t, KindRCP, g.document(KindRCP))}) },
			"boundary": func(l *Layers) { l.Boundary = compile(t, KindIdentity, g.document(KindIdentity)) },
			"endpoint": func(l *Layers) { l.Endpoint = []*Policy{compile(t, KindEndpoint, g.document(KindEndpoint))} },
		} {
			narrower := l
			narrow(&narrower)
			if after := Evaluate(narrower, r).Effect; before != Allowed && after == Allowed {
				t.Fatalf("seed %d: %s widened %s to %s", seed, name, before, after)
			}
		}
	}
}

// TestForecastAgreesWithEveryCompletion hides some keys and tries every value
// they could have: a definite verdict must hold for all of them, and an
// unknown one must be rare where all agree.
func TestForecastAgreesWithEveryCompletion(t *testing.T) {
	timid, unknown := 0, 0
	for seed := range uint64(3000) {
		g := newGenerator(seed)
		p := compile(t, KindIdentity, g.document(KindIdentity))
		r := g.request(t)
		full := g.context()
		resources := []string{r.Resource}
		hidden := []string{g.pick("k", "n", "t"), g.pick("l", "d", "ip", "arn")}
		known := map[string]Value{}
		var absent, present []string
		for key, v := range full {
			switch {
			case key == hidden[0] || key == hidden[1]:
				if key == hidden[0] && g.IntN(3) == 0 {
					present = append(present, key)
				}
			case v.Absent():
				absent = append(absent, key)
			default:
				known[key] = v
			}
		}
		r.Context = NewPartialValueContext(known, absent, present)
		got := ForecastDeny(p, r, resources)
		verdicts := completions(p, r, full, hidden, present)
		switch {
		case got.Verdict != VerdictUnknown:
			if len(verdicts) != 1 || !verdicts[got.Verdict] {
				t.Fatalf("seed %d: %s, completions say %v\n%s", seed, got.Verdict, verdicts, p.Document().Source())
			}
		case len(verdicts) == 1:
			timid++
			fallthrough
		default:
			unknown++
			if len(got.DependsOn) == 0 {
				t.Fatalf("seed %d: unknown without a reason", seed)
			}
		}
	}
	t.Logf("%d unknown, %d of them although all tried completions agree", unknown, timid)
	if timid*8 > unknown {
		t.Errorf("%d of %d unknown verdicts are avoidable", timid, unknown)
	}
}

func completions(p *Policy, r Request, full map[string]Value, hidden, present []string) map[Verdict]bool {
	verdicts := map[Verdict]bool{}
	complete := map[string]Value{}
	for k, v := range full {
		complete[k] = v
	}
	for _, first := range domain(hidden[0]) {
		if len(present) > 0 && first.Absent() {
			continue
		}
		for _, second := range domain(hidden[1]) {
			complete[hidden[0]], complete[hidden[1]] = first, second
			full := r
			full.Context = NewValueContext(complete)
			verdicts[ForecastDeny(p, full, []string{r.Resource}).Verdict] = true
		}
	}
	return verdicts
}

// TestEvaluateAgreesWithEveryCompletion does the same for whole decisions.
func TestEvaluateAgreesWithEveryCompletion(t *testing.T) {
	for seed := range uint64(800) {
		g := newGenerator(seed)
		l, r := g.layers(t), g.request(t)
		full := g.context()
		known := map[string]Value{}
		for key, v := range full {
			if key != "k" && key != "t" {
				known[key] = v
			}
		}
		r.Context = NewPartialValueContext(known, nil, nil)
		partial := Evaluate(l, r)
		for _, k := range domain("k") {
			for _, b := range domain("t") {
				full["k"], full["t"] = k, b
				r.Context = NewValueContext(full)
				exact := Evaluate(l, r)
				if partial.Effect != EffectUnknown && exact.Effect != partial.Effect {
					t.Fatalf("seed %d: %s, a completion says %s", seed, partial.Effect, exact.Effect)
				}
				if partial.Access != Unknown && exact.Access != partial.Access {
					t.Fatalf("seed %d: access %s, a completion says %s", seed, partial.Access, exact.Access)
				}
				if exact.Effect == EffectUnknown {
					t.Fatalf("seed %d: complete context, unknown effect", seed)
				}
			}
		}
	}
}

// TestMatchAgainstOracle compares the wildcard walk with the plainest possible
// recursion.
func TestMatchAgainstOracle(t *testing.T) {
	g := newGenerator(7)
	for range 20000 {
		pattern, value := "", ""
		for range g.IntN(7) {
			pattern += g.pick("a", "b", "*", "?", "é")
		}
		for range g.IntN(7) {
			value += g.pick("a", "b", "é")
		}
		tokens := compileTemplate(pattern, templateRules{wildcards: true}).tokens
		if got, want := matchTokens(tokens, value, false), plainMatch([]rune(pattern), []rune(value)); got != want {
			t.Fatalf("%q against %q: %v, want %v", pattern, value, got, want)
		}
	}
}

func plainMatch(pattern, value []rune) bool {
	switch {
	case len(pattern) == 0:
		return len(value) == 0
	case pattern[0] == '*':
		return plainMatch(pattern[1:], value) || len(value) > 0 && plainMatch(pattern, value[1:])
	}
	return len(value) > 0 && (pattern[0] == '?' || pattern[0] == value[0]) && plainMatch(pattern[1:], value[1:])
}
