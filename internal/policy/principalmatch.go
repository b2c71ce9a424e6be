package policy

// grant says by which name a Principal element reached the caller. The name
// decides which other layers an Allow in a resource policy has to pass.
type grant uint16

const (
	grantAccount         grant = 1 << iota // account id or :root: delegates only
	grantUser                              // user ARN, to that user
	grantRole                              // role ARN, to a session of it
	grantSession                           // role-session ARN, to that session
	grantFederated                         // federated-user ARN, to that session
	grantUserOfFederated                   // user ARN, to a federated session of the user
	grantEveryone                          // "*"
	grantService                           // service principal
	grantRoot                              // account id or :root, to the root user
)

// passesBoundary and passesSession are the documented table of direct grants:
// whether the Allow stands although that layer is silent.
func (g grant) passesBoundary() bool {
	return g&(grantUser|grantSession|grantFederated|grantEveryone|grantService|grantRoot) != 0
}

func (g grant) passesSession() bool {
	return g&(grantUser|grantSession|grantFederated|grantEveryone|grantService|grantRoot) != 0
}

// principalPattern is one value of a Principal element, taken apart.
type principalPattern struct {
	everyone bool
	account  string // set for an account id or :root
	service  string
	exact    string
	parsed   Principal
	valid    bool // exact parsed as a principal ARN
}

func compilePrincipals(entries []PrincipalEntry) []principalPattern {
	var out []principalPattern
	for _, e := range entries {
		if e.Type == "*" {
			out = append(out, principalPattern{everyone: true})
		}
		for _, v := range e.Values {
			out = append(out, compilePrincipal(e.Type, v))
		}
	}
	return out
}

// compilePrincipal reads one value. Federated and CanonicalUser principals
// never match: no request of this package is made by one. Neither do unique
// ids (AIDA…, AROA…) of deleted principals, nor wildcards inside an ARN.
func compilePrincipal(kind, value string) principalPattern {
	switch kind {
	case "Service":
		return principalPattern{service: value}
	case "AWS":
	default:
		return principalPattern{}
	}
	if value == "*" {
		return principalPattern{everyone: true}
	}
	if len(value) == 12 && allDigits(value) {
		return principalPattern{account: value}
	}
	p, err := ParsePrincipal(value)
	if err != nil || !p.signed() {
		return principalPattern{}
	}
	if p.Kind == PrincipalRoot {
		return principalPattern{account: p.Account, exact: value, parsed: p, valid: true}
	}
	return principalPattern{exact: value, parsed: p, valid: true}
}

// grants returns the name by which the pattern reaches the caller, zero if it
// does not.
func (pp *principalPattern) grants(p *Principal) grant {
	switch {
	case pp.everyone:
		return grantEveryone
	case pp.service != "":
		if p.Kind == PrincipalService && (pp.service == p.Name || pp.service == "*") {
			return grantService
		}
		return 0
	case pp.account != "":
		switch {
		case !p.signed() || p.Account != pp.account:
			return 0
		case p.Kind == PrincipalRoot:
			return grantRoot
		}
		return grantAccount
	case !pp.valid:
		return 0
	}
	return pp.named(p)
}

// named compares with a user, role or session ARN.
func (pp *principalPattern) named(p *Principal) grant {
	switch pp.parsed.Kind {
	case PrincipalUser:
		if p.Kind == PrincipalUser && p.ARN == pp.exact {
			return grantUser
		}
		if p.Kind == PrincipalFederatedUser && p.sessionOf(pp) {
			return grantUserOfFederated
		}
	case PrincipalRole:
		// A session ARN has lost the path of the role; names are unique in an
		// account whatever the path.
		if p.Kind == PrincipalRole && p.ARN == pp.exact ||
			p.Kind == PrincipalAssumedRole && p.sameName(&pp.parsed) {
			return grantRole
		}
	case PrincipalAssumedRole:
		if p.Kind == PrincipalAssumedRole && p.ARN == pp.exact {
			return grantSession
		}
	case PrincipalFederatedUser:
		if p.Kind == PrincipalFederatedUser && p.ARN == pp.exact {
			return grantFederated
		}
	}
	return 0
}

func (p *Principal) sameName(o *Principal) bool {
	return p.Partition == o.Partition && p.Account == o.Account && p.Name == o.Name
}

func (p *Principal) sessionOf(user *principalPattern) bool {
	if p.IssuedBy != "" {
		return p.IssuedBy == user.exact
	}
	return p.sameName(&user.parsed)
}

// reach returns every name by which a Principal element reaches the caller.
func reach(list []principalPattern, p *Principal) (all grant) {
	for i := range list {
		all |= list[i].grants(p)
	}
	return all
}

// spared reports whether a NotPrincipal element exempts the caller: only a
// principal listed by name is, not one whose account is.
func spared(list []principalPattern, p *Principal) bool {
	return reach(list, p)&^grantAccount != 0
}
