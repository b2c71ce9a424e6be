package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ircontain/ircontain/internal/incident"
)

// openNote asks for a line for the record; * stars it for the report.
func (m *Model) openNote(key string) tea.Cmd {
	if !m.open() {
		m.refuse("the incident is closed: its record takes no note any more")
		return nil
	}
	d := &dialog{
		title: "NOTE", right: "goes into the journal", press: "Add note",
		fields:   []field{{label: "Text", required: true, set: func(d *incident.Decision, v string) { d.Text = v }}},
		decision: incident.Decision{Verb: incident.AddNote, Star: key == "*", How: "typed"},
		about:    []aboutRow{{"NOTE", "one line, with your name and the time; it cannot be taken back", plain}},
	}
	if d.decision.Star {
		d.title = "NOTE *"
		d.about = append(d.about, aboutRow{"STAR", "it is marked for the report", plain})
	}
	m.ask(d)
	return nil
}

// hold stops the engine at once; when held it asks for the reason to go on.
func (m *Model) hold(string) tea.Cmd {
	switch {
	case m.o.Replay || m.decider == nil:
		m.refuse("there is nothing to hold here: this screen only shows the record")
		return nil
	case m.state.Closed != nil || m.ended:
		m.refuse("nothing runs any more: there is nothing to hold")
		return nil
	case m.state.Hold != nil && m.watching():
		m.refuse("held by " + m.state.Hold.By + ": the operator lifts it")
		return nil
	case m.state.Hold == nil:
		m.tell("HOLD sent")
		m.sentNotice = m.notice
		return m.send(incident.Decision{Verb: incident.SetHold, How: "key"})
	}
	m.ask(&dialog{
		title: "LIFT THE HOLD", right: "a reason goes into the record", press: "Lift hold", guarded: true,
		fields:   []field{reasonField("Reason to go on", "")},
		decision: incident.Decision{Verb: incident.LiftHold, How: "typed"},
		about:    []aboutRow{{"HELD", "by " + m.state.Hold.By, danger}, {"MEANS", "steps that only read go on by themselves; changes still wait for you", plain}},
	})
	return nil
}

// consumer is the one at the cursor of the map, or nil.
func (m *Model) consumer() *incident.Consumer {
	if !m.open() {
		m.refuse("the incident is closed: its record takes no label any more")
		return nil
	}
	if !m.onConsumer() || m.mapCursor >= len(m.state.Usage.Consumers) {
		m.refuse("no consumer is chosen: the consumers part of the map has them")
		return nil
	}
	return &m.state.Usage.Consumers[m.mapCursor]
}

// openLabel asks to record a judgement of the consumer at the cursor.
func (m *Model) openLabel(key string) tea.Cmd {
	consumer := m.consumer()
	if consumer == nil {
		return nil
	}
	label := "legitimate"
	if key == "x" {
		label = "suspicious"
	}
	m.ask(&dialog{
		title: "LABEL " + label, right: "a judgement, with your name", press: "Label " + label, guarded: true,
		decision: incident.Decision{Verb: incident.Label, Consumer: consumer.ID, Label: label, How: "typed"},
		about:    consumerAbout(consumer),
	})
	return nil
}

// openOwner asks who answers for the consumer at the cursor.
func (m *Model) openOwner(string) tea.Cmd {
	consumer := m.consumer()
	if consumer == nil {
		return nil
	}
	m.ask(&dialog{
		title: "OWNER", right: "who answers for it", press: "Set owner",
		fields:   []field{{label: "Owner", value: m.scene().owner(*consumer), required: true, set: func(d *incident.Decision, v string) { d.Owner = v }}},
		decision: incident.Decision{Verb: incident.Label, Consumer: consumer.ID, How: "typed"},
		about:    consumerAbout(consumer),
	})
	return nil
}

func consumerAbout(consumer *incident.Consumer) []aboutRow {
	return []aboutRow{
		{"CONSUMER", consumer.ID, strong},
		{"ORIGIN", consumer.Origin, plain},
		{"CLIENT", consumer.Client, plain},
		{"SCHEDULE", schedule(*consumer), plain},
	}
}

// openFilter asks for the text that journal lines must hold.
func (m *Model) openFilter(string) tea.Cmd {
	m.ask(&dialog{
		title: "FILTER THE JOURNAL", right: "empty shows all", press: "Filter",
		fields: []field{{label: "Text", value: m.filter}},
		local:  func(m *Model, v string) { m.filter, m.tail = v, true },
		about:  []aboutRow{{"SHOWS", "entries whose kind or text holds it, in either case", plain}},
	})
	return nil
}

// openLeave asks before the sitting ends; where nothing runs it just leaves.
func (m *Model) openLeave(string) tea.Cmd {
	if m.watching() || m.ended || m.state.Sealed {
		return tea.Quit
	}
	if m.state.Closed != nil {
		m.leaving = true
		return m.send(incident.Decision{Verb: incident.Leave, How: "key"})
	}
	d := &dialog{
		title: "LEAVE THIS SITTING", right: "the incident stays open", press: "Leave", cancel: "Stay", guarded: true,
		decision: incident.Decision{Verb: incident.Leave, How: "typed"},
		about: []aboutRow{
			{"MEANS", leaveMeans(m.state.Opened.Mode), plain},
		},
	}
	if m.inFlight() {
		d.about = append(d.about, aboutRow{"IN FLIGHT", listed(m.state.InDoubt()) + ": leaving waits for the outcome", caution})
	}
	if n := len(m.state.OpenGuardrails()); n > 0 {
		d.about = append(d.about, aboutRow{"STAYS", "guardrails stay in place until someone rolls them back", caution})
	}
	m.ask(d)
	return nil
}

// interrupt is ctrl+c: the first asks to leave after what is in flight, the
// second leaves the screen at once. The engine goes on without a screen.
func (m *Model) interrupt(string) tea.Cmd {
	if m.watching() || m.ended || m.leaving || m.interrupted || m.state.Sealed {
		return tea.Quit
	}
	m.leaving, m.interrupted = true, true
	m.dialog = nil
	cmd := m.send(incident.Decision{Verb: incident.Leave, How: "ctrl+c"})
	m.tell("LEAVING: waiting for what is in flight; ctrl+c again leaves this screen at once")
	return cmd
}

// leaveMeans says what can still be done after leaving: the account of a dry
// run or a rehearsal is gone with the program.
func leaveMeans(mode incident.Mode) string {
	if mode == incident.ModeLive {
		return "nothing new is sent; what was sent is waited for; `ircontain resume` goes on later"
	}
	return "the simulated account ends with the program: this journal can be replayed, not resumed"
}
