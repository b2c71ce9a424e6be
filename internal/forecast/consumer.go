package forecast

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/trail"
)

// maxExamples bounds the examples of one consumer.
const maxExamples = 3

// example is a kind of call worth showing.
type example struct {
	verdict policy.Verdict
	action  string
	why     string
}

func (e example) String() string {
	switch {
	case e.verdict == policy.VerdictUnknown:
		return e.action + " depends on " + e.why
	case e.why != "":
		return e.action + " denied by " + e.why
	}
	return e.action + " denied"
}

func (j *judge) consumer(c *trail.Consumer, cut map[string]bool, total *LeverForecast) ConsumerForecast {
	out := ConsumerForecast{Consumer: c.ID, Origin: c.Origin, Client: c.Client, Label: c.Label, NextDue: c.Schedule.NextDue,
		Verdict: policy.VerdictNotDenied, Tier: "unknown", DependsOn: []string{}, Examples: []string{}}
	seen := map[example]int{}
	for _, call := range c.Calls() {
		v := j.judge(call)
		switch {
		case v.skip != "":
			total.NotChecked++
			continue
		case call.Family() == trail.FamilyDenied:
			out.AlreadyDenied++
			continue
		}
		out.Calls++
		if v.guess {
			total.Guessed++
		}
		switch v.verdict {
		case policy.VerdictDenied:
			out.Denied++
			seen[example{v.verdict, v.action, v.by}]++
		case policy.VerdictUnknown:
			out.Unknown++
			out.DependsOn = union(out.DependsOn, v.dependsOn)
			seen[example{v.verdict, v.action, firstOf(v.dependsOn)}]++
		}
		if v.verdict != policy.VerdictDenied && cut[call.Identity.AccessKeyID] {
			out.EndsWithSession++
		}
	}
	total.AlreadyDenied += out.AlreadyDenied
	switch {
	case out.Denied > 0:
		out.Verdict = policy.VerdictDenied
	case out.Unknown > 0:
		out.Verdict = policy.VerdictUnknown
	}
	slices.Sort(out.DependsOn)
	out.Examples = append(out.Examples, examples(seen)...)
	return out
}

func firstOf(keys []string) string {
	if len(keys) == 0 {
		return "what the log does not hold"
	}
	return keys[0]
}

func examples(seen map[example]int) []string {
	list := make([]example, 0, len(seen))
	for e := range seen {
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b example) int {
		return cmp.Or(cmp.Compare(severity(a.verdict), severity(b.verdict)), cmp.Compare(seen[b], seen[a]),
			cmp.Compare(a.action, b.action), cmp.Compare(a.why, b.why))
	})
	var out []string
	for _, e := range first(list, maxExamples) {
		out = append(out, fmt.Sprintf("%s (%d)", e, seen[e]))
	}
	return out
}

func (j *judge) forwarded(u *trail.Usage) ForwardedForecast {
	out := ForwardedForecast{Actions: []string{}}
	actions := map[string]bool{}
	for _, call := range u.Calls() {
		if !call.Forwarded || call.Family() == trail.FamilyDenied {
			continue
		}
		v := j.judge(call)
		if v.skip != "" {
			continue
		}
		out.Calls++
		switch v.verdict {
		case policy.VerdictDenied:
			out.Denied++
		case policy.VerdictUnknown:
			out.Unknown++
		default:
			continue
		}
		actions[v.action] = true
	}
	for a := range actions {
		out.Actions = append(out.Actions, a)
	}
	slices.Sort(out.Actions)
	return out
}

// cutSessions finds the session keys that could not be issued again under the
// lever: the call that issued one is denied, or the key that signed that call is
// itself such a session. Only calls in the log count: a session whose issue was
// not logged is not in the result.
func cutSessions(u *trail.Usage, j *judge) map[string]bool {
	type birth struct {
		parent, event string
		at            int64
	}
	wanted := map[birth]policy.Verdict{}
	births := map[string]birth{}
	for _, k := range u.Keys {
		if k.Parent != nil && k.IssuedBy != nil && k.Kind == string(trail.KindTemporary) {
			b := birth{*k.Parent, *k.IssuedBy, k.IssuedAt.Unix()}
			births[k.AccessKey], wanted[b] = b, ""
		}
	}
	for _, call := range u.Calls() {
		b := birth{call.Identity.AccessKeyID, call.API.EventName, call.Time.Unix()}
		have, ok := wanted[b]
		if !ok || call.ErrorCode != "" {
			continue
		}
		if v := j.judge(call).verdict; have == "" || v != policy.VerdictDenied {
			wanted[b] = v
		}
	}
	cut := map[string]bool{}
	for key := range births {
		for at, depth := key, 0; depth < len(births); depth++ {
			b, ok := births[at]
			if !ok {
				break
			}
			if wanted[b] == policy.VerdictDenied {
				cut[key] = true
				break
			}
			at = b.parent
		}
	}
	return cut
}
