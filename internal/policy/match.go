package policy

import (
	"slices"
	"strings"
)

// ResourceKey is the pseudo-key named as missing when the log does not say
// which resource a call was about.
const ResourceKey = "Resource"

// Element is one part of a statement that decided its match.
type Element struct {
	// Name is Action, Resource, Principal or Condition.
	Name string
	// Operator and Key are set for a condition.
	Operator, Key string
	Match         Tri
}

// StatementResult says whether one statement applies to a request.
type StatementResult struct {
	Index  int
	Sid    string
	Effect StatementEffect
	Match  Tri
	// Because holds the element that ruled the statement out, or the elements
	// that leave it Unknown. It is nil for True: everything matched. Results
	// share it: do not write to it.
	Because []Element
	// Missing names the keys that make Match Unknown, as the policy spells
	// them.
	Missing []string
}

// Match tests every statement, in document order. It allocates only for
// statements that do not plainly match.
func (p *Policy) Match(r Request) []StatementResult {
	q := newQuery(r)
	out := make([]StatementResult, len(p.statements))
	for i := range p.statements {
		out[i], _ = p.statements[i].match(q)
	}
	return out
}

// match runs the cheap tests first and conditions last; the first False ends
// it. The grant says by which names a Principal element reached the caller.
func (s *statement) match(q *query) (StatementResult, grant) {
	r := StatementResult{Index: s.index, Sid: s.sid, Effect: s.effect, Match: True}
	if !s.matchAction(q) {
		r.ruledOut(s.failed.action)
		return r, 0
	}
	g, ok := s.matchPrincipal(q)
	if !ok {
		r.ruledOut(s.failed.principal)
		return r, 0
	}
	t, missing := s.matchResource(q)
	if t == False {
		r.ruledOut(s.failed.resource)
		return r, 0
	}
	if t == Unknown {
		r.doubt(s.failed.openResource, missing)
	}
	for i := range s.conditions {
		c := &s.conditions[i]
		switch t, missing := c.evaluate(q.Context); t {
		case False:
			r.ruledOut(c.failed)
			return r, 0
		case Unknown:
			r.doubt(c.doubted, missing)
		}
	}
	return r, g
}

// failures are the reasons a statement can be ruled out or left open, made
// once per policy and shared by its results.
type failures struct{ action, principal, resource, openResource []Element }

func newFailures() *failures {
	one := func(name string, t Tri) []Element { return []Element{{Name: name, Match: t}} }
	return &failures{one("Action", False), one("Principal", False), one("Resource", False), one("Resource", Unknown)}
}

func (r *StatementResult) doubt(why []Element, missing []string) {
	r.Match = Unknown
	if r.Because == nil {
		r.Because = why
	} else {
		r.Because = append(slices.Clip(r.Because), why...)
	}
	r.Missing = addKeys(r.Missing, missing)
}

func (r *StatementResult) ruledOut(why []Element) {
	r.Match, r.Because, r.Missing = False, why, nil
}

// addKeys appends keys not yet listed, comparing without regard to case. It
// writes to neither list: both may be shared.
func addKeys(list, keys []string) []string {
	if list == nil && len(keys) == 1 {
		return keys
	}
	for _, k := range keys {
		if !slices.ContainsFunc(list, func(have string) bool { return have == k || strings.EqualFold(have, k) }) {
			list = append(slices.Clip(list), k)
		}
	}
	return list
}

func (s *statement) matchAction(q *query) bool {
	for i := range s.actions {
		if s.actions[i].matches(q.service, q.name) {
			return !s.notAction
		}
	}
	return s.notAction
}

// matchPrincipal: NotPrincipal with Deny spares only principals listed by
// name, and never one that has a permissions boundary.
func (s *statement) matchPrincipal(q *query) (grant, bool) {
	switch {
	case s.anyPrincipal:
		return grantEveryone, true
	case !s.notPrincipal:
		g := reach(s.principals, &q.Principal)
		return g, g != 0
	case s.effect == Deny && q.HasBoundary && q.Principal.signed():
		return grantEveryone, true
	case s.effect == Allow:
		return grantEveryone, reach(s.principals, &q.Principal) == 0
	}
	return grantEveryone, !spared(s.principals, &q.Principal)
}

// matchResource tests Resource or NotResource. A NotResource entry whose
// variable has no value keeps the statement from applying.
func (s *statement) matchResource(q *query) (Tri, []string) {
	if s.anyResource {
		return True, nil
	}
	result := False
	var missing []string
	for i := range s.resources {
		p := &s.resources[i]
		if p.all {
			return TriOf(!s.notResource), nil
		}
		if s.notResource && p.tail.vars {
			e := p.tail.expand(q.Context)
			if e.state == False {
				return False, nil
			}
			if e.state == Unknown {
				result, missing = result.Or(Unknown), addKeys(missing, e.missing)
				continue
			}
		}
		t, keys := p.matches(q)
		result = result.Or(t)
		missing = addKeys(missing, keys)
		if t == True && !s.notResource {
			return True, nil
		}
	}
	if s.notResource {
		result = result.Not()
	}
	if result != Unknown {
		missing = nil
	}
	return result, missing
}

// matches tests one pattern other than "*".
func (p *resourcePattern) matches(q *query) (Tri, []string) {
	switch {
	case p.dead || q.WildcardOnly:
		return False, nil
	case !q.resourceKnown:
		e := p.tail.expand(q.Context)
		if e.state == False {
			return False, nil
		}
		return Unknown, append(e.missing, ResourceKey)
	case !p.matchHead(&q.parts):
		return False, nil
	}
	return p.tail.matches(q.parts[5], false, q.Context)
}
