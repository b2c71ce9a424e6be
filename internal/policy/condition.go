package policy

import "strings"

// condition is a compiled Condition entry.
type condition struct {
	operator
	name     string // operator as written
	key      string // key as written
	folded   string
	operands []operand
	// Made once and shared by results, which are not written to:
	failed  []Element // why a statement is ruled out by this condition
	doubted []Element // why it leaves a statement open
	itself  []string  // the key, as what would settle it
}

func compileCondition(c Condition, variables bool) condition {
	o, _ := parseOperator(c.Operator)
	out := condition{operator: o, name: c.Operator, key: c.Key, folded: FoldKey(c.Key),
		operands: make([]operand, len(c.Values)),
		failed:   []Element{{Name: "Condition", Operator: c.Operator, Key: c.Key, Match: False}},
		doubted:  []Element{{Name: "Condition", Operator: c.Operator, Key: c.Key}},
		itself:   []string{c.Key}}
	for i, text := range c.Values {
		out.operands[i] = compileOperand(o, text, variables)
	}
	return out
}

// evaluate returns the truth of the condition and, if that is Unknown, the
// keys it hangs on. An unknown key gives a definite answer when its absence
// and every value of it would agree.
func (c *condition) evaluate(ctx Context) (Tri, []string) {
	v := ctx.Get(c.folded)
	if c.compare == compareNull {
		return c.null(v)
	}
	switch v.state {
	case stateAbsent:
		return c.whenAbsent(), nil
	case stateKnown:
		return c.onValues(v, ctx)
	}
	present, missing := c.onOpaque(ctx)
	if v.state == stateUnknown {
		present = merge(present, c.whenAbsent())
	}
	if present != Unknown {
		return present, nil
	}
	if missing == nil {
		return Unknown, c.itself
	}
	return Unknown, append(missing, c.key)
}

// null tests presence: "true" asks for a missing key, "false" for a present
// one; a list of both always holds.
func (c *condition) null(v Value) (Tri, []string) {
	absent, present := False, False
	for _, o := range c.operands {
		switch {
		case o.dead:
		case o.truth:
			absent = True
		default:
			present = True
		}
	}
	switch v.state {
	case stateAbsent:
		return absent, nil
	case stateUnknown:
		if merge(absent, present) == Unknown {
			return Unknown, c.itself
		}
	}
	return present, nil
}

// whenAbsent is the documented result for a key the request does not carry.
func (c *condition) whenAbsent() Tri {
	switch {
	case c.ifExists || c.quantifier == quantifierAll:
		return True
	case c.quantifier == quantifierAny:
		return False
	}
	return TriOf(c.negated)
}

// onValues applies the quantifier. A multi-valued key without a set operator
// never matches, whatever the polarity.
func (c *condition) onValues(v Value, ctx Context) (Tri, []string) {
	if c.quantifier == quantifierNone {
		if v.multi {
			return False, nil
		}
		return c.onValue(v.values[0], ctx)
	}
	result := TriOf(c.quantifier == quantifierAll)
	var missing []string
	for _, value := range v.values {
		one, keys := c.onValue(value, ctx)
		missing = append(missing, keys...)
		if c.quantifier == quantifierAll {
			result = result.And(one)
		} else {
			result = result.Or(one)
		}
	}
	if result != Unknown {
		missing = nil
	}
	return result, missing
}

// onValue is an OR over the operands; a negated operator turns the whole OR
// around, so none of the operands may match.
func (c *condition) onValue(value string, ctx Context) (Tri, []string) {
	result := False
	var missing []string
	var r reading
	r.take(c, value)
	for i := range c.operands {
		if !r.ok || c.operands[i].dead {
			continue
		}
		one, keys := c.test(&c.operands[i], &r, ctx)
		if result = result.Or(one); result == True {
			missing = nil
			break
		}
		missing = append(missing, keys...)
	}
	if c.negated {
		result = result.Not()
	}
	return result, missing
}

// test compares one request value with one operand, positively.
func (c *condition) test(o *operand, r *reading, ctx Context) (Tri, []string) {
	switch c.compare {
	case compareStringEquals, compareStringLike:
		return o.text.matches(r.text, false, ctx)
	case compareStringEqualsIgnoreCase, compareBool:
		return matchLowered(&o.text, r.text, ctx)
	case compareARN:
		return matchARN(&o.text, r.text, ctx)
	case compareNumeric:
		return TriOf(c.relation.holds(r.number.cmp(o.number))), nil
	case compareDate:
		return TriOf(c.relation.holds(r.when.Compare(o.when))), nil
	case compareIP:
		return TriOf(o.network.Contains(r.addr)), nil
	case compareBinary:
		return TriOf(r.bytes == o.bytes), nil
	}
	return False, nil
}

// matchLowered compares without regard to case beyond ASCII.
func matchLowered(t *template, value string, ctx Context) (Tri, []string) {
	if t.shape == shapeLiteral {
		return TriOf(strings.EqualFold(t.text, value)), nil
	}
	e := t.expand(ctx)
	if e.state == False {
		return False, nil
	}
	tokens := make([]token, len(e.tokens))
	for i, tok := range e.tokens {
		tok.text = strings.ToLower(tok.text)
		tokens[i] = tok
	}
	if !matchTokens(tokens, strings.ToLower(value), false) {
		return False, nil
	}
	return e.state, e.missing
}

// onOpaque is the result for a key that is present with a value nobody knows.
// Without a set operator it may also have several values, which never match,
// so that only a key documented to have one can surely satisfy the condition.
func (c *condition) onOpaque(ctx Context) (Tri, []string) {
	result := False
	var missing []string
	if c.quantifier == quantifierNone && alwaysMultivalued(c.folded) {
		return False, nil
	}
	for i := range c.operands {
		o := &c.operands[i]
		one := Unknown
		switch {
		case o.dead:
			one = False
		case c.compare == compareStringLike && o.text.matchesEverything():
			one = True
		case o.text.vars:
			e := o.text.expand(ctx)
			missing = append(missing, e.missing...)
			if e.state == False {
				one = False
			}
		}
		result = result.Or(one)
	}
	if c.negated {
		result = result.Not()
	}
	if result == True && c.quantifier == quantifierNone && !singleValued(c.folded) {
		result = Unknown
	}
	return result, missing
}
