package policy

import (
	"strconv"
	"strings"
)

// byKind reports what is refused in documents of one kind only.
func (l *linter) byKind(s *Statement) {
	switch l.d.kind {
	case KindTrust:
		if s.Resource != nil || s.NotResource != nil {
			l.add(s, SeverityError, "trust-resource", "a trust policy must not name resources: it is attached to its only one")
		}
		if s.NotPrincipal != nil {
			l.add(s, SeverityError, "trust-not-principal", "NotPrincipal cannot be used in a role trust policy")
		}
	case KindRCP:
		l.rcp(s)
	}
}

// rcp follows the RCP syntax page of the Organizations User Guide. The only
// RCP with an Allow is RCPFullAWSAccess, which AWS owns.
func (l *linter) rcp(s *Statement) {
	if s.Effect == Allow && !(holds(s.Action, "*") && holds(s.Resource, "*")) {
		l.add(s, SeverityError, "rcp-allow", "a resource control policy of your own can only deny")
	}
	if s.NotAction != nil {
		l.add(s, SeverityError, "rcp-not-action", "NotAction is not supported in a resource control policy")
	}
	if s.Effect == Deny && holds(s.Action, "*") {
		l.add(s, SeverityError, "rcp-action-star", `a resource control policy must name a service in each action; "*" alone is refused`)
	}
	if s.NotPrincipal != nil || s.Principal == nil || !l.public(s) {
		l.add(s, SeverityError, "rcp-principal", `Principal of a resource control policy must be "*"; restrict by condition`)
	}
}

// size compares an identity policy with the smaller quotas it may meet; which
// one counts depends on where it is attached, which the document does not say.
func (l *linter) size() {
	size := l.d.Size()
	if l.d.kind != KindIdentity || size <= UserInlineQuota || size > l.d.kind.quota() {
		return
	}
	var over []string
	for _, q := range [...]struct {
		quota int
		name  string
	}{
		{UserInlineQuota, "an inline policy of a user or a session policy (2048)"},
		{GroupInlineQuota, "an inline policy of a group (5120)"},
		{ManagedQuota, "a managed policy or a boundary (6144)"},
	} {
		if size > q.quota {
			over = append(over, q.name)
		}
	}
	l.add(nil, SeverityWarning, "too-large-for", "document has "+strconv.Itoa(size)+" characters, too many for "+strings.Join(over, ", "))
}
