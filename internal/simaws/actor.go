package simaws

import (
	"strings"
	"time"
)

// actor is somebody who is not the responder: a workload or an intruder. It
// calls through the same authentication, authorisation and recording as
// everybody, only without the HTTP around it.
type actor struct {
	name, kind, owner string
	tier              int
	from              network
	due               time.Time
	idle              bool              // nothing planned any more
	wallet            map[string]string // credential name to access key id
	step              func(w *World)
	tally             tally
}

func (a *actor) act(w *World) { a.step(w) }

// nextActor is the one with the earliest thing due by now; the order of the
// scenario breaks ties.
func (w *World) nextActor(now time.Time) *actor {
	var next *actor
	for _, a := range w.actors {
		if !a.idle && !a.due.After(now) && (next == nil || a.due.Before(next.due)) {
			next = a
		}
	}
	return next
}

// result is how a scripted call went.
type result int

const (
	resultOK      result = iota
	resultDenied         // refused by policy: there is an event
	resultRefused        // refused by authentication: there is none
	resultFailed         // any other error
	resultSkipped        // the script had nothing to say
)

func (r result) String() string {
	return [...]string{"ok", "denied", "refused", "failed", "skipped"}[r]
}

// play makes one scripted call at the world's current time.
func (w *World) play(a *actor, sc ScriptCall) result {
	name := or(sc.As, "key")
	keyID, ok := a.wallet[name]
	if !ok {
		return resultSkipped
	}
	in, ok := a.fill(w, sc.Args)
	if !ok {
		return resultSkipped
	}
	op := w.ops[sc.Call]
	out, err := w.playOperation(a, op, in, keyID, sc.Region)
	r := resultOK
	switch {
	case err == nil:
	case err.unauthenticated:
		r = resultRefused
	case err.denied:
		r = resultDenied
	default:
		r = resultFailed
	}
	a.tally.note(w, name, keyID, sc.Call, r)
	if r == resultOK && sc.Save != "" {
		if minted := or(out.str("Credentials", "AccessKeyId"), out.str("AccessKey", "AccessKeyId")); minted != "" {
			a.wallet[sc.Save] = minted
		}
	}
	return r
}

func (w *World) playOperation(a *actor, op *operation, in args, keyID, region string) (object, *apiError) {
	who, err := w.authenticate(keyID, op.service)
	if err != nil {
		return nil, err
	}
	region = or(region, w.current().region)
	host := op.service + "." + region + ".amazonaws.com"
	if op.service == "iam" {
		region, host = "us-east-1", "iam.amazonaws.com"
	}
	c := &call{w: w, op: op, service: op.service, region: region, host: host, args: in, who: who, from: a.from}
	if a.kind == "workload" && w.now.Before(w.start) {
		c.history = a.name
	}
	if op.name == "PutObject" {
		c.payload = []byte(a.name + " " + clockText(w.now))
	}
	return w.perform(c)
}

// fill puts what only the running world knows into a script's arguments. The
// actor could find each of these out with a List call of its own; the script
// says what it does next. A call whose placeholder has no value is skipped.
func (a *actor) fill(w *World, template map[string]string) (args, bool) {
	in := args{}
	for k, v := range template {
		if strings.HasPrefix(v, "{") && strings.HasSuffix(v, "}") {
			var ok bool
			if v, ok = a.lookUp(w, v[1:len(v)-1]); !ok {
				return nil, false
			}
		}
		in[k] = v
	}
	return in, true
}

// lookUp knows {new_inline_policy} and {new_attached_policy} of the wallet's
// user, and {id:NAME}, the access key id of a credential.
func (a *actor) lookUp(w *World, what string) (string, bool) {
	if name, ok := strings.CutPrefix(what, "id:"); ok {
		v, ok := a.wallet[name]
		return v, ok
	}
	s := w.current()
	u, ok := s.users[s.keys[a.wallet["key"]]]
	if !ok {
		return "", false
	}
	switch what {
	case "new_inline_policy":
		for _, name := range sortedKeys(u.Inline) {
			if !w.seedInfo.policies[u.Name+"/"+name] {
				return name, true
			}
		}
	case "new_attached_policy":
		for _, arn := range u.Attached {
			if !w.seedInfo.policies[u.Name+"/"+arn] {
				return arn, true
			}
		}
	}
	return "", false
}
