package policy

import "strings"

// covers reports whether the actions of a statement include this one.
func covers(s *Statement, action string) bool {
	service, name, _ := strings.Cut(action, ":")
	for _, a := range s.Action {
		if c := compileAction(a); c.matches(service, name) {
			return true
		}
	}
	if s.NotAction == nil {
		return false
	}
	for _, a := range s.NotAction {
		if c := compileAction(a); c.matches(service, name) {
			return false
		}
	}
	return true
}

func holds(list []string, text string) bool {
	for _, t := range list {
		if t == text {
			return true
		}
	}
	return false
}

// allow reports grants that are wider than they look.
func (l *linter) allow(s *Statement) {
	if s.Effect != Allow {
		return
	}
	everywhere := holds(s.Resource, "*") || s.Resource == nil && s.NotResource == nil
	bare := len(s.Conditions) == 0
	if l.d.kind == KindSCP || l.d.kind == KindRCP {
		return // an Allow there grants nothing
	}
	switch {
	case holds(s.Action, "*") && holds(s.Resource, "*") && bare:
		l.add(s, SeverityWarning, "allow-all", "allows every action on every resource")
	case s.NotAction != nil:
		l.add(s, SeverityWarning, "allow-not-action", "NotAction with Allow grants every other action, of services yet to come too")
	case covers(s, "iam:PassRole") && everywhere && bare:
		l.add(s, SeverityWarning, "pass-any-role", "allows passing any role to any service")
	case covers(s, "sts:AssumeRole") && everywhere && bare && l.d.kind == KindIdentity:
		l.add(s, SeverityWarning, "assume-any-role", "allows assuming any role that trusts the account")
	}
	if s.NotResource != nil {
		l.add(s, SeverityWarning, "allow-not-resource", "NotResource with Allow grants every other resource")
	}
}

// principal reports who is let in or shut out by name.
func (l *linter) principal(s *Statement) {
	if s.NotPrincipal != nil {
		if s.Effect == Allow {
			l.add(s, SeverityError, "not-principal-allow", "NotPrincipal with Allow lets in everyone else, anonymous callers included")
		} else {
			l.add(s, SeverityWarning, "not-principal-deny", "NotPrincipal with Deny always hits a principal with a permissions boundary, and needs account and role listed as well")
		}
	}
	for _, e := range append(append([]PrincipalEntry(nil), s.Principal...), s.NotPrincipal...) {
		for _, v := range e.Values {
			if e.Type == "AWS" && v != "*" && strings.ContainsAny(v, "*?") {
				l.add(s, SeverityError, "principal-wildcard", "principal "+quote(v)+" holds a wildcard; only a lone \"*\" is one")
			}
			if e.Type == "AWS" && (strings.HasPrefix(v, "AIDA") || strings.HasPrefix(v, "AROA")) {
				l.add(s, SeverityNote, "deleted-principal", "principal "+quote(v)+" was deleted; a new one of the same name does not match")
			}
		}
	}
	if s.Effect == Allow && l.public(s) && l.d.kind != KindRCP && l.d.kind != KindEndpoint && len(s.Conditions) == 0 {
		l.add(s, SeverityWarning, "public-principal", "lets in everyone, without a condition")
	}
}

func (l *linter) public(s *Statement) bool {
	for _, p := range compilePrincipals(s.Principal) {
		if p.everyone {
			return true
		}
	}
	return false
}

// trust reports accounts a role lets in from outside. The document does not
// say which account it lives in, so every account is named.
func (l *linter) trust(s *Statement) {
	if l.d.kind != KindTrust || s.Effect != Allow {
		return
	}
	guarded := false
	for _, c := range s.Conditions {
		switch FoldKey(c.Key) {
		case "sts:externalid", "aws:principalorgid", "aws:principalarn", "aws:sourceaccount", "aws:principalaccount":
			guarded = true
		}
	}
	seen := map[string]bool{}
	for _, p := range compilePrincipals(s.Principal) {
		account := p.account
		if account == "" && p.valid {
			account = p.parsed.Account
		}
		if account == "" || guarded || seen[account] {
			continue
		}
		seen[account] = true
		l.add(s, SeverityWarning, "trusts-account",
			"trusts account "+account+" without sts:ExternalId or a principal condition; check whose it is")
	}
	for _, e := range s.Principal {
		if e.Type == "Federated" && !l.pinsSubject(s) {
			l.add(s, SeverityWarning, "federated-subject", "trusts an identity provider without a condition on sub: any of its users may assume the role")
		}
	}
}

func (l *linter) pinsSubject(s *Statement) bool {
	for _, c := range s.Conditions {
		if k := FoldKey(c.Key); strings.HasSuffix(k, ":sub") || strings.HasPrefix(k, "saml:") && k != "saml:aud" {
			return true
		}
	}
	return false
}
