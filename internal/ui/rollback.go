package ui

import (
	"github.com/ircontain/ircontain/internal/incident"
)

// undoable lists the levers newest first, as they would be rolled back.
func (c scene) undoable() []incident.Lever {
	var out []incident.Lever
	for i := len(c.st.Levers) - 1; i >= 0; i-- {
		out = append(out, c.st.Levers[i])
	}
	return out
}

// rollbackPage lists the levers with the power that their undo gives back.
func (c scene) rollbackPage(w, cursor int, chosen map[string]bool) page {
	s := &sheet{ink: c.ink, width: w}
	s.text("FIRST TRY: a carve-out in the guardrail or a replacement key is lower risk than re-arming.", strong)
	s.blank()
	name := max(min(28, w-48), 10)
	s.free(c.ink.paint(strong, columns(pad("", 5), pad("NEWEST FIRST", name), pad("EXPOSURE", 10), "STATE")))
	p := page{title: "ROLL BACK", right: "re-read before each undo", cursor: -1, pinned: s.lines}
	s = &sheet{ink: c.ink, width: w}
	levers := c.undoable()
	for i, l := range levers {
		pointer := "  "
		if i == cursor {
			pointer, p.cursor = c.ink.paint(strong, "> "), len(s.lines)
		}
		mark := "[ ]"
		switch {
		case !l.Applied():
			mark = "[-]"
		case chosen[l.Change.ID]:
			mark = "[x]"
		}
		grade, t := exposure(l.Change)
		state, st := leverState(l)
		s.free(columns(pointer+mark, pad(leverName(l.Change), name), c.ink.paint(t, pad(grade, 10)), c.ink.paint(st, state)))
		if i == cursor {
			c.undoDetail(s, l)
		}
	}
	if len(levers) == 0 {
		s.text("Nothing was changed, so there is nothing to roll back.", plain)
	}
	c.drifts(s)
	p.lines = s.lines
	return p
}

func (c scene) undoDetail(s *sheet, l incident.Lever) {
	undo := l.Change.Undo
	if undo == "" {
		undo = "restore as found: " + valueWord(l.Change.Before)
	}
	lines := []string{clean(l.Change.ID, 0) + "  " + clean(l.Change.Resource, 0), "undo: " + clean(undo, 0)}
	if l.Change.Rearms {
		lines = append(lines, "This RE-ARMS a leaked credential. Off unless you choose it; it needs its own reason.")
	}
	if !l.Applied() {
		lines = append(lines, "Not in place through us: nothing to undo.")
	}
	for _, line := range lines {
		for _, part := range wrap(line, s.width-8) {
			s.free("        " + part)
		}
	}
}

// drifts lists what changed under our hands and what was refused because of it.
func (c scene) drifts(s *sheet) {
	if len(c.st.Drifts)+len(c.st.Refusals) > 0 {
		s.blank()
	}
	for i, d := range c.st.Drifts {
		label := ""
		if i == 0 {
			label = "DRIFT"
		}
		s.row(label, d.Change+" changed by "+or(d.By, "unknown")+" during "+d.During+": want "+valueWord(d.Want)+", now "+valueWord(d.Now), danger)
	}
	for i, r := range c.st.Refusals {
		label := ""
		if i == 0 {
			label = "REFUSED"
		}
		s.row(label, r.Change+": "+r.Reason, danger)
		s.row("", "found "+valueWord(r.Found)+"; applied "+valueWord(r.Applied)+"; now "+valueWord(r.Now), plain)
	}
}
