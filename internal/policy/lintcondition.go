package policy

import "strings"

// condition reports tests that do something else than they seem to.
func (l *linter) condition(s *Statement, c Condition) {
	o, ok := parseOperator(c.Operator)
	if !ok {
		return
	}
	key := FoldKey(c.Key)
	if len(c.Values) == 0 {
		l.add(s, SeverityWarning, "empty-values", "condition on "+c.Key+" has no values")
	}
	if o.quantifier == quantifierAll && s.Effect == Allow && !o.ifExists && !l.requires(s, key) {
		l.add(s, SeverityWarning, "for-all-values-allow", "ForAllValues on "+c.Key+" holds when the key is missing; add Null false")
	}
	if o.quantifier == quantifierAny && s.Effect == Deny && !o.ifExists {
		l.add(s, SeverityWarning, "for-any-value-deny", "ForAnyValue on "+c.Key+" is false when the key is missing: the deny is skipped")
	}
	if o.quantifier == quantifierNone && o.compare != compareNull && alwaysMultivalued(key) {
		l.add(s, SeverityError, "needs-set-operator", c.Key+" is multi-valued: without ForAllValues or ForAnyValue the condition never matches")
	}
	if key == "aws:useragent" {
		l.add(s, SeverityNote, "user-agent", "aws:UserAgent is whatever the caller sends: a tripwire, not a barrier")
	}
	for _, v := range c.Values {
		l.operand(s, c, o, v)
	}
}

func (l *linter) operand(s *Statement, c Condition, o operator, v string) {
	exact := o.compare == compareStringEquals || o.compare == compareStringEqualsIgnoreCase
	if bare := strings.ReplaceAll(v, "${*}", ""); exact && strings.ContainsAny(bare, "*") {
		l.add(s, SeverityWarning, "literal-wildcard", c.Operator+" takes the star in "+quote(v)+" literally")
	}
	if strings.Contains(v, "${") && !l.d.variables() {
		l.add(s, SeverityWarning, "variable-literal", "variable in "+quote(v)+" is plain text without version "+Version2012)
	}
	if o.compare == compareARN && v != "*" && !strings.Contains(v, "${") {
		if _, n := splitARN(v); n < 6 {
			l.add(s, SeverityWarning, "short-arn", quote(v)+" has fewer than the six parts an ARN operator compares")
		}
	}
}

// requires: another condition of the statement demands the key to be present.
func (l *linter) requires(s *Statement, folded string) bool {
	for _, c := range s.Conditions {
		if o, _ := parseOperator(c.Operator); o.compare == compareNull && FoldKey(c.Key) == folded && holds(c.Values, "false") {
			return true
		}
	}
	return false
}

// deny reports denies with a hole.
func (l *linter) deny(s *Statement) {
	if s.Effect != Deny {
		return
	}
	if s.NotAction != nil {
		l.add(s, SeverityNote, "deny-not-action", "NotAction with Deny also stops services yet to come")
	}
	keys := map[string]bool{}
	for _, c := range s.Conditions {
		keys[FoldKey(c.Key)] = true
	}
	for _, c := range s.Conditions {
		o, ok := parseOperator(c.Operator)
		if !ok {
			continue
		}
		switch FoldKey(c.Key) {
		case "aws:sourceip", "aws:vpcsourceip", "aws:sourcevpc", "aws:sourcevpce":
			if o.negated && !keys["aws:viaawsservice"] {
				l.add(s, SeverityWarning, "deny-location-service", "deny by "+c.Key+" also stops calls a service makes for the caller; add aws:ViaAWSService false")
			}
		case "aws:currenttime", "aws:epochtime":
			if o.relation == relationLess || o.relation == relationLessEqual {
				l.add(s, SeverityWarning, "deny-expires", "deny ends by itself at the deadline: it fails open")
			}
		case "aws:multifactorauthpresent":
			if o.compare == compareBool && !o.ifExists && holds(c.Values, "false") {
				l.add(s, SeverityWarning, "mfa-long-term-key", "deny is skipped for long-term keys, which do not carry "+c.Key+"; use BoolIfExists")
			}
		case "aws:tokenissuetime":
			if o.compare == compareDate {
				l.add(s, SeverityNote, "token-cutoff", "touches neither long-term keys nor sessions issued after the cut-off")
			}
		}
	}
}
