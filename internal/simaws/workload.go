package simaws

import "time"

// defaultGap is the pause between a script's calls.
const defaultGap = 2 * time.Second

func (c ScriptCall) gap() time.Duration {
	if c.Gap > 0 {
		return c.Gap
	}
	return defaultGap
}

// newWorkload plays a legitimate consumer: a run is its calls in order, and the
// first one that fails breaks the run, as it would break a script.
func newWorkload(w *World, seed Workload, from time.Time) *actor {
	a := &actor{
		name: seed.Name, kind: "workload", owner: seed.Owner, tier: seed.Tier,
		from:   network{seed.SourceIP, seed.VPC, seed.VPCEndpoint, seed.UserAgent},
		wallet: map[string]string{"key": seed.Key}, tally: newTally(),
	}
	run, at, slot := 0, 0, from
	schedule := func() {
		run, at = run+1, 0
		slot = seed.Schedule.after(slot, run, w.derive, seed.Name)
		a.due = slot.Add(seed.Schedule.late(run, w.derive, seed.Name))
	}
	a.step = func(w *World) {
		r := w.play(a, seed.Calls[at])
		at++
		switch {
		case r != resultOK:
			a.tally.finish(w, false)
			schedule()
		case at == len(seed.Calls):
			a.tally.finish(w, true)
			schedule()
		default:
			a.due = a.due.Add(seed.Calls[at].gap())
		}
	}
	schedule()
	a.idle = len(seed.Calls) == 0
	return a
}
