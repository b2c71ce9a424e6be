package forecast

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ircontain/ircontain/internal/trail"
)

// Blind is what no log can show about these forecasts, beginning with what this
// log does not show.
func Blind(u *trail.Usage, levers []LeverForecast) []trail.BlindSpot {
	out := slices.Clone(u.Coverage.Blind)
	add := func(what, why string, args ...any) {
		out = append(out, trail.BlindSpot{What: what, Why: fmt.Sprintf(why, args...)})
	}
	add("the next call", "a verdict is about the next call like a logged one, at a time not known: a job that changed, or that never ran in the window, is not in it")
	add("dependent actions", "one call can need further permissions (iam:PassRole, kms behind encrypted data) that leave no event: a call that is not denied may still fail%s", listed(levers))
	forwarded, denied := 0, 0
	for _, l := range levers {
		forwarded, denied = max(forwarded, l.Forwarded.Calls), max(denied, l.Forwarded.Denied+l.Forwarded.Unknown)
	}
	if forwarded > 0 {
		add("forwarded calls", "%d calls that services made for the principal are in no consumer; up to %d of them may be denied", forwarded, denied)
	}
	guessed, boundary := 0, false
	for _, l := range levers {
		guessed, boundary = max(guessed, l.Guessed), boundary || l.Kind == LeverBoundary
	}
	if guessed > 0 {
		add("guessed actions", "%d calls are of services where the name of the action was guessed from the event", guessed)
	}
	if boundary {
		add("resource policies under a boundary", "a resource policy that names the user itself passes the boundary, unless the boundary denies explicitly")
	}
	add("the importance of a consumer", "no log says what a job is worth: the tier stays unknown until its owner is found")
	return out
}

// listed names the dependent actions in question, for all levers together.
func listed(levers []LeverForecast) string {
	var all []string
	for _, l := range levers {
		all = union(all, l.MayFail)
	}
	if len(all) == 0 {
		return ""
	}
	slices.Sort(all)
	more := ""
	if n := len(all) - 5; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return ": " + strings.Join(first(all, 5), ", ") + more
}
