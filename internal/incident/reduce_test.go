package incident

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

// story turns events into facts one second apart, after an opening with the
// steps guard and cut.
func story(events ...Event) []Fact {
	opened := IncidentOpened{ID: "i", ReviewAt: at.Add(time.Hour), Outline: []StageOutline{
		{ID: "guard", Steps: []StepOutline{{ID: "guard", Gate: "typed"}}},
		{ID: "cut", Steps: []StepOutline{{ID: "cut", Gate: "typed"}}},
	}}
	var facts []Fact
	for i, e := range append([]Event{opened}, events...) {
		facts = append(facts, Fact{Seq: uint64(i), Time: at.Add(time.Duration(i) * time.Second), Hash: fmt.Sprintf("%064d", i), Event: e})
	}
	return facts
}

func intent(id, step string) ChangeIntended {
	return ChangeIntended{Change: Change{ID: id, Step: StepID(step), Guardrail: step == "guard"}}
}

func undo(id string) ChangeIntended {
	return ChangeIntended{Change: Change{ID: id, Step: "cut"}, Rollback: true}
}

func TestLadder(t *testing.T) {
	t.Parallel()
	in, sent := intent("cut/1", "cut"), AttemptSent{Change: "cut/1", Attempt: 1}
	applied := ChangeApplied{Change: "cut/1", Receipt: Receipt{RequestID: "r-1"}}
	verified := ChangeVerified{Change: "cut/1", Rung: RungReadBack, Evidence: Evidence{Observed: "Inactive", Matches: true}}
	differs := ChangeVerified{Change: "cut/1", Rung: RungReadBack, Evidence: Evidence{Observed: "Active"}}
	refused := ChangeFailed{Change: "cut/1", Error: "AccessDenied"}
	doubt := ChangeInDoubt{Change: "cut/1", Reason: "no answer"}
	back := ChangeRolledBack{Change: "cut/1", Evidence: Evidence{Observed: "Active"}}
	settled := func(outcome string) ChangeSettled { return ChangeSettled{Change: "cut/1", Outcome: outcome} }
	verdict := func(v Verdict) StepObserved {
		v.Change = "cut/1"
		return StepObserved{Step: "cut", Observation: Observation{Verdicts: []Verdict{v}}}
	}
	type want struct {
		rung                       Rung
		applied, inDoubt, rollback bool
		failed                     bool
	}
	for name, c := range map[string]struct {
		events []Event
		want   want
	}{
		"intent":                  {[]Event{in}, want{rung: RungSent, inDoubt: true}},
		"sent":                    {[]Event{in, sent}, want{rung: RungSent, inDoubt: true}},
		"accepted":                {[]Event{in, sent, applied}, want{rung: RungAccepted, applied: true}},
		"read back":               {[]Event{in, sent, applied, verified}, want{rung: RungReadBack, applied: true}},
		"reads back different":    {[]Event{in, sent, applied, differs}, want{rung: RungAccepted, applied: true}},
		"refused":                 {[]Event{in, sent, refused}, want{rung: RungSent, failed: true}},
		"no answer":               {[]Event{in, sent, doubt}, want{rung: RungSent, inDoubt: true}},
		"doubt settled applied":   {[]Event{in, sent, doubt, settled("applied")}, want{rung: RungReadBack, applied: true}},
		"doubt settled not":       {[]Event{in, sent, doubt, settled("not_applied")}, want{rung: RungNone, failed: true}},
		"doubt settled drift":     {[]Event{in, sent, doubt, settled("drift")}, want{rung: RungSent, failed: true}},
		"applied after doubt":     {[]Event{in, sent, doubt, applied}, want{rung: RungAccepted, applied: true}},
		"effective":               {[]Event{in, applied, verified, verdict(Verdict{Rung: RungEffective})}, want{rung: RungEffective, applied: true}},
		"held":                    {[]Event{in, applied, verified, verdict(Verdict{Verdict: Held})}, want{rung: RungHeld, applied: true}},
		"seen refusing":           {[]Event{in, applied, verified, verdict(Verdict{Verdict: Blind, Effective: at})}, want{rung: RungEffective, applied: true}},
		"blind proves nothing":    {[]Event{in, applied, verdict(Verdict{Verdict: Blind})}, want{rung: RungAccepted, applied: true}},
		"reverted falls":          {[]Event{in, applied, verified, verdict(Verdict{Verdict: RevertedBy, Rung: RungAccepted})}, want{rung: RungAccepted, applied: true}},
		"rolling back":            {[]Event{in, applied, verified, undo("cut/1")}, want{rung: RungReadBack, applied: true, inDoubt: true}},
		"attempt to roll back":    {[]Event{in, applied, undo("cut/1"), sent}, want{rung: RungAccepted, applied: true, inDoubt: true}},
		"rolled back":             {[]Event{in, applied, verified, undo("cut/1"), back}, want{rung: RungReadBack, rollback: true}},
		"found rolled back":       {[]Event{in, applied, back}, want{rung: RungAccepted, rollback: true}},
		"rollback refused by AWS": {[]Event{in, applied, verified, undo("cut/1"), refused}, want{rung: RungReadBack, applied: true}},
		"rollback in doubt":       {[]Event{in, applied, undo("cut/1"), doubt}, want{rung: RungAccepted, applied: true, inDoubt: true}},
		"rollback settled back":   {[]Event{in, applied, undo("cut/1"), doubt, settled("not_applied")}, want{rung: RungAccepted, rollback: true}},
		"rollback settled not":    {[]Event{in, applied, undo("cut/1"), doubt, settled("applied")}, want{rung: RungAccepted, applied: true}},
		"rollback settled drift":  {[]Event{in, applied, undo("cut/1"), doubt, settled("drift")}, want{rung: RungAccepted, applied: true}},
		"doubt rolled back":       {[]Event{in, sent, doubt, undo("cut/1"), back}, want{rung: RungSent, rollback: true}},
		"resumed after failure":   {[]Event{in, sent, refused, in, sent, applied}, want{rung: RungAccepted, applied: true}},
		"resumed is a new ladder": {[]Event{in, applied, verified, undo("cut/1"), back, in}, want{rung: RungSent, inDoubt: true}},
		"drift is only noted":     {[]Event{in, applied, ChangeDrifted{Change: "cut/1"}}, want{rung: RungAccepted, applied: true}},
	} {
		s := Fold(story(c.events...))
		if len(s.Levers) != 1 {
			t.Fatalf("%s: %d levers", name, len(s.Levers))
		}
		l := s.Levers[0]
		got := want{l.Rung, l.Applied(), len(s.InDoubt()) == 1, l.RolledBack, l.Failed != ""}
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
		if step := s.Step("cut"); len(step.Changes) != 1 || step.Changes[0] != "cut/1" {
			t.Errorf("%s: the step lists %v", name, step.Changes)
		}
	}
}

func TestRungsKeepTheirFirstTime(t *testing.T) {
	t.Parallel()
	applied := ChangeApplied{Change: "cut/1"}
	s := Fold(story(intent("cut/1", "cut"), applied, ChangeVerified{Change: "cut/1", Rung: RungReadBack, Evidence: Evidence{Matches: true}}, applied))
	l := s.Lever("cut/1")
	want := map[Rung]time.Time{RungAccepted: at.Add(2 * time.Second), RungReadBack: at.Add(3 * time.Second)}
	if !reflect.DeepEqual(l.Times, want) || l.Rung != RungReadBack {
		t.Errorf("%s at %v, want %v", l.Rung, l.Times, want)
	}
}

func TestStepStatus(t *testing.T) {
	t.Parallel()
	planned := StepPlanned{Step: "cut", Gate: "typed", Digest: "d", Plan: Plan{Intent: "x"}}
	auto := planned
	auto.Gate = "auto"
	approved := StepApproved{Step: "cut", By: "ana"}
	one, two := intent("cut/1", "cut"), intent("cut/2", "cut")
	pulled := []Event{planned, approved, one, ChangeApplied{Change: "cut/1"}, two, ChangeApplied{Change: "cut/2"}, StepFinished{Step: "cut", Status: StepDone}}
	back := func(id string) []Event { return []Event{undo(id), ChangeRolledBack{Change: id}} }
	settledBack := []Event{undo("cut/2"), ChangeInDoubt{Change: "cut/2"}, ChangeSettled{Change: "cut/2", Outcome: "not_applied"}}
	join := func(parts ...[]Event) []Event {
		var out []Event
		for _, p := range parts {
			out = append(out, p...)
		}
		return out
	}
	for name, c := range map[string]struct {
		events []Event
		want   StepStatus
	}{
		"nothing yet":                 {nil, StepPending},
		"started":                     {[]Event{StepStarted{Step: "cut"}}, StepPlanning},
		"planned waits":               {[]Event{StepStarted{Step: "cut"}, planned}, StepWaiting},
		"planned and automatic runs":  {[]Event{auto}, StepRunning},
		"approved":                    {[]Event{planned, approved}, StepRunning},
		"planned again waits again":   {[]Event{planned, approved, planned}, StepWaiting},
		"finished":                    {pulled, StepDone},
		"failed":                      {[]Event{planned, approved, StepFinished{Step: "cut", Status: StepFailed}}, StepFailed},
		"skipped":                     {[]Event{planned, StepSkipped{Step: "cut", Reason: "why"}}, StepWasSkipped},
		"one of two rolled back":      {join(pulled, back("cut/2")), StepDone},
		"both rolled back":            {join(pulled, back("cut/2"), back("cut/1")), StepRolledBack},
		"the last settled as undone":  {join(pulled, back("cut/1"), settledBack), StepRolledBack},
		"one settled, one still held": {join(pulled, settledBack), StepDone},
		"a step that is not there":    {[]Event{StepStarted{Step: "x"}, StepPlanned{Step: "x"}, StepApproved{Step: "x"}, StepFinished{Step: "x"}, StepSkipped{Step: "x"}, StepObserved{Step: "x"}}, StepPending},
	} {
		s := Fold(story(c.events...))
		if got := s.Step("cut").Status; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if s.Step("guard").Status != StepPending {
			t.Errorf("%s: the other step moved", name)
		}
	}
}

func TestGuardrailDebt(t *testing.T) {
	t.Parallel()
	facts := story(intent("guard/1", "guard"), ChangeApplied{Change: "guard/1"}, intent("cut/1", "cut"), ChangeApplied{Change: "cut/1"})
	s := Fold(facts)
	if g := s.OpenGuardrails(); len(g) != 1 || g[0].Change.ID != "guard/1" {
		t.Errorf("open guardrails: %v", g)
	}
	review := at.Add(time.Hour)
	for now, want := range map[time.Time]int{review.Add(-time.Second): 0, review: 0, review.Add(time.Second): 1} {
		if got := s.Overdue(now); len(got) != want {
			t.Errorf("overdue at %s: %d", now, len(got))
		}
	}
	s = Reduce(s, Fact{Seq: 9, Event: ChangeRolledBack{Change: "guard/1"}})
	if g := s.OpenGuardrails(); len(g) != 0 || len(s.Overdue(review.Add(time.Hour))) != 0 {
		t.Errorf("after rollback: %v", g)
	}
	var never State
	if len(never.Overdue(at.AddDate(100, 0, 0))) != 0 {
		t.Error("an incident without a review time is overdue")
	}
}

func TestSittingsHoldsNotesAndLabels(t *testing.T) {
	t.Parallel()
	s := Fold(story(SessionOpened{Session: "1"}, SessionSealed{Session: "1"}))
	if !s.Sealed || len(s.Sessions) != 1 {
		t.Errorf("sealed: %+v", s.Sessions)
	}
	s = Fold(story(SessionOpened{Session: "1"}, SessionSealed{}, SessionOpened{Session: "2"}, HoldSet{By: "ana"}))
	if s.Sealed || len(s.Sessions) != 2 || s.Hold == nil || s.Hold.By != "ana" {
		t.Errorf("reopened and held: %+v", s)
	}
	s = Fold(story(HoldSet{By: "ana"}, HoldLifted{}, StepStarted{Step: "cut"}, IncidentClosed{By: "bo"}, NoteAdded{Text: "t", Star: true},
		ConsumerLabelled{Consumer: "c", Label: "legitimate", By: "ana"}, ConsumerLabelled{Consumer: "c", Owner: "team", By: "bo"}))
	if s.Hold != nil || s.Closed == nil || s.Closed.By != "bo" || s.Current != "" {
		t.Errorf("lifted and closed: %+v", s)
	}
	if len(s.Notes) != 1 || s.Notes[0].Seq != 5 || !s.Lines[5].Star || s.Lines[4].Star {
		t.Errorf("notes: %+v", s.Notes)
	}
	if l := s.Labels["c"]; l.Label != "legitimate" || l.Owner != "team" || l.By != "bo" {
		t.Errorf("label and owner add up: %+v", l)
	}
	if s.Entries != 8 || s.Last != at.Add(7*time.Second) || s.Head != fmt.Sprintf("%064d", 7) {
		t.Errorf("figures: %d %s %s", s.Entries, s.Last, s.Head)
	}
}

func TestObservationsAddUp(t *testing.T) {
	t.Parallel()
	see := func(o Observation) StepObserved { return StepObserved{Step: "cut", Observation: o} }
	key := Finding{What: "key", Resource: "r", Handling: "decide"}
	done := key
	done.Handling = "contained"
	s := Fold(story(
		see(Observation{Card: &Card{User: "ci"}, Findings: []Finding{key}, Unseen: []Unseen{{What: "a"}}}),
		see(Observation{Usage: &Usage{Records: 3}, Findings: []Finding{done, {What: "key", Resource: "other"}}, Unseen: []Unseen{{What: "b"}}}),
		see(Observation{Denials: []Denial{{Count: 2}}, Verdicts: []Verdict{{Change: "nobody"}}}),
		CapabilityAbsent{Operation: "IAM:X"}))
	if s.Card == nil || s.Card.User != "ci" || s.Usage == nil || s.Usage.Records != 3 || len(s.Denials) != 1 || len(s.Absent) != 1 {
		t.Errorf("%+v", s)
	}
	if len(s.Findings) != 2 || s.Findings[0].Handling != "contained" || len(s.Unseen) != 2 {
		t.Errorf("findings %+v, unseen %+v", s.Findings, s.Unseen)
	}
}

func TestCommandLogIsBounded(t *testing.T) {
	t.Parallel()
	var events []Event
	for i := range maxCalls + 7 {
		events = append(events, ChangeFailed{Change: "x", Calls: []Call{{Operation: fmt.Sprint(i)}}})
	}
	s := Fold(story(events...))
	if len(s.Calls) != maxCalls || s.Calls[0].Operation != "7" || s.Calls[maxCalls-1].Operation != fmt.Sprint(maxCalls+6) {
		t.Errorf("%d calls, first %q", len(s.Calls), s.Calls[0].Operation)
	}
}
