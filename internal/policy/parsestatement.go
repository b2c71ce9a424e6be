package policy

// statement reads one statement and checks that each pair of opposite
// elements has exactly the members this kind of document needs.
func (p *parser) statement(n *node) (Statement, error) {
	s := Statement{offset: n.start}
	if n.kind != nodeObject {
		return s, refuse(n, "shape", "a statement must be an object")
	}
	for _, m := range n.members {
		if err := p.element(&s, m); err != nil {
			return s, err
		}
	}
	if s.Effect == "" {
		return s, refuse(n, "no-effect", "statement has no Effect")
	}
	return s, p.pairs(n, &s)
}

func (p *parser) element(s *Statement, m member) (err error) {
	switch m.name {
	case "Sid":
		if m.value.kind != nodeString {
			return refuse(m.value, "shape", "Sid must be a string")
		}
		s.Sid = m.value.text
	case "Effect":
		s.Effect = StatementEffect(m.value.text)
		if m.value.kind != nodeString || s.Effect != Allow && s.Effect != Deny {
			return refuse(m.value, "effect", `Effect must be "Allow" or "Deny"`)
		}
	case "Action":
		s.Action, err = texts(m.value, m.name)
	case "NotAction":
		s.NotAction, err = texts(m.value, m.name)
	case "Resource":
		s.Resource, err = texts(m.value, m.name)
	case "NotResource":
		s.NotResource, err = texts(m.value, m.name)
	case "Principal":
		s.Principal, err = principals(m)
	case "NotPrincipal":
		s.NotPrincipal, err = principals(m)
	case "Condition":
		s.Conditions, err = p.conditions(m.value)
	default:
		err = &ruleError{m.start, "unknown-member", "unknown member " + quote(m.name) + " in a statement"}
	}
	return err
}

func (p *parser) pairs(n *node, s *Statement) error {
	switch {
	case s.Action != nil && s.NotAction != nil:
		return refuse(n, "both-actions", "statement has both Action and NotAction")
	case s.Action == nil && s.NotAction == nil:
		return refuse(n, "no-action", "statement has neither Action nor NotAction")
	case s.Resource != nil && s.NotResource != nil:
		return refuse(n, "both-resources", "statement has both Resource and NotResource")
	case s.Resource == nil && s.NotResource == nil && p.kind.resourceRequired():
		return refuse(n, "no-resource", "statement has neither Resource nor NotResource")
	case s.Principal != nil && s.NotPrincipal != nil:
		return refuse(n, "both-principals", "statement has both Principal and NotPrincipal")
	}
	named := s.Principal != nil || s.NotPrincipal != nil
	if named && !p.kind.principalAllowed() {
		return refuse(n, "principal", "%s must not name a principal", p.kind)
	}
	if !named && p.kind.principalRequired() {
		return refuse(n, "no-principal", "%s statement has neither Principal nor NotPrincipal", p.kind)
	}
	return nil
}

// principals reads "*" or an object of principal types.
func principals(m member) ([]PrincipalEntry, error) {
	n := m.value
	if n.kind == nodeString && n.text == "*" {
		return []PrincipalEntry{{Type: "*"}}, nil
	}
	if n.kind != nodeObject {
		return nil, refuse(n, "shape", `%s must be "*" or an object`, m.name)
	}
	out := make([]PrincipalEntry, 0, len(n.members))
	for _, t := range n.members {
		switch t.name {
		case "AWS", "Service", "Federated", "CanonicalUser":
		default:
			return nil, &ruleError{t.start, "principal-type", "unknown principal type " + quote(t.name)}
		}
		values, err := texts(t.value, m.name)
		if err != nil {
			return nil, err
		}
		out = append(out, PrincipalEntry{Type: t.name, Values: values})
	}
	return out, nil
}

// conditions reads the Condition element and checks every operand against the
// type its operator asks for: a malformed operand under a negated operator has
// no documented result, so the document is refused instead.
func (p *parser) conditions(n *node) ([]Condition, error) {
	if n.kind != nodeObject {
		return nil, refuse(n, "shape", "Condition must be an object")
	}
	out := make([]Condition, 0, len(n.members))
	for _, op := range n.members {
		o, ok := parseOperator(op.name)
		if !ok {
			return nil, &ruleError{op.start, "unknown-operator", "unknown condition operator " + quote(op.name)}
		}
		if op.value.kind != nodeObject {
			return nil, refuse(op.value, "shape", "operator %s must hold an object of keys", op.name)
		}
		folded := map[string]bool{}
		for _, key := range op.value.members {
			if f := FoldKey(key.name); folded[f] {
				return nil, &ruleError{key.start, "duplicate-key",
					"condition key " + quote(key.name) + " appears twice under " + op.name}
			} else {
				folded[f] = true
			}
			values, err := p.operands(o, key.value)
			if err != nil {
				return nil, err
			}
			out = append(out, Condition{Operator: op.name, Key: key.name, Values: values})
		}
	}
	return out, nil
}

func (p *parser) operands(o operator, n *node) ([]string, error) {
	items := []*node{n}
	if n.kind == nodeList {
		items = n.items
	}
	out := make([]string, 0, len(items))
	for _, item := range items {
		switch item.kind {
		case nodeString, nodeNumber, nodeBool:
		default:
			return nil, refuse(item, "operand", "condition value must be a string, a number or a boolean")
		}
		if why := o.checkOperand(item.text, p.version == Version2012); why != "" {
			return nil, refuse(item, "operand", "condition value %q is not %s", item.text, why)
		}
		out = append(out, item.text)
	}
	return out, nil
}
