package permission

import (
	"slices"
	"strings"

	"github.com/ircontain/ircontain/internal/policy"
)

// speaker is one statement reduced to what decides whether it speaks of an
// action, and the resources it names. Actions that the same statements speak of
// get the same answer, so that 22,000 actions need only some thousand
// evaluations.
type speaker struct {
	allow    bool
	identity bool
	not      bool
	// globs are lower-case names by service prefix; everything is a lone "*".
	globs      map[string][]string
	everything bool
	patterns   []string // filled
}

// speakers lists the statements of every document of the caller's side.
func (s *Subject) speakers() []speaker {
	var out []speaker
	add := func(p *policy.Policy, identity bool) {
		if p == nil {
			return
		}
		doc := p.Document()
		for i := range doc.Statements {
			out = append(out, newSpeaker(&doc.Statements[i], doc.Version == policy.Version2012, identity, s.keys))
		}
	}
	for _, p := range s.layers.Identity {
		add(p, true)
	}
	add(s.layers.Boundary, false)
	for _, level := range s.layers.SCPs {
		for _, p := range level {
			add(p, false)
		}
	}
	return out
}

func newSpeaker(st *policy.Statement, variables, identity bool, keys policy.Context) speaker {
	sp := speaker{allow: st.Effect == policy.Allow, identity: identity, not: st.NotAction != nil, globs: map[string][]string{}}
	for _, a := range slices.Concat(st.Action, st.NotAction) {
		if a == "*" || a == "*:*" {
			sp.everything = true
			continue
		}
		if service, name, ok := strings.Cut(strings.ToLower(a), ":"); ok {
			sp.globs[service] = append(sp.globs[service], name)
		}
	}
	for _, r := range slices.Concat(st.Resource, st.NotResource) {
		if p := fill(r, variables, keys); p != string(anyRun) {
			sp.patterns = append(sp.patterns, p)
		}
	}
	return sp
}

// speaksOf says whether the statement's Action element takes in an action of a
// service, both in lower case.
func (sp *speaker) speaksOf(globs []string, name string) bool {
	if sp.everything {
		return !sp.not
	}
	for _, g := range globs {
		if glob(g, name) {
			return !sp.not
		}
	}
	return sp.not
}

// glob is IAM's wildcard match of action names, both in lower case.
func glob(pattern, name string) bool {
	g, n, star, resume := 0, 0, -1, 0
	for n < len(name) {
		switch {
		case g < len(pattern) && pattern[g] == '*':
			star, resume = g, n
			g++
		case g < len(pattern) && (pattern[g] == '?' || pattern[g] == name[n]):
			g, n = g+1, n+1
		case star >= 0:
			resume++
			g, n = star+1, resume
		default:
			return false
		}
	}
	return strings.Trim(pattern[g:], "*") == ""
}
