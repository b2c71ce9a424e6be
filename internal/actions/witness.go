package actions

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/trail"
)

// LogWitness answers, from the account's event history, who undid a lever and
// since when a lever is seen to refuse calls. Silence is an empty answer.
type LogWitness struct {
	history trail.EventHistory
	pace    trail.Pacer
	clock   Clock
	key     incident.AccessKeyID
}

// NewLogWitness builds a witness over the event history.
func NewLogWitness(history trail.EventHistory, clock Clock, key incident.AccessKeyID) *LogWitness {
	return &LogWitness{history: history, pace: NewPace(clock), clock: clock, key: key}
}

// Who names the last principal, other than us, that wrote to the change's
// resource after since.
func (w *LogWitness) Who(ctx context.Context, c incident.Change, since time.Time, ours []string) string {
	if err := w.pace.Wait(ctx); err != nil {
		return ""
	}
	page, err := w.history.LookupEvents(ctx, trail.HistoryQuery{Attribute: trail.AttributeResourceName, Value: nameOf(c.Resource), Start: since, End: w.clock.Now()})
	if err != nil {
		return ""
	}
	var newest trail.Record
	for _, raw := range page.Events {
		rec, err := trail.ParseRecord(raw)
		if err != nil || rec.ErrorCode != "" || rec.ReadOnly || slices.Contains(ours, rec.RequestID) || !writes(c.Kind, rec.EventName) {
			continue
		}
		if rec.EventTime.After(newest.EventTime) {
			newest = rec
		}
	}
	if newest.EventName == "" {
		return ""
	}
	return clip(fmt.Sprintf("%s with %s from %s at %s", newest.Identity.Principal(), newest.EventName, newest.SourceIPAddress, newest.EventTime.UTC().Format("15:04:05Z")))
}

func writes(kind incident.ChangeKind, event string) bool {
	switch kind {
	case incident.AccessKeyStatus:
		return strings.HasSuffix(event, "AccessKey")
	case incident.UserTags:
		return strings.HasSuffix(event, "agUser")
	}
	return strings.Contains(event, "Policy")
}

// FirstDenial is when the log first shows the key, or a session of it, refused
// after the lever was accepted. Only deny levers leave such a trace.
func (w *LogWitness) FirstDenial(ctx context.Context, c incident.Change, since time.Time) time.Time {
	if c.Kind != incident.UserInlinePolicy {
		return time.Time{}
	}
	doc, err := policy.Parse([]byte(c.After))
	if err != nil {
		return time.Time{}
	}
	lever := doc.Compile()
	if err := w.pace.Wait(ctx); err != nil {
		return time.Time{}
	}
	page, err := w.history.LookupEvents(ctx, trail.HistoryQuery{Attribute: trail.AttributeAccessKeyID, Value: string(w.key), Start: since, End: w.clock.Now()})
	if err != nil {
		return time.Time{}
	}
	var firstDenied time.Time
	for _, raw := range page.Events {
		rec, err := trail.ParseRecord(raw)
		if err != nil || trail.FamilyOf(rec.ErrorCode) != trail.FamilyDenied || !strings.Contains(rec.ErrorMessage, "explicit deny") || !denies(lever, rec) {
			continue
		}
		if firstDenied.IsZero() || rec.EventTime.Before(firstDenied) {
			firstDenied = rec.EventTime
		}
	}
	return firstDenied
}

// denies reports whether this lever, and not only some other deny, refuses the
// recorded call, whatever the log leaves open.
func denies(lever *policy.Policy, rec trail.Record) bool {
	who, err := policy.ParsePrincipal(rec.Identity.ARN)
	if err != nil {
		return false
	}
	token := []string{"aws:TokenIssueTime"}
	ctx := policy.NewPartialContext(nil, token, nil)
	if strings.HasPrefix(rec.Identity.AccessKeyID, "ASIA") {
		ctx = policy.NewPartialContext(nil, nil, token)
	}
	f := policy.ForecastDeny(lever, policy.Request{Principal: who, Action: trail.ActionOf(rec.EventSource, rec.EventName).Primary, Context: ctx}, nil)
	return f.Verdict == policy.VerdictDenied
}
