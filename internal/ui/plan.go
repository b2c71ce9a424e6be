package ui

import (
	"fmt"
	"strings"

	"github.com/ircontain/ircontain/internal/incident"
)

// plan draws what the step would do, in the order in which it is read.
func (c scene) plan(s *sheet, step *incident.Step) {
	p := step.Plan
	c.diff(s, p)
	if fit := (&sheet{ink: c.ink, width: s.width}); !c.doesNotStop(fit, p) {
		s.rows("DOES NOT STOP", p.DoesNotStop, caution)
	}
	s.rows("ADVICE", p.Advice, advice)
	c.forecast(s, p.Forecast)
	s.rows("ALSO HITS", p.AlsoHits, caution)
	c.checks(s, p.Checks)
	for i, change := range p.Changes {
		label := ""
		if i == 0 {
			label = "CALLS"
		}
		s.row(label, fmt.Sprintf("%d %s", i+1, change.Call), plain)
	}
	if len(p.Changes) > 0 {
		s.row("", "each is read back before it counts", faint)
	}
	if p.Owner != "" || p.Reason != "" || !p.ReviewAt.IsZero() {
		s.row("CONTRACT", fmt.Sprintf("owner %s; reason: %s; review %s", or(p.Owner, "not named yet"), or(p.Reason, "not given yet"), dayTime(p.ReviewAt)), plain)
	}
	if step.Digest != "" && (len(p.Changes) > 0 || step.Gate != "auto") {
		s.row("PLAN", fmt.Sprintf("%.8s made %s, %d change(s)", clean(step.Digest, 0), clockTime(step.Planned), len(p.Changes)), faint)
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// diff shows each change as before and after.
func (c scene) diff(s *sheet, p *incident.Plan) {
	label := "DIFF"
	documents := false
	for _, change := range p.Changes {
		sign := "~"
		switch {
		case change.Before == "":
			sign = "+"
		case change.After == "":
			sign = "-"
		}
		s.row(label, sign+" "+change.Attribute, strong)
		s.row("", "  "+valueWord(change.Before)+" -> "+valueWord(change.After), plain)
		label = ""
		documents = documents || isDocument(change.Before) || isDocument(change.After)
	}
	if documents {
		s.row("", "Enter shows the documents in full", faint)
	}
}

// forecast shows who is expected to break and what cannot be known.
func (c scene) forecast(s *sheet, f *incident.Forecast) {
	if f == nil {
		return
	}
	s.row("FORECAST", "confidence "+or(f.Confidence, "NONE")+"; from "+or(f.Basis, "nothing that was read"), plain)
	for _, line := range f.Lines {
		t := plain
		switch line.Verdict {
		case "break":
			t = danger
		case "maybe", "attacker":
			t = caution
		}
		text := line.Consumer + ": " + line.Detail
		if !line.NextDue.IsZero() {
			text += ", next due " + near(line.NextDue, c.now) + " (" + until(line.NextDue, c.now) + ")"
		}
		for i, part := range wrap(clean(text, 0), s.room()-11) {
			verdict := pad("", 11)
			if i == 0 {
				verdict = c.ink.paint(t, cell(line.Verdict, 10)) + " "
			}
			s.line("", verdict+part)
		}
	}
	for _, blind := range f.Blind {
		for i, part := range wrap(clean(blind, 0), s.room()-11) {
			word := pad("", 11)
			if i == 0 {
				word = c.ink.paint(caution, pad("blind", 10)) + " "
			}
			s.line("", word+part)
		}
	}
}

// withoutDocument names a policy document inside a sentence instead of
// spelling it out: the documents screen has it in full.
func withoutDocument(text string) string {
	if i := strings.Index(text, `: {"`); i > 0 {
		return text[:i] + ": the document as applied"
	}
	return text
}

// checks draws the killer items with a box each.
func (c scene) checks(s *sheet, checks []incident.Check) {
	label := "CHECKS"
	for _, check := range checks {
		mark, t := "[x] ", plain
		if !check.OK {
			mark, t = "[ ] ", caution
		}
		for i, part := range wrap(clean(withoutDocument(check.Text), 0), s.room()-4) {
			if i > 0 {
				mark = "    "
			}
			s.line(label, c.ink.paint(t, mark+part))
			label = ""
		}
	}
}
