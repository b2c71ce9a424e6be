package policy

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// parseDate reads what IAM documents for date operators: a W3C profile of ISO
// 8601 (from year alone to fractions of a second) or epoch seconds. Four
// digits are a year; any other number of digits is an epoch.
func parseDate(text string) (time.Time, bool) {
	if len(text) != 4 {
		if d, ok := parseDecimal(text); ok {
			return epoch(d)
		}
	}
	for _, layout := range [...]string{
		"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02",
		"2006-01", "2006", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05Z0700",
	} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func epoch(d decimal) (time.Time, bool) {
	seconds := int64(0)
	if d.whole != "" {
		n, err := strconv.ParseInt(d.whole, 10, 64)
		if err != nil || n > 1<<40 {
			return time.Time{}, false
		}
		seconds = n
	}
	nanos, _ := strconv.ParseInt((d.fraction + "000000000")[:9], 10, 64)
	if d.negative {
		seconds, nanos = -seconds, -nanos
	}
	return time.Unix(seconds, nanos), true
}

// parseBool reads true or false in any case.
func parseBool(text string) (value, ok bool) {
	switch {
	case strings.EqualFold(text, "true"):
		return true, true
	case strings.EqualFold(text, "false"):
		return false, true
	}
	return false, false
}

// parsePrefix reads a CIDR range (host bits allowed) or one address, IPv4 or
// IPv6, so that two spellings of one IPv6 address compare equal.
func parsePrefix(text string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Masked(), true
	}
	a, ok := parseAddr(text)
	if !ok {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, a.BitLen()), true
}

func parseAddr(text string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(text)
	return a, err == nil && a.Zone() == ""
}
