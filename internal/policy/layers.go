package policy

// Layer names the kind of policy that decided.
type Layer string

// The layers of a decision, with the names the command line prints. Service
// is a call no policy can refuse; Default is the implicit deny of everything
// nobody allowed.
const (
	LayerIdentity Layer = "identity"
	LayerResource Layer = "resource"
	LayerBoundary Layer = "boundary"
	LayerSession  Layer = "session"
	LayerSCP      Layer = "scp"
	LayerRCP      Layer = "rcp"
	LayerEndpoint Layer = "endpoint"
	LayerService  Layer = "service"
	LayerDefault  Layer = "default"
)

// Layers are the policies that apply to a request. Nothing is implied: no
// RCPFullAWSAccess, no FullAWSAccess, no key policy. A nil layer is not there.
type Layers struct {
	// Identity holds the inline and managed policies of the user and its
	// groups, or of the role. For a federated session they are the user's.
	Identity []*Policy
	Boundary *Policy
	// Session is the session policy. A role session without one is not
	// limited; a federated session without one has no identity permissions.
	Session  *Policy
	Resource *Policy
	// SCPs of the caller's account and RCPs of the resource's account: one
	// list per level, organisation root first. Leave SCPs nil for a caller in
	// the management account, RCPs nil for a resource in it.
	SCPs, RCPs [][]*Policy
	// Endpoint holds the policy of the VPC endpoint the request came through.
	Endpoint []*Policy
	// StrictResource demands that the resource policy allows or delegates even
	// in the caller's own account. KMS keys and role trust policies are strict
	// without being told.
	StrictResource bool
}

// applicable drops the layers that do not reach this caller: services and
// anonymous callers have no identity and no organisation of their own, the
// root user has no identity policies, service-linked roles are outside SCPs
// and RCPs, RCPs cover only some services.
func (l Layers) applicable(q *query) Layers {
	p := q.Principal
	switch {
	case !p.signed():
		l.Identity, l.Boundary, l.Session, l.SCPs = nil, nil, nil, nil
	case p.Kind == PrincipalRoot:
		l.Identity, l.Boundary, l.Session = nil, nil, nil
	case p.serviceLinked(q.Context):
		l.SCPs, l.RCPs = nil, nil
	}
	if !rcpCovers(q.service, q.name) {
		l.RCPs = nil
	}
	return l
}
