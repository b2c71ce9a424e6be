package ui

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
)

// observation draws what a reading step found.
func (c scene) observation(s *sheet, o *incident.Observation) {
	if o.Card != nil {
		c.card(s, o.Card)
	}
	if o.Usage != nil {
		c.usage(s, o.Usage)
	}
	c.verdicts(s, o.Verdicts)
	c.findings(s, o.Findings)
	c.denials(s, o.Denials)
	s.rows("NOTES", o.Notes, plain)
	c.unseen(s, o.Unseen)
}

// card draws the credential card: every kind of credential and its handling.
func (c scene) card(s *sheet, card *incident.Card) {
	s.blank()
	s.row("OWNER", card.Principal, strong)
	s.row("ACCOUNT", card.Account+alias(card.AccountAlias)+", partition "+card.Partition, plain)
	s.row("KEY", fmt.Sprintf("%s  %s, %s", card.AccessKey, card.KeyKind, card.KeyStatus), plain)
	used := "never seen used"
	if !card.LastUsed.IsZero() {
		used = dayTime(card.LastUsed) + " for " + or(card.LastUsedFor, "an unnamed service")
	}
	s.row("LAST USED", used, plain)
	s.blank()
	const status, handling = 9, 15
	id := min(max(s.width-status-handling-16-3, 11), 22)
	kind := max(s.width-id-status-handling-3, 10)
	s.head(columns(pad("CREDENTIAL", kind), pad("ID", id), pad("STATUS", status), "HANDLING"))
	for _, k := range card.Credentials {
		_, t := handlingTone(k.Handling)
		s.free(columns(cell(k.Kind, kind), pad(middle(k.ID, id), id), cell(k.Status, status), c.ink.paint(t, clean(k.Handling, handling))))
		var about []string
		if !k.Created.IsZero() {
			about = append(about, "created "+dayTime(k.Created))
		}
		if k.Note != "" {
			about = append(about, k.Note)
		}
		if len(about) > 0 {
			s.text("  "+strings.Join(about, "; "), faint)
		}
	}
	s.blank()
	s.row("GROUPS", listed(card.Groups), plain)
	s.row("POLICIES", listed(card.Attached), plain)
	if len(card.GroupPolicies) > 0 {
		s.row("BY GROUP", listed(card.GroupPolicies), plain)
	}
	var inline []string
	for _, p := range card.Inline {
		inline = append(inline, fmt.Sprintf("%s (%d)", p.Name, p.Size))
	}
	size := fmt.Sprintf("; %d of 2,048 characters used", card.InlineSize)
	if card.InlineSize < 0 {
		size = "; size unknown"
	}
	s.row("INLINE", listed(inline)+size, plain)
	s.row("BOUNDARY", or(card.Boundary, "none"), plain)
	var tags []string
	for _, k := range slices.Sorted(maps.Keys(card.Tags)) {
		tags = append(tags, k+"="+card.Tags[k])
	}
	s.row("TAGS", listed(tags), plain)
	s.rows("EVIDENCE", card.Evidence, faint)
	c.unseen(s, card.Unseen)
}

// middle shortens an id in its middle: people compare the last four.
func middle(id string, n int) string {
	id = clean(id, 0)
	if width(id) <= n || n < 11 || !ascii(id) {
		return cut(id, n)
	}
	return id[:n-6] + ".." + id[len(id)-4:]
}

func alias(a string) string {
	if a == "" {
		return ""
	}
	return " " + a
}

func listed(items []string) string {
	if len(items) == 0 {
		return "none"
	}
	return strings.Join(items, ", ")
}

// handlingTone marks what this playbook cannot close.
func handlingTone(h string) (string, tone) {
	switch h {
	case "target":
		return h, strong
	case "not containable", "unknown", "decide", "elsewhere":
		return h, caution
	case "absent":
		return h, faint
	}
	return h, plain
}

// usage draws a summary; the map view holds the rest.
func (c scene) usage(s *sheet, u *incident.Usage) {
	s.blank()
	s.row("LOGS", fmt.Sprintf("%s; %s records, %s by this key and its sessions, %s denied", u.Basis, count(u.Records), count(u.Matched), count(u.Denied)), plain)
	state := "complete"
	if !u.Complete {
		state = "INCOMPLETE: more may exist than is shown"
	}
	s.row("WINDOW", fmt.Sprintf("%s to %s, %s; newest event %s", dayTime(u.From), dayTime(u.To), state, dayTime(u.Newest)), plain)
	s.row("FOUND", fmt.Sprintf("%d consumer(s), %d session(s), %d role(s), %d operation(s): M shows the map", len(u.Consumers), len(u.Sessions), len(u.Roles), len(u.Operations)), strong)
	for _, consumer := range u.Consumers {
		s.free("  " + c.consumerLine(consumer, s.width-2))
	}
	s.rows("BLIND", u.Blind, caution)
}

func (c scene) verdicts(s *sheet, verdicts []incident.Verdict) {
	for i, v := range verdicts {
		label := ""
		if i == 0 {
			s.blank()
			label = "VERDICTS"
		}
		t := caution
		if v.Verdict == incident.Held {
			t = good
		}
		name := v.Change
		if l := c.st.Lever(v.Change); l != nil {
			name = leverName(l.Change)
		}
		s.row(label, fmt.Sprintf("%s, rung %s: %s", name, rungWord(v.Rung), verdictText(v)), t)
	}
}

func (c scene) findings(s *sheet, findings []incident.Finding) {
	for i, f := range findings {
		label := ""
		if i == 0 {
			s.blank()
			label = "FINDINGS"
		}
		_, t := handlingTone(f.Handling)
		s.row(label, f.What+": "+or(f.Handling, "decide"), t)
		about := f.Detail
		if f.By != "" {
			about += " by " + f.By
		}
		if !f.At.IsZero() {
			about += " at " + stamp(f.At, c.now)
		}
		if about != "" {
			s.row("", "  "+strings.TrimSpace(about), faint)
		}
	}
}

func stamp(t, now time.Time) string {
	if now.Sub(t).Abs() < 20*time.Hour {
		return clockTime(t)
	}
	return dayTime(t)
}

func (c scene) denials(s *sheet, denials []incident.Denial) {
	for i, d := range denials {
		label := ""
		if i == 0 {
			s.blank()
			label = "DENIED"
		}
		s.row(label, fmt.Sprintf("%s  %s  %s x%d, last %s", d.Origin, d.Client, d.Operation, d.Count, stamp(d.Last, c.now)), plain)
	}
}

// unseen draws what could not be read; it is never called quiet.
func (c scene) unseen(s *sheet, unseen []incident.Unseen) {
	label := "NOT SEEN"
	for _, u := range unseen {
		s.row(label, "[??] "+u.What+": "+u.Why, caution)
		label = ""
	}
}
