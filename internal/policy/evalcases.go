package policy

import (
	"encoding/json"
	"io"
)

// evalResult is the line EvalCases writes for a readable case.
type evalResult struct {
	SchemaVersion int             `json:"schema_version"`
	ID            json.RawMessage `json:"id"`
	Result        Effect          `json:"result"`
	DecidedBy     Layer           `json:"decided_by"`
	Statements    []Decisive      `json:"statements"`
}

// EvalCases evaluates requests against policies, one JSON case a line in, one
// result a line out in the same order. A case that cannot be read gives
// {"id","error"} and the run goes on; bad counts them. The error is set only
// if reading or writing fails.
func EvalCases(r io.Reader, w io.Writer) (bad int, err error) {
	return runCases(r, w, func(src []byte, root *node) (any, error) {
		l, err := layersFrom(src, root)
		if err != nil {
			return nil, err
		}
		n, err := object(root, "request")
		if err != nil {
			return nil, err
		}
		request, err := evalRequest(n)
		if err != nil {
			return nil, err
		}
		d := Evaluate(l, request)
		return evalResult{schemaVersion, rawID(src, root), d.Effect, d.DecidedBy, d.Statements}, nil
	})
}

func evalRequest(n *node) (Request, error) {
	r, err := requestFrom(n)
	if err != nil {
		return r, err
	}
	if r.Resource, err = text(n, "resource"); err != nil {
		return r, err
	}
	if r.Resource == "" {
		if !r.WildcardOnly {
			return r, badCase("bad-request", "resource is missing")
		}
		r.Resource = "*"
	}
	if parts, n := splitARN(r.Resource); r.Resource != "*" && (n < 6 || !equalFold(parts[0], "arn")) {
		return r, badCase("bad-request", "resource %s is neither an ARN nor \"*\"", quote(r.Resource))
	}
	values, err := contextValues(n, "context")
	r.Context = MapContext{values: values}
	return r, err
}

func layersFrom(src []byte, root *node) (Layers, error) {
	var l Layers
	n, err := object(root, "policies")
	if err != nil {
		return l, err
	}
	read := caseDocuments{src: src}
	l.Identity = read.list(optional(n, "identity"), Options{Kind: KindIdentity})
	l.Resource = read.one(optional(n, "resource"), Options{Kind: KindResource})
	l.Boundary = read.one(optional(n, "boundary"), Options{Kind: KindIdentity, MaxSize: ManagedQuota})
	l.Session = read.one(optional(n, "session"), Options{Kind: KindIdentity, MaxSize: SessionQuota})
	l.SCPs = read.levels(optional(n, "scps"), Options{Kind: KindSCP})
	l.RCPs = read.levels(optional(n, "rcps"), Options{Kind: KindRCP})
	l.Endpoint = read.list(optional(n, "endpoint"), Options{Kind: KindEndpoint})
	return l, read.err
}

// caseDocuments compiles documents out of a case and keeps the first error.
type caseDocuments struct {
	src []byte
	err error
}

func (c *caseDocuments) one(n *node, o Options) *Policy {
	if n == nil || c.err != nil {
		return nil
	}
	d, err := documentFrom(c.src, n, o)
	if err != nil {
		c.err = badCase("bad-policy", "%s: %w", o.Kind, err)
		return nil
	}
	return d.Compile()
}

// list accepts a single document in place of a list of one.
func (c *caseDocuments) list(n *node, o Options) []*Policy {
	if n == nil {
		return nil
	}
	if n.kind != nodeList {
		return []*Policy{c.one(n, o)}
	}
	out := make([]*Policy, 0, len(n.items))
	for _, item := range n.items {
		out = append(out, c.one(item, o))
	}
	return out
}

func (c *caseDocuments) levels(n *node, o Options) [][]*Policy {
	if n == nil {
		return nil
	}
	if n.kind != nodeList {
		c.err = badCase("bad-policy", "%s levels must be a list of lists", o.Kind)
		return nil
	}
	out := make([][]*Policy, 0, len(n.items))
	for _, item := range n.items {
		out = append(out, c.list(item, o))
	}
	return out
}
