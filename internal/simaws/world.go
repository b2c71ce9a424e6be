package simaws

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/ircontain/ircontain/internal/policy"
)

// World is one simulated account with its history and its inhabitants. It is
// safe for concurrent use; one lock owns all of it, because a call takes
// microseconds and AWS orders writes too.
type World struct {
	derive  deriver
	clock   *Clock
	o       Options
	lags    lags
	data    bool // the trail records data events
	account string

	mu        sync.Mutex
	now       time.Time
	versions  []version
	sessions  map[string]*session
	used      map[string]keyUse
	counts    map[[sha256.Size]byte]int
	requests  map[string]int
	events    []*event
	actors    []*actor
	seedInfo  seedInfo
	mutations []MutationRecord
	ops       map[string]*operation
	compiled  map[document]*policy.Policy
	judged    map[judgement]bool
	lookups   map[string][]time.Time
	responder Credentials
	target    string
	start     time.Time
}

// lags are the delays of the account, in world time.
type lags struct{ propagation, read, delivery time.Duration }

// keyUse is what GetAccessKeyLastUsed knows.
type keyUse struct {
	at              time.Time
	service, region string
}

// seedInfo remembers which inline and attached policies the seed gave users, so
// that an actor can tell a guardrail from what was always there.
type seedInfo struct{ policies map[string]bool }

func newWorld(a Account, o Options, l lags, born time.Time) (*World, error) {
	d := deriver{o.Seed}
	s, err := load(a, d, born)
	if err != nil {
		return nil, err
	}
	if o.Clock == nil {
		o.Clock = NewStepClock(born)
	}
	if o.Wall == nil {
		o.Wall = time.Now
	}
	if o.Log == nil {
		o.Log = func(string) {}
	}
	if o.LookupRate == 0 {
		o.LookupRate = 2
	}
	o.SourceIP = or(o.SourceIP, "192.0.2.10")
	for set, override := range map[*time.Duration]*time.Duration{
		&l.propagation: o.Propagation, &l.delivery: o.Delivery, &l.read: o.ReadLag,
	} {
		if override != nil {
			*set = *override
		}
	}
	w := &World{
		derive: d, clock: o.Clock, o: o, lags: l, account: a.ID,
		versions: []version{{state: s}},
		sessions: map[string]*session{}, used: map[string]keyUse{}, counts: map[[sha256.Size]byte]int{},
		requests: map[string]int{}, compiled: map[document]*policy.Policy{}, judged: map[judgement]bool{}, lookups: map[string][]time.Time{}, ops: operations(),
		seedInfo: seedInfo{policies: map[string]bool{}},
	}
	for _, u := range s.users {
		for _, k := range u.Keys {
			if !k.LastUsed.IsZero() {
				w.used[k.ID] = keyUse{k.LastUsed, or(k.LastService, "N/A"), or(k.LastRegion, "N/A")}
			}
		}
		for name := range u.Inline {
			w.seedInfo.policies[u.Name+"/"+name] = true
		}
		for _, arn := range u.Attached {
			w.seedInfo.policies[u.Name+"/"+arn] = true
		}
	}
	return w, nil
}

// current is the newest state: what writes are checked against.
func (w *World) current() *state { return w.versions[len(w.versions)-1].state }

// stateAt is the newest state committed at or before t.
func (w *World) stateAt(t time.Time) *state {
	for _, v := range slices.Backward(w.versions) {
		if !v.at.After(t) {
			return v.state
		}
	}
	return w.versions[0].state
}

// effective is the state authentication and authorisation go by: writes take
// the propagation lag to arrive.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (eventual consistency)
func (w *World) effective() *state { return w.stateAt(w.now.Add(-w.lags.propagation)) }

// visible is the state IAM reads answer from.
func (w *World) visible() *state { return w.stateAt(w.now.Add(-w.lags.read)) }

// commit makes a draft the newest state and forgets versions nothing can see
// any more.
func (w *World) commit(draft *state) {
	w.versions = append(w.versions, version{w.now, draft})
	horizon := w.now.Add(-max(w.lags.propagation, w.lags.read))
	for len(w.versions) > 1 && !w.versions[1].at.After(horizon) {
		w.versions = w.versions[1:]
	}
}

// occurrence numbers equal requests from 0: the part of an id that tells two
// identical calls apart without depending on what others do.
func (w *World) occurrence(parts ...string) string {
	sum := w.derive.sum(parts...)
	n := w.counts[sum]
	w.counts[sum] = n + 1
	return strconv.Itoa(n)
}

// catchUp lets everything that is due happen, in time order, up to now.
func (w *World) catchUp() {
	now := w.clock.Now()
	for {
		next := w.nextActor(now)
		if next == nil {
			break
		}
		if next.due.After(w.now) {
			w.now = next.due
		}
		next.act(w)
	}
	if now.After(w.now) {
		w.now = now
	}
}

// Tick lets workloads and intruders act up to the current world time without a
// request having to arrive.
func (w *World) Tick() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.catchUp()
}

// Responder is the identity the rehearsal or dry run works under.
func (w *World) Responder() Credentials { return w.responder }

// Target is the access key id the alert names.
func (w *World) Target() string { return w.target }

// Clock is the world's clock, for callers that wait on it.
func (w *World) Clock() *Clock { return w.clock }

// Credentials returns what the holder of an access key signs with, for tests
// and sandboxes that play somebody other than the responder.
func (w *World) Credentials(accessKeyID string) (Credentials, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.catchUp()
	c := Credentials{AccessKeyID: accessKeyID, SecretAccessKey: w.derive.secret(accessKeyID)}
	if s, ok := w.sessions[accessKeyID]; ok {
		c.SessionToken, c.ARN = w.derive.token(accessKeyID), s.arn
		return c, true
	}
	s := w.current()
	name, ok := s.keys[accessKeyID]
	if !ok {
		return Credentials{}, false
	}
	c.ARN = s.userARN(s.users[name])
	return c, true
}

// Mutations lists the writing calls SDK callers made, oldest first.
func (w *World) Mutations() []MutationRecord {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.mutations)
}
