package ui

import (
	"fmt"
	"strings"

	"github.com/ircontain/ircontain/internal/incident"
)

// stepPage is the default screen: one step, before, during and after.
func (c scene) stepPage(w int) page {
	step := c.step()
	if step == nil {
		s := sheet{ink: c.ink, width: w}
		s.text("Waiting for the first entry of the journal.", plain)
		return page{title: "STARTING", lines: s.lines, cursor: -1}
	}
	p := page{title: c.number(step.ID) + " " + clean(step.Title, 0), right: c.target(w), cursor: -1}
	if width(p.title)+width(p.right)+8 > w {
		p.right = c.target(0)
	}
	p.pinned = c.pinned(step, w)
	s := &sheet{ink: c.ink, width: w}
	if c.small && step.Plan != nil {
		s.row("INTENT", step.Plan.Intent, plain)
	}
	if step.Status.Ended() || len(step.Changes) > 0 {
		c.result(s, step)
	}
	if step.Plan == nil {
		c.unplanned(s, step)
	} else {
		c.plan(s, step)
	}
	for _, o := range []*incident.Observation{planObserved(step), step.Observed} {
		if o != nil {
			c.observation(s, o)
		}
	}
	for _, a := range c.st.Absent {
		if a.Step == step.ID {
			s.row("ABSENT", "[??] "+a.Operation+" is not known to this endpoint: "+a.Detail, caution)
		}
	}
	p.lines = s.lines
	return p
}

func planObserved(step *incident.Step) *incident.Observation {
	if step.Plan == nil {
		return nil
	}
	return step.Plan.Observed
}

// pinned is what never scrolls away: what the step is for, what it does not
// stop, and how it is undone. In a small panel the intent scrolls.
func (c scene) pinned(step *incident.Step, w int) []string {
	s := &sheet{ink: c.ink, width: w}
	mark, t := statusMark(step.Status)
	text := mark + " " + statusWord(step.Status) + "; "
	if !c.small {
		text += string(step.ID) + " "
	}
	switch {
	case step.Status.Ended():
	case step.Gate == "auto":
		text += "runs by itself"
	case c.needsLastFour(step):
		text += "asks for the last four"
	default:
		text += "asks for a plain confirmation"
	}
	text = strings.TrimRight(text, "; ")
	s.row("STEP", text, t)
	if step.Plan == nil {
		return append(s.lines, "")
	}
	if !c.small {
		s.row("INTENT", step.Plan.Intent, plain)
	}
	c.doesNotStop(s, step.Plan)
	c.undoLine(s, step.Plan)
	return append(s.lines, "")
}

// doesNotStop draws what fits of the list, and how much more there is. It
// reports whether the whole list is in sight.
func (c scene) doesNotStop(s *sheet, p *incident.Plan) bool {
	limit := 4
	if c.tiny {
		limit = 2
	}
	before := len(s.lines)
	s.rows("DOES NOT STOP", p.DoesNotStop, caution)
	extra := len(s.lines) - before - limit
	if extra <= 0 {
		return true
	}
	s.lines = s.lines[:before+limit-1]
	s.line("", c.ink.paint(caution, fmt.Sprintf("+ %d more lines, in full below", extra+1)))
	return false
}

// undoLine says in one line how the changes are undone, and at what price.
func (c scene) undoLine(s *sheet, p *incident.Plan) {
	if len(p.Changes) == 0 {
		return
	}
	first := p.Changes[0]
	text := first.Undo
	if text == "" {
		text = "restore as found: " + valueWord(first.Before)
	}
	t := plain
	for _, change := range p.Changes {
		if change.Rearms {
			text, t = or(change.Undo, text), caution
			if !strings.Contains(strings.ToUpper(text), "RE-ARM") {
				text += "; RE-ARMS the key: needs its own reason"
			}
			break
		}
	}
	if n := len(p.Changes); n > 1 {
		text = fmt.Sprintf("%s (and %d more)", text, n-1)
	}
	before := len(s.lines)
	s.row("UNDO", text, t)
	s.lines = s.lines[:min(len(s.lines), before+2)]
}

// unplanned says what an empty step is waiting for.
func (c scene) unplanned(s *sheet, step *incident.Step) {
	switch step.Status {
	case incident.StepPending:
		s.text("Not reached yet. Steps run in order; nothing happens here before its turn.", faint)
	case incident.StepPlanning:
		s.text("Reading and planning. Only read calls are made; nothing is changed and nothing is asked yet.", plain)
	}
}

// result draws what came of a step: the outcome and every lever with its proof.
func (c scene) result(s *sheet, step *incident.Step) {
	mark, t := statusMark(step.Status)
	text := strings.TrimSpace(mark + " " + statusWord(step.Status))
	if step.Detail != "" {
		text += ": " + step.Detail
	}
	s.row("RESULT", text, t)
	if step.Hint != "" {
		s.row("HINT", step.Hint, advice)
	}
	if a := step.Approved; a != nil {
		s.row("APPROVED", fmt.Sprintf("by %s (%s), plan %.8s", a.By, a.How, a.Digest), plain)
	}
	for i, id := range step.Changes {
		l := c.st.Lever(id)
		if l == nil {
			continue
		}
		label := ""
		if i == 0 {
			label = "LEVERS"
		}
		c.leverRows(s, label, l)
	}
	s.blank()
}

func (c scene) leverRows(s *sheet, label string, l *incident.Lever) {
	state, t := leverState(*l)
	s.line(label, columns(pad(leverName(l.Change), min(22, s.room()/3)), c.ink.paint(t, pad(state, 20)), "rung "+rungWord(l.Rung)))
	if l.InDoubt != "" {
		s.row("", "  "+l.InDoubt, danger)
	}
	if l.Failed != "" {
		s.row("", "  "+l.Failed, danger)
	}
	if e := l.Evidence; e != nil {
		text := "read back: " + valueWord(e.Observed)
		if !e.Matches && !l.RolledBack {
			text += ", NOT what was asked for"
		}
		if e.Detail != "" {
			text += " (" + e.Detail + ")"
		}
		s.row("", "  "+text, plain)
	}
	for _, d := range c.st.Drifts {
		if d.Change == l.Change.ID {
			s.row("", "  DRIFT: changed by "+or(d.By, "unknown")+" during "+d.During+", now "+valueWord(d.Now), danger)
		}
	}
	if l.RequestID != "" {
		s.row("", "  request "+l.RequestID, faint)
	}
	if v := l.Verdict; v != nil {
		s.row("", "  "+verdictText(*v), plain)
	}
}
