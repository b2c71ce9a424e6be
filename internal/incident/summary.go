package incident

import (
	"fmt"
	"strings"
)

// Kind and Summary of every event, side by side, so that a new event is one
// line here and one in Decode.

func (e IncidentOpened) Kind() string   { return "genesis" }
func (e SessionOpened) Kind() string    { return "session_opened" }
func (e StepStarted) Kind() string      { return "step_started" }
func (e StepPlanned) Kind() string      { return "step_planned" }
func (e StepApproved) Kind() string     { return "step_approved" }
func (e ChangeIntended) Kind() string   { return "change_intended" }
func (e AttemptSent) Kind() string      { return "attempt_sent" }
func (e ChangeApplied) Kind() string    { return "change_applied" }
func (e ChangeVerified) Kind() string   { return "change_verified" }
func (e ChangeFailed) Kind() string     { return "change_failed" }
func (e ChangeInDoubt) Kind() string    { return "change_in_doubt" }
func (e ChangeSettled) Kind() string    { return "change_settled" }
func (e ChangeDrifted) Kind() string    { return "change_drifted" }
func (e ChangeRolledBack) Kind() string { return "change_rolled_back" }
func (e RollbackRefused) Kind() string  { return "rollback_refused" }
func (e StepObserved) Kind() string     { return "step_observed" }
func (e StepFinished) Kind() string     { return "step_finished" }
func (e StepSkipped) Kind() string      { return "step_skipped" }
func (e CapabilityAbsent) Kind() string { return "capability_absent" }
func (e NoteAdded) Kind() string        { return "note_added" }
func (e ConsumerLabelled) Kind() string { return "consumer_labelled" }
func (e HoldSet) Kind() string          { return "hold_set" }
func (e HoldLifted) Kind() string       { return "hold_lifted" }
func (e IncidentClosed) Kind() string   { return "incident_closed" }
func (e SessionSealed) Kind() string    { return "session_sealed" }

func (e TailRecovered) Kind() string { return "recovered" }

func (e IncidentOpened) Summary() string {
	return fmt.Sprintf("incident %s opened: %s, account %s, key %s", e.ID, e.Mode, e.Account, e.AccessKey.Short())
}

func (e SessionOpened) Summary() string {
	verb := "sitting opened"
	switch {
	case e.Handover:
		verb = "sitting taken over"
	case e.Resumed:
		verb = "sitting resumed"
	}
	return fmt.Sprintf("%s by %s as %s", verb, e.Operator, e.Caller)
}

func (e StepStarted) Summary() string { return fmt.Sprintf("%s started", e.Step) }

func (e StepPlanned) Summary() string {
	return fmt.Sprintf("%s planned: %d change(s), plan %.8s", e.Step, len(e.Plan.Changes), e.Digest)
}

func (e StepApproved) Summary() string {
	return fmt.Sprintf("%s approved by %s (%s), plan %.8s", e.Step, e.By, e.How, e.Digest)
}

func (e ChangeIntended) Summary() string {
	if e.Rollback {
		return fmt.Sprintf("INTENT roll back %s: %s", e.Change.ID, e.Change.Undo)
	}
	return fmt.Sprintf("INTENT %s: %s", e.Change.ID, e.Change.Call)
}

func (e AttemptSent) Summary() string { return fmt.Sprintf("%s attempt %d sent", e.Change, e.Attempt) }

func (e ChangeApplied) Summary() string {
	return fmt.Sprintf("%s accepted by AWS, request %s", e.Change, e.Receipt.RequestID)
}

func (e ChangeVerified) Summary() string {
	if e.Evidence.Matches {
		return fmt.Sprintf("%s read back as asked (%s)", e.Change, e.Rung)
	}
	return fmt.Sprintf("%s reads back DIFFERENT: %s", e.Change, e.Evidence.Detail)
}

func (e ChangeFailed) Summary() string {
	return fmt.Sprintf("%s REFUSED by AWS: %s", e.Change, e.Error)
}

func (e ChangeInDoubt) Summary() string { return fmt.Sprintf("%s IN DOUBT: %s", e.Change, e.Reason) }

func (e ChangeSettled) Summary() string { return fmt.Sprintf("%s settled: %s", e.Change, e.Outcome) }

func (e ChangeDrifted) Summary() string {
	by := e.By
	if by == "" {
		by = "unknown"
	}
	return fmt.Sprintf("DRIFT %s changed by %s during %s", e.Change, by, e.During)
}

func (e ChangeRolledBack) Summary() string {
	if e.Already {
		return fmt.Sprintf("%s was already back as found", e.Change)
	}
	return fmt.Sprintf("%s rolled back and read back, request %s", e.Change, e.Receipt.RequestID)
}

func (e RollbackRefused) Summary() string {
	return fmt.Sprintf("roll back of %s refused: %s", e.Change, e.Reason)
}

func (e StepObserved) Summary() string {
	var parts []string
	o := e.Observation
	if n := len(o.Verdicts); n > 0 {
		parts = append(parts, fmt.Sprintf("%d lever verdict(s)", n))
	}
	if n := len(o.Findings); n > 0 {
		parts = append(parts, fmt.Sprintf("%d finding(s)", n))
	}
	if n := len(o.Denials); n > 0 {
		parts = append(parts, fmt.Sprintf("%d caller(s) denied", n))
	}
	if o.Usage != nil {
		parts = append(parts, fmt.Sprintf("%d consumer(s)", len(o.Usage.Consumers)))
	}
	if len(parts) == 0 {
		parts = append(parts, "nothing new")
	}
	return fmt.Sprintf("%s observed: %s", e.Step, strings.Join(parts, ", "))
}

func (e StepFinished) Summary() string {
	s := fmt.Sprintf("%s %s", e.Step, e.Status)
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

func (e StepSkipped) Summary() string {
	return fmt.Sprintf("%s skipped by %s: %s", e.Step, e.By, e.Reason)
}

func (e CapabilityAbsent) Summary() string {
	return fmt.Sprintf("capability absent: %s (%s)", e.Operation, e.Detail)
}

func (e NoteAdded) Summary() string {
	if e.Star {
		return fmt.Sprintf("NOTE * %s: %s", e.By, e.Text)
	}
	return fmt.Sprintf("NOTE %s: %s", e.By, e.Text)
}

func (e ConsumerLabelled) Summary() string {
	return fmt.Sprintf("consumer %s labelled %s%s by %s", e.Consumer, e.Label, e.Owner, e.By)
}

func (e HoldSet) Summary() string    { return "HOLD set by " + e.By }
func (e HoldLifted) Summary() string { return fmt.Sprintf("hold lifted by %s: %s", e.By, e.Reason) }

func (e IncidentClosed) Summary() string {
	return fmt.Sprintf("incident closed by %s, %d guardrail(s) stay with an owner", e.By, len(e.Debts))
}

func (e SessionSealed) Summary() string { return "sitting sealed: " + e.Why }

func (e TailRecovered) Summary() string {
	return fmt.Sprintf("%d torn byte(s) cut from the tail, kept as blob %.12s", e.Bytes, e.SHA256)
}
