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

// mayDeny names the keys on which a Deny of an action without resource types
// hangs, in whatever layer; none if no deny may hit.
func (s *Subject) mayDeny(action string) []string {
	var keys []string
	r := policy.Request{Principal: s.who, Action: action, Resource: "*", Context: s.keys, HasBoundary: s.in.Principal.Boundary != nil}
	layers := append(slices.Clone(s.layers.Identity), s.layers.Boundary)
	for _, p := range append(layers, slices.Concat(s.layers.SCPs...)...) {
		if p == nil {
			continue
		}
		for _, m := range p.Match(r) {
			if m.Effect == policy.Deny && m.Match == policy.Unknown {
				keys = union(keys, m.Missing)
			}
		}
	}
	return keys
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
