package trail

import (
	"cmp"
	"slices"
	"time"
)

// Usage is the dependency map of one selection: everything the map report
// shows, plus what only code needs.
type Usage struct {
	Selector   Selector
	Coverage   Coverage
	Totals     Totals
	Keys       []KeyUse
	Operations []OperationUse
	Origins    []OriginUse
	Clients    []ClientUse
	Consumers  []Consumer
	calls      []*Call
}

// Calls returns the matched calls in time order, forwarded ones included. Do
// not modify what the pointers reach.
func (u *Usage) Calls() []*Call { return u.calls }

// Totals counts the selection. Errors includes Denied and Throttled.
type Totals struct {
	Events        int `json:"events"`
	Denied        int `json:"denied"`
	Errors        int `json:"errors"`
	Throttled     int `json:"throttled"`
	NotFound      int `json:"not_found"`
	DryRuns       int `json:"dry_runs"`
	Forwarded     int `json:"forwarded"`
	FailedSignIns int `json:"failed_sign_ins"` // no errorCode, so not in errors
}

// KeyUse is one key of the selection. Keys nobody used yet are listed as well:
// they have to be contained too.
type KeyUse struct {
	AccessKey    string  `json:"access_key"`
	Kind         string  `json:"kind"`
	Parent       *string `json:"parent"`    // null: a service issued it, or the issuer is not in the data
	IssuedBy     *string `json:"issued_by"` // the call: AssumeRole, CreateAccessKey, ...
	IssuedAt     Instant `json:"issued_at"`
	Principal    string  `json:"principal"`
	Events       int     `json:"events"` // direct calls only
	FirstSeen    Instant `json:"first_seen"`
	LastSeen     Instant `json:"last_seen"`
	IssuerInData bool    `json:"issuer_in_data"`
	InScope      bool    `json:"in_scope"` // false: a child of a principal's key that acts as somebody else
	Account      *string `json:"account"`  // decoded from the id: a hint
}

// Analyze maps one selection. It is pure: the log stays as it is, and the same
// log and selector give the same usage.
func Analyze(l *Log, s Selector) (*Usage, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	g := l.Genealogy()
	m := newMatcher(l, g, s)
	u := &Usage{Selector: s, Coverage: l.Coverage()}
	for i := range l.calls {
		if c := &l.calls[i]; m.match(c) {
			u.calls = append(u.calls, c)
		}
	}
	u.Coverage.Matched = len(u.calls)
	u.count()
	u.Keys = u.keyUses(l, g, m)
	u.Operations = operationUses(u.calls)
	direct := slices.DeleteFunc(slices.Clone(u.calls), func(c *Call) bool { return c.Forwarded })
	u.Origins = originUses(direct)
	u.Clients = clientUses(direct)
	u.Consumers = consumersOf(u, g, direct)
	u.Coverage.Blind = append(u.Coverage.Blind, selectionBlindSpots(l, u)...)
	return u, nil
}

func (u *Usage) count() {
	t := &u.Totals
	for _, c := range u.calls {
		t.Events++
		if c.Forwarded {
			t.Forwarded++
		}
		if c.FailedSignIn {
			t.FailedSignIns++
		}
		if c.ErrorCode != "" {
			t.Errors++
		}
		switch c.Family() {
		case FamilyDenied:
			t.Denied++
		case FamilyThrottled:
			t.Throttled++
		case FamilyNotFound:
			t.NotFound++
		case FamilyDryRun:
			t.DryRuns++
		}
	}
}

// span widens first and last by one time; the zero time widens nothing.
func span(first, last *Instant, t time.Time) {
	if t.IsZero() {
		return
	}
	if first.IsZero() || t.Before(first.Time) {
		first.Time = t
	}
	if t.After(last.Time) {
		last.Time = t
	}
}

func (u *Usage) keyUses(l *Log, g *Genealogy, m *matcher) []KeyUse {
	uses := map[string]*KeyUse{}
	use := func(key string, inScope bool) *KeyUse {
		k := uses[key]
		if k == nil {
			k = &KeyUse{AccessKey: key, Kind: reportKind(key), InScope: inScope}
			uses[key] = k
		}
		return k
	}
	for key := range m.keys {
		use(key, true)
	}
	for _, c := range u.calls {
		if !c.Forwarded && c.Identity.AccessKeyID != "" {
			use(c.Identity.AccessKeyID, true)
		}
	}
	for key := range g.Descendants(sortedKeys(uses)...) {
		use(key, false)
	}
	for i := range l.calls {
		c := &l.calls[i]
		k := uses[c.Identity.AccessKeyID]
		if k == nil || c.Forwarded {
			continue
		}
		k.Events++
		span(&k.FirstSeen, &k.LastSeen, c.Time)
		k.Principal = cmp.Or(k.Principal, c.Identity.Principal())
	}
	out := make([]KeyUse, 0, len(uses))
	for _, key := range sortedKeys(uses) {
		k := uses[key]
		k.lineage(g)
		out = append(out, *k)
	}
	slices.SortStableFunc(out, func(a, b KeyUse) int {
		return cmp.Or(boolCompare(b.AccessKey == u.Selector.AccessKey, a.AccessKey == u.Selector.AccessKey),
			cmp.Compare(b.Events, a.Events), cmp.Compare(a.AccessKey, b.AccessKey))
	})
	return out
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (k *KeyUse) lineage(g *Genealogy) {
	if account, ok := AccountFromAccessKeyID(k.AccessKey); ok {
		k.Account = &account
	}
	b, ok := g.Birth(k.AccessKey)
	if !ok {
		return
	}
	k.IssuerInData = true
	if b.Parent != "" {
		k.Parent = &b.Parent
	}
	k.IssuedBy = &b.Event
	k.IssuedAt = Instant{b.At}
	k.Principal = cmp.Or(k.Principal, b.Holder)
}
