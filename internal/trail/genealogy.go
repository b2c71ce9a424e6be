package trail

import (
	"slices"
)

// Genealogy is the graph of keys: which key issued or created which. It is built
// after everything is read, so record order and missing parents do not matter.
type Genealogy struct {
	births   map[string]Birth // the best-known birth of each child
	children map[string][]string
}

// Genealogy links the births in the log. A cross-account AssumeRole is logged
// twice, and the copy in the role's account carries no caller key: the two join
// on the issued key, or failing that on sharedEventID.
func (l *Log) Genealogy() *Genealogy {
	g := &Genealogy{births: map[string]Birth{}, children: map[string][]string{}}
	callers := l.sharedCallers()
	type edge struct{ parent, child string }
	linked := map[edge]bool{}
	for _, b := range l.births { // sorted, so "first" is the earliest
		if b.Parent == "" && b.SharedEventID != "" {
			b.Parent = callers[b.SharedEventID]
		}
		if b.Parent == b.Child {
			b.Parent = ""
		}
		have, known := g.births[b.Child]
		if !known || (have.Parent == "" && b.Parent != "") {
			g.births[b.Child] = b
		}
		if e := (edge{b.Parent, b.Child}); b.Parent != "" && !linked[e] {
			linked[e] = true
			g.children[b.Parent] = append(g.children[b.Parent], b.Child)
		}
	}
	return g
}

// sharedCallers finds, per sharedEventID, the key that made the call.
func (l *Log) sharedCallers() map[string]string {
	wanted := map[string]bool{}
	for _, b := range l.births {
		if b.Parent == "" && b.SharedEventID != "" {
			wanted[b.SharedEventID] = true
		}
	}
	callers := map[string]string{}
	if len(wanted) == 0 {
		return callers
	}
	for i := range l.calls {
		c := &l.calls[i]
		if wanted[c.SharedEventID] && c.Identity.AccessKeyID != "" && callers[c.SharedEventID] == "" {
			callers[c.SharedEventID] = c.Identity.AccessKeyID
		}
	}
	return callers
}

// Birth returns how a key came to be; false means "issuer not in data".
func (g *Genealogy) Birth(key string) (Birth, bool) {
	b, ok := g.births[key]
	return b, ok
}

// Children returns the keys a key issued or created, earliest first.
func (g *Genealogy) Children(key string) []string { return slices.Clone(g.children[key]) }

// Descendants returns the given keys and everything born from them, however
// deep. Forged cycles end: a key is visited once.
func (g *Genealogy) Descendants(keys ...string) map[string]bool {
	seen := map[string]bool{}
	queue := slices.Clone(keys)
	for len(queue) > 0 {
		key := queue[0]
		queue = queue[1:]
		if key == "" || seen[key] {
			continue
		}
		seen[key] = true
		queue = append(queue, g.children[key]...)
	}
	return seen
}
