package policy

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// ExplainCase reads one case of the evaluation format (an object, over as many
// lines as it likes) and writes for a human how it is decided: every layer in
// the documented order of checks, why each statement applies or not, the
// condition keys that were asked for and are not in the request, and the
// points where the documentation leaves the outcome open. An unreadable case
// is an error whose text is "code: text".
func ExplainCase(r io.Reader, w io.Writer) error {
	src, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("read case: %w", err)
	}
	root, err := parseTree(src)
	if err != nil {
		return badCase("bad-json", "%w", located(src, err))
	}
	if root.kind != nodeObject {
		return badCase("bad-json", "a case must be an object")
	}
	if root.twice != nil {
		return badCase("bad-case", "duplicate member %q", root.twice.name)
	}
	l, err := layersFrom(src, root)
	if err != nil {
		return err
	}
	n, err := object(root, "request")
	if err != nil {
		return err
	}
	request, err := evalRequest(n)
	if err != nil {
		return err
	}
	x := newTrace(l, request)
	x.request()
	x.layers()
	x.absentKeys()
	x.openPoints()
	if _, err := w.Write(x.out.Bytes()); err != nil {
		return fmt.Errorf("write explanation: %w", err)
	}
	return nil
}

// trace writes one decision down.
type trace struct {
	out    bytes.Buffer
	l, ok  Layers // as given, and what of it reaches this caller
	e      *evaluation
	d      Decision
	absent []string
	points []string
}

func newTrace(l Layers, r Request) *trace {
	r.HasBoundary = l.Boundary != nil
	q := newQuery(r)
	ok := l.applicable(q)
	x := &trace{l: l, ok: ok, e: &evaluation{}, d: Evaluate(l, r)}
	x.e.read(ok, q)
	return x
}

func (x *trace) printf(format string, args ...any) { fmt.Fprintf(&x.out, format, args...) }

func (x *trace) request() {
	q := x.e.q
	who, where := q.Principal.ARN, "same account"
	switch {
	case q.Principal.Kind == PrincipalAnonymous:
		who, where = "an anonymous caller", "no account of its own"
	case q.Principal.Kind == PrincipalService:
		where = "no account of its own"
	case q.crossAccount():
		where = "cross account"
	}
	x.printf("request   %s calls %s\n          on %s (%s)\n", who, q.Action, q.Resource, where)
	x.printf("decision  %s, by %s\n\nlayers in the order of evaluation\n", x.d.Effect, x.d.DecidedBy)
}

// layers writes the layers in the documented order of checks.
func (x *trace) layers() {
	one := func(p *Policy) []*Policy {
		if p == nil {
			return nil
		}
		return []*Policy{p}
	}
	x.levels(LayerRCP, x.l.RCPs, x.ok.RCPs != nil, x.e.rcp)
	x.levels(LayerSCP, x.l.SCPs, x.ok.SCPs != nil, x.e.scp)
	x.layer(LayerResource, one(x.l.Resource), x.ok.Resource != nil, x.e.resource)
	x.layer(LayerIdentity, x.l.Identity, x.ok.Identity != nil, x.e.identity)
	x.layer(LayerBoundary, one(x.l.Boundary), x.ok.Boundary != nil, x.e.boundary)
	x.layer(LayerSession, one(x.l.Session), x.ok.Session != nil, x.e.session)
	x.layer(LayerEndpoint, x.l.Endpoint, x.ok.Endpoint != nil, x.e.endpoint)
}

func (x *trace) layer(name Layer, policies []*Policy, reaches bool, v verdict) {
	var levels [][]*Policy
	if len(policies) > 0 {
		levels = [][]*Policy{policies}
	}
	x.levels(name, levels, reaches, v)
}

func (x *trace) levels(name Layer, levels [][]*Policy, reaches bool, v verdict) {
	x.printf("  %-9s %s\n", name, x.standing(name, levels, reaches, v))
	for li, level := range levels {
		for pi, p := range level {
			if p == nil {
				continue
			}
			where := fmt.Sprintf("policy %d", pi)
			if name == LayerSCP || name == LayerRCP {
				where = fmt.Sprintf("level %d, policy %d", li, pi)
			}
			points := &explanation{p: p, q: x.e.q}
			points.reach()
			if reaches {
				x.printf("    %s\n", where)
				x.statements(p)
				points.points = Explain(p, x.e.q.Request)
			}
			for _, o := range points.points {
				x.points = append(x.points, fmt.Sprintf("%s, %s, statement %d: %s: %s", name, where, o.Statement, o.Code, o.Text))
			}
		}
	}
}

// standing sums a layer up in a few words.
func (x *trace) standing(name Layer, levels [][]*Policy, reaches bool, v verdict) string {
	root := x.e.q.Principal.Kind == PrincipalRoot
	switch {
	case name == LayerIdentity && root:
		return "the root user has full access in its own account; nothing else here reaches it"
	case name == LayerSession && x.e.q.Principal.Kind == PrincipalFederatedUser && len(levels) == 0:
		return "not there: a federated session without one has no identity permissions"
	case len(levels) == 0:
		return "not there"
	case !reaches:
		return "does not reach this caller or service"
	case v.deny == True:
		return "denies"
	case v.allow == True:
		return "allows"
	case len(levels) > 1:
		return "silent: not every level allows"
	}
	return "silent: nothing in it allows"
}

func (x *trace) statements(p *Policy) {
	for i := range p.statements {
		s := &p.statements[i]
		r, g := s.match(x.e.q)
		name := fmt.Sprintf("statement %d", i)
		if s.sid != "" {
			name += " " + quote(s.sid)
		}
		x.printf("      %s %s: %s\n", name, s.effect, x.why(s, r, g))
	}
}

// why says in words what StatementResult says in fields.
func (x *trace) why(s *statement, r StatementResult, g grant) string {
	if r.Match == True {
		if s.effect == Allow && g == grantAccount && !s.notPrincipal {
			return "applies, but names only the account: the identity policies decide"
		}
		return "applies"
	}
	var parts []string
	for _, e := range r.Because {
		text := e.Name
		if e.Name == "Condition" {
			text = fmt.Sprintf("condition %s on %s", e.Operator, e.Key)
			if x.e.q.Context.Get(FoldKey(e.Key)).Absent() {
				x.absent = addKeys(x.absent, []string{e.Key})
				text += ", which the request does not carry"
			}
		}
		parts = append(parts, text)
	}
	return "does not apply: " + strings.Join(parts, "; ")
}

func (x *trace) absentKeys() {
	if len(x.absent) == 0 {
		return
	}
	x.printf("\ncondition keys that were asked for and are not in the request\n")
	for _, k := range x.absent {
		x.printf("  %s\n", k)
	}
}

func (x *trace) openPoints() {
	if len(x.points) == 0 {
		return
	}
	x.printf("\nopen points: the documentation is silent or contradicts itself\n")
	for _, p := range x.points {
		x.printf("  %s\n", p)
	}
}
