// Package forecast is pure: proposed changes and observed usage give which
// consumers stop working, which are unaffected, and which cannot be known.
//
// It never reads AWS or a log itself, and it never turns "unknown" into
// "unaffected": what the usage could not see is part of the answer.
package forecast

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/policy"
)

// maxLines bounds a forecast; what breaks comes first.
const maxLines = 24

// Predict forecasts the changes against what the incident knows of the key's
// usage. It returns nil when the changes touch no caller (tags).
func Predict(changes []incident.Change, s *incident.State) *incident.Forecast {
	if !slices.ContainsFunc(changes, func(c incident.Change) bool { return c.Kind != incident.UserTags }) {
		return nil
	}
	u := s.Usage
	if u == nil || u.Matched == 0 {
		return &incident.Forecast{Basis: "no log was read", Confidence: "NONE",
			Blind: []string{"nothing is known about who uses this key: every consumer may break"}}
	}
	f := &incident.Forecast{Basis: u.Basis, From: u.From, To: u.To, Confidence: confidence(u), Blind: first(u.Blind, 4)}
	for _, c := range u.Consumers {
		verdict, detail := fate(c, changes, s)
		if c.Label == "suspicious" && verdict != "unaffected" {
			verdict, detail = "attacker", "looks like the intruder: "+strings.Join(first(c.Reasons, 1), "")
		}
		name := c.Client + " from " + c.Origin
		f.Lines = append(f.Lines, incident.ForecastLine{Consumer: name, Verdict: verdict, Detail: detail + cadence(c), NextDue: c.NextDue})
	}
	slices.SortStableFunc(f.Lines, func(a, b incident.ForecastLine) int { return order(a.Verdict) - order(b.Verdict) })
	f.Lines = first(f.Lines, maxLines)
	return f
}

func order(verdict string) int {
	return slices.Index([]string{"break", "maybe", "attacker", "unaffected"}, verdict)
}

// confidence grows with how much of the past was read: a cron job needs several
// runs to be seen, a monthly one needs months.
func confidence(u *incident.Usage) string {
	span := u.To.Sub(u.From)
	switch {
	case u.Complete && span >= 60*24*time.Hour:
		return "HIGH"
	case u.Complete && span >= 7*24*time.Hour:
		return "MED"
	}
	return "LOW"
}

func cadence(c incident.Consumer) string {
	switch c.Schedule {
	case "cron":
		return fmt.Sprintf("; every %s", round(c.Period))
	case "continuous":
		return "; runs all the time"
	}
	return ""
}

func round(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%.0f days", d.Hours()/24)
	case d >= 2*time.Hour:
		return fmt.Sprintf("%.0f h", d.Hours())
	}
	return d.Round(time.Minute).String()
}

// fate is the worst that any of the changes does to one consumer.
func fate(c incident.Consumer, changes []incident.Change, s *incident.State) (string, string) {
	verdict, detail := "unaffected", "no call of its own is touched"
	for _, ch := range changes {
		v, d := fateUnder(c, ch, s)
		if order(v) < order(verdict) || verdict == "unaffected" && v != "unaffected" {
			verdict, detail = v, d
		}
	}
	return verdict, detail
}

func fateUnder(c incident.Consumer, ch incident.Change, s *incident.State) (string, string) {
	switch ch.Kind {
	case incident.AccessKeyStatus:
		return underKey(c, ch)
	case incident.UserInlinePolicy, incident.ManagedPolicy:
		return underUserDeny(c, ch, s)
	case incident.RoleInlinePolicy:
		return underRoleDeny(c)
	}
	return "unaffected", "no call of its own is touched"
}

func underKey(c incident.Consumer, ch incident.Change) (string, string) {
	key := ch.Params["access_key"]
	if slices.Contains(c.AccessKeys, key) {
		return "break", "signs with this key"
	}
	for _, k := range c.AccessKeys {
		if strings.HasPrefix(k, "ASIA") {
			return "maybe", "lives on until its session ends, then cannot get a new one"
		}
	}
	return "unaffected", "signs with another key"
}

// underUserDeny evaluates the deny document against every operation that the
// consumer was seen to call, with all that the log cannot know left unknown.
func underUserDeny(c incident.Consumer, ch incident.Change, s *incident.State) (string, string) {
	doc, err := policy.Parse([]byte(ch.After))
	if err != nil || s.Card == nil {
		return "maybe", "the policy could not be evaluated"
	}
	compiled := doc.Compile()
	principal, err := policy.ParsePrincipal(s.Card.Principal)
	if err != nil {
		return "maybe", "the policy could not be evaluated"
	}
	roleOnly := len(c.AccessKeys) > 0
	for _, k := range c.AccessKeys {
		if !isRoleSession(k, s.Usage) {
			roleOnly = false
		}
	}
	if roleOnly {
		return "maybe", "role session: works until it ends, then needs sts:AssumeRole"
	}
	var denied, unknown []string
	for _, op := range c.Operations {
		action := actionOf(op, s.Usage)
		if action == "" {
			continue
		}
		f := policy.ForecastDeny(compiled, policy.Request{Principal: principal, Action: action, ResourceAccount: s.Card.Account, Context: callContext(c)}, nil)
		switch f.Verdict {
		case policy.VerdictDenied:
			denied = append(denied, action)
		case policy.VerdictUnknown:
			unknown = append(unknown, action)
		}
	}
	switch {
	case len(denied) > 0:
		return "break", "denied: " + strings.Join(first(denied, 3), ", ")
	case len(unknown) > 0:
		return "maybe", "depends on the resource: " + strings.Join(first(unknown, 3), ", ")
	}
	return "unaffected", "calls nothing that is denied"
}

// callContext knows one thing for sure: whether the consumer's calls carry a
// session token. Everything else stays unknown.
func callContext(c incident.Consumer) policy.Context {
	key := []string{"aws:TokenIssueTime"}
	for _, k := range c.AccessKeys {
		if strings.HasPrefix(k, "ASIA") {
			return policy.NewPartialContext(nil, nil, key)
		}
	}
	return policy.NewPartialContext(nil, key, nil)
}

func isRoleSession(key string, u *incident.Usage) bool {
	for _, s := range u.Sessions {
		if s.AccessKey == key {
			return strings.HasPrefix(s.IssuedBy, "AssumeRole")
		}
	}
	return false
}

func underRoleDeny(c incident.Consumer) (string, string) {
	for _, k := range c.AccessKeys {
		if strings.HasPrefix(k, "ASIA") {
			return "maybe", "if its session is of this role, it has to assume the role again"
		}
	}
	return "unaffected", "uses no session"
}

func actionOf(event string, u *incident.Usage) string {
	for _, o := range u.Operations {
		if o.Event == event {
			return o.Action
		}
	}
	return ""
}

func first[T any](s []T, n int) []T {
	if len(s) > n {
		return s[:n]
	}
	return s
}
