package ui

import (
	"slices"
	"time"
)

// timer is one clock that matters to the responder.
type timer struct {
	name string
	at   time.Time
	// past says that the time counts up since at, not down to it.
	past bool
	why  string
}

// timers lists what the State holds clocks for, soonest first.
func (c scene) timers() []timer {
	var out []timer
	if !c.st.Opened.ReviewAt.IsZero() {
		name, why := "guardrail review", "guardrails are reviewed or removed by then"
		if len(c.st.Overdue(c.now)) > 0 {
			name, why = "REVIEW OVERDUE", "a guardrail is still in place after its review time"
		}
		out = append(out, timer{name: name, at: c.st.Opened.ReviewAt, why: why})
	}
	if u := c.st.Usage; u != nil {
		for _, consumer := range u.Consumers {
			if !consumer.NextDue.IsZero() {
				out = append(out, timer{name: "due " + consumer.Origin, at: consumer.NextDue, why: "next run of " + consumer.Client})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b timer) int { return a.at.Compare(b.at) })
	if u := c.st.Usage; u != nil && !u.Newest.IsZero() {
		out = append(out, timer{name: "log lag", at: u.Newest, past: true, why: "age of the newest log event: nothing later is known"})
	}
	return out
}

func (c scene) timerText(t timer) string {
	if t.past {
		return span(c.now.Sub(t.at))
	}
	return until(t.at, c.now)
}

// timerLines is the short form for the rail: the three soonest and the log lag.
func (c scene) timerLines(inner int) []string {
	all := c.timers()
	if len(all) == 0 {
		return nil
	}
	lines := []string{c.ink.paint(strong, pad("TIMERS", inner))}
	for i, t := range all {
		if i >= 3 && !t.past {
			continue
		}
		text := c.timerText(t)
		lines = append(lines, snug(clean(t.name, 0), inner-width(text)-1)+" "+text)
	}
	return lines
}

// timersPage is the full list.
func (c scene) timersPage(w int) page {
	s := sheet{ink: c.ink, width: w}
	for _, t := range c.timers() {
		s.free(columns(cell(t.name, 28), pad(dayTime(t.at), 17), pad(c.timerText(t), 16)))
		s.free("  " + c.ink.paint(faint, clean(t.why, 0)))
	}
	if len(s.lines) == 0 {
		s.text("No timer yet: review times and schedules appear here once they are known.", plain)
	}
	return page{title: "TIMERS (UTC)", right: "incident clock " + clockTime(c.now), lines: s.lines, cursor: -1}
}
