package ui

import (
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
)

// impactPage is the containment as far as it is proven: each path against the
// rungs of the ladder, then who was denied and what was found.
func (c scene) impactPage(w int) page {
	s := &sheet{ink: c.ink, width: w}
	if w < 74 {
		c.impactShort(s)
	} else {
		c.impactTable(s, w-5*9-17)
	}
	if len(c.st.Levers) == 0 {
		s.text("No lever was pulled yet: nothing is contained.", caution)
	}
	for _, l := range c.st.Levers {
		if l.Verdict != nil {
			s.text("  "+leverName(l.Change)+": "+verdictText(*l.Verdict), plain)
		}
	}
	s.blank()
	s.head("WORKLOADS")
	c.workloads(s)
	c.denials(s, c.st.Denials)
	c.findings(s, c.st.Findings)
	lag := "freshest log event: none read yet"
	if c.st.Usage != nil && !c.st.Usage.Newest.IsZero() {
		lag = "freshest log event " + span(c.now.Sub(c.st.Usage.Newest)) + " old"
	}
	return page{title: "IMPACT (UTC)", right: lag, lines: s.lines, cursor: -1}
}

// impactTable shows when each rung was reached.
func (c scene) impactTable(s *sheet, path int) {
	const at = 8
	s.free(c.ink.paint(strong, columns(pad("PATH", path), pad("SENT", at), pad("ACCEPTED", at), pad("READBACK", at), pad("EFFECT", at), pad("HELD", at), "STATE")))
	for _, l := range c.st.Levers {
		cells := []string{pad(leverName(l.Change), path)}
		for _, r := range incident.Rungs() {
			cells = append(cells, pad(strings.TrimSuffix(rungTime(l, r), "Z"), at))
		}
		word, t := leverState(l)
		s.free(columns(append(cells, c.ink.paint(t, word))...))
	}
}

// impactShort is the table where there is no room for every rung.
func (c scene) impactShort(s *sheet) {
	s.head(columns(pad("PATH", 16), pad("RUNG", 12), pad("SINCE", 9), "STATE"))
	for _, l := range c.st.Levers {
		word, t := leverState(l)
		s.free(columns(pad(leverName(l.Change), 16), pad(rungWord(l.Rung), 12), pad(rungTime(l, l.Rung), 9), c.ink.paint(t, word)))
	}
}

// verdictText is a verdict with who and why, as far as that is known.
func verdictText(v incident.Verdict) string {
	text := string(v.Verdict)
	if v.By != "" {
		text += " " + v.By
	}
	if v.Detail != "" {
		text += ": " + v.Detail
	}
	return text
}

// rungTime is when a rung was reached, "--" when that is not proven.
func rungTime(l incident.Lever, r incident.Rung) string {
	t, ok := l.Times[r]
	if !ok || t == (time.Time{}) {
		return "--"
	}
	return clockTime(t)
}

// denied counts the refusals that a later step saw for an origin.
func (c scene) denied(origin string) int {
	n := 0
	for _, d := range c.st.Denials {
		if d.Origin == origin {
			n += d.Count
		}
	}
	return n
}

func (c scene) workloads(s *sheet) {
	if c.st.Usage == nil {
		s.text("Not known: no log was read yet. Say blind, not quiet.", caution)
		return
	}
	for _, consumer := range c.st.Usage.Consumers {
		mark, t := c.labelWord(consumer)
		due := schedule(consumer)
		if !consumer.NextDue.IsZero() {
			due = "next " + near(consumer.NextDue, c.now) + " " + until(consumer.NextDue, c.now)
		}
		denied := "no denial seen"
		if n := max(consumer.Denied, c.denied(consumer.Origin)); n > 0 {
			denied = "DENIED x" + count(n)
		}
		name := max((s.width-26)/2-4, 10)
		s.free(columns(c.ink.paint(t, pad(mark, 4)), cell(consumer.Origin+" "+consumer.Client, name), pad(denied, 18), clean(due, 0)))
	}
}
