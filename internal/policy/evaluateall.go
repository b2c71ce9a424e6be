package policy

// Check is one action an effective-permission review asks about.
type Check struct {
	Action string
	// Resource is an ARN; empty or "*" for an action without resource types.
	Resource string
}

// EvaluateAll decides many actions of one caller under the same layers and
// hands each decision to visit, in order. It suits a review of the whole action
// catalogue: the layers are compiled and the request is taken apart once.
// r.Action and r.Resource are replaced by those of the check.
func EvaluateAll(l Layers, r Request, checks []Check, visit func(Check, Decision)) {
	r.HasBoundary = l.Boundary != nil
	wildcardOnly := r.WildcardOnly
	var e evaluation
	for _, c := range checks {
		r.Action, r.Resource, r.WildcardOnly = c.Action, c.Resource, wildcardOnly
		if c.Resource == "" {
			r.Resource = "*"
		}
		q := queryOf(r)
		visit(c, e.decide(l, &q))
	}
}
