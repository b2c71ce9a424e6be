package permission

import (
	"slices"
	"strings"

	"github.com/ircontain/ircontain/internal/catalogue"
	"github.com/ircontain/ircontain/internal/policy"
)

// carve looks where the patterns of a verdict meet the other patterns that the
// documents name, and lists those on which the answer is less.
func (v *review) carve(a catalogue.Action, out *Verdict, candidates []string) *Verdict {
	if out == nil || out.Effect == Denied {
		return out
	}
	for _, wide := range out.Resources {
		if !hasWildcard(wide) {
			continue // one resource, asked about already
		}
		for _, c := range candidates {
			if c == wide || c == string(anyRun) || slices.Contains(out.Except, c) || slices.Contains(out.Perhaps, c) {
				continue
			}
			access, depends := v.where(a, wide, c)
			switch {
			case access == policy.False:
				out.Except = append(out.Except, c)
			case access == policy.Unknown && out.Effect == Allowed:
				out.Perhaps, out.DependsOn = append(out.Perhaps, c), union(out.DependsOn, depends)
			}
		}
	}
	return out
}

// where asks about an example of what two patterns have in common, for each
// resource type; the least answer counts. Patterns that do not meet, or whose
// common examples are none of the action's, take nothing away.
func (v *review) where(a catalogue.Action, wide, narrow string) (policy.Tri, []string) {
	least, depends := policy.True, []string(nil)
	for _, r := range a.Resources {
		format := v.format(r)
		arn, ok := v.example(narrow, r)
		if !ok || !covers(wide, arn) {
			// The example of the one pattern is none of the other: they cross.
			if arn, ok = example(wide, narrow, v.s.who.Account); !ok || !covers(format, arn) {
				continue
			}
		}
		if got := v.s.ask(question{action: a.String(), resource: arn}); got.access < least {
			least, depends = got.access, got.dependsOn
		}
	}
	return least, depends
}

// written turns the patterns into what people read.
func (out *Verdict) written() *Verdict {
	if out != nil {
		out.Resources, out.Except, out.Perhaps = write(out.Resources), write(out.Except), write(out.Perhaps)
	}
	return out
}

func write(patterns []string) []string {
	out := make([]string, 0, len(patterns))
	for _, p := range patterns {
		out = append(out, shown(p))
	}
	return out
}

// lacking names the required resource types on which nothing is allowed, while
// on another it is. AWS's list does not say which of several required types are
// alternatives, so this is a doubt and no refusal.
func (f *finding) lacking(a catalogue.Action) []string {
	var out []string
	for _, r := range a.Resources {
		if t, asked := f.types[r.Type]; r.Required && len(f.types) > 1 && (!asked || t == policy.False) {
			out = append(out, "a resource of type "+r.Type+" as well")
		}
	}
	return out
}

// crossing is the pattern of what two patterns have in common, when neither
// takes in the other and in each part of the ARN one does. Patterns that cross
// within a part ("a*" and "*b") have none: it would take more than a pattern.
func crossing(a, b string) (string, bool) {
	if !hasWildcard(a) || !hasWildcard(b) {
		return "", false
	}
	x, y := six(a), six(b)
	aNarrower, bNarrower := false, false
	for i := range x {
		switch {
		case x[i] == y[i]:
		case within(x[i], y[i]):
			x[i], bNarrower = y[i], true
		case within(y[i], x[i]):
			aNarrower = true
		default:
			return "", false
		}
	}
	return strings.Join(x[:], ":"), aNarrower && bNarrower
}
