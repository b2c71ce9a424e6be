package policy

// Evaluate decides a request. Every document that applies is read; an explicit
// deny in any of them is final, and otherwise each layer that is present must
// let the request pass.
func Evaluate(l Layers, r Request) Decision {
	r.HasBoundary = l.Boundary != nil
	q := queryOf(r)
	var e evaluation
	return e.decide(l, &q)
}

// decide may be called again and again on one evaluation, whose room is then
// used again; the decision holds none of it.
func (e *evaluation) decide(l Layers, q *query) Decision {
	if q.alwaysAllowed() {
		return Decision{Effect: Allowed, Access: True, DecidedBy: LayerService, Statements: []Decisive{}}
	}
	e.read(l.applicable(q), q)
	if d, ok := e.explicitDeny(); ok {
		return d
	}
	return e.outcome()
}

// evaluation holds one verdict per layer.
type evaluation struct {
	q                           *query
	l                           Layers
	rcp, scp, endpoint          verdict
	resource                    verdict
	identity, boundary, session verdict
}

// read matches every layer.
func (e *evaluation) read(l Layers, q *query) {
	e.q, e.l = q, l
	e.rcp.ceiling(q, LayerRCP, l.RCPs)
	e.scp.ceiling(q, LayerSCP, l.SCPs)
	e.resource.union(q, LayerResource, l.Resource)
	e.identity.union(q, LayerIdentity, l.Identity...)
	e.boundary.union(q, LayerBoundary, l.Boundary)
	e.session.union(q, LayerSession, l.Session)
	e.endpoint.union(q, LayerEndpoint, l.Endpoint...)
	if len(l.Endpoint) == 0 {
		e.endpoint.allow = True
	}
	if l.Boundary == nil {
		e.boundary.allow = True
	}
	federated := q.Principal.Kind == PrincipalFederatedUser
	switch {
	case q.Principal.Kind == PrincipalRoot:
		e.identity.allow = True
	case federated && l.Session == nil:
		// GetFederationToken without a session policy: nothing of the user's
		// permissions reaches the session. Denies of the user still do.
		e.identity.allow, e.identity.allows = False, e.identity.allows[:0]
	}
	if l.Session == nil && !federated {
		e.session.allow = True
	}
}

// explicitDeny looks for a deny that surely hits. The layer named is the first
// in the documented order of checks.
func (e *evaluation) explicitDeny() (Decision, bool) {
	var hits []Decisive
	for _, v := range e.all() {
		hits = appendSure(hits, v.denies)
	}
	if len(hits) == 0 {
		return Decision{}, false
	}
	return Decision{Effect: ExplicitlyDenied, Access: False, DecidedBy: hits[0].Layer, Statements: hits}, true
}

func (e *evaluation) all() [7]*verdict {
	return [...]*verdict{&e.rcp, &e.scp, &e.resource, &e.identity, &e.boundary, &e.session, &e.endpoint}
}

// routes are the ways to be allowed past the ceilings.
type routes struct {
	direct Tri // by a resource policy that names the caller
	any    Tri // the resource policy allows or delegates
	capped Tri // by the caller's own permissions: identity, boundary, session
	access Tri
}

func (e *evaluation) routes() routes {
	caps := e.boundary.allow.And(e.session.allow)
	r := routes{direct: False, any: e.resource.allow, capped: e.identity.allow.And(caps)}
	for _, h := range e.resource.allows {
		r.direct = r.direct.Or(h.match.And(e.standing(h.grant)))
	}
	switch {
	case !e.q.Principal.signed():
		r.access = r.any
	case e.q.crossAccount():
		r.direct = False
		r.access = r.any.And(r.capped)
	case e.l.StrictResource || e.q.strict():
		r.access = r.direct.Or(r.any.And(r.capped))
	default:
		r.access = r.direct.Or(r.capped)
	}
	return r
}

// standing says whether an Allow in a resource policy of the caller's own
// account stands without help from the identity policies: some name it used
// must pass both the boundary and the session policy.
func (e *evaluation) standing(g grant) Tri {
	result := False
	for bit := grantAccount; bit <= grantRoot; bit <<= 1 {
		if g&bit == 0 || bit == grantAccount {
			continue
		}
		one := True
		if !bit.passesBoundary() {
			one = one.And(e.boundary.allow)
		}
		if !bit.passesSession() {
			one = one.And(e.session.allow)
		}
		result = result.Or(one)
	}
	return result
}

// outcome runs when no deny surely hits.
func (e *evaluation) outcome() Decision {
	r := e.routes()
	allowed := e.rcp.allow.And(e.scp.allow).And(e.endpoint.allow).And(r.access)
	deny := False
	for _, v := range e.all() {
		deny = deny.Or(v.deny)
	}
	d := Decision{Access: allowed.And(deny.Not()), Statements: []Decisive{}}
	switch {
	case d.Access == True:
		d.Effect = Allowed
		d.DecidedBy, d.Statements = e.grounds(r)
	case d.Access == False && deny == False:
		d.Effect = ImplicitlyDenied
		d.DecidedBy = e.blocker(r)
	default:
		d.Effect = EffectUnknown
		d.DecidedBy = LayerDefault
		for _, v := range e.all() {
			d.DependsOn = addKeys(d.DependsOn, missingOf(v.denies, v.allows))
		}
	}
	return d
}

// grounds names what an Allow rests on.
func (e *evaluation) grounds(r routes) (Layer, []Decisive) {
	by, rests := LayerIdentity, e.all()
	if r.direct == True || !e.q.Principal.signed() {
		by = LayerResource
		rests = [...]*verdict{0: &e.rcp, 1: &e.scp, 2: &e.resource, 6: &e.endpoint}
	}
	statements := make([]Decisive, 0, 4)
	for _, v := range rests {
		if v != nil {
			statements = appendSure(statements, v.allows)
		}
	}
	return by, statements
}

// blocker names the layer that kept an otherwise allowed request out, or the
// default when nobody allowed it.
func (e *evaluation) blocker(r routes) Layer {
	switch False {
	case e.rcp.allow:
		return LayerRCP
	case e.scp.allow:
		return LayerSCP
	case e.endpoint.allow:
		return LayerEndpoint
	}
	resourceNeeded := e.q.crossAccount() || e.l.StrictResource || e.q.strict()
	switch {
	case r.any == False && (e.identity.allow == False || !e.q.Principal.signed()):
		return LayerDefault
	case e.identity.allow == False && (e.q.crossAccount() || e.reached()&^grantAccount == 0):
		return LayerIdentity
	case r.any == False && resourceNeeded:
		return LayerResource
	case e.boundary.allow == False:
		return LayerBoundary
	case e.session.allow == False:
		return LayerSession
	}
	return LayerDefault
}

// reached collects the names by which the resource policy reached the caller.
func (e *evaluation) reached() (g grant) {
	for _, h := range e.resource.allows {
		g |= h.grant
	}
	return g
}
