package policy

import (
	"encoding/base64"
	"strings"
)

// comparison is the type of test an operator makes, without its polarity.
type comparison int8

const (
	compareStringEquals comparison = iota
	compareStringEqualsIgnoreCase
	compareStringLike
	compareNumeric
	compareDate
	compareBool
	compareBinary
	compareIP
	compareARN
	compareNull
)

// relation is the ordering a numeric or date operator asks for.
type relation int8

const (
	relationEqual relation = iota
	relationLess
	relationLessEqual
	relationGreater
	relationGreaterEqual
)

func (r relation) holds(sign int) bool {
	switch r {
	case relationLess:
		return sign < 0
	case relationLessEqual:
		return sign <= 0
	case relationGreater:
		return sign > 0
	case relationGreaterEqual:
		return sign >= 0
	}
	return sign == 0
}

// quantifier is the set prefix of an operator.
type quantifier int8

const (
	quantifierNone quantifier = iota
	quantifierAll
	quantifierAny
)

// operator is a condition operator taken apart.
type operator struct {
	compare    comparison
	relation   relation
	negated    bool
	ifExists   bool
	quantifier quantifier
}

// parseOperator reads an operator name with prefix and suffix. Names compare
// without regard to case, as IAM accepts them.
func parseOperator(name string) (operator, bool) {
	var o operator
	rest := strings.ToLower(name)
	if after, ok := strings.CutPrefix(rest, "forallvalues:"); ok {
		o.quantifier, rest = quantifierAll, after
	} else if after, ok := strings.CutPrefix(rest, "foranyvalue:"); ok {
		o.quantifier, rest = quantifierAny, after
	}
	if rest == "null" {
		o.compare = compareNull
		return o, o.quantifier == quantifierNone
	}
	rest, o.ifExists = strings.CutSuffix(rest, "ifexists")
	return o.base(rest)
}

func (o operator) base(name string) (operator, bool) {
	switch name {
	case "stringequals", "stringnotequals":
		o.compare = compareStringEquals
	case "stringequalsignorecase", "stringnotequalsignorecase":
		o.compare = compareStringEqualsIgnoreCase
	case "stringlike", "stringnotlike":
		o.compare = compareStringLike
	case "bool":
		o.compare = compareBool
	case "binaryequals":
		o.compare = compareBinary
	case "ipaddress", "notipaddress":
		o.compare = compareIP
	case "arnequals", "arnlike", "arnnotequals", "arnnotlike":
		o.compare = compareARN
	default:
		return o.ordered(name)
	}
	o.negated = strings.Contains(name, "not")
	return o, true
}

func (o operator) ordered(name string) (operator, bool) {
	if rest, ok := strings.CutPrefix(name, "numeric"); ok {
		o.compare, name = compareNumeric, rest
	} else if rest, ok := strings.CutPrefix(name, "date"); ok {
		o.compare, name = compareDate, rest
	} else {
		return o, false
	}
	switch name {
	case "equals":
	case "notequals":
		o.negated = true
	case "lessthan":
		o.relation = relationLess
	case "lessthanequals":
		o.relation = relationLessEqual
	case "greaterthan":
		o.relation = relationGreater
	case "greaterthanequals":
		o.relation = relationGreaterEqual
	default:
		return o, false
	}
	return o, true
}

// takesVariables: policy variables are documented for string and ARN
// operators; for Bool the documentation contradicts itself and they are
// accepted (Explain says so).
func (o operator) takesVariables() bool {
	switch o.compare {
	case compareStringEquals, compareStringEqualsIgnoreCase, compareStringLike, compareARN, compareBool:
		return true
	}
	return false
}

// checkOperand returns what the operand should have been, or "" if it is fine.
func (o operator) checkOperand(text string, variables bool) string {
	if variables && o.takesVariables() && strings.Contains(text, "${") {
		return ""
	}
	ok, want := true, ""
	switch o.compare {
	case compareNumeric:
		_, ok = parseDecimal(text)
		want = "a decimal number"
	case compareDate:
		_, ok = parseDate(text)
		want = "an ISO 8601 date or epoch seconds"
	case compareBool, compareNull:
		_, ok = parseBool(text)
		want = `"true" or "false"`
	case compareBinary:
		_, err := base64.StdEncoding.DecodeString(text)
		ok, want = err == nil, "base64"
	case compareIP:
		_, ok = parsePrefix(text)
		want = "an IP address or a CIDR range"
	}
	if ok {
		return ""
	}
	return want
}
