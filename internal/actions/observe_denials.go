package actions

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/trail"
)

// ObserveDenials leaves the key active for a window under the guardrail and
// lists who is refused: every orphan job announces itself. After the cut the
// same calls would leave no trace at all.
type ObserveDenials struct {
	logs *Logs
	// window overrides the playbook's when it is not negative.
	window time.Duration
}

// NewObserveDenials builds the action; a negative window leaves it to the playbook.
func NewObserveDenials(logs *Logs, window time.Duration) *ObserveDenials {
	return &ObserveDenials{logs: logs, window: window}
}

// Params names the parameters, with their kinds, of observe-denials.
func (*ObserveDenials) Params() map[string]string { return map[string]string{"window": "duration"} }

func (a *ObserveDenials) length(r Request) time.Duration {
	if a.window >= 0 {
		return a.window
	}
	return r.Params.Duration("window", 0)
}

// Plan says how long the key stays active.
func (a *ObserveDenials) Plan(_ context.Context, r Request) (incident.Plan, error) {
	w := a.length(r)
	if w == 0 {
		return incident.Plan{Intent: "no observation window was asked for: go straight to the cut",
			Advice: []string{"--observe 15m leaves the key active under the guardrail, so that forgotten jobs show up as denials"}}, nil
	}
	p := incident.Plan{Intent: fmt.Sprintf("leave the key active for %s under the guardrail and list who is denied", w),
		DoesNotStop: []string{"calls the guardrail does not deny go on during the window", "denials arrive in the log minutes later: the list is a lower bound"}}
	if !guardrailFirst(r.State) {
		p.Advice = append(p.Advice, "the guardrail is not in place: nothing would be denied, and the intruder goes on; skip this step")
	}
	return p, nil
}

// Observe waits, then reads the denials since the guardrail was accepted.
func (a *ObserveDenials) Observe(ctx context.Context, r Request) (incident.Observation, error) {
	w := a.length(r)
	if w == 0 {
		return incident.Observation{}, nil
	}
	if err := r.Clock.Sleep(ctx, w); err != nil {
		return incident.Observation{}, fmt.Errorf("observation window: %w", err)
	}
	since, lever := guardedSince(r.State)
	log, _, err := a.logs.read(ctx, r.State.Opened.AccessKey, since, r.Clock.Now())
	if incident.ClassOf(err) == incident.ClassCredentials {
		return incident.Observation{}, err
	}
	if log == nil {
		return incident.Observation{Unseen: []incident.Unseen{unseen("denials under the guardrail", err)}}, nil
	}
	obs := incident.Observation{Denials: denials(log, r.State.Opened.AccessKey, since, lever), Unseen: a.logs.blindSpots(r.Clock.Now())}
	if err != nil {
		obs.Unseen = append(obs.Unseen, unseen("part of the denials under the guardrail", err))
	}
	return obs, nil
}

func guardedSince(s *incident.State) (time.Time, string) {
	for _, l := range s.OpenGuardrails() {
		return l.Times[incident.RungAccepted], l.Change.ID
	}
	return s.OpenedAt, ""
}

func denials(log *trail.Log, key incident.AccessKeyID, since time.Time, lever string) []incident.Denial {
	ours := log.Genealogy().Descendants(string(key))
	type caller struct{ origin, client, op string }
	found := map[caller]*incident.Denial{}
	calls := log.Calls()
	for i := range calls {
		c := &calls[i]
		if c.Family() != trail.FamilyDenied || c.Time.Before(since.Truncate(time.Second)) || !ours[c.Identity.AccessKeyID] {
			continue
		}
		k := caller{trail.Network(c.Client.SourceIPAddress, c.Client.VPCEndpointID), trail.ClientFamily(c.Client.UserAgent), c.API.Name()}
		d := found[k]
		if d == nil {
			d = &incident.Denial{Origin: clip(k.origin), Client: clip(k.client), Operation: k.op, AccessKey: c.Identity.AccessKeyID, First: c.Time, Lever: lever}
			found[k] = d
		}
		d.Count++
		d.Last = c.Time
	}
	out := []incident.Denial{}
	for _, d := range found {
		out = append(out, *d)
	}
	slices.SortFunc(out, func(a, b incident.Denial) int {
		return cmp.Or(cmp.Compare(a.Origin, b.Origin), cmp.Compare(a.Client, b.Client), cmp.Compare(a.Operation, b.Operation))
	})
	return first(out, maxOperations)
}
