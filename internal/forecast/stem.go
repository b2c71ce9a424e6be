package forecast

import (
	"slices"
	"strings"

	"github.com/ircontain/ircontain/internal/authcontext"
	"github.com/ircontain/ircontain/internal/policy"
)

// A secret's ARN ends in a hyphen and six letters or digits that its name does
// not have.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html
const (
	suffixLength = 1 + 6
	anySuffix    = "-000000"
)

// checkStem asks about a secret whose ARN is known but for its end. Jobs name
// secrets by name, so without this every document that spares one secret would
// leave all of them open.
func (l *Lever) checkStem(check authcontext.Check) (policy.Verdict, []string, string) {
	ends, settled := l.ends(check.Stem)
	check.Stem = ""
	if !settled {
		return l.check(check)
	}
	var shared policy.Verdict
	var keys []string
	var by string
	for _, arn := range ends {
		check.Resources = []string{arn}
		v, more, sid := l.check(check)
		if shared != "" && v != shared {
			return policy.VerdictUnknown, union(union(keys, more), []string{policy.ResourceKey}), ""
		}
		shared, keys, by = v, union(keys, more), sid
	}
	return shared, keys, by
}

// ends lists one ARN for each class of ends that the document can tell apart:
// those it spells out, and one that stands for all others. It reports false if a
// pattern looks into the end in a way that has more classes.
func (l *Lever) ends(stem string) ([]string, bool) {
	out := []string{stem + anySuffix}
	for _, s := range l.denies.Document().Statements {
		for _, pattern := range slices.Concat(s.Resource, s.NotResource) {
			at := strings.IndexAny(pattern, "*?")
			switch {
			case strings.Contains(pattern, "${"):
				return nil, false
			case at < 0:
				if len(pattern) == len(stem)+suffixLength && strings.EqualFold(pattern[:len(stem)+1], stem+"-") {
					out = append(out, pattern)
				}
			case !blindToEnd(pattern, at, stem):
				return nil, false
			}
		}
	}
	return out, true
}

// blindToEnd reports whether a pattern, whose first wildcard is at, matches all
// ends of a stem or none.
func blindToEnd(pattern string, at int, stem string) bool {
	head, tail := pattern[:at], pattern[at:]
	if tail == "*" {
		return len(head) <= len(stem)+1 || !strings.EqualFold(head[:len(stem)+1], stem+"-")
	}
	if tail == "??????" {
		return true
	}
	// Wildcards further left: a last star behind a character that no end holds
	// leaves the whole end to that star.
	before := strings.TrimSuffix(pattern, "*")
	if before == pattern || before == "" {
		return false
	}
	last := before[len(before)-1]
	return last == '/' || last == ':' || last == '_' || last == '.'
}
