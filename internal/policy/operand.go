package policy

import (
	"encoding/base64"
	"net/netip"
	"time"
)

// operand is one value of a condition, read once according to its operator.
// A dead operand (malformed in a document that was built, not parsed) matches
// nothing.
type operand struct {
	dead    bool
	text    template
	number  decimal
	when    time.Time
	network netip.Prefix
	truth   bool
	bytes   string
}

func compileOperand(o operator, text string, variables bool) operand {
	p := operand{}
	ok := true
	switch o.compare {
	case compareNumeric:
		p.number, ok = parseDecimal(text)
	case compareDate:
		p.when, ok = parseDate(text)
	case compareBinary:
		raw, err := base64.StdEncoding.DecodeString(text)
		p.bytes, ok = string(raw), err == nil
	case compareIP:
		p.network, ok = parsePrefix(text)
	case compareNull:
		p.truth, ok = parseBool(text)
	default:
		wild := o.compare == compareStringLike || o.compare == compareARN
		p.text = compileTemplate(text, templateRules{wildcards: wild, variables: variables})
	}
	p.dead = !ok
	return p
}

// reading is a request value read once for all operands of a condition.
type reading struct {
	text   string
	ok     bool // the text has the type the operator asks for
	number decimal
	when   time.Time
	addr   netip.Addr
	bytes  string
}

func (r *reading) take(c *condition, value string) {
	r.text, r.ok = value, true
	switch c.compare {
	case compareNumeric:
		r.number, r.ok = parseDecimal(value)
	case compareDate:
		r.when, r.ok = parseDate(value)
	case compareIP:
		r.addr, r.ok = parseAddr(value)
	case compareBinary:
		raw, err := base64.StdEncoding.DecodeString(value)
		r.bytes, r.ok = string(raw), err == nil
	case compareBool:
		_, r.ok = parseBool(value)
	}
}
