package trail

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// siblings indexes the consumers of one usage by what the rules compare. An
// intruder behind rotating addresses makes many consumers, so nothing here may
// look at every pair.
type siblings struct {
	bySession map[string][]*Consumer // temporary key or exact role session
	earliest  map[sibling]time.Time  // first use by principal, principal and origin, principal and client
}

// sibling is an index key; unused parts are empty.
type sibling struct{ principal, origin, client string }

func newSiblings(consumers []Consumer) siblings {
	s := siblings{bySession: map[string][]*Consumer{}, earliest: map[sibling]time.Time{}}
	for i := range consumers {
		c := &consumers[i]
		for _, name := range slices.Concat(temporary(c.AccessKeys), c.sessions) {
			s.bySession[name] = append(s.bySession[name], c)
		}
		for _, p := range c.Principals {
			s.note(sibling{principal: p}, c.FirstSeen.Time)
			s.note(sibling{principal: p, origin: c.Origin}, c.FirstSeen.Time)
			s.note(sibling{principal: p, client: c.Client}, c.FirstSeen.Time)
		}
	}
	return s
}

func (s *siblings) note(key sibling, t time.Time) {
	if have, ok := s.earliest[key]; !t.IsZero() && (!ok || t.Before(have)) {
		s.earliest[key] = t
	}
}

func temporary(keys []string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return KeyKind(k) != KindTemporary })
}

// origins applies the rules that compare a consumer with its siblings.
func (j *judgement) origins(c *Consumer) []suspicion {
	var out []suspicion
	if other := j.sharedSession(c); other != nil {
		weight := 1
		if c.FirstSeen.After(other.FirstSeen.Time) {
			weight = 2 // the latecomer is the likelier thief
		}
		out = append(out, suspicion{rule: "R08", weight: weight, text: "session also used from " + other.Origin})
	}
	if !j.older(c, "", "") {
		return out
	}
	if !j.older(c, c.Origin, "") {
		out = append(out, suspicion{rule: "R05", weight: 1, text: "origin new after a week of other use"})
	}
	if !j.older(c, "", c.Client) {
		out = append(out, suspicion{rule: "R06", weight: 1, text: "client new after a week of other use", client: true})
	}
	return out
}

// older reports whether one of the consumer's principals was at work, from that
// origin or with that client if given, a week before the consumer appeared.
func (j *judgement) older(c *Consumer, origin, client string) bool {
	return slices.ContainsFunc(c.Principals, func(p string) bool {
		first, ok := j.siblings.earliest[sibling{p, origin, client}]
		return ok && c.FirstSeen.Sub(first) >= usableSpan
	})
}

// sharedSession finds a consumer on another network that uses the same session:
// the same temporary key, or the same service-issued role session (an instance
// profile's keys change, its session name does not).
func (j *judgement) sharedSession(c *Consumer) *Consumer {
	names := temporary(c.AccessKeys)
	if j.serviceIssued(c) {
		names = append(names, c.sessions...)
	}
	for _, name := range names {
		for _, o := range j.siblings.bySession[name] {
			if o.Origin != c.Origin {
				return o
			}
		}
	}
	return nil
}

// serviceIssued reports whether AWS handed the consumer its session: a birth
// without a parent, or a session named after an instance.
func (j *judgement) serviceIssued(c *Consumer) bool {
	for _, key := range c.AccessKeys {
		if b, ok := j.genealogy.Birth(key); ok && b.Parent == "" && strings.HasSuffix(b.IssuedBy, ".amazonaws.com") {
			return true
		}
	}
	return slices.ContainsFunc(c.sessions, func(s string) bool {
		name := s[strings.LastIndexByte(s, '/')+1:]
		return strings.HasPrefix(name, "i-") && looksHex(name[2:])
	})
}

// sessionsOf names the exact role sessions among calls: "role/session".
func sessionsOf(calls []*Call) []string {
	names := map[string]bool{}
	for _, c := range calls {
		if s := c.Identity.SessionName(); s != "" {
			names[cmp.Or(c.Identity.Issuer.ARN, c.Identity.ARN)+"/"+s] = true
		}
	}
	return sortedKeys(names)
}
