package ui

import (
	"fmt"

	"github.com/ircontain/ircontain/internal/incident"
)

// closingPage sums up a closed incident and says what to run next.
func (c scene) closingPage(w int) page {
	s := &sheet{ink: c.ink, width: w}
	closed := c.st.Closed
	s.row("CLOSED", "by "+closed.By+" at "+clockTime(c.st.Last)+", "+elapsed(c.st.OpenedAt, c.st.Last)+" after the start", good)
	s.row("NEXT", "ircontain journal verify "+string(c.st.Opened.ID), strong)
	s.row("", "ircontain replay "+string(c.st.Opened.ID), strong)
	s.row("JOURNAL", fmt.Sprintf("%s entries, head %s", count(c.st.Entries), headHash(c.st.Head)), plain)
	if c.o.JournalPath != "" {
		s.row("", c.o.JournalPath, plain)
	}
	s.blank()
	name := min(24, w/4)
	request := func(id string) string {
		if w < 70 {
			return ""
		}
		return clean(id, 36)
	}
	s.head(columns(pad("LEVER", name), pad("STATE", 20), pad("RUNG", 12), request("REQUEST")))
	for _, l := range c.st.Levers {
		state, t := leverState(l)
		s.free(columns(pad(leverName(l.Change), name), c.ink.paint(t, pad(state, 20)), pad(rungWord(l.Rung), 12), request(l.RequestID)))
	}
	if len(c.st.Levers) == 0 {
		s.text("No lever was pulled.", plain)
	}
	if ids := c.st.InDoubt(); len(ids) > 0 {
		s.row("IN DOUBT", listed(ids), danger)
	}
	s.blank()
	for i, d := range closed.Debts {
		label := ""
		if i == 0 {
			label = "DEBTS"
		}
		s.row(label, fmt.Sprintf("%s stays; owner %s, review %s", or(d.What, d.Resource), or(d.Owner, "NOBODY"), dayTime(d.ReviewAt)), caution)
	}
	if len(closed.Debts) == 0 {
		s.row("DEBTS", "none", plain)
	}
	c.openFindings(s)
	s.blank()
	s.text("head "+c.st.Head, faint)
	return page{title: "INCIDENT CLOSED", right: c.target(w), lines: s.lines, cursor: -1}
}

func (c scene) openFindings(s *sheet) {
	var open []string
	for _, f := range c.st.Findings {
		if f.Handling == "decide" || f.Handling == "elsewhere" {
			open = append(open, f.What+": "+f.Handling)
		}
	}
	s.rows("STILL OPEN", open, caution)
}

// concluded reports whether the closing screen replaces the step view.
func (c scene) concluded() bool { return c.st.Closed != nil && c.look == incident.StepID("") }
