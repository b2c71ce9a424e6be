package engine

import (
	"context"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/journal"
	"github.com/ircontain/ircontain/internal/playbook"
)

// Request is what an action gets: the incident so far, the step's parameters
// and the incident clock.
type Request struct {
	Step   playbook.Step
	State  *incident.State
	Clock  Clock
	Policy Contract
}

// Action plans one kind of step, by reads only.
type Action interface {
	Plan(ctx context.Context, r Request) (incident.Plan, error)
}

// Observer is an Action that looks again after its step was approved and its
// changes, if any, were applied.
type Observer interface {
	Observe(ctx context.Context, r Request) (incident.Observation, error)
}

// Lever is one kind of change. Apply and Restore send exactly one mutating
// call; Read gives the canonical value that AWS holds now.
type Lever interface {
	Apply(ctx context.Context, c incident.Change) (incident.Receipt, error)
	Read(ctx context.Context, c incident.Change) (string, error)
	Restore(ctx context.Context, c incident.Change) (incident.Receipt, error)
}

// Forecaster says which consumers a set of changes is expected to break.
type Forecaster func(changes []incident.Change, s *incident.State) *incident.Forecast

// Witness knows, from the account's own log, who changed a resource and who
// was refused. It may know nothing: then the answers are empty, not invented.
type Witness interface {
	// Who names the principal that last wrote to the resource of the change
	// after since, other than by the request ids that are ours.
	Who(ctx context.Context, c incident.Change, since time.Time, ours []string) string
	// FirstDenial is when the log first shows a call refused because of the change.
	FirstDenial(ctx context.Context, c incident.Change, since time.Time) time.Time
}

// Clock is the incident clock. Sleep waits out a settle time; on a virtual
// clock it moves the clock instead.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
}

// Contract is what every guardrail needs before it may be set.
type Contract struct {
	Owner    string
	Reason   string
	ReviewAt time.Time
}

// Config wires an Engine.
type Config struct {
	Playbook *playbook.Playbook
	// Opened is the genesis of a new incident; on resume it is read from the journal.
	Opened   incident.IncidentOpened
	Journal  *journal.Writer
	Operator string
	Caller   string
	Version  string
	Actions  map[string]Action
	Levers   map[incident.ChangeKind]Lever
	Forecast Forecaster
	Witness  Witness
	Clock    Clock
	// Auto, when set, makes every decision (headless). Otherwise Run waits for Decide.
	Auto func(*incident.State) incident.Decision
}
