package policy

import "slices"

// limits are the conditions under which the intents hold, beyond their own: not
// for the carved-out consumer, not after the expiry. They go on every statement
// that an intent asked for, and never on the protection of the guardrail or on
// the revocation of sessions.
func (s *GuardrailSpec) limits() []Condition {
	var out []Condition
	if s.has(CarveOut) {
		out = append(out, s.Consumer.other()...)
	}
	if !s.ExpireAt.IsZero() {
		// aws:CurrentTime is in every request; were it missing, the deny would
		// stand.
		out = append(out, Condition{"DateLessThanIfExists", "aws:CurrentTime", []string{stampUp(s.ExpireAt)}})
	}
	return out
}

// limit narrows a statement to the limits. Two conditions of one negated
// operator on one key, such as a pin and a carve-out by network, become one
// with the values of both: none of them may match, which is the AND of the two.
func (s *GuardrailSpec) limit(wide Statement) Statement {
	for _, add := range s.limits() {
		at := slices.IndexFunc(wide.Conditions, func(c Condition) bool {
			return c.Operator == add.Operator && c.Key == add.Key
		})
		if at < 0 {
			wide.Conditions = append(wide.Conditions, add)
			continue
		}
		wide.Conditions[at].Values = sortedCopy(slices.Concat(wide.Conditions[at].Values, add.Values))
	}
	return wide
}

// pinOrigin denies everything from elsewhere. Calls that a service makes with
// the caller's credentials come from the service's address and are left alone:
// the call that set the service to work was itself tested. BoolIfExists, since
// a request that does not say must not be taken for a service's.
// Source: IAM User Guide, "AWS: denies access based on the source IP".
func (s *GuardrailSpec) pinOrigin() Statement {
	out := denyOn(sidPinOrigin, []string{"*"}, "*")
	out.Conditions = append(s.Origin.elsewhere(), Condition{"BoolIfExists", "aws:ViaAWSService", []string{"false"}})
	return out
}

// only denies whatever is not listed, services yet to come included.
func (s *GuardrailSpec) only() Statement {
	return Statement{Sid: sidOnly, Effect: Deny, NotAction: s.Actions, Resource: []string{"*"}}
}

// harden is the full deny that begins at HardenAt, for everybody.
func (s *GuardrailSpec) harden() Statement {
	out := denyOn(sidHarden, []string{"*"}, "*")
	out.Conditions = []Condition{{"DateGreaterThanEqualsIfExists", "aws:CurrentTime", []string{stampDown(s.HardenAt)}}}
	return out
}

func (s *GuardrailSpec) revokeSessions() Statement {
	out := denyOn(sidRevoke, []string{"*"}, "*")
	out.Conditions = []Condition{{"DateLessThan", "aws:TokenIssueTime", []string{stampUp(s.RevokeBefore)}}}
	return out
}
