package incident

import (
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// anyEvent draws events about few steps and changes, so that they meet.
func anyEvent(t *rapid.T) Event {
	change := rapid.SampledFrom([]string{"guard/1", "cut/1", "cut/2", "cut/1.r1", ""}).Draw(t, "change")
	step := rapid.SampledFrom([]StepID{"guard", "cut", "nowhere", ""}).Draw(t, "step")
	calls := make([]Call, rapid.IntRange(0, 3).Draw(t, "calls"))
	yes := rapid.Bool().Draw(t, "yes")
	rung := rapid.SampledFrom(append(Rungs(), RungNone, "newer")).Draw(t, "rung")
	ev := Evidence{Matches: yes, Calls: calls}
	status := rapid.SampledFrom([]StepStatus{StepDone, StepFailed, StepRefused, StepInDoubt, ""}).Draw(t, "status")
	return rapid.SampledFrom([]Event{
		story()[0].Event, SessionOpened{}, SessionSealed{}, StepStarted{Step: step},
		StepPlanned{Step: step, Gate: "auto", Plan: Plan{Calls: calls, Observed: &Observation{Unseen: []Unseen{{What: "x"}}}}},
		StepApproved{Step: step}, ChangeIntended{Change: Change{ID: change, Step: step, Guardrail: yes}, Rollback: yes},
		ChangeIntended{Change: Change{ID: change, Step: step}},
		AttemptSent{Change: change}, ChangeApplied{Change: change, Receipt: Receipt{Calls: calls}},
		ChangeVerified{Change: change, Rung: rung, Evidence: ev}, ChangeFailed{Change: change, Error: "e", Calls: calls},
		ChangeInDoubt{Change: change, Reason: "r"}, ChangeDrifted{Change: change},
		ChangeSettled{Change: change, Outcome: rapid.SampledFrom([]string{"applied", "not_applied", "drift", ""}).Draw(t, "outcome"), Evidence: ev},
		ChangeRolledBack{Change: change, Evidence: ev}, RollbackRefused{Change: change},
		StepObserved{Step: step, Calls: calls, Observation: Observation{Card: &Card{}, Findings: []Finding{{What: change}},
			Verdicts: []Verdict{{Change: change, Rung: rung, Verdict: Held, Effective: at}}}},
		StepFinished{Step: step, Status: status}, StepSkipped{Step: step}, CapabilityAbsent{}, NoteAdded{}, ConsumerLabelled{Consumer: change},
		HoldSet{}, HoldLifted{}, IncidentClosed{}, TailRecovered{}, UnknownEvent{EntryKind: "x"},
	}).Draw(t, "event")
}

func TestAnySequenceFolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(rapid.Custom(anyEvent), 0, 60).Draw(t, "events")
		facts := story(events...)
		before, err := json.Marshal(facts)
		if err != nil {
			t.Fatal(err)
		}
		s := Fold(facts)
		unknown := 0
		for _, e := range events {
			if _, ok := e.(UnknownEvent); ok {
				unknown++
			}
		}
		if s.Entries != len(facts) || len(s.Lines) != len(facts) || s.Unknown != unknown || len(s.Calls) > maxCalls {
			t.Fatalf("%d facts: %d entries, %d lines, %d unknown", len(facts), s.Entries, len(s.Lines), s.Unknown)
		}
		for _, id := range s.InDoubt() {
			if l := s.Lever(id); l == nil || (l.RolledBack && !l.RollingBack && l.InDoubt == "") {
				t.Fatalf("in doubt: %q, %+v", id, l)
			}
		}
		for i := range s.Levers {
			if l := s.Levers[i]; l.Applied() && (l.RolledBack || l.Failed != "") {
				t.Fatalf("applied and undone: %+v", l)
			}
		}
		if !reflect.DeepEqual(Fold(facts), s) {
			t.Fatal("a second fold differs")
		}
		if after, err := json.Marshal(facts); err != nil || string(after) != string(before) {
			t.Fatal("folding changed the facts")
		}
	})
}
