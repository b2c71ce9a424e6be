package permission

import (
	"slices"

	"github.com/ircontain/ircontain/internal/catalogue"
	"github.com/ircontain/ircontain/internal/policy"
)

// finding collects the answers of one action over its candidates.
type finding struct {
	allowed, perhaps, refused []string // patterns
	through, ifThrough, deny  []string
	dependsOn                 []string
	deniedBy                  string
	types                     map[string]policy.Tri // best answer by resource type
}

// judge evaluates an action on every resource that the statements speaking of
// it name, and on a resource nobody names. It returns nil when nothing would be
// allowed even without the denies and ceilings.
func (v *review) judge(a catalogue.Action, spoken []byte) *Verdict {
	f := finding{types: map[string]policy.Tri{}}
	if a.WildcardOnly() {
		f.note(v.s, a.String(), "*", v.s.ask(question{action: a.String(), resource: "*", wildcard: true}), string(anyRun))
		return f.verdict(a).written()
	}
	candidates := v.candidates(a, spoken)
	for _, c := range candidates {
		var formats []string // of an open pattern, those it is allowed for
		open := policy.False
		for i, r := range a.Resources {
			if i > 0 && len(candidates) == 1 {
				break // only "*": no statement tells the types apart
			}
			arn, ok := v.example(c, r)
			if !ok {
				continue
			}
			got := v.s.ask(question{action: a.String(), resource: arn})
			best, seen := f.types[r.Type]
			if !seen || got.access > best {
				f.types[r.Type] = got.access
			}
			if c == string(anyRun) {
				f.note(v.s, a.String(), arn, got)
				if got.access > open {
					open, formats = got.access, nil
				}
				if got.access == open {
					formats = append(formats, v.format(r))
				}
				continue
			}
			f.note(v.s, a.String(), arn, got, c)
		}
		if c == string(anyRun) {
			if len(formats) == len(a.Resources) || len(candidates) == 1 {
				formats = []string{c}
			}
			f.file(open, formats...)
		}
	}
	return v.carve(a, f.verdict(a), candidates).written()
}

// candidates are the patterns to try: "*", and what the statements name.
func (v *review) candidates(a catalogue.Action, spoken []byte) []string {
	out := []string{string(anyRun)}
	add := func(p string) {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	for i := range v.speakers {
		if spoken[i] == '1' {
			for _, p := range v.speakers[i].patterns {
				add(p)
			}
		}
	}
	// A deny of everything but one pattern leaves of another only what both have
	// in common.
	named := out[1:]
	for i := range named {
		for j := range i {
			if both, ok := v.common(named[i], named[j]); ok {
				add(both)
			}
		}
	}
	for _, p := range v.places {
		add(p)
	}
	return out
}

// common is the crossing of two patterns.
func (v *review) common(a, b string) (string, bool) {
	key := [2]string{a, b}
	both, seen := v.crossings[key]
	if !seen {
		if c, ok := crossing(a, b); ok {
			both = c
		}
		v.crossings[key] = both
	}
	return both, both != ""
}

// example is a resource of the type that the pattern takes in.
func (v *review) example(pattern string, r catalogue.Resource) (string, bool) {
	key := [2]string{pattern, r.ARNFormat}
	arn, seen := v.examples[key]
	if !seen {
		var ok bool
		arn, ok = example(pattern, v.format(r), v.s.who.Account)
		if !ok || pathless(r.ARNFormat) && slices.Contains([]byte(arn), '/') {
			arn = ""
		}
		v.examples[key] = arn
	}
	return arn, arn != ""
}

func (v *review) format(r catalogue.Resource) string {
	f, ok := v.formats[r.ARNFormat]
	if !ok {
		f = format(r.ARNFormat, v.s.who.Partition)
		v.formats[r.ARNFormat] = f
	}
	return f
}

func (f *finding) file(t policy.Tri, patterns ...string) {
	list := &f.refused
	switch t {
	case policy.True:
		list = &f.allowed
	case policy.Unknown:
		list = &f.perhaps
	}
	for _, p := range patterns {
		if !slices.Contains(*list, p) {
			*list = append(*list, p)
		}
	}
}

// note remembers the grounds of an answer and files it under its pattern.
func (f *finding) note(s *Subject, action, arn string, a answer, pattern ...string) {
	f.file(a.access, pattern...)
	switch a.access {
	case policy.True:
		f.through = union(f.through, s.sourcesOf(a.decision.Statements))
	case policy.Unknown:
		f.dependsOn = union(f.dependsOn, a.dependsOn)
		f.ifThrough = union(f.ifThrough, s.allowing(action, arn))
	case policy.False:
		f.refusal(s, a)
	}
}

// refusal keeps the strongest ground: an explicit deny says more than a ceiling.
func (f *finding) refusal(s *Subject, a answer) {
	switch a.by {
	case "explicit":
		if f.deniedBy != "explicit" {
			f.deny = nil
		}
		f.deniedBy, f.deny = a.by, union(f.deny, s.sourcesOf(a.decision.Statements))
	case string(policy.LayerBoundary), string(policy.LayerSCP), string(policy.LayerRCP), string(policy.LayerResource):
		if f.deniedBy == "" {
			f.deniedBy, f.deny = a.by, []string{s.ceiling(a.by)}
		}
	}
}

// verdict sums up.
func (f *finding) verdict(a catalogue.Action) *Verdict {
	out := &Verdict{Through: []string{}, DependsOn: []string{}}
	// A pattern may hold for one resource type and not for another.
	f.perhaps = without(f.perhaps, f.allowed)
	f.refused = without(without(f.refused, f.allowed), f.perhaps)
	switch {
	case len(f.allowed) > 0:
		out.Effect, out.Through = Allowed, f.through
		out.Resources = widest(f.allowed)
		if out.Perhaps = widest(f.perhaps); len(out.Perhaps) > 0 {
			out.DependsOn = f.dependsOn
		}
	case len(f.perhaps) > 0:
		out.Effect, out.Through, out.DependsOn = Conditional, f.ifThrough, union([]string{}, f.dependsOn)
		out.Resources = widest(f.perhaps)
	case f.deniedBy != "":
		out.Effect, out.Through, out.DeniedBy = Denied, f.deny, f.deniedBy
		out.Resources = widest(f.refused)
	default:
		return nil
	}
	if lacking := f.lacking(a); len(lacking) > 0 && out.Effect != Denied {
		// The call is checked on every required type, and on some nothing allows it.
		out.Effect = Conditional
		out.DependsOn = union(out.DependsOn, lacking)
	}
	out.Through = union([]string{}, out.Through)
	return out
}
