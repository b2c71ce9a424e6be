package policy

import (
	"fmt"
	"strings"
)

// Severity grades a finding.
type Severity string

// SeverityError: IAM refuses the document, or an element can never match.
// SeverityWarning: it likely does something else than its author meant, or is
// dangerous. SeverityNote: worth knowing.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityNote    Severity = "note"
)

// Finding is one remark of Lint.
type Finding struct {
	// Line and Col place the statement in the source; zero in a built document.
	Line, Col int
	// Statement is its index, -1 for the document as a whole.
	Statement int
	Severity  Severity
	// Code is a stable kebab-case name.
	Code    string
	Message string
}

// String returns "line:col: severity: message (code)".
func (f Finding) String() string {
	return fmt.Sprintf("%d:%d: %s: %s (%s)", f.Line, f.Col, f.Severity, f.Message, f.Code)
}

// Lint reports dangers and mistakes that Parse accepts, in document order.
func Lint(d *Document) []Finding {
	l := &linter{d: d}
	if len(d.Statements) == 0 {
		l.add(nil, SeverityError, "empty-statement", "document has no statements; IAM refuses it")
	}
	if size, quota := d.Size(), d.kind.quota(); size > quota {
		l.add(nil, SeverityError, "too-large", fmt.Sprintf("document has %d characters, the quota is %d", size, quota))
	}
	l.size()
	if d.Version != Version2012 {
		l.add(nil, SeverityNote, "old-version", "without version "+Version2012+" policy variables are plain text")
	}
	sids := map[string]bool{}
	for i := range d.Statements {
		s := &d.Statements[i]
		l.index = i
		l.sid(s, sids)
		l.grammar(s)
		l.byKind(s)
		l.allow(s)
		l.trust(s)
		l.principal(s)
		for _, c := range s.Conditions {
			l.condition(s, c)
		}
		l.deny(s)
	}
	return l.findings
}

type linter struct {
	d        *Document
	index    int
	findings []Finding
}

func (l *linter) add(s *Statement, severity Severity, code, message string) {
	f := Finding{Statement: -1, Severity: severity, Code: code, Message: message}
	if l.d.source != nil {
		f.Line, f.Col = 1, 1
	}
	if s != nil {
		f.Statement = l.index
		f.Line, f.Col = l.d.place(s)
	}
	l.findings = append(l.findings, f)
}

func (l *linter) sid(s *Statement, seen map[string]bool) {
	if s.Sid == "" {
		return
	}
	if seen[s.Sid] {
		l.add(s, SeverityError, "duplicate-sid", "Sid "+quote(s.Sid)+" appears twice; IAM refuses the document")
	}
	seen[s.Sid] = true
	if l.d.kind != KindIdentity {
		return
	}
	for _, r := range s.Sid {
		if !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			l.add(s, SeverityError, "sid-characters", "Sid "+quote(s.Sid)+" may hold only letters and digits")
			return
		}
	}
}

// grammar reports elements IAM refuses or that can never match.
func (l *linter) grammar(s *Statement) {
	for _, list := range [][]string{s.Action, s.NotAction} {
		if list != nil && len(list) == 0 {
			l.add(s, SeverityError, "empty-action", "list of actions is empty")
		}
		for _, a := range list {
			switch c := compileAction(a); {
			case c.dead || strings.ContainsAny(a, " ,"):
				l.add(s, SeverityError, "action-format", "action "+quote(a)+" is not service:Name and matches nothing")
			case strings.ContainsAny(c.service, "*?") || c.all && a != "*":
				l.add(s, SeverityWarning, "action-service-wildcard", "action "+quote(a)+" has a wildcard in its service prefix, which is not documented")
			}
		}
	}
	for _, list := range [][]string{s.Resource, s.NotResource} {
		if list != nil && len(list) == 0 {
			l.add(s, SeverityError, "empty-resource", "list of resources is empty")
		}
		for _, r := range list {
			l.resource(s, r)
		}
	}
}

func (l *linter) resource(s *Statement, r string) {
	if r == "*" {
		return
	}
	parts, n := splitARN(r)
	pattern := compileTemplate(parts[0], templateRules{wildcards: true})
	if !matchTokens(pattern.tokens, "arn", true) {
		l.add(s, SeverityError, "resource-format", "resource "+quote(r)+" is neither an ARN nor \"*\"")
		return
	}
	if n < 6 {
		l.add(s, SeverityWarning, "short-arn", "resource "+quote(r)+" has fewer than six parts; how IAM fills the rest is not documented")
		return
	}
	if strings.Contains(strings.Join(parts[:5], ":"), "${") && l.d.variables() {
		l.add(s, SeverityError, "variable-position", "resource "+quote(r)+" has a variable before its last part, where it stays literal")
	}
	if strings.Contains(r, "${") && !l.d.variables() {
		l.add(s, SeverityWarning, "variable-literal", "variable in "+quote(r)+" is plain text without version "+Version2012)
	}
}
