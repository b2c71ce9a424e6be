package simaws

import (
	"maps"
	"slices"
	"time"
)

// Outcome is what happened to everybody since the start, for scoring. It is
// the truth of the world, not what its logs show.
type Outcome struct {
	Start, Now time.Time
	Actors     []ActorOutcome
}

// ActorOutcome is one workload's or intruder's fortune since the start.
type ActorOutcome struct {
	Name, Kind, Owner string // Kind is workload or intruder
	Tier              int
	OK                int
	Denied            int // by policy: logged
	Unauthenticated   int // dead key or session: not logged
	Failed            int
	LastOK            time.Time
	// Runs and BrokenRuns count a workload's finished runs; BrokenFor is world
	// time from a broken run to the next good one, or to now.
	Runs, BrokenRuns int
	BrokenFor        time.Duration
	NextDue          time.Time
	Paths            []PathOutcome
	Calls            []ActorCall
}

// PathOutcome is how far one credential carried an actor.
type PathOutcome struct {
	Name, AccessKeyID           string
	OK, Denied, Unauthenticated int
	LastOK                      time.Time
}

// ActorCall is one call since the start.
type ActorCall struct {
	Time                        time.Time
	Operation, Path, Credential string
	Result                      string // ok, denied, refused, failed
}

// tally counts as an actor acts.
type tally struct {
	out    ActorOutcome
	paths  map[string]*PathOutcome
	broken time.Time // since when runs have failed
}

func newTally() tally { return tally{paths: map[string]*PathOutcome{}} }

func (t *tally) note(w *World, path, keyID, operation string, r result) {
	if w.now.Before(w.start) {
		return
	}
	p := t.paths[path+" "+keyID]
	if p == nil {
		p = &PathOutcome{Name: path, AccessKeyID: keyID}
		t.paths[path+" "+keyID] = p
	}
	switch r {
	case resultOK:
		t.out.OK, t.out.LastOK = t.out.OK+1, w.now
		p.OK, p.LastOK = p.OK+1, w.now
	case resultDenied:
		t.out.Denied++
		p.Denied++
	case resultRefused:
		t.out.Unauthenticated++
		p.Unauthenticated++
	default:
		t.out.Failed++
	}
	t.out.Calls = append(t.out.Calls, ActorCall{w.now, operation, path, keyID, r.String()})
}

// finish closes a workload's run.
func (t *tally) finish(w *World, good bool) {
	if w.now.Before(w.start) {
		return
	}
	t.out.Runs++
	switch {
	case !good:
		t.out.BrokenRuns++
		if t.broken.IsZero() {
			t.broken = w.now
		}
	case !t.broken.IsZero():
		t.out.BrokenFor += w.now.Sub(t.broken)
		t.broken = time.Time{}
	}
}

// Outcome sums up what has happened by now.
func (w *World) Outcome() Outcome {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.catchUp()
	out := Outcome{Start: w.start, Now: w.now}
	for _, a := range w.actors {
		o := a.tally.out
		o.Name, o.Kind, o.Owner, o.Tier = a.name, a.kind, a.owner, a.tier
		o.Calls = slices.Clone(o.Calls)
		if !a.idle {
			o.NextDue = a.due
		}
		if !a.tally.broken.IsZero() {
			o.BrokenFor += w.now.Sub(a.tally.broken)
		}
		for _, name := range slices.Sorted(maps.Keys(a.tally.paths)) {
			o.Paths = append(o.Paths, *a.tally.paths[name])
		}
		out.Actors = append(out.Actors, o)
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
