package actions

import (
	"context"
	"fmt"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
)

// MapDependencies plans nothing: it reads who really uses the key.
type MapDependencies struct{ logs *Logs }

// NewMapDependencies builds the action over the logs.
func NewMapDependencies(logs *Logs) *MapDependencies { return &MapDependencies{logs: logs} }

// Params names the parameters, with their kinds, of map-dependencies.
func (*MapDependencies) Params() map[string]string { return map[string]string{"window": "duration"} }

// Plan reads the window and keeps consumers, sessions, roles and blind spots.
func (a *MapDependencies) Plan(ctx context.Context, r Request) (incident.Plan, error) {
	now := r.Clock.Now()
	window := r.Params.Duration("window", 90*24*time.Hour)
	p := incident.Plan{Intent: "find out who really depends on this key: consumers, not identities"}
	u, err := a.logs.Usage(ctx, r.State.Opened.AccessKey, now.Add(-window), now)
	if incident.ClassOf(err) == incident.ClassCredentials {
		return p, err
	}
	if err != nil {
		p.Observed = &incident.Observation{Unseen: []incident.Unseen{unseen("dependencies of the key", err)}}
		p.Advice = append(p.Advice, "BLIND: no log could be read; pass --logs FILE or DIR to map from files")
		return p, nil
	}
	p.Observed = &incident.Observation{Usage: &u, Unseen: a.logs.blindSpots(now)}
	due := 0
	for _, c := range u.Consumers {
		if !c.NextDue.IsZero() {
			due++
		}
	}
	p.Checks = []incident.Check{
		{Text: fmt.Sprintf("%d consumer(s), %d of them on a schedule", len(u.Consumers)+u.Truncated, due), OK: true},
		{Text: fmt.Sprintf("%d records matched of %d read", u.Matched, u.Records), OK: u.Matched > 0}}
	return p, nil
}
