package permission

import (
	"slices"

	"github.com/ircontain/ircontain/internal/policy"
)

// sourcesOf names the documents of deciding statements.
func (s *Subject) sourcesOf(list []policy.Decisive) []string {
	out := []string{}
	for _, d := range list {
		switch d.Layer {
		case policy.LayerIdentity:
			out = union(out, []string{s.names[d.Policy]})
		case policy.LayerBoundary, policy.LayerSCP:
			if d.Effect == policy.Deny {
				out = union(out, []string{s.ceiling(string(d.Layer))})
			}
		default:
			out = union(out, []string{s.ceiling(string(d.Layer))})
		}
	}
	return out
}

// ceiling names a layer other than the identity's own documents.
func (s *Subject) ceiling(layer string) string {
	switch policy.Layer(layer) {
	case policy.LayerBoundary:
		return "boundary " + s.in.Principal.Boundary.Name
	case policy.LayerSCP:
		return "service control policy"
	case policy.LayerResource:
		return "resource policy"
	}
	return layer
}

// allowing names the identity documents with an Allow that may apply.
func (s *Subject) allowing(action, resource string) []string {
	out := []string{}
	r := policy.Request{Principal: s.who, Action: action, Resource: resource, Context: s.keys}
	for i, p := range s.layers.Identity {
		for _, m := range p.Match(r) {
			if m.Effect == policy.Allow && m.Match != policy.False {
				out = union(out, []string{s.names[i]})
			}
		}
	}
	return out
}

func union(list, more []string) []string {
	for _, m := range more {
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}

func without(list, drop []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(x string) bool { return slices.Contains(drop, x) })
}

// widest drops patterns that another one takes in.
func widest(patterns []string) []string {
	var out []string
	for i, p := range patterns {
		if !slices.ContainsFunc(patterns[:i], func(w string) bool { return covers(w, p) }) &&
			!slices.ContainsFunc(patterns[i+1:], func(w string) bool { return covers(w, p) && !covers(p, w) }) {
			out = append(out, p)
		}
	}
	return out
}

// inside keeps the patterns that one of the wider ones takes in.
func inside(wide, patterns []string) []string {
	return slices.DeleteFunc(slices.Clone(patterns), func(p string) bool {
		return !slices.ContainsFunc(wide, func(w string) bool { return w != p && covers(w, p) })
	})
}

// outside drops them.
func outside(wide, patterns []string) []string {
	return slices.DeleteFunc(slices.Clone(patterns), func(p string) bool {
		return slices.ContainsFunc(wide, func(w string) bool { return w != p && covers(w, p) })
	})
}

func write(patterns []string) []string {
	out := make([]string, 0, len(patterns))
	for _, p := range patterns {
		out = append(out, shown(p))
	}
	return out
}
