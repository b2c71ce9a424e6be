package incident

import "time"

// StepStatus is where a step stands.
type StepStatus string

// The step statuses. The last six are the ones of the command contract.
const (
	StepPending    StepStatus = "pending"
	StepPlanning   StepStatus = "planning"
	StepWaiting    StepStatus = "waiting"
	StepRunning    StepStatus = "running"
	StepDone       StepStatus = "done"
	StepWasSkipped StepStatus = "skipped"
	StepRefused    StepStatus = "refused"
	StepFailed     StepStatus = "failed"
	StepInDoubt    StepStatus = "in_doubt"
	StepRolledBack StepStatus = "rolled_back"
)

// Ended reports whether nothing more will happen in the step by itself.
func (s StepStatus) Ended() bool {
	switch s {
	case StepDone, StepWasSkipped, StepRefused, StepFailed, StepInDoubt, StepRolledBack:
		return true
	}
	return false
}

// State is everything a screen or a report shows. Only Reduce builds one.
type State struct {
	Opened   IncidentOpened
	OpenedAt time.Time
	Sessions []SessionOpened
	Stages   []Stage
	// Current is the step the walk stands at; "" before the first and after the last.
	Current StepID
	Card    *Card
	Usage   *Usage
	// Levers are the intended changes in order, each with its ladder.
	Levers   []Lever
	Findings []Finding
	Denials  []Denial
	Unseen   []Unseen
	Absent   []CapabilityAbsent
	Hold     *HoldSet
	Notes    []Note
	Drifts   []ChangeDrifted
	Refusals []RollbackRefused
	Closed   *IncidentClosed
	Sealed   bool
	// Entries, Head and Last are the journal's own figures.
	Entries int
	Head    string
	Last    time.Time
	// Lines is the journal view: one line an entry. Calls is the command log.
	Lines   []Line
	Calls   []LoggedCall
	Unknown int
	// Labels are human judgements of consumers by id.
	Labels map[string]ConsumerLabelled
}

// Stage is one stage of the rail.
type Stage struct {
	ID    string
	Title string
	Steps []Step
}

// Step is one step of the rail with what is known about it.
type Step struct {
	StepOutline
	Status   StepStatus
	Plan     *Plan
	Digest   string
	Planned  time.Time
	Approved *StepApproved
	Observed *Observation
	Detail   string
	Hint     string
	// Deferred is set for a skip that nobody decided (see StepSkipped).
	Deferred bool
	// Changes are the ids of the levers the step pulled.
	Changes []string
}

// Lever is one change with the times of its rungs.
type Lever struct {
	Change Change
	// Times holds when each rung was reached.
	Times     map[Rung]time.Time
	Rung      Rung
	RequestID string
	Failed    string
	InDoubt   string
	Verdict   *Verdict
	// RolledBack is set once Before was restored (or found restored).
	RolledBack bool
	// RollingBack is set between the intent to roll back and its outcome.
	RollingBack bool
	Evidence    *Evidence
}

// Applied reports whether AWS accepted the change and nobody undid it through us.
func (l Lever) Applied() bool {
	return l.Failed == "" && !l.RolledBack && (l.Rung != RungNone && l.Rung != RungSent)
}

// Note is a human line with its time.
type Note struct {
	NoteAdded
	Seq uint64
	At  time.Time
}

// Line is one journal entry as the journal view shows it.
type Line struct {
	Seq  uint64
	At   time.Time
	Kind string
	Text string
	Star bool
}

// LoggedCall is one AWS call with the time of the entry that recorded it.
type LoggedCall struct {
	Call
	At time.Time
}

// Step returns the step with the id, or nil.
func (s *State) Step(id StepID) *Step {
	for i := range s.Stages {
		for j := range s.Stages[i].Steps {
			if s.Stages[i].Steps[j].ID == id {
				return &s.Stages[i].Steps[j]
			}
		}
	}
	return nil
}

// Unfinished lists the steps that ended without success and were not skipped
// by a decision: they stand between the incident and its close.
func (s *State) Unfinished() []StepID {
	var out []StepID
	for _, stage := range s.Stages {
		for _, st := range stage.Steps {
			switch st.Status {
			case StepFailed, StepRefused, StepInDoubt:
				out = append(out, st.ID)
			}
		}
	}
	return out
}

// Lever returns the lever of the change id, or nil.
func (s *State) Lever(change string) *Lever {
	for i := range s.Levers {
		if s.Levers[i].Change.ID == change {
			return &s.Levers[i]
		}
	}
	return nil
}

// InDoubt lists the ids of the changes whose effect is not known: an intent
// without an outcome counts, whatever wrote it.
func (s *State) InDoubt() []string {
	var ids []string
	for i := range s.Levers {
		l := &s.Levers[i]
		if l.InDoubt != "" || l.RollingBack || (l.Rung == RungSent && l.Failed == "" && !l.RolledBack) {
			ids = append(ids, l.Change.ID)
		}
	}
	return ids
}

// OpenGuardrails lists the guardrails that are in place and not rolled back.
func (s *State) OpenGuardrails() []*Lever {
	var out []*Lever
	for i := range s.Levers {
		if l := &s.Levers[i]; l.Change.Guardrail && l.Applied() {
			out = append(out, l)
		}
	}
	return out
}

// Overdue lists the guardrails still in place at now whose review time has passed.
func (s *State) Overdue(now time.Time) []*Lever {
	if s.Opened.ReviewAt.IsZero() || !now.After(s.Opened.ReviewAt) {
		return nil
	}
	return s.OpenGuardrails()
}
