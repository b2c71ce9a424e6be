package ui

import (
	"fmt"
	"strings"

	"github.com/ircontain/ircontain/internal/incident"
)

// footer is what stays at the bottom: what is awaited, the keys for this
// moment, the scripted twin where there is room, and the log lag.
func (m *Model) footer(c scene, rows int) []string {
	lines := []string{m.statusLine(c), m.keysLine(m.width)}
	if rows >= 4 {
		lines = append(lines, c.ink.paint(faint, " cli: "+c.twin(m.width-6)))
	}
	return append(lines, c.lagLine(m.width))
}

// statusLine is the notice if there is one, else what the program waits for.
func (m *Model) statusLine(c scene) string {
	if m.notice != "" {
		return c.ink.paint(m.noticeTone, " "+clean(m.notice, m.width-1))
	}
	if m.dialog != nil {
		return " " + clean(m.dialog.awaits(), m.width-1)
	}
	text, t := m.awaits(c)
	return c.ink.paint(t, " "+clean(text, m.width-1))
}

// awaits says in one line what happens next, and who has to move.
func (m *Model) awaits(c scene) (string, tone) {
	step := c.current()
	switch {
	case m.feedErr != nil:
		return "JOURNAL FEED BROKEN: " + m.feedErr.Error(), danger
	case m.leaving:
		return "LEAVING: waiting for what is in flight; ctrl+c again leaves this screen at once", caution
	case m.state.Closed != nil:
		return "CLOSED: nothing more is asked. q leaves", good
	case m.state.Entries == 0:
		return "STARTING: waiting for the first entry of the journal", plain
	case m.ended:
		return "END OF THE RECORD: " + m.endWords(c), plain
	case m.card:
		return "NEXT: Enter shows the current step; that changes nothing", strong
	case m.state.Hold != nil:
		return "HELD by " + m.state.Hold.By + ": nothing new is sent. H lifts it with a reason", danger
	case m.state.Sealed:
		return "SEALED: this sitting ended; `ircontain resume` opens the next one", plain
	case step == nil:
		return "STARTING: waiting for the playbook's steps", plain
	}
	return m.awaitsStep(c, step)
}

func (m *Model) endWords(c scene) string {
	if step := c.current(); step != nil {
		return "it stands at " + c.number(step.ID) + ", " + statusWord(step.Status) + ". q leaves"
	}
	return "q leaves"
}

func (m *Model) awaitsStep(c scene, step *incident.Step) (string, tone) {
	number := c.number(step.ID)
	away := ""
	if m.look != "" && m.look != step.ID {
		away = "You look at " + c.number(m.look) + "; Esc returns to " + number + ". "
	} else if m.screen != stepScreen && m.screen != documentScreen {
		away = "Esc goes back. "
	}
	switch step.Status {
	case incident.StepWaiting:
		if m.o.ReadOnly || m.o.Replay {
			return away + "WAITING for the operator's decision on " + number, caution
		}
		if away != "" {
			return away + number + " WAITS FOR YOU", caution
		}
		if !c.needsLastFour(step) {
			return number + " WAITS FOR YOU: read the plan, then a (nothing is changed)", caution
		}
		return number + " WAITS FOR YOU: read the plan, then a (you type " + c.last4() + ")", caution
	case incident.StepPlanning:
		return away + "READING for " + number + ": only read calls, nothing is asked yet", plain
	case incident.StepRunning:
		if n := len(m.state.InDoubt()); n > 0 {
			return away + fmt.Sprintf("SENDING %s: %d call(s) without an outcome yet", number, n), caution
		}
		return away + "RUNNING " + number + ": results appear as they are recorded", plain
	case incident.StepFailed, incident.StepRefused, incident.StepInDoubt:
		return away + number + " " + statusWord(step.Status) + ": " + or(step.Hint, or(step.Detail, "v reads again, s skips with a reason")), danger
	}
	return away + number + " " + statusWord(step.Status) + "; the next step begins by itself", plain
}

// keysLine names the keys for this moment, whole words only. Where room is
// short the least urgent keys go first; the help has them all and stays.
func (m *Model) keysLine(w int) string {
	acts, views := m.hints()
	for {
		line := " " + strings.Join(words(acts), "  ")
		if len(acts) > 0 && len(views) > 0 {
			line += " | "
		}
		line += strings.Join(words(views), "  ")
		if width(line) <= w || len(acts)+len(views) == 0 {
			return cut(line, w)
		}
		acts, views = dropLeast(acts, views)
	}
}

// hint is one entry of the footer; urgency 0 is the last to go.
type hint struct {
	text    string
	urgency int
}

func words(hints []hint) []string {
	out := make([]string, len(hints))
	for i, h := range hints {
		out[i] = h.text
	}
	return out
}

// dropLeast removes the least urgent hint, the rightmost of equals.
func dropLeast(acts, views []hint) (left, rest []hint) {
	all := append(append([]hint(nil), acts...), views...)
	least := 0
	for i, h := range all {
		if h.urgency >= all[least].urgency {
			least = i
		}
	}
	if least < len(acts) {
		return append(append([]hint(nil), acts[:least]...), acts[least+1:]...), views
	}
	least -= len(acts)
	return acts, append(append([]hint(nil), views[:least]...), views[least+1:]...)
}

// lagLine says up to when the logs are known, and which endpoint is used if it
// is not AWS's own.
func (c scene) lagLine(w int) string {
	text := "log lag unknown: no log was read yet"
	if u := c.st.Usage; u != nil && !u.Newest.IsZero() {
		text = "log lag " + span(c.now.Sub(u.Newest)) + ": events after " + stamp(u.Newest, c.now) + " are not visible yet"
	}
	if c.st.Opened.Endpoint != "" {
		text += " | ENDPOINT " + c.st.Opened.Endpoint
	}
	if c.st.Unknown > 0 {
		text += fmt.Sprintf(" | %d entries not understood", c.st.Unknown)
	}
	return " " + clean(text, w-1)
}
