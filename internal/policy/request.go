package policy

import "strings"

// Request is one authorisation check. One API call may cause several: see the
// dependent actions of the service.
type Request struct {
	Principal Principal
	// Action is service:Name in any case.
	Action string
	// Resource is an ARN, or "*" for an action without resource types.
	Resource string
	// ResourceAccount owns the resource. When empty, the account in the ARN
	// counts, and without one the caller's own.
	ResourceAccount string
	// WildcardOnly marks an action without resource types: only a lone "*" in
	// Resource reaches it.
	WildcardOnly bool
	// HasBoundary marks a principal with a permissions boundary, which a
	// NotPrincipal with Deny always hits. Evaluate sets it from its layers.
	HasBoundary bool
	// Context holds the condition keys; nil means none is present.
	Context Context
}

// query is a request taken apart once for all statements.
type query struct {
	Request
	service, name string
	parts         arnParts
	resourceKnown bool
}

func newQuery(r Request) *query {
	q := queryOf(r)
	return &q
}

// queryOf is newQuery for a caller that keeps the query on its stack.
func queryOf(r Request) query {
	q := query{Request: r, resourceKnown: true}
	if q.Context == nil {
		q.Context = MapContext{}
	}
	q.service, q.name, _ = strings.Cut(r.Action, ":")
	q.aim(r.Resource)
	return q
}

// aim points the query at another resource of the same call.
func (q *query) aim(resource string) {
	q.Resource = resource
	if resource == "*" {
		q.WildcardOnly = true
	}
	q.parts, _ = splitARN(resource)
}

// crossAccount compares the caller's account with the resource's. Resources
// AWS owns (account "aws") and resources without an account count as local.
func (q *query) crossAccount() bool {
	owner := q.ResourceAccount
	if owner == "" {
		owner = q.parts[4]
	}
	return len(owner) == 12 && allDigits(owner) && owner != q.Principal.Account
}

// strict: KMS keys and role trust policies. There the resource policy must
// allow or delegate; an identity policy alone is not enough. A KMS alias has no
// policy of its own: what is done to it is tested on the alias, by identity
// policies, and on the key.
// Source: KMS Developer Guide, "Controlling access to aliases".
func (q *query) strict() bool {
	if q.WildcardOnly {
		return false
	}
	switch {
	case equalFold(q.service, "kms"):
		return q.parts[2] == "kms" && strings.HasPrefix(q.parts[5], "key/")
	case equalFold(q.service, "sts"):
		return q.parts[2] == "iam" && strings.HasPrefix(q.parts[5], "role/")
	}
	return false
}

// alwaysAllowed: sts:GetCallerIdentity needs no permission and answers even
// under an explicit deny, which is why it proves nothing about a containment.
func (q *query) alwaysAllowed() bool {
	return equalFold(q.service, "sts") && equalFold(q.name, "GetCallerIdentity") &&
		q.Principal.Kind != PrincipalAnonymous
}
