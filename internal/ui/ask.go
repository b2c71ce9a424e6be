package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/ircontain/ircontain/internal/incident"
)

// onCurrent returns the current step when it is the one on screen; nobody acts
// on a step they do not look at.
func (m *Model) onCurrent() *incident.Step {
	c := m.scene()
	s := m.state.Step(m.state.Current)
	switch {
	case m.state.Closed != nil:
		m.refuse("the incident is closed")
		return nil
	case s == nil:
		m.refuse("no step is under way yet")
		return nil
	case m.look != "" && m.look != s.ID:
		m.refuse("you look at " + c.number(m.look) + ": Esc returns to " + c.number(s.ID) + " first")
		return nil
	case m.state.Hold != nil:
		m.refuse("held by " + m.state.Hold.By + ": H lifts the hold first")
		return nil
	}
	return s
}

func (m *Model) confirmField() field {
	c := m.scene()
	return field{label: "Last four of the key", want: c.last4(), required: true, set: func(d *incident.Decision, v string) { d.Confirm = v }}
}

func ownerField(value string) field {
	return field{label: "Owner of the guardrail", value: value, required: true, set: func(d *incident.Decision, v string) { d.Owner = v }}
}

func reasonField(label, value string) field {
	return field{label: label, value: value, required: true, set: func(d *incident.Decision, v string) { d.Reason = v }}
}

// openApprove asks for the typed confirmation of the current plan.
func (m *Model) openApprove(string) tea.Cmd {
	s := m.onCurrent()
	if s == nil {
		return nil
	}
	if s.Status != incident.StepWaiting || s.Plan == nil {
		m.refuse("nothing waits for an approval: " + string(s.ID) + " is " + statusWord(s.Status))
		return nil
	}
	c := m.scene()
	d := &dialog{
		title: "CONFIRM " + c.number(s.ID) + " " + clean(s.Title, 0), right: "challenge / response",
		press: "Apply " + c.number(s.ID), guarded: true, about: c.approvalAbout(s),
		decision: incident.Decision{Verb: incident.Approve, Step: s.ID, Digest: s.Digest, How: "typed"},
	}
	if c.needsLastFour(s) {
		d.fields = append(d.fields, m.confirmField())
	} else {
		d.right, d.press, d.decision.How = "nothing in the account changes", "Go on with "+c.number(s.ID), "confirmed"
	}
	owner, reason := or(s.Plan.Owner, m.state.Opened.Owner), or(s.Plan.Reason, m.state.Opened.Reason)
	switch {
	case guardrails(s.Plan):
		d.fields = append(d.fields, ownerField(owner), reasonField("Reason for the guardrail", reason))
	case c.last(s.ID) && len(m.state.OpenGuardrails()) > 0:
		d.fields = append(d.fields, ownerField(owner))
	}
	m.ask(d)
	return nil
}

// needsLastFour is false only for a step whose plan changes nothing and whose
// gate says that a plain confirmation will do: friction is kept for what writes.
func (c scene) needsLastFour(s *incident.Step) bool {
	return s.Gate != "confirm" || s.Plan == nil || len(s.Plan.Changes) > 0 || c.last(s.ID)
}

func guardrails(p *incident.Plan) bool {
	for _, change := range p.Changes {
		if change.Guardrail {
			return true
		}
	}
	return false
}

// approvalAbout is what somebody who confirms must have in sight.
func (c scene) approvalAbout(s *incident.Step) []aboutRow {
	rows := []aboutRow{
		{"TARGET", "key " + string(c.st.Opened.AccessKey) + ", account " + c.st.Opened.Account, strong},
	}
	rows = append(rows, breakRows(s.Plan)...)
	for i, text := range s.Plan.DoesNotStop {
		label := ""
		if i == 0 {
			label = "DOES NOT STOP"
		}
		if i == 1 && len(s.Plan.DoesNotStop) > 2 {
			text = fmt.Sprintf("and %d more, all of them in the plan", len(s.Plan.DoesNotStop)-1)
		}
		if i < 2 {
			rows = append(rows, aboutRow{label, text, caution})
		}
	}
	rows = append(rows, aboutRow{"WHAT", s.Plan.Intent, plain})
	if len(s.Plan.Changes) == 0 {
		calls := "none: no AWS call changes anything"
		if c.needsLastFour(s) && !c.last(s.ID) {
			calls = "none planned; a lever that somebody reverted is put back as it was approved"
		}
		rows = append(rows, aboutRow{"CALLS", calls, plain})
	}
	for i, change := range s.Plan.Changes {
		label := ""
		if i == 0 {
			label = "CALLS"
		}
		rows = append(rows, aboutRow{label, fmt.Sprintf("%d %s", i+1, change.Call), plain})
	}
	if c.last(s.ID) {
		for _, l := range c.st.OpenGuardrails() {
			rows = append(rows, aboutRow{"STAYS", l.Change.Attribute + ", review " + dayTime(c.st.Opened.ReviewAt), caution})
		}
	}
	for _, check := range s.Plan.Checks {
		if !check.OK {
			rows = append(rows, aboutRow{"OPEN CHECK", "[ ] " + check.Text, caution})
		}
	}
	return append(rows, aboutRow{"MODE", c.modeMeaning(), caution})
}

func breakRows(p *incident.Plan) []aboutRow {
	if len(p.Changes) == 0 {
		return nil
	}
	if p.Forecast == nil {
		return []aboutRow{{"BREAKS", "not forecast for this step", caution}}
	}
	var rows []aboutRow
	for _, verdict := range []string{"break", "maybe"} {
		var names []string
		for _, line := range p.Forecast.Lines {
			if line.Verdict == verdict {
				names = append(names, line.Consumer)
			}
		}
		if len(names) > 0 {
			rows = append(rows, aboutRow{"", fmt.Sprintf("%d %s: %s", len(names), verdict, strings.Join(names, "; ")), caution})
		}
	}
	if len(rows) == 0 {
		rows = append(rows, aboutRow{"", "nothing that the logs show; confidence " + or(p.Forecast.Confidence, "NONE"), plain})
	}
	rows[0].label = "BREAKS"
	return rows
}

// openSkip asks for the reason of a skip.
func (m *Model) openSkip(string) tea.Cmd {
	s := m.onCurrent()
	if s == nil {
		return nil
	}
	if !decidable(s) {
		m.refuse(string(s.ID) + " is " + statusWord(s.Status) + ": there is nothing to skip")
		return nil
	}
	c := m.scene()
	d := &dialog{
		title: "SKIP " + c.number(s.ID) + " " + clean(s.Title, 0), right: "a reason goes into the record", press: "Skip " + c.number(s.ID), guarded: true,
		fields:   []field{reasonField("Reason", "")},
		decision: incident.Decision{Verb: incident.Skip, Step: s.ID, Digest: s.Digest, How: "typed"},
		about: []aboutRow{
			{"STEP", c.number(s.ID) + " " + s.Title + " (" + string(s.ID) + ")", strong},
			{"MEANS", "nothing of this plan is done; the walk goes on with the next step", plain},
		},
	}
	if s.Plan != nil {
		d.about = append(d.about, aboutRow{"LEFT OUT", s.Plan.Intent, caution})
	}
	m.ask(d)
	return nil
}

// replan asks for fresh reads of the current step: it changes nothing. On an
// earlier step that was skipped or did not succeed it takes that step up again.
func (m *Model) replan(string) tea.Cmd {
	if s := m.state.Step(m.look); s != nil && m.look != m.state.Current && m.state.Closed == nil && reopenable(s) {
		m.look = ""
		return m.send(incident.Decision{Verb: incident.Replan, Step: s.ID, How: "key"})
	}
	s := m.onCurrent()
	if s == nil {
		return nil
	}
	if !decidable(s) {
		m.refuse(string(s.ID) + " is " + statusWord(s.Status) + ": it is not read again now")
		return nil
	}
	return m.send(incident.Decision{Verb: incident.Replan, Step: s.ID, How: "key"})
}

// choose toggles the lever at the cursor of the roll back view.
func (m *Model) choose(string) tea.Cmd {
	levers := m.scene().undoable()
	if m.undoCursor >= len(levers) {
		return nil
	}
	l := levers[m.undoCursor]
	if !l.Applied() {
		m.refuse(l.Change.ID + " is not in place through us: nothing to roll back")
		return nil
	}
	m.chosen[l.Change.ID] = !m.chosen[l.Change.ID]
	return nil
}

// openRollback asks for the typed confirmation of the chosen roll backs.
func (m *Model) openRollback(string) tea.Cmd {
	c := m.scene()
	d := &dialog{
		title: "CONFIRM ROLL BACK", right: "newest first", press: "Roll back", guarded: true, fields: []field{m.confirmField()},
		decision: incident.Decision{Verb: incident.RollBack, How: "typed"},
		about: []aboutRow{
			{"TARGET", "key " + string(m.state.Opened.AccessKey) + ", account " + m.state.Opened.Account, strong},
		},
	}
	for _, l := range c.undoable() {
		if !m.chosen[l.Change.ID] || !l.Applied() {
			continue
		}
		d.decision.Changes = append(d.decision.Changes, l.Change.ID)
		d.decision.RearmKey = d.decision.RearmKey || l.Change.Rearms
		grade, t := exposure(l.Change)
		d.about = append(d.about, aboutRow{"UNDO", oneLine([]string{l.Change.ID + " " + leverName(l.Change), "exposure " + grade, or(l.Change.Undo, "restore as found")}), t})
	}
	if len(d.decision.Changes) == 0 {
		m.refuse("nothing is chosen: space chooses the change at the cursor")
		return nil
	}
	if d.decision.RearmKey {
		d.press = "Roll back and RE-ARM"
		d.about = append(d.about, aboutRow{"RE-ARMS", "the leaked key works again, for the intruder too", danger})
		d.fields = append(d.fields, reasonField("Reason to re-arm the key", ""))
	}
	d.about = append(d.about, aboutRow{"DRIFT", "each change is re-read first; what others changed is refused, not overwritten", plain}, aboutRow{"MODE", c.modeMeaning(), caution})
	m.ask(d)
	return nil
}

// reopenable reports whether an ended step can be taken up again.
func reopenable(s *incident.Step) bool {
	return s.Status.Ended() // the engine says no where there is nothing to do
}
