//go:build oracle

package policy

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// The models of the deviations: each rewrites a case into what the other
// engine makes of it and reports whether it touched the case.

func rootIsNobody(c *oracleCase) bool {
	if c.Request.Principal != rootOf {
		return false
	}
	c.Request.Principal = "arn:aws:iam::" + account + ":user/nobody"
	return true
}

func federatedKeepsAll(c *oracleCase) bool {
	if c.Request.Principal != fedBob || c.Policies.Session != nil {
		return false
	}
	c.Policies.Session = &oracleDoc{Version: Version2012, Statement: []oracleStatement{
		{Effect: "Allow", Action: []string{"*"}, Resource: []string{"*"}}}}
	return true
}

// sessionIsCeiling turns the session policy into one more level of SCPs.
func sessionIsCeiling(c *oracleCase) bool {
	if c.Policies.Session == nil {
		return false
	}
	c.Policies.SCPs = append(c.Policies.SCPs, []oracleDoc{*c.Policies.Session})
	return true
}

func serviceRoleIsRole(c *oracleCase) bool {
	before := c.Request.Principal
	c.Request.Principal = strings.NewReplacer("AWSServiceRoleFor", "", "aws-service-role/", "").Replace(before)
	return c.Request.Principal != before
}

func valuelessIsFalse(c *oracleCase) (touched bool) {
	ctx := c.contextOf()
	c.eachCondition(func(d *oracleDoc, operator, key string, operands []string) (string, []string) {
		o, _ := parseOperator(operator)
		if !o.negated || ctx.Get(FoldKey(key)).Absent() {
			return operator, operands
		}
		for _, text := range operands {
			if e := compileOperand(o, text, true).text; e.vars {
				if x := e.expand(ctx); x.state == False {
					touched = true
					return never()
				}
			}
		}
		return operator, operands
	})
	return touched
}

func everythingIs2012(c *oracleCase) (touched bool) {
	for _, d := range c.documents() {
		touched = touched || d.Version != Version2012
		d.Version = Version2012
	}
	return touched
}

func epochIsMilliseconds(c *oracleCase) (touched bool) {
	c.eachCondition(func(d *oracleDoc, operator, key string, operands []string) (string, []string) {
		if o, _ := parseOperator(operator); o.compare == compareDate {
			for i, text := range operands {
				if n, err := strconv.ParseInt(text, 10, 64); err == nil && FoldKey(key) != "aws:epochtime" {
					operands[i] = time.UnixMilli(n).UTC().Format(time.RFC3339Nano)
					touched = true
				}
			}
		}
		return operator, operands
	})
	return touched
}

func (c *oracleCase) contextOf() Context {
	m := map[string]Value{}
	for k, v := range c.Request.Context {
		switch v := v.(type) {
		case string:
			m[k] = SingleValue(v)
		case []any:
			var list []string
			for _, item := range v {
				list = append(list, item.(string))
			}
			m[k] = ListValue(list...)
		}
	}
	return NewValueContext(m)
}

func trustIsImplied(c *oracleCase) bool {
	if !strings.EqualFold(c.Request.Action, "sts:AssumeRole") || c.Policies.Resource != nil {
		return false
	}
	c.Policies.Resource = &oracleDoc{Version: Version2012, Statement: []oracleStatement{
		{Effect: "Allow", Principal: map[string]string{"AWS": account}, Action: []string{"*"}}}}
	return c.Request.Account == account
}

func anyValueOfNothingIsFalse(c *oracleCase) (touched bool) {
	ctx := c.contextOf()
	c.eachCondition(func(d *oracleDoc, operator, key string, operands []string) (string, []string) {
		if o, _ := parseOperator(operator); o.quantifier == quantifierAny && o.ifExists && ctx.Get(FoldKey(key)).Absent() {
			touched = true
			return never()
		}
		return operator, operands
	})
	return touched
}

// rcpsReachEverything moves the RCPs, which only deny, into the endpoint
// policy, which reaches every service.
func rcpsReachEverything(c *oracleCase) bool {
	p := &c.Policies
	service, name, _ := strings.Cut(c.Request.Action, ":")
	if len(p.RCPs) == 0 || rcpCovers(service, name) {
		return false
	}
	if p.Endpoint == nil {
		p.Endpoint = []oracleDoc{{Version: Version2012, Statement: []oracleStatement{
			{Effect: "Allow", Principal: "*", Action: []string{"*"}, Resource: []string{"*"}}}}}
	}
	for _, level := range p.RCPs {
		p.Endpoint = append(p.Endpoint, level...)
	}
	p.RCPs = nil
	return true
}

func slashZeroIsEmpty(c *oracleCase) (touched bool) {
	c.eachCondition(func(d *oracleDoc, operator, key string, operands []string) (string, []string) {
		if o, _ := parseOperator(operator); o.compare == compareIP {
			operands = slices.DeleteFunc(operands, func(text string) bool {
				touched = touched || text == "0.0.0.0/0"
				return text == "0.0.0.0/0"
			})
		}
		return operator, operands
	})
	return touched
}

// never is a test that no key passes.
func never() (operator string, operands []string) { return "BinaryEquals", []string{} }

func otherFamilyIsCaught(c *oracleCase) (touched bool) {
	ctx := c.contextOf()
	c.eachCondition(func(d *oracleDoc, operator, key string, operands []string) (string, []string) {
		o, _ := parseOperator(operator)
		v := ctx.Get(FoldKey(key))
		if o.compare != compareIP || !o.negated || !v.Known() {
			return operator, operands
		}
		caller, _ := parseAddr(v.values[0])
		for _, text := range operands {
			if a, ok := parseAddr(text); ok && a.Is4() != caller.Is4() {
				touched = true
				return never()
			}
		}
		return operator, operands
	})
	return touched
}

func ipv6IsText(c *oracleCase) (touched bool) {
	ctx := c.contextOf()
	c.eachCondition(func(d *oracleDoc, operator, key string, operands []string) (string, []string) {
		v := ctx.Get(FoldKey(key))
		if o, _ := parseOperator(operator); o.compare == compareIP && v.Known() {
			operands = slices.DeleteFunc(operands, func(text string) bool {
				a, ok := parseAddr(text)
				dead := ok && a.Is6() && text != v.values[0]
				touched = touched || dead
				return dead
			})
		}
		return operator, operands
	})
	return touched
}

func leadingVariableIsDead(c *oracleCase) (touched bool) {
	for _, d := range c.documents() {
		for i := range d.Statement {
			for _, list := range [][]string{d.Statement[i].Resource, d.Statement[i].NotResource} {
				for j, text := range list {
					parts, _ := splitARN(text)
					if first, _, _ := strings.Cut(parts[5], "/"); strings.Contains(first, "${") {
						list[j] = "arn:aws:none:none:none:none"
						touched = true
					}
				}
			}
		}
	}
	return touched
}

func loneStarIsDead(c *oracleCase) (touched bool) {
	c.eachCondition(func(d *oracleDoc, operator, key string, operands []string) (string, []string) {
		if o, _ := parseOperator(operator); o.compare == compareARN && !o.negated {
			operands = slices.DeleteFunc(operands, func(text string) bool {
				touched = touched || text == "*"
				return text == "*"
			})
		}
		return operator, operands
	})
	return touched
}

func (c *oracleCase) eachResourceStatement(f func(s *oracleStatement) bool) (touched bool) {
	if c.Policies.Resource == nil {
		return false
	}
	list := c.Policies.Resource.Statement[:0]
	for _, s := range c.Policies.Resource.Statement {
		before := string(mustJSON(s))
		if keep := f(&s); keep {
			list = append(list, s)
		}
		touched = touched || string(mustJSON(s)) != before
	}
	touched = touched || len(list) < len(c.Policies.Resource.Statement)
	c.Policies.Resource.Statement = list
	return touched
}

// reachedBy compiles a Principal element and asks how it reaches the caller.
func (c *oracleCase) reachedBy(element any) grant {
	caller, _ := ParsePrincipal(c.Request.Principal)
	var entries []PrincipalEntry
	switch e := element.(type) {
	case string:
		entries = []PrincipalEntry{{Type: "*"}}
	case map[string]any:
		for kind, list := range e {
			entry := PrincipalEntry{Type: kind}
			for _, v := range list.([]any) {
				entry.Values = append(entry.Values, v.(string))
			}
			entries = append(entries, entry)
		}
	}
	return reach(compilePrincipals(entries), &caller)
}

func accountIsSpared(c *oracleCase) bool {
	return c.eachResourceStatement(func(s *oracleStatement) bool {
		return s.NotPrincipal == nil || c.reachedBy(s.NotPrincipal)&grantAccount == 0
	})
}

func boundaryIsSpared(c *oracleCase) bool {
	return c.Policies.Boundary != nil && c.eachResourceStatement(func(s *oracleStatement) bool {
		return s.NotPrincipal == nil || c.reachedBy(s.NotPrincipal) == 0
	})
}

func federatedHasNoPath(c *oracleCase) bool {
	if c.Request.Principal != fedBob {
		return false
	}
	return c.eachResourceStatement(func(s *oracleStatement) bool {
		for _, element := range []any{s.Principal, s.NotPrincipal} {
			if m, ok := element.(map[string]any); ok {
				for kind, list := range m {
					m[kind] = slices.DeleteFunc(list.([]any), func(v any) bool { return v == bob })
				}
			}
		}
		return true
	})
}

func shortARNIsFalse(c *oracleCase) (touched bool) {
	c.eachCondition(func(d *oracleDoc, operator, key string, operands []string) (string, []string) {
		if o, _ := parseOperator(operator); o.compare == compareARN && o.negated {
			for _, text := range operands {
				if _, n := splitARN(text); n < 6 {
					touched = true
					return never()
				}
			}
		}
		return operator, operands
	})
	return touched
}
