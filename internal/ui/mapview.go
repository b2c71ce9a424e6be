package ui

import (
	"fmt"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
)

// mapTab is one part of the dependency map.
type mapTab int

const (
	consumersTab mapTab = iota
	sessionsTab
	rolesTab
	operationsTab
	blindTab
	mapTabs
)

func (t mapTab) title() string {
	return [...]string{"consumers", "sessions", "roles", "operations", "blind"}[t]
}

// mapPage is the dependency map: who really uses the key.
func (c scene) mapPage(w int, tab mapTab, cursor int) page {
	p := page{title: "MAP", cursor: -1}
	u := c.st.Usage
	if u == nil {
		s := sheet{ink: c.ink, width: w}
		s.text("No log was read yet. The map appears when a step has read the logs of this key.", plain)
		p.lines = s.lines
		return p
	}
	p.right = "newest event " + stamp(u.Newest, c.now)
	s := &sheet{ink: c.ink, width: w}
	var tabs []string
	for t := range mapTabs {
		if t == tab {
			tabs = append(tabs, c.ink.paint(focus, "["+t.title()+"]"))
		} else {
			tabs = append(tabs, " "+t.title()+" ")
		}
	}
	s.free(strings.Join(tabs, " ") + c.ink.paint(faint, "  Tab"))
	s.blank()
	switch tab {
	case consumersTab:
		c.consumersTable(&p, s, cursor)
	case sessionsTab:
		c.sessionTree(s)
	case rolesTab:
		c.roleTable(s)
	case operationsTab:
		c.operationTable(s)
	case blindTab:
		c.blindList(s)
	}
	if p.lines == nil {
		p.lines = s.lines
	}
	return p
}

// labelWord is the judgement of a consumer: a human's before the tool's.
func (c scene) labelWord(consumer incident.Consumer) (string, tone) {
	label, human := consumer.Label, ""
	if l, ok := c.st.Labels[consumer.ID]; ok && l.Label != "" {
		label, human = l.Label, "*"
	}
	switch label {
	case "legitimate":
		return "[l]" + human, plain
	case "suspicious":
		return "[x]" + human, danger
	}
	return "[?]", caution
}

// owner is who answers for a consumer, as far as anybody said.
func (c scene) owner(consumer incident.Consumer) string {
	if l, ok := c.st.Labels[consumer.ID]; ok && l.Owner != "" {
		return l.Owner
	}
	return consumer.Owner
}

// schedule is the rhythm of a consumer in at most ten characters or so.
func schedule(consumer incident.Consumer) string {
	if consumer.Schedule != "cron" || consumer.Period <= 0 {
		return or(strings.ReplaceAll(consumer.Schedule, "_", " "), "unknown")
	}
	p := consumer.Period
	for _, unit := range []struct {
		is   time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		switch n := p.Round(unit.is); {
		case n == 0:
		case n == p:
			return fmt.Sprintf("every %d%s", n/unit.is, unit.name)
		case (n - p).Abs() < p/50:
			return fmt.Sprintf("every ~%d%s", n/unit.is, unit.name)
		}
	}
	return "every " + span(p)
}

// consumerColumns are the widths that depend on the panel: origin and client.
// The schedule is left to the detail where room is short.
func consumerColumns(w int) (origin, client, rhythm int) {
	origin, rhythm = min(max(w/5, 14), 28), 11
	if w < 64 {
		rhythm = 0
	}
	return origin, max(w-4-origin-rhythm-3*6-5, 4), rhythm
}

// consumerLine is one consumer in one line.
func (c scene) consumerLine(consumer incident.Consumer, w int) string {
	mark, t := c.labelWord(consumer)
	origin, client, rhythm := consumerColumns(w)
	return columns(c.ink.paint(t, pad(mark, 4)), pad(middle(consumer.Origin, origin), origin), cell(consumer.Client, client),
		pad(clean(schedule(consumer), max(rhythm-1, 1)), rhythm)+right(fmt.Sprint(consumer.Events), 6), right(fmt.Sprint(consumer.Denied), 6), pad(near(consumer.Last, c.now), 6))
}

// right aligns a number in its column.
func right(s string, n int) string {
	if w := width(s); w < n {
		return strings.Repeat(" ", n-w) + s
	}
	return cut(s, n)
}

func (c scene) consumersTable(p *page, s *sheet, cursor int) {
	u := c.st.Usage
	inner := s.width - 2
	origin, client, rhythm := consumerColumns(inner)
	s.free(c.ink.paint(strong, "  "+columns(pad("", 4), pad("ORIGIN", origin), pad("CLIENT", client), pad("SCHEDULE", rhythm)+right("EVENTS", 6), right("DENIED", 6), pad("LAST", 6))))
	p.pinned = s.lines
	s = &sheet{ink: c.ink, width: s.width}
	for i, consumer := range u.Consumers {
		if i != cursor {
			s.free("  " + c.consumerLine(consumer, inner))
			continue
		}
		p.cursor = len(s.lines)
		s.free(c.ink.paint(strong, "> ") + c.consumerLine(consumer, inner))
		c.consumerDetail(s, consumer)
	}
	if len(u.Consumers) == 0 {
		s.text("No consumer was seen in this log window. That is not proof that there is none: see the blind tab.", caution)
	}
	if u.Truncated > 0 {
		s.text(fmt.Sprintf("%d more consumer(s) were left out of the journal entry because of its size.", u.Truncated), caution)
	}
	s.blank()
	s.text("[l] legitimate  [x] suspicious  [?] undecided  * judged by a person", faint)
	p.lines = s.lines
}

func (c scene) consumerDetail(s *sheet, consumer incident.Consumer) {
	seen := fmt.Sprintf("seen %s to %s", dayTime(consumer.First), dayTime(consumer.Last))
	if !consumer.NextDue.IsZero() {
		seen += "; next due " + dayTime(consumer.NextDue) + " (" + until(consumer.NextDue, c.now) + ")"
	}
	for _, row := range [][2]string{
		{"time", schedule(consumer) + "; " + seen},
		{"owner", or(c.owner(consumer), "nobody named yet (o)")},
		{"client", consumer.Client},
		{"calls", listed(consumer.Operations)},
		{"keys", listed(consumer.AccessKeys)},
		{"why", listed(consumer.Reasons)},
	} {
		for i, part := range wrap(clean(row[1], 0), s.width-14) {
			name := row[0]
			if i > 0 {
				name = ""
			}
			s.free("      " + c.ink.paint(faint, pad(name, 7)) + " " + part)
		}
	}
}
