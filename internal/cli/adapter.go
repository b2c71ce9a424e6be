package cli

import (
	"context"

	"github.com/ircontain/ircontain/internal/actions"
	"github.com/ircontain/ircontain/internal/engine"
	"github.com/ircontain/ircontain/internal/incident"
)

// planner is an action of package actions; the engine and the actions do not
// know each other, so the composition root translates the request.
type planner interface {
	Plan(context.Context, actions.Request) (incident.Plan, error)
	Params() map[string]string
}

type observer interface {
	Observe(context.Context, actions.Request) (incident.Observation, error)
}

type planAdapter struct{ planner }

func (p planAdapter) Plan(ctx context.Context, r engine.Request) (incident.Plan, error) {
	return p.planner.Plan(ctx, translate(r))
}

type observeAdapter struct {
	planAdapter
	observer
}

func (o observeAdapter) Observe(ctx context.Context, r engine.Request) (incident.Observation, error) {
	return o.observer.Observe(ctx, translate(r))
}

func translate(r engine.Request) actions.Request {
	return actions.Request{Step: incident.StepID(r.Step.ID), State: r.State, Params: r.Step, Clock: r.Clock,
		Owner: r.Policy.Owner, Reason: r.Policy.Reason, ReviewAt: r.Policy.ReviewAt}
}

func adapt(p planner) engine.Action {
	if o, ok := p.(observer); ok {
		return observeAdapter{planAdapter{p}, o}
	}
	return planAdapter{p}
}
