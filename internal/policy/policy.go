package policy

import (
	"strings"
	"sync"
)

// Policy is a compiled document: patterns are split, operands read, so that
// matching does neither.
type Policy struct {
	kind       Kind
	doc        *Document
	statements []statement

	once    sync.Once
	classes map[string][]Value // what settle tries for a key
}

// Document returns the document the policy was compiled from.
func (p *Policy) Document() *Document { return p.doc }

// statement is a compiled Statement.
type statement struct {
	index        int
	sid          string
	effect       StatementEffect
	actions      []actionPattern
	notAction    bool
	resources    []resourcePattern
	notResource  bool
	anyResource  bool // the element is missing: a resource policy speaks of its own resource
	principals   []principalPattern
	notPrincipal bool
	anyPrincipal bool
	conditions   []condition
	failed       *failures
}

// Compile prepares a document for matching. It never fails: a built document
// with a malformed operand compiles to a statement that does not match.
func (d *Document) Compile() *Policy {
	p := &Policy{kind: d.kind, doc: d, statements: make([]statement, len(d.Statements))}
	shared := newFailures()
	for i := range d.Statements {
		p.statements[i] = compileStatement(i, &d.Statements[i], d)
		p.statements[i].failed = shared
	}
	return p
}

func compileStatement(index int, s *Statement, d *Document) statement {
	c := statement{
		index: index, sid: s.Sid, effect: s.Effect,
		notAction:    s.NotAction != nil,
		notResource:  s.NotResource != nil,
		anyResource:  s.Resource == nil && s.NotResource == nil,
		notPrincipal: s.NotPrincipal != nil,
		anyPrincipal: s.Principal == nil && s.NotPrincipal == nil,
	}
	for _, a := range append(append([]string(nil), s.Action...), s.NotAction...) {
		c.actions = append(c.actions, compileAction(a))
	}
	for _, r := range append(append([]string(nil), s.Resource...), s.NotResource...) {
		c.resources = append(c.resources, compileResource(r, d.kind.identityType(), d.variables()))
	}
	c.principals = compilePrincipals(append(append([]PrincipalEntry(nil), s.Principal...), s.NotPrincipal...))
	for _, cond := range s.Conditions {
		c.conditions = append(c.conditions, compileCondition(cond, d.variables()))
	}
	return c
}

// actionPattern is one entry of Action or NotAction: a literal service prefix
// and a name with wildcards, both without regard to case. Nothing is trimmed;
// a blank or a text without a colon (other than a lone star) matches nothing.
type actionPattern struct {
	all     bool
	dead    bool
	service string
	name    template
}

func compileAction(text string) actionPattern {
	if text == "*" || text == "*:*" {
		return actionPattern{all: true}
	}
	service, name, ok := strings.Cut(text, ":")
	if !ok || service == "" || name == "" {
		return actionPattern{dead: true}
	}
	return actionPattern{service: service, name: compileTemplate(name, templateRules{wildcards: true})}
}

func (a *actionPattern) matches(service, name string) bool {
	if a.all || a.dead {
		return a.all
	}
	return equalFold(a.service, service) && a.name.match(name, true)
}
