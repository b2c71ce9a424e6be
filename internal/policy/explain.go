package policy

import "strings"

// OpenPoint is a place where the documentation is silent or contradicts itself
// and a decision therefore rests on a choice.
type OpenPoint struct {
	// Code is a stable kebab-case name.
	Code string
	// Statement is the index of the statement it arises in.
	Statement int
	Sid       string
	// Text says what is open and which way this package chose.
	Text string
}

// Explain lists the open points that matching this policy against this request
// touches. Statements whose action does not match are left out. An empty
// result means the outcome follows from documented rules alone.
func Explain(p *Policy, r Request) []OpenPoint {
	q := newQuery(r)
	x := &explanation{p: p, q: q}
	for i := range p.statements {
		s := &p.statements[i]
		x.actions(s)
		if !s.matchAction(q) {
			continue
		}
		x.resources(s)
		x.principals(s)
		for j := range s.conditions {
			x.condition(s, &s.conditions[j])
		}
	}
	x.reach()
	return x.points
}

// reach lists what is open about a policy being ignored as a whole.
func (x *explanation) reach() {
	if len(x.p.statements) == 0 || x.p.kind != KindRCP && x.p.kind != KindSCP {
		return
	}
	first := &x.p.statements[0]
	if x.p.kind == KindRCP && !rcpCovers(x.q.service, "") {
		x.add(first, "rcp-service",
			"service is not among those known to support resource control policies; AWS extends that list; the policy is ignored")
	}
	if x.q.Principal.serviceLinkedByName(x.q.Context) {
		x.add(first, "service-linked-name",
			"without aws:PrincipalArn only its name marks the caller as a service-linked role; it is taken for one, and the policy is ignored")
	}
}

type explanation struct {
	p      *Policy
	q      *query
	points []OpenPoint
}

func (x *explanation) add(s *statement, code, text string) {
	for _, have := range x.points {
		if have.Code == code && have.Statement == s.index {
			return
		}
	}
	x.points = append(x.points, OpenPoint{code, s.index, s.sid, text})
}

func (x *explanation) actions(s *statement) {
	for i := range s.actions {
		a := &s.actions[i]
		source := x.source(s)
		texts := append(append([]string(nil), source.Action...), source.NotAction...)
		if texts[i] != "*" && (a.all || strings.ContainsAny(a.service, "*?") && matchTokens(a.name.tokens, x.q.name, true)) {
			x.add(s, "service-wildcard",
				"a wildcard in the service prefix of an action is not documented; \"*:*\" is read as every action, any other as matching nothing")
		}
	}
}

func (x *explanation) source(s *statement) *Statement { return &x.p.doc.Statements[s.index] }

func (x *explanation) resources(s *statement) {
	for i := range s.resources {
		p := &s.resources[i]
		if p.all {
			continue
		}
		x.defaults(s, &p.tail)
		parts, n := splitARN(p.text)
		if n < 6 {
			x.add(s, "short-arn",
				"a resource of fewer than six parts is padded with wildcards in identity-type policies and matches nothing elsewhere; measured, not documented")
		}
		kind, _, slash := strings.Cut(parts[5], "/")
		if slash && strings.ContainsAny(kind, "*?") {
			x.add(s, "resource-type-wildcard",
				"a wildcard in the resource-type part is matched like any other")
		}
		if s.notResource && p.tail.vars && p.tail.expand(x.q.Context).state != True {
			x.add(s, "not-resource-variable",
				"a NotResource whose variable has no value keeps the statement from applying")
		}
	}
}

func (x *explanation) principals(s *statement) {
	g := reach(s.principals, &x.q.Principal)
	switch {
	case s.notPrincipal && s.effect == Deny && g&^grantAccount != 0 && g&(grantAccount|grantRoot) == 0:
		x.add(s, "not-principal-account",
			"NotPrincipal lists the caller but not its account; some services then deny the whole account; the caller is taken as spared")
	case s.notPrincipal:
	case g&(grantSession|grantFederated) != 0 && s.effect == Allow:
		x.add(s, "session-grant",
			"a grant to a session by name is documented to bypass the session policy; not every engine agrees")
	case g&grantUserOfFederated != 0 && x.q.Principal.IssuedBy == "":
		x.add(s, "federated-issuer",
			"the user behind a federated session is not known; it is taken to be the user of the same name")
	}
}

func (x *explanation) condition(s *statement, c *condition) {
	v := x.q.Context.Get(c.folded)
	switch {
	case c.quantifier == quantifierAny && c.ifExists && !v.Known():
		x.add(s, "for-any-value-if-exists",
			"ForAnyValue with IfExists on a missing key: IfExists is documented as true, ForAnyValue as false; true is chosen")
	case c.compare == compareARN && c.negated && v.Known() && !isARN(v.values[0]):
		x.add(s, "not-an-arn",
			"the request value is no ARN: nothing matches it, so the negated operator holds; not documented")
	case c.compare == compareNull && v.Known() && v.values[0] == "":
		x.add(s, "null-empty", "Null on a key with an empty value: the key counts as present")
	case c.compare == compareNull && v.Absent():
		if m, ok := x.q.Context.(MapContext); ok && m.holds(c.folded) {
			x.add(s, "null-empty", "Null on an empty list: the key counts as missing")
		}
	}
	for i := range c.operands {
		x.defaults(s, &c.operands[i].text)
		if c.compare == compareBool && c.operands[i].text.vars {
			x.add(s, "bool-variable",
				"the documentation both allows and excludes variables under Bool; they are expanded")
		}
		if c.compare == compareARN && c.operands[i].text.matchesEverything() {
			x.add(s, "arn-star",
				"an ARN operator is documented to compare six parts; a lone \"*\" is taken to match every ARN")
		}
		if c.compare == compareARN && !c.operands[i].text.vars && !c.operands[i].text.matchesEverything() {
			if _, n := splitTokens(c.operands[i].text.tokens); n < 6 {
				x.add(s, "short-arn",
					"an ARN condition value of fewer than six parts matches nothing")
			}
		}
	}
}

// defaults: a default value is documented with a comma and a space before it.
func (x *explanation) defaults(s *statement, t *template) {
	for _, tok := range t.tokens {
		if tok.kind == tokenVariable && tok.tight {
			x.add(s, "variable-default-space",
				"a default value is documented to follow a comma and a space; without the space it is taken all the same")
		}
	}
}

func isARN(text string) bool {
	_, n := splitARN(text)
	return n == 6
}

func (c MapContext) holds(folded string) bool {
	_, ok := c.values[folded]
	return ok
}
