package policy

// Tri is a truth value of Kleene's strong three-valued logic: Unknown stands
// for "true or false, the evidence does not say which".
type Tri int8

// The order False < Unknown < True makes And the minimum and Or the maximum.
// Unknown is the zero value, so a Tri nobody set claims nothing.
const (
	False   Tri = -1
	Unknown Tri = 0
	True    Tri = 1
)

// TriOf lifts a Go boolean.
func TriOf(b bool) Tri {
	if b {
		return True
	}
	return False
}

// And is True only if both are, False as soon as one is.
func (t Tri) And(o Tri) Tri { return min(t, o) }

// Or is True as soon as one is, False only if both are.
func (t Tri) Or(o Tri) Tri { return max(t, o) }

// Not swaps True and False and leaves Unknown alone.
func (t Tri) Not() Tri { return -t }

// String returns "true", "false" or "unknown".
func (t Tri) String() string {
	switch t {
	case True:
		return "true"
	case False:
		return "false"
	}
	return "unknown"
}

// merge is the value both completions share, or Unknown when they differ.
func merge(a, b Tri) Tri {
	if a == b {
		return a
	}
	return Unknown
}
