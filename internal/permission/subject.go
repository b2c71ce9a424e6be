package permission

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ircontain/ircontain/internal/policy"
)

// Subject is a principal with its documents compiled, ready for questions. It
// is immutable and safe for concurrent use.
type Subject struct {
	in      Input
	who     policy.Principal
	keys    knownKeys
	names   []string // of layers.Identity
	layers  policy.Layers
	sources []Source
	unseen  []Unseen
	// unread names the documents of this principal that are not there: each may
	// deny or cut anything, so nothing is allowed for sure.
	unread []string
	world  *neighbours
}

// neighbours is what all principals of an account share.
type neighbours struct {
	scps [][]*policy.Policy
	// unread names the service control policies that are not there.
	unread []string
	// resources are the policies of resources and trusts those of roles, by ARN.
	// One that does not parse is not in here.
	resources, trusts map[string]*policy.Policy
}

// notRead marks what an answer hangs on when it is a document.
const notRead = " (not read)"

// Compile reads the documents. Those that cannot be read do not stop it: they
// become entries of Report.Unseen. It fails if the principal is neither a user
// nor a role, since nothing else holds documents.
func Compile(in Input) (*Subject, error) {
	var unseen []Unseen
	n := &neighbours{resources: map[string]*policy.Policy{}, trusts: map[string]*policy.Policy{}}
	compile := func(what, text string, kind policy.Kind) (*policy.Policy, bool) {
		doc, err := policy.ParseWith([]byte(text), policy.Options{Kind: kind})
		if err != nil {
			unseen = append(unseen, Unseen{what, "does not parse: " + err.Error()})
			return nil, false
		}
		return doc.Compile(), true
	}
	roles := in.Roles
	in.Roles = nil
	for _, r := range roles {
		if who, err := policy.ParsePrincipal(r.ARN); err != nil || who.Kind != policy.PrincipalRole {
			unseen = append(unseen, Unseen{"role " + r.ARN, "is not the ARN of a role"})
			continue
		}
		in.Roles = append(in.Roles, r)
		if p, ok := compile("trust policy of "+r.ARN, r.Trust, policy.KindTrust); ok {
			n.trusts[r.ARN] = p
		}
	}
	for _, r := range in.Resources {
		if p, ok := compile("resource policy of "+r.ARN, r.Text, policy.KindResource); ok {
			n.resources[r.ARN] = p
		}
	}
	if in.SCPs == nil {
		unseen = append(unseen, Unseen{"service control policies", "not read; they can only take permissions away"})
	}
	for i, level := range in.SCPs {
		compiled := []*policy.Policy{}
		for _, d := range level {
			what := fmt.Sprintf("service control policy %s of level %d", d.Name, i)
			var p *policy.Policy
			if d.Missing != "" {
				unseen = append(unseen, Unseen{what, d.Missing})
			} else {
				p, _ = compile(what, d.Text, policy.KindSCP)
			}
			if p == nil {
				// The level must not shut what a document nobody can read may open.
				p, n.unread = everything(), append(n.unread, what+notRead)
			}
			compiled = append(compiled, p)
		}
		n.scps = append(n.scps, compiled)
	}
	return subject(in, in.Principal, n, unseen)
}

// subject compiles one principal of the account.
func subject(in Input, p Principal, n *neighbours, unseen []Unseen) (*Subject, error) {
	who, err := policy.ParsePrincipal(p.ARN)
	if err != nil {
		return nil, fmt.Errorf("review permissions: %w", err)
	}
	if who.Kind != policy.PrincipalUser && who.Kind != policy.PrincipalRole {
		return nil, fmt.Errorf("review permissions: %s is neither a user nor a role", p.ARN)
	}
	s := &Subject{in: in, who: who, keys: keysOf(p, who), unseen: unseen, world: n}
	s.in.Principal = p
	s.layers.SCPs = n.scps
	for _, d := range p.Documents {
		if c := s.read(d, "identity"); c != nil {
			s.names = append(s.names, d.Name)
			s.layers.Identity = append(s.layers.Identity, c)
		} else {
			s.unread = append(s.unread, "identity document "+d.Name+notRead)
		}
	}
	if p.Boundary != nil {
		if s.layers.Boundary = s.read(*p.Boundary, "boundary"); s.layers.Boundary == nil {
			s.unread = append(s.unread, "permissions boundary "+p.Boundary.Name+notRead)
		}
	}
	s.unread = append(s.unread, n.unread...)
	return s, nil
}

// read compiles a document, or notes that it could not.
func (s *Subject) read(d Document, layer string) *policy.Policy {
	src := Source{Name: d.Name, Layer: layer}
	why := d.Missing
	var c *policy.Policy
	if why == "" {
		doc, err := policy.Parse([]byte(d.Text))
		if err != nil {
			why = "does not parse: " + err.Error()
		} else {
			c = doc.Compile()
			src.Read, src.Statements = true, len(doc.Statements)
		}
	}
	if c == nil {
		s.unseen = append(s.unseen, Unseen{layer + " document " + d.Name, why + "; it may allow or deny more"})
	}
	s.sources = append(s.sources, src)
	return c
}

// answer is the outcome of one question.
type answer struct {
	access    policy.Tri
	decision  policy.Decision
	dependsOn []string
	by        string // for a denial: explicit, or the layer that is silent
}

// question is one action on one resource, with what is known beside the principal.
type question struct {
	action, resource string
	wildcard         bool
	context          policy.Context
	// resourcePolicy, when set, is taken instead of the one that was read.
	resourcePolicy *policy.Policy
}

// ask evaluates a question. Where the answer needs a resource policy that was
// not read, it is asked as if that policy were open, and a yes becomes a maybe.
func (s *Subject) ask(q question) answer {
	l, waits := s.layers, ""
	switch {
	case q.wildcard:
	case q.resourcePolicy != nil:
		l.Resource = q.resourcePolicy
	default:
		l.Resource, waits = s.resourcePolicy(q)
	}
	if q.context == nil {
		q.context = s.keys
	}
	d := policy.Evaluate(l, policy.Request{Principal: s.who, Action: q.action, Resource: q.resource, WildcardOnly: q.wildcard, Context: q.context})
	a := answer{access: d.Access, decision: d, dependsOn: d.DependsOn}
	if d.Access == policy.False {
		a.by = string(d.DecidedBy)
		if d.Effect == policy.ExplicitlyDenied {
			a.by = "explicit"
		}
		return a
	}
	for _, what := range s.unread {
		a.depends(what)
	}
	if waits != "" {
		a.depends(waits)
	}
	return a
}

// depends turns a yes into a maybe.
func (a *answer) depends(on string) {
	a.access = policy.Unknown
	if !slices.Contains(a.dependsOn, on) {
		a.dependsOn = append(slices.Clip(a.dependsOn), on)
	}
}

// resourcePolicy finds the policy of a resource. Without one, resources of
// other accounts, KMS keys and roles stay shut, so their unread policy is
// stood in for by an open one and named.
func (s *Subject) resourcePolicy(q question) (*policy.Policy, string) {
	arn := q.resource
	service, _, _ := strings.Cut(strings.ToLower(q.action), ":")
	known := s.world.resources
	if service == "sts" {
		known = s.world.trusts
	}
	if p := known[arn]; p != nil {
		return p, ""
	}
	if bucket, _, ok := strings.Cut(arn, "/"); ok && strings.Contains(arn, ":s3:::") {
		if p := known[bucket]; p != nil {
			return p, ""
		}
	}
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return nil, ""
	}
	switch {
	case len(parts[4]) == 12 && parts[4] != s.who.Account:
		return openPolicy("*"), "resource policy in account " + parts[4] + " (not read)"
	case service == "kms" && parts[2] == "kms":
		return openPolicy(s.who.Account), "key policy (not read)"
	case service == "sts" && parts[2] == "iam":
		return openPolicy(s.who.Account), "trust policy (not read)"
	}
	return nil, ""
}

// effectOf names a truth value.
func effectOf(t policy.Tri) Effect {
	switch t {
	case policy.True:
		return Allowed
	case policy.Unknown:
		return Conditional
	}
	return Denied
}
