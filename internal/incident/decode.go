package incident

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ircontain/ircontain/internal/journal"
)

// Fact is an event with its place in the journal.
type Fact struct {
	Seq     uint64
	Time    time.Time
	Session string
	// Hash is the SHA-256 of the raw line, in hex: the head after this fact.
	Hash  string
	Event Event
}

// UnknownEvent stands for an entry whose kind this binary does not know, or
// whose body it cannot read. It is shown, never dropped.
type UnknownEvent struct {
	EntryKind string
	Problem   string
}

// Kind returns the entry's own kind.
func (e UnknownEvent) Kind() string { return e.EntryKind }

// Summary says what is wrong with the entry.
func (e UnknownEvent) Summary() string {
	return fmt.Sprintf("entry of kind %q not understood: %s", e.EntryKind, e.Problem)
}

// FromEntry decodes one journal entry.
func FromEntry(e journal.Entry) Fact {
	return Fact{Seq: e.Seq, Time: e.Time, Session: e.Session, Hash: e.Hash.String(), Event: decode(e.Kind, e.Body)}
}

func decode(kind string, body []byte) Event {
	switch kind {
	case "genesis":
		return into[IncidentOpened](kind, body)
	case "session_opened":
		return into[SessionOpened](kind, body)
	case "step_started":
		return into[StepStarted](kind, body)
	case "step_planned":
		return into[StepPlanned](kind, body)
	case "step_approved":
		return into[StepApproved](kind, body)
	case "change_intended":
		return into[ChangeIntended](kind, body)
	case "attempt_sent":
		return into[AttemptSent](kind, body)
	case "change_applied":
		return into[ChangeApplied](kind, body)
	case "change_verified":
		return into[ChangeVerified](kind, body)
	case "change_failed":
		return into[ChangeFailed](kind, body)
	case "change_in_doubt":
		return into[ChangeInDoubt](kind, body)
	case "change_settled":
		return into[ChangeSettled](kind, body)
	case "change_drifted":
		return into[ChangeDrifted](kind, body)
	case "change_rolled_back":
		return into[ChangeRolledBack](kind, body)
	}
	return decodeRest(kind, body)
}

func decodeRest(kind string, body []byte) Event {
	switch kind {
	case "rollback_refused":
		return into[RollbackRefused](kind, body)
	case "step_observed":
		return into[StepObserved](kind, body)
	case "step_finished":
		return into[StepFinished](kind, body)
	case "step_skipped":
		return into[StepSkipped](kind, body)
	case "capability_absent":
		return into[CapabilityAbsent](kind, body)
	case "note_added":
		return into[NoteAdded](kind, body)
	case "consumer_labelled":
		return into[ConsumerLabelled](kind, body)
	case "hold_set":
		return into[HoldSet](kind, body)
	case "hold_lifted":
		return into[HoldLifted](kind, body)
	case "incident_closed":
		return into[IncidentClosed](kind, body)
	case "recovered":
		return into[TailRecovered](kind, body)
	case "session_sealed":
		return into[SessionSealed](kind, body)
	}
	return UnknownEvent{EntryKind: kind, Problem: "unknown kind"}
}

func into[E Event](kind string, body []byte) Event {
	var e E
	if err := json.Unmarshal(body, &e); err != nil {
		return UnknownEvent{EntryKind: kind, Problem: err.Error()}
	}
	return e
}
