package actions

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/trail"
)

// What a usage summary may take in one journal line of 64 KiB. The rest is
// counted, and `ircontain map` shows it in full.
const (
	maxConsumers  = 40
	maxOperations = 60
	maxSessions   = 60
	maxRoles      = 24
	maxEach       = 12
	maxText       = 160
)

// summarize maps a key and keeps what the journal needs.
func summarize(log *trail.Log, key incident.AccessKeyID, now time.Time, basis string) (incident.Usage, error) {
	u, err := trail.Analyze(log, trail.Selector{AccessKey: string(key), Now: now})
	if err != nil {
		return incident.Usage{}, fmt.Errorf("map the key from the log: %w", err)
	}
	out := incident.Usage{Basis: basis, From: u.Coverage.FirstEvent.Time, To: u.Coverage.LastEvent.Time, Newest: u.Coverage.LastEvent.Time,
		Records: u.Coverage.RecordsUnique, Matched: u.Coverage.Matched, Denied: u.Totals.Denied}
	for _, c := range u.Consumers {
		if len(out.Consumers) == maxConsumers {
			out.Truncated = len(u.Consumers) - maxConsumers
			break
		}
		out.Consumers = append(out.Consumers, consumerOf(c))
	}
	for _, op := range first(u.Operations, maxOperations) {
		out.Operations = append(out.Operations, incident.Operation{Action: op.IAMAction, Event: trail.ShortSource(op.EventSource) + ":" + op.EventName,
			Events: op.Events, Denied: op.Denied, Resources: clipAll(first(op.Resources, 3)), First: op.FirstSeen.Time, Last: op.LastSeen.Time, Forwarded: op.Forwarded})
	}
	sessions := sessionsOf(u, key)
	out.Sessions, out.TruncatedSessions = first(sessions, maxSessions), max(0, len(sessions)-maxSessions)
	roles := rolesOf(log, key, time.Time{})
	out.Roles, out.TruncatedRoles = first(roles, maxRoles), max(0, len(roles)-maxRoles)
	for _, b := range u.Coverage.Blind {
		out.Blind = append(out.Blind, clip(b.What+": "+b.Why))
	}
	if n := len(u.Coverage.FilesFailed); n > 0 {
		out.Blind = append(out.Blind, fmt.Sprintf("%d file(s) could not be read whole, first %s: %s", n, clip(u.Coverage.FilesFailed[0].Path), clip(u.Coverage.FilesFailed[0].Err)))
	}
	fit(&out)
	return out, nil
}

// maxUsage leaves room for the rest of the entry below the 64 KiB of a line.
const maxUsage = 40 << 10

// fit drops the least telling rows until the summary fits its journal line. A
// count of what was left out stays; the map command shows everything.
func fit(u *incident.Usage) {
	for {
		raw, err := json.Marshal(u)
		if err != nil || len(raw) <= maxUsage {
			return
		}
		switch s, o, c := len(u.Sessions), len(u.Operations), len(u.Consumers); {
		case s > 8 && s >= o/2:
			u.Sessions, u.TruncatedSessions = u.Sessions[:s-s/4], u.TruncatedSessions+s/4
		case o > 8 && o >= c:
			u.Operations = u.Operations[:o-o/4]
		case c > 4:
			u.Consumers, u.Truncated = u.Consumers[:c-c/4], u.Truncated+c/4
		default:
			return
		}
	}
}

func consumerOf(c trail.Consumer) incident.Consumer {
	return incident.Consumer{ID: c.ID, Origin: clip(c.Origin), Client: clip(c.Client), AccessKeys: first(c.AccessKeys, maxEach), Operations: first(c.Operations, maxEach),
		Events: c.Events, Denied: c.Denied, First: c.FirstSeen.Time, Last: c.LastSeen.Time, Schedule: string(c.Schedule.Kind),
		Period: time.Duration(c.Schedule.PeriodSeconds) * time.Second, NextDue: c.Schedule.NextDue.Time, Label: string(c.Label), Reasons: clipAll(first(c.Reasons, 4))}
}

func sessionsOf(u *trail.Usage, key incident.AccessKeyID) []incident.Session {
	var out []incident.Session
	for _, k := range u.Keys {
		if k.AccessKey == string(key) || trail.KeyKind(k.AccessKey) != trail.KindTemporary {
			continue
		}
		s := incident.Session{AccessKey: k.AccessKey, IssuedAt: k.IssuedAt.Time, Principal: clip(k.Principal), Events: k.Events, Last: k.LastSeen.Time}
		if k.Parent != nil {
			s.Parent = *k.Parent
		}
		if k.IssuedBy != nil {
			s.IssuedBy = *k.IssuedBy
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b incident.Session) int { return b.IssuedAt.Compare(a.IssuedAt) })
	return out
}

// rolesOf lists the roles that the key and its descendants assumed since, the
// newest first, and the other principals that were seen to assume them.
func rolesOf(log *trail.Log, key incident.AccessKeyID, since time.Time) []incident.RoleUse {
	ours := log.Genealogy().Descendants(string(key))
	byARN := map[string]*incident.RoleUse{}
	calls := log.Calls()
	assumes := func(c *trail.Call) bool {
		return strings.HasPrefix(c.API.EventName, "AssumeRole") && c.ErrorCode == "" && !c.Time.Before(since)
	}
	for i := range calls {
		c := &calls[i]
		if !assumes(c) || !ours[c.Identity.AccessKeyID] {
			continue
		}
		for _, arn := range c.Resources {
			if !strings.Contains(arn, ":role/") {
				continue
			}
			if byARN[arn] == nil {
				byARN[arn] = &incident.RoleUse{ARN: arn}
			}
			byARN[arn].Count++
			byARN[arn].Last = c.Time
		}
	}
	for i := range calls {
		c := &calls[i]
		if !assumes(c) || ours[c.Identity.AccessKeyID] {
			continue
		}
		for _, arn := range c.Resources {
			if r := byARN[arn]; r != nil && len(r.Others) < maxEach && !slices.Contains(r.Others, clip(c.Identity.Principal())) {
				r.Others = append(r.Others, clip(c.Identity.Principal()))
			}
		}
	}
	out := make([]incident.RoleUse, 0, len(byARN))
	for _, r := range byARN {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b incident.RoleUse) int {
		return cmp.Or(b.Last.Compare(a.Last), strings.Compare(a.ARN, b.ARN))
	})
	return out
}

func first[T any](s []T, n int) []T {
	if len(s) > n {
		return s[:n]
	}
	return s
}

func clip(s string) string {
	if len(s) > maxText {
		return strings.ToValidUTF8(s[:maxText], "") + "..."
	}
	return s
}

func clipAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = clip(s)
	}
	return out
}
