package permission

import (
	"strings"

	"github.com/ircontain/ircontain/internal/policy"
)

// The wildcards of a filled pattern. Control characters cannot occur in a
// document, so a literal star (`${*}`) stays a star of its own.
const (
	anyRun = '\x01' // "*"
	anyOne = '\x02' // "?"
)

// fill makes a pattern out of a Resource entry: wildcards become anyRun and
// anyOne, the principal's own variables their values, and variables nobody
// knows anyRun. Versions before 2012-10-17 have no variables.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func fill(entry string, variables bool, keys policy.Context) string {
	var b strings.Builder
	for i := 0; i < len(entry); i++ {
		switch c := entry[i]; {
		case c == '*':
			b.WriteByte(anyRun)
		case c == '?':
			b.WriteByte(anyOne)
		case variables && c == '$' && strings.HasPrefix(entry[i:], "${") && strings.IndexByte(entry[i:], '}') > 0:
			end := i + strings.IndexByte(entry[i:], '}')
			b.WriteString(value(entry[i+2:end], keys))
			i = end
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// value is what a variable stands for.
func value(variable string, keys policy.Context) string {
	if len(variable) == 1 && strings.Contains("*?$", variable) {
		return variable
	}
	key, _, _ := strings.Cut(variable, ",")
	if v := keys.Get(policy.FoldKey(strings.TrimSpace(key))); v.Known() && len(v.Values()) == 1 {
		return v.Values()[0]
	}
	return string(anyRun)
}

// shown writes a filled pattern for people.
func shown(pattern string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case anyRun:
			return '*'
		case anyOne:
			return '?'
		}
		return r
	}, pattern)
}

// format turns an ARN format of the catalogue into a filled pattern. Only names
// that cannot hold a slash are told apart from those that can: a bucket must
// not be taken for an object. The empty format is any ARN.
func format(arn, partition string) string {
	if arn == "" {
		return strings.Repeat(string(anyRun)+":", 5) + string(anyRun)
	}
	var b strings.Builder
	for arn != "" {
		open := strings.Index(arn, "${")
		end := strings.IndexByte(arn, '}')
		if open < 0 || end < open {
			b.WriteString(arn)
			break
		}
		b.WriteString(arn[:open])
		if arn[open+2:end] == "Partition" {
			b.WriteString(partition)
		} else {
			b.WriteByte(anyRun)
		}
		arn = arn[end+1:]
	}
	return b.String()
}

// pathless reports a format whose last part is one name without a slash.
func pathless(arnFormat string) bool { return strings.HasSuffix(arnFormat, ":${BucketName}") }

// example makes up one ARN that two patterns have in common, part by part as
// IAM matches them. Names are made up so that no narrower pattern is likely to
// match them by accident.
func example(a, b, account string) (string, bool) {
	as, bs := six(a), six(b)
	out := make([]string, 6)
	for i := range out {
		invented := [6]string{"arn", "aws", "any", "any-region-1", account, "ircontain-any"}[i]
		x, y := as[i], bs[i]
		if i < 5 { // the first five parts compare without regard to case
			x, y = strings.ToLower(x), strings.ToLower(y)
		}
		common, ok := meet(x, y, invented)
		if !ok {
			return "", false
		}
		out[i] = common
	}
	return strings.Join(out, ":"), true
}

// six splits a pattern like an ARN; IAM pads a short one with wildcards.
func six(pattern string) [6]string {
	var out [6]string
	parts := strings.SplitN(pattern, ":", 6)
	for i := range out {
		out[i] = string(anyRun)
		if i < len(parts) {
			out[i] = parts[i]
		}
	}
	return out
}

// meet finds a text both patterns match, with invented where both leave it
// open. It tries the ways to spend a wildcard, remembering the dead ends.
func meet(a, b, invented string) (string, bool) {
	if a == string(anyRun) && !hasWildcard(b) {
		return b, true
	}
	dead := map[[2]int]bool{}
	var walk func(i, j int) (string, bool)
	walk = func(i, j int) (string, bool) {
		if i == len(a) && j == len(b) {
			return "", true
		}
		at := [2]int{i, j}
		if dead[at] {
			return "", false
		}
		next, n := steps(a[i:], b[j:], invented)
		for _, s := range next[:n] {
			if rest, ok := walk(i+s.a, j+s.b); ok {
				return s.text + rest, true
			}
		}
		dead[at] = true
		return "", false
	}
	return walk(0, 0)
}

// step spends some of each pattern and writes a text.
type step struct {
	a, b int
	text string
}

// steps lists what can be done next: an array, since there are many calls.
func steps(a, b, invented string) (next [3]step, n int) {
	var x, y byte
	if a != "" {
		x = a[0]
	}
	if b != "" {
		y = b[0]
	}
	switch {
	case x == anyRun && y == anyRun:
		return [3]step{{1, 1, invented}, {1, 0, ""}, {0, 1, ""}}, 3
	case x == anyRun && y == 0:
		return [3]step{{1, 0, ""}}, 1
	case y == anyRun && x == 0:
		return [3]step{{0, 1, ""}}, 1
	case x == anyRun:
		return [3]step{{0, 1, one(b[:1])}, {1, 0, ""}}, 2
	case y == anyRun:
		return [3]step{{1, 0, one(a[:1])}, {0, 1, ""}}, 2
	case x == 0 || y == 0:
		return next, 0
	case x == anyOne || x == y:
		return [3]step{{1, 1, one(b[:1])}}, 1
	case y == anyOne:
		return [3]step{{1, 1, one(a[:1])}}, 1
	}
	return next, 0
}

func one(c string) string {
	if c[0] == anyOne {
		return "x"
	}
	return c
}

func hasWildcard(pattern string) bool {
	return strings.ContainsAny(pattern, string(anyRun)+string(anyOne))
}

// covers reports that every text of the narrower pattern is one of the wider.
// It may miss that in rare cases, which only makes a list longer.
func covers(wide, narrow string) bool {
	switch {
	case wide == string(anyRun):
		return true
	case !hasWildcard(wide):
		return wide == narrow
	}
	w, n := six(wide), six(narrow)
	for i := range w {
		if !within(w[i], n[i]) {
			return false
		}
	}
	return true
}

// within is a wildcard match in which the wildcards of the text are letters.
func within(glob, text string) bool {
	g, n, star, resume := 0, 0, -1, 0
	for n < len(text) {
		switch {
		case g < len(glob) && glob[g] == anyRun:
			star, resume = g, n
			g++
		case g < len(glob) && (glob[g] == text[n] || glob[g] == anyOne && text[n] != anyRun):
			g, n = g+1, n+1
		case star >= 0:
			resume++
			g, n = star+1, resume
		default:
			return false
		}
	}
	return strings.Trim(glob[g:], string(anyRun)) == ""
}
