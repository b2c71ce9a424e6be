package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ircontain/ircontain/internal/incident"
)

// leaveGrace is how long a screen waits for the sealing entry after Leave was
// accepted and nothing is in flight.
const leaveGrace = 2 * time.Second

// decidedMsg is the answer to one decision.
type decidedMsg struct {
	verb incident.Verb
	err  error
}

// leaveMsg ends the wait for the sealing entry.
type leaveMsg struct{}

// send hands a decision to the Decider in a command. Only one decision of a
// kind is under way at a time, so that a stuck key cannot queue up ten.
func (m *Model) send(d incident.Decision) tea.Cmd {
	if m.decider == nil {
		m.refuse("nobody takes decisions here: this screen only shows the record")
		return nil
	}
	if m.sending[d.Verb] {
		m.refuse("the same decision is still on its way")
		return nil
	}
	m.sending[d.Verb] = true
	d.By = m.o.Operator
	decider, ctx := m.decider, m.pump.ctx
	return func() tea.Msg { return decidedMsg{verb: d.Verb, err: decider.Decide(ctx, d)} }
}

func (m *Model) decided(msg decidedMsg) tea.Cmd {
	delete(m.sending, msg.verb)
	if msg.err != nil {
		if msg.verb == incident.Leave {
			m.leaving = false
			if m.state.Closed != nil || m.state.Sealed {
				// Whoever would have to agree has gone already.
				return tea.Quit
			}
		}
		m.refuse("REFUSED: " + msg.err.Error())
		return nil
	}
	if msg.verb == incident.Leave {
		m.leaving, m.left = true, true
		if cmd := m.mayLeave(); cmd != nil {
			return cmd
		}
		return tea.Tick(leaveGrace, func(time.Time) tea.Msg { return leaveMsg{} })
	}
	if m.notice == m.sentNotice {
		m.tell("")
	}
	return nil
}

// mayLeave quits once the sitting is sealed or the feed has ended.
func (m *Model) mayLeave() tea.Cmd {
	if m.left && (m.state.Sealed || m.ended) {
		return tea.Quit
	}
	return nil
}

// leaveNow quits after the grace, unless a call is still in flight.
func (m *Model) leaveNow() tea.Cmd {
	if !m.left || m.inFlight() {
		return nil
	}
	return tea.Quit
}

// inFlight reports whether something was sent of which the outcome is open.
func (m *Model) inFlight() bool {
	if len(m.state.InDoubt()) > 0 {
		return true
	}
	s := m.state.Step(m.state.Current)
	return s != nil && s.Status == incident.StepRunning
}

// refuse and tell set the notice line; the next key clears it.
func (m *Model) refuse(text string) { m.notice, m.noticeTone = text, danger }
func (m *Model) tell(text string)   { m.notice, m.noticeTone = text, advice }
