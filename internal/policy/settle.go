package policy

import (
	"math/big"
	"slices"
	"sort"
	"strings"
	"time"
)

// maxCompletions bounds the exhaustive check of settle.
const maxCompletions = 512

// settle goes beyond Kleene's logic, which treats two tests of one unknown key
// as unrelated: a deny for "k is x" beside a deny for "k is not x" stops every
// call. For keys tested only by exact strings, booleans, numbers, dates and
// Null, a handful of representative values covers every possible one; settle
// tries them all and returns the verdict they share.
//
// Only statements still unknown are tried again: what is false under the
// partial context stays false in every completion of it.
func settle(p *Policy, qs []query, f *Forecast) Verdict {
	for _, key := range f.DependsOn {
		if p.keyClasses(FoldKey(key)) == nil {
			return VerdictUnknown
		}
	}
	under, total := qs[0].Context, 1
	choices := make([][]Value, len(f.DependsOn))
	for i, key := range f.DependsOn {
		folded := FoldKey(key)
		choices[i] = p.keyClasses(folded)
		if under.Get(folded).state == stateUnknown {
			choices[i] = append(slices.Clip(choices[i]), AbsentValue())
		}
		if total *= len(choices[i]); total > maxCompletions {
			return VerdictUnknown
		}
	}
	overlay := overlayContext{under: under, values: map[string]Value{}}
	at := slices.Clone(qs)
	for i := range at {
		at[i].Context = overlay
	}
	var shared Verdict
	for n := range total {
		for i, key := range f.DependsOn {
			overlay.values[FoldKey(key)] = choices[i][n%len(choices[i])]
			n /= len(choices[i])
		}
		v := p.openVerdict(at, f)
		if v == VerdictUnknown || shared != "" && v != shared {
			return VerdictUnknown
		}
		shared = v
	}
	return shared
}

func (p *Policy) openVerdict(qs []query, f *Forecast) Verdict {
	denied := False
	for _, r := range f.Statements {
		if r.Match == Unknown {
			denied = denied.Or(p.statements[r.Index].matchAny(qs).Match)
		}
	}
	return verdictOf(denied)
}

// overlayContext fixes some keys of another context.
type overlayContext struct {
	under  Context
	values map[string]Value
}

// Get implements Context.
func (o overlayContext) Get(foldedKey string) Value {
	if v, ok := o.values[foldedKey]; ok {
		return v
	}
	return o.under.Get(foldedKey)
}

// keyClasses returns one present value per class the deny statements can tell
// apart, nil if the classes cannot be listed. They are found on first use.
func (p *Policy) keyClasses(folded string) []Value {
	p.once.Do(func() {
		p.classes = map[string][]Value{}
		for i := range p.statements {
			for j := range p.statements[i].conditions {
				key := p.statements[i].conditions[j].folded
				if _, done := p.classes[key]; !done {
					p.classes[key] = p.representatives(key)
				}
			}
		}
	})
	return p.classes[folded]
}

// representatives is keyClasses for one key.
func (p *Policy) representatives(folded string) []Value {
	if folded == FoldKey(ResourceKey) || alwaysMultivalued(folded) {
		return nil
	}
	var literals []string
	family := compareNull
	for i := range p.statements {
		s := &p.statements[i]
		if s.effect != Deny {
			continue
		}
		if s.usesVariable(folded) {
			return nil
		}
		for j := range s.conditions {
			c := &s.conditions[j]
			if c.folded != folded || c.compare == compareNull {
				continue
			}
			one, ok := c.family()
			if !ok || family != compareNull && family != one {
				return nil
			}
			family = one
			literals = append(literals, p.doc.Statements[i].Conditions[j].Values...)
		}
	}
	out := classes(family, literals)
	if out != nil && family != compareNull && !singleValued(folded) {
		// Several values never match without a set operator, whatever they are.
		out = append(out, ListValue("", "-"))
	}
	return out
}

func (s *statement) usesVariable(folded string) bool {
	for i := range s.resources {
		if s.resources[i].tail.uses(folded) {
			return true
		}
	}
	for i := range s.conditions {
		for j := range s.conditions[i].operands {
			if s.conditions[i].operands[j].text.uses(folded) {
				return true
			}
		}
	}
	return false
}

func (t *template) uses(folded string) bool {
	for _, tok := range t.tokens {
		if tok.kind == tokenVariable && tok.fold == folded {
			return true
		}
	}
	return false
}

// family groups comparisons whose value classes can be listed together.
func (c *condition) family() (comparison, bool) {
	if c.quantifier != quantifierNone {
		return 0, false
	}
	for i := range c.operands {
		if c.operands[i].text.vars || c.operands[i].dead {
			return 0, false
		}
	}
	switch c.compare {
	case compareStringEquals, compareStringEqualsIgnoreCase:
		return compareStringEquals, true
	case compareBool, compareNumeric, compareDate:
		return c.compare, true
	}
	return 0, false
}

func classes(family comparison, literals []string) []Value {
	var texts []string
	switch family {
	case compareBool:
		texts = []string{"true", "false"}
	case compareNumeric:
		texts = numericClasses(literals)
	case compareDate:
		texts = dateClasses(literals)
	default:
		// Every literal, a respelling of each that only the case-insensitive
		// operator takes for it, and a text unlike all of them.
		longest := ""
		for _, l := range literals {
			texts = append(texts, l, strings.ToUpper(l), strings.ToLower(l), oddCase(l))
			if len(l) > len(longest) {
				longest = l
			}
		}
		texts = append(texts, longest+"-other")
	}
	sort.Strings(texts)
	var out []Value
	for i, t := range texts {
		if i == 0 || t != texts[i-1] {
			out = append(out, SingleValue(t))
		}
	}
	return out
}

// oddCase flips the case of the first letter.
func oddCase(s string) string {
	i := strings.IndexFunc(s, func(r rune) bool { return strings.ToUpper(string(r)) != strings.ToLower(string(r)) })
	if i < 0 {
		return s
	}
	head := s[i : i+1]
	if strings.ToUpper(head) == head {
		return s[:i] + strings.ToLower(head) + s[i+1:]
	}
	return s[:i] + strings.ToUpper(head) + s[i+1:]
}

// numericClasses returns every operand, a point in every gap between two, and
// one beyond each end.
func numericClasses(literals []string) []string {
	var points []*big.Rat
	digits := 1
	for _, l := range literals {
		r, ok := new(big.Rat).SetString(strings.TrimPrefix(l, "+"))
		if !ok {
			return nil
		}
		points = append(points, r)
		digits = max(digits, len(l)+1)
	}
	sort.Slice(points, func(i, j int) bool { return points[i].Cmp(points[j]) < 0 })
	var out []string
	one, half := big.NewRat(1, 1), big.NewRat(1, 2)
	for i, pt := range points {
		if i == 0 {
			out = append(out, new(big.Rat).Sub(pt, one).FloatString(digits))
		} else {
			mid := new(big.Rat).Add(points[i-1], pt)
			out = append(out, mid.Mul(mid, half).FloatString(digits))
		}
		out = append(out, pt.FloatString(digits))
	}
	if n := len(points); n > 0 {
		out = append(out, new(big.Rat).Add(points[n-1], one).FloatString(digits))
	}
	return out
}

func dateClasses(literals []string) []string {
	var out []string
	for _, l := range literals {
		t, ok := parseDate(l)
		if !ok || t.Year() < 1 || t.Year() > 9998 {
			return nil
		}
		for _, at := range [...]time.Time{t.Add(-1), t, t.Add(1)} {
			out = append(out, at.UTC().Format("2006-01-02T15:04:05.999999999Z07:00"))
		}
	}
	return out
}
