package policy

import "strings"

// valueState says how much is known of a condition key.
type valueState int8

const (
	stateUnknown valueState = iota
	stateAbsent
	stateOpaque
	stateKnown
)

// Value is what a Context knows of one condition key. The zero Value is
// unknown, the only claim that is always safe.
type Value struct {
	state  valueState
	multi  bool
	values []string
}

// UnknownValue says nothing: the key may be absent or present.
func UnknownValue() Value { return Value{} }

// AbsentValue says the request does not carry the key.
func AbsentValue() Value { return Value{state: stateAbsent} }

// OpaqueValue says the request carries the key and nobody recorded its value.
func OpaqueValue() Value { return Value{state: stateOpaque} }

// SingleValue is a single-valued key with this value.
func SingleValue(v string) Value { return Value{state: stateKnown, values: []string{v}} }

// ListValue is a multi-valued key. An empty list counts as an absent key: IAM
// speaks of a key that resolves to a null data set.
func ListValue(vs ...string) Value {
	if len(vs) == 0 {
		return AbsentValue()
	}
	return Value{state: stateKnown, multi: true, values: vs}
}

// Known reports whether the value is present and recorded.
func (v Value) Known() bool { return v.state == stateKnown }

// Absent reports whether the key is known not to be in the request.
func (v Value) Absent() bool { return v.state == stateAbsent }

// Values returns the recorded values; nil unless Known.
func (v Value) Values() []string { return v.values }

// Context answers what is known of a condition key. The key is folded to lower
// case already, since IAM compares key names without regard to case.
// Implementations must be safe for concurrent use and answer the same each
// time.
type Context interface {
	Get(foldedKey string) Value
}

// FoldKey is the form in which a Context is asked for a key.
func FoldKey(key string) string { return strings.ToLower(key) }

// MapContext is a complete request context: a key it does not hold is absent.
// It suits a review or the rehearsal account, where the request is ours.
type MapContext struct {
	values map[string]Value
}

// NewMapContext takes keys in any case. One value makes a single-valued key
// (unless AWS documents the key as multi-valued), more make a multi-valued one,
// none an absent one.
func NewMapContext(m map[string][]string) Context {
	return MapContext{values: foldValues(m)}
}

// NewValueContext is NewMapContext for a caller that must say of a key with
// one value whether it is multi-valued.
func NewValueContext(m map[string]Value) Context {
	folded := make(map[string]Value, len(m))
	for k, v := range m {
		folded[FoldKey(k)] = v
	}
	return MapContext{values: folded}
}

// Get implements Context.
func (c MapContext) Get(foldedKey string) Value {
	if v, ok := c.values[foldedKey]; ok {
		return v
	}
	return AbsentValue()
}

// PartialContext is what a log settles of a past request: a key it does not
// hold is unknown, neither present nor absent.
type PartialContext struct {
	values map[string]Value
}

// NewPartialContext states the keys whose value is recorded, the keys that
// were certainly not in the request, and the keys that were there with a value
// nobody recorded. A key named twice takes the stronger claim: known, then
// absent, then present.
func NewPartialContext(known map[string][]string, absent, present []string) PartialContext {
	return NewPartialValueContext(valuesOf(known), absent, present)
}

// NewPartialValueContext is NewPartialContext for a caller that distinguishes
// multi-valued keys.
func NewPartialValueContext(known map[string]Value, absent, present []string) PartialContext {
	c := PartialContext{values: make(map[string]Value, len(known)+len(absent)+len(present))}
	for _, k := range present {
		c.values[FoldKey(k)] = OpaqueValue()
	}
	for _, k := range absent {
		c.values[FoldKey(k)] = AbsentValue()
	}
	for k, v := range known {
		c.values[FoldKey(k)] = v
	}
	return c
}

// Get implements Context.
func (c PartialContext) Get(foldedKey string) Value { return c.values[foldedKey] }

func foldValues(m map[string][]string) map[string]Value {
	folded := make(map[string]Value, len(m))
	for k, v := range valuesOf(m) {
		folded[FoldKey(k)] = v
	}
	return folded
}

func valuesOf(m map[string][]string) map[string]Value {
	out := make(map[string]Value, len(m))
	for k, vs := range m {
		if len(vs) == 1 && !alwaysMultivalued(FoldKey(k)) {
			out[k] = SingleValue(vs[0])
			continue
		}
		out[k] = ListValue(vs...)
	}
	return out
}
