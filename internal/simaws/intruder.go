package simaws

import (
	"slices"
	"time"
)

// planned is something an intruder will do. loop marks the recurring tick.
type planned struct {
	at   time.Time
	call ScriptCall
	loop bool
}

// intruder works through its script, keeps looping with whatever credential
// still works, and reacts to what it is refused.
type intruder struct {
	seed  IntruderSeed
	actor *actor
	plan  []planned // by time
	ticks int
	dead  map[string]bool // credentials that were refused last time
	fired map[int]bool
}

func newIntruder(w *World, seed IntruderSeed, start time.Time) *actor {
	a := &actor{
		name: seed.Name, kind: "intruder", from: network{ip: seed.SourceIP, agent: seed.UserAgent},
		wallet: map[string]string{"key": seed.Key}, tally: newTally(),
	}
	in := &intruder{seed: seed, actor: a, dead: map[string]bool{}, fired: map[int]bool{}}
	for _, c := range seed.Script {
		in.add(planned{at: start.Add(c.At), call: c.ScriptCall})
	}
	if len(seed.Loop.Calls) > 0 {
		in.add(planned{at: start.Add(seed.Loop.From), loop: true})
	}
	a.step = in.step
	return a
}

// add keeps the plan in time order, first come first among equals.
func (in *intruder) add(p planned) {
	i := len(in.plan)
	for i > 0 && in.plan[i-1].at.After(p.at) {
		i--
	}
	in.plan = slices.Insert(in.plan, i, p)
	in.actor.due, in.actor.idle = in.plan[0].at, false
}

func (in *intruder) step(w *World) {
	p := in.plan[0]
	in.plan = in.plan[1:]
	if len(in.plan) > 0 {
		in.actor.due = in.plan[0].at
	} else {
		in.actor.idle = true
	}
	if p.loop {
		in.tick(w, p.at)
		return
	}
	r := w.play(in.actor, p.call)
	if p.call.Save != "" && r == resultOK {
		delete(in.dead, p.call.Save)
	}
	in.react(w, p, r)
}

// tick plans one call with every credential worth trying, and the tick after.
func (in *intruder) tick(w *World, at time.Time) {
	l := in.seed.Loop
	in.ticks++
	in.add(planned{at: at.Add(vary(l.Every, l.Spread, w.derive, in.seed.Name, in.ticks)), loop: true})
	for i, name := range in.credentials() {
		c := l.Calls[(in.ticks+i)%len(l.Calls)]
		c.As = or(c.As, name)
		in.add(planned{at: at.Add(time.Duration(i) * probeGap), call: c})
	}
}

// probeGap is the pause between the calls of one tick.
const probeGap = 3 * time.Second

// credentials are the ones that work. Every fifth time, and when nothing works,
// the dead ones are tried too: a key that is switched on again is found within
// minutes.
func (in *intruder) credentials() []string {
	var live, dead []string
	for _, name := range in.seed.Loop.Using {
		if _, ok := in.actor.wallet[name]; !ok {
			continue
		}
		if in.dead[name] {
			dead = append(dead, name)
		} else {
			live = append(live, name)
		}
	}
	if len(live) == 0 || in.ticks%5 == 0 {
		return append(live, dead...)
	}
	return live
}

// react notes what a credential is still worth and fires triggers.
func (in *intruder) react(w *World, p planned, r result) {
	name := or(p.call.As, "key")
	on := ""
	switch r {
	case resultRefused:
		// IAM refuses user sessions whatever their state: nothing was learnt.
		if s, ok := w.sessions[in.actor.wallet[name]]; ok && s.kind == userSession && p.call.Call[:4] == "iam:" {
			return
		}
		in.dead[name], on = true, "refused"
	case resultDenied:
		delete(in.dead, name)
		on = "denied"
	case resultOK, resultFailed:
		delete(in.dead, name)
		return
	default:
		return
	}
	for i, t := range in.seed.Triggers {
		if in.fired[i] || t.On != on || (t.Credential != "" && t.Credential != name) {
			continue
		}
		in.fired[i] = !t.Repeat
		at := p.at.Add(t.After)
		for j, c := range t.Calls {
			if j > 0 {
				at = at.Add(c.gap())
			}
			in.add(planned{at: at, call: c})
		}
	}
}
