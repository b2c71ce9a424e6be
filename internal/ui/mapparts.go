package ui

import (
	"fmt"
	"strings"

	"github.com/ircontain/ircontain/internal/incident"
)

// sessionTree draws the sessions below the key that they descend from.
func (c scene) sessionTree(s *sheet) {
	u := c.st.Usage
	children := map[string][]incident.Session{}
	known := map[string]bool{}
	for _, session := range u.Sessions {
		known[session.AccessKey] = true
	}
	key := string(c.st.Opened.AccessKey)
	for _, session := range u.Sessions {
		parent := session.Parent
		if !known[parent] || parent == session.AccessKey {
			parent = key
		}
		children[parent] = append(children[parent], session)
	}
	s.free(c.ink.paint(strong, clean(key, 0)))
	drawn := map[string]bool{}
	var draw func(parent string, depth int)
	draw = func(parent string, depth int) {
		for _, session := range children[parent] {
			if drawn[session.AccessKey] {
				continue
			}
			drawn[session.AccessKey] = true
			s.free(strings.Repeat("  ", min(depth, 10)) + "+- " + columns(clean(session.AccessKey, 24), " "+stamp(session.IssuedAt, c.now)+" to "+stamp(session.Last, c.now)+",", fmt.Sprintf("%d event(s)", session.Events)))
			s.free(strings.Repeat("  ", min(depth, 10)) + "   " + c.ink.paint(faint, clean(or(session.IssuedBy, "unknown")+" -> "+session.Principal, 0)))
			draw(session.AccessKey, depth+1)
		}
	}
	draw(key, 0)
	for _, session := range u.Sessions {
		// A loop of parents has no way in from the key: still shown.
		if !drawn[session.AccessKey] {
			s.free("?- " + clean(session.AccessKey, 24) + " issued by " + clean(session.Parent, 24))
		}
	}
	if len(u.Sessions) == 0 {
		s.text("No session of this key was seen in the log window.", plain)
	}
}

func (c scene) roleTable(s *sheet) {
	for _, role := range c.st.Usage.Roles {
		s.text(role.ARN, strong)
		s.text(fmt.Sprintf("  assumed %d time(s), last %s; also used by: %s", role.Count, stamp(role.Last, c.now), listed(role.Others)), plain)
	}
	if len(c.st.Usage.Roles) == 0 {
		s.text("No role was seen to be assumed with this key or its sessions.", plain)
	}
}

func (c scene) operationTable(s *sheet) {
	action := max(s.width-7-7-8-8-4, 12)
	s.free(c.ink.paint(strong, columns(pad("ACTION", action), right("EVENTS", 7), right("DENIED", 7), pad("FIRST", 8), pad("LAST", 8))))
	for _, o := range c.st.Usage.Operations {
		name := o.Action
		if o.Forwarded {
			name += " (by a service)"
		}
		s.free(columns(cell(name, action), right(fmt.Sprint(o.Events), 7), right(fmt.Sprint(o.Denied), 7), pad(near(o.First, c.now), 8), pad(near(o.Last, c.now), 8)))
		if len(o.Resources) > 0 {
			s.free("  " + c.ink.paint(faint, clean(listed(o.Resources), s.width-2)))
		}
	}
}

func (c scene) blindList(s *sheet) {
	u := c.st.Usage
	for _, b := range u.Blind {
		s.text("[??] "+b, caution)
	}
	for _, un := range c.st.Unseen {
		s.text("[??] "+un.What+": "+un.Why, caution)
	}
	if len(u.Blind)+len(c.st.Unseen) == 0 {
		s.text("Nothing is known to be missing from what was read: "+u.Basis, plain)
	}
}
