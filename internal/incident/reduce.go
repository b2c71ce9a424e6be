package incident

import (
	"fmt"
	"time"
)

// maxCalls bounds the command log that a State keeps; the journal keeps all.
const maxCalls = 400

// Fold reduces all facts from an empty State.
func Fold(facts []Fact) State {
	var s State
	for _, f := range facts {
		s = Reduce(s, f)
	}
	return s
}

// Reduce folds one fact into the state and returns the new one. It takes over
// s: the caller goes on with the returned value only.
func Reduce(s State, f Fact) State {
	s.Entries++
	s.Head = f.Hash
	s.Last = f.Time
	star := false
	if n, ok := f.Event.(NoteAdded); ok {
		star = n.Star
	}
	s.Lines = append(s.Lines, Line{Seq: f.Seq, At: f.Time, Kind: f.Event.Kind(), Text: f.Event.Summary(), Star: star})
	switch e := f.Event.(type) {
	case IncidentOpened:
		s.open(e, f.Time)
	case SessionOpened:
		s.Sessions = append(s.Sessions, e)
		s.Sealed = false
	case SessionSealed:
		s.Sealed = true
	case IncidentClosed:
		s.Closed = &e
		s.Current = ""
	case NoteAdded:
		s.Notes = append(s.Notes, Note{NoteAdded: e, Seq: f.Seq, At: f.Time})
	case ConsumerLabelled:
		s.label(e)
	case HoldSet:
		s.Hold = &e
	case HoldLifted:
		s.Hold = nil
	case CapabilityAbsent:
		s.Absent = append(s.Absent, e)
	case TailRecovered:
	case UnknownEvent:
		s.Unknown++
	default:
		if !s.reduceStep(f) {
			s.reduceChange(f)
		}
	}
	return s
}

func (s *State) open(e IncidentOpened, at time.Time) {
	s.Opened, s.OpenedAt = e, at
	s.Stages = nil
	for _, stage := range e.Outline {
		st := Stage{ID: stage.ID, Title: stage.Title}
		for _, step := range stage.Steps {
			st.Steps = append(st.Steps, Step{StepOutline: step, Status: StepPending})
		}
		s.Stages = append(s.Stages, st)
	}
}

func (s *State) label(e ConsumerLabelled) {
	if s.Labels == nil {
		s.Labels = map[string]ConsumerLabelled{}
	}
	old := s.Labels[e.Consumer]
	if e.Label == "" {
		e.Label = old.Label
	}
	if e.Owner == "" {
		e.Owner = old.Owner
	}
	s.Labels[e.Consumer] = e
}

func (s *State) reduceStep(f Fact) bool {
	switch e := f.Event.(type) {
	case StepStarted:
		s.Current = e.Step
		if st := s.Step(e.Step); st != nil {
			st.Status, st.Deferred = StepPlanning, false
		}
	case StepPlanned:
		s.planned(e, f.Time)
	case StepApproved:
		if st := s.Step(e.Step); st != nil {
			st.Status, st.Approved = StepRunning, &e
		}
	case StepObserved:
		s.logCalls(e.Calls, f.Time)
		if st := s.Step(e.Step); st != nil {
			st.Observed = &e.Observation
		}
		s.observe(&e.Observation)
	case StepFinished:
		if st := s.Step(e.Step); st != nil {
			st.Status, st.Detail, st.Hint = e.Status, e.Detail, e.Hint
		}
	case StepSkipped:
		if st := s.Step(e.Step); st != nil {
			st.Status, st.Detail, st.Deferred = StepWasSkipped, e.Reason, e.Deferred
		}
	default:
		return false
	}
	return true
}

func (s *State) planned(e StepPlanned, at time.Time) {
	s.logCalls(e.Plan.Calls, at)
	if st := s.Step(e.Step); st != nil {
		plan := e.Plan
		st.Plan, st.Digest, st.Planned = &plan, e.Digest, at
		st.Gate = e.Gate // the plan may have tightened or lowered the playbook's
		st.Status = StepWaiting
		if e.Gate == "auto" {
			st.Status = StepRunning
		}
	}
	if e.Plan.Observed != nil {
		s.observe(e.Plan.Observed)
	}
}

func (s *State) observe(o *Observation) {
	if o.Card != nil {
		s.Card = o.Card
	}
	if o.Usage != nil {
		s.Usage = o.Usage
	}
	for _, f := range o.Findings {
		s.addFinding(f)
	}
	if o.Denials != nil {
		s.Denials = o.Denials
	}
	s.Unseen = append(s.Unseen, o.Unseen...)
	for _, v := range o.Verdicts {
		if l := s.Lever(v.Change); l != nil {
			verdict := v
			l.Verdict = &verdict
			if v.Rung != RungNone {
				l.Rung = v.Rung
			}
			if !v.Effective.IsZero() {
				l.reach(RungEffective, v.Effective)
			}
			if v.Verdict == Held {
				l.reach(RungHeld, s.Last)
			}
		}
	}
}

func (s *State) addFinding(f Finding) {
	for i := range s.Findings {
		if s.Findings[i].What == f.What && s.Findings[i].Resource == f.Resource {
			s.Findings[i] = f
			return
		}
	}
	s.Findings = append(s.Findings, f)
}

func (s *State) logCalls(calls []Call, at time.Time) {
	for _, c := range calls {
		s.Calls = append(s.Calls, LoggedCall{Call: c, At: at})
	}
	if n := len(s.Calls); n > maxCalls {
		s.Calls = append([]LoggedCall(nil), s.Calls[n-maxCalls:]...)
	}
}

func (l *Lever) reach(r Rung, at time.Time) {
	if l.Times == nil {
		l.Times = map[Rung]time.Time{}
	}
	if _, ok := l.Times[r]; !ok {
		l.Times[r] = at
	}
	if rank(r) > rank(l.Rung) {
		l.Rung = r
	}
}

func rank(r Rung) int {
	for i, x := range Rungs() {
		if x == r {
			return i + 1
		}
	}
	return 0
}

func (s *State) reduceChange(f Fact) {
	switch e := f.Event.(type) {
	case ChangeIntended:
		s.intended(e)
	case AttemptSent:
		s.onLever(e.Change, func(l *Lever) {
			if !l.RollingBack {
				l.reach(RungSent, f.Time)
			}
		})
	case ChangeApplied:
		s.logCalls(e.Receipt.Calls, f.Time)
		s.onLever(e.Change, func(l *Lever) {
			l.RequestID, l.InDoubt = e.Receipt.RequestID, ""
			l.reach(RungAccepted, f.Time)
		})
	case ChangeVerified:
		s.logCalls(e.Evidence.Calls, f.Time)
		s.onLever(e.Change, func(l *Lever) {
			ev := e.Evidence
			l.Evidence = &ev
			if ev.Matches {
				l.reach(e.Rung, f.Time)
			}
		})
	case ChangeFailed:
		s.logCalls(e.Calls, f.Time)
		s.onLever(e.Change, func(l *Lever) {
			if l.RollingBack {
				l.RollingBack = false
				return
			}
			l.Failed, l.InDoubt = e.Error, ""
		})
	case ChangeInDoubt:
		s.logCalls(e.Calls, f.Time)
		s.onLever(e.Change, func(l *Lever) { l.InDoubt = e.Reason })
	case ChangeSettled:
		s.settled(e, f.Time)
	case ChangeDrifted:
		s.Drifts = append(s.Drifts, e)
	case ChangeRolledBack:
		s.rolledBack(e, f.Time)
	case RollbackRefused:
		s.Refusals = append(s.Refusals, e)
	}
}

func (s *State) onLever(change string, do func(*Lever)) {
	if l := s.Lever(change); l != nil {
		do(l)
	}
}

func (s *State) intended(e ChangeIntended) {
	if e.Rollback {
		s.onLever(e.Change.ID, func(l *Lever) { l.RollingBack = true })
		return
	}
	if l := s.Lever(e.Change.ID); l != nil {
		// A second intent for the same change is a resumed step: a fresh ladder.
		*l = Lever{Change: e.Change}
	} else {
		s.Levers = append(s.Levers, Lever{Change: e.Change})
	}
	if l := s.Lever(e.Change.ID); l != nil {
		l.Rung = RungSent
	}
	if st := s.Step(e.Change.Step); st != nil {
		for _, id := range st.Changes {
			if id == e.Change.ID {
				return
			}
		}
		st.Changes = append(st.Changes, e.Change.ID)
	}
}

func (s *State) settled(e ChangeSettled, at time.Time) {
	s.onLever(e.Change, func(l *Lever) {
		ev := e.Evidence
		l.Evidence, l.InDoubt = &ev, ""
		switch {
		case l.RollingBack:
			l.RollingBack = false
			l.RolledBack = e.Outcome == "not_applied"
		case e.Outcome == "applied":
			l.reach(RungAccepted, at)
			l.reach(RungReadBack, at)
		case e.Outcome == "not_applied":
			l.Rung, l.Failed = RungNone, "the call did not take effect (settled by reading)"
		default:
			l.Failed = fmt.Sprintf("settled as %s", e.Outcome)
		}
	})
	s.restored(e.Change)
}

func (s *State) rolledBack(e ChangeRolledBack, at time.Time) {
	s.logCalls(e.Receipt.Calls, at)
	s.onLever(e.Change, func(l *Lever) {
		l.RolledBack, l.RollingBack, l.InDoubt = true, false, ""
		ev := e.Evidence
		l.Evidence = &ev
	})
	s.restored(e.Change)
}

// restored ends the step of a change that was rolled back, once nothing of the
// step is in place any more.
func (s *State) restored(change string) {
	l := s.Lever(change)
	if l == nil || !l.RolledBack {
		return
	}
	st := s.Step(l.Change.Step)
	if st == nil {
		return
	}
	for _, id := range st.Changes {
		if o := s.Lever(id); o != nil && o.Applied() {
			return
		}
	}
	st.Status = StepRolledBack
}
