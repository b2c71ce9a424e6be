package policy

import "strings"

// decimal is an exact decimal number: NumericEquals must find 10.0 and 10
// equal and must not lose digits of a large one the way a float would. The
// parts are substrings of the text, so parsing allocates nothing.
type decimal struct {
	negative bool
	whole    string // no leading zeros
	fraction string // no trailing zeros
}

// parseDecimal accepts an optional sign, digits, and optional fraction digits.
func parseDecimal(text string) (decimal, bool) {
	var d decimal
	rest := text
	if strings.HasPrefix(rest, "-") {
		d.negative, rest = true, rest[1:]
	} else {
		rest = strings.TrimPrefix(rest, "+")
	}
	whole, fraction, dotted := strings.Cut(rest, ".")
	if !allDigits(whole) || dotted && !allDigits(fraction) {
		return d, false
	}
	d.whole = strings.TrimLeft(whole, "0")
	d.fraction = strings.TrimRight(fraction, "0")
	if d.whole == "" && d.fraction == "" {
		d.negative = false
	}
	return d, true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// cmp returns -1, 0 or 1.
func (d decimal) cmp(o decimal) int {
	if d.negative != o.negative {
		if d.negative {
			return -1
		}
		return 1
	}
	sign := len(d.whole) - len(o.whole)
	if sign == 0 {
		sign = strings.Compare(d.whole, o.whole)
	}
	if sign == 0 {
		// Without trailing zeros the longer of two fractions with a common
		// prefix is the larger, which is what string order says.
		sign = strings.Compare(d.fraction, o.fraction)
	}
	if d.negative {
		sign = -sign
	}
	return max(-1, min(1, sign))
}
