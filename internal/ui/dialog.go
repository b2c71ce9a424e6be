package ui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ircontain/ircontain/internal/incident"
)

// field is one line of a dialog to type into.
type field struct {
	label string
	value string
	// want is the value read from the target that has to be typed; "" lets any
	// text pass.
	want string
	// required refuses an empty text.
	required bool
	set      func(*incident.Decision, string)
}

// met reports whether the field lets the dialog pass.
func (f field) met() bool {
	if f.want != "" {
		return f.value == f.want
	}
	return !f.required || strings.TrimSpace(f.value) != ""
}

// aboutRow is one labelled line of what a dialog is about.
type aboutRow struct {
	label, text string
	tone        tone
}

// dialog asks before a decision is sent. The focus starts on Cancel when the
// decision could change the account, else on the first field.
type dialog struct {
	title, right string
	about        []aboutRow
	fields       []field
	press        string
	cancel       string
	// focus is a field's index, then the press button, then cancel.
	focus    int
	opened   time.Time
	guarded  bool
	scroll   int
	problem  string
	decision incident.Decision
	// local is called instead of sending a decision.
	local func(*Model, string)
}

// ask opens a dialog. A guarded one takes no key for 300 ms.
func (m *Model) ask(d *dialog) {
	if d.cancel == "" {
		d.cancel = "Cancel"
	}
	d.opened = m.o.wall()
	if d.guarded || len(d.fields) == 0 {
		d.focus = len(d.fields) + 1
	}
	m.dialog = d
}

// ready reports whether every field lets the dialog pass.
func (d *dialog) ready() bool {
	for _, f := range d.fields {
		if !f.met() {
			return false
		}
	}
	return true
}

// missing says what still has to be typed.
func (d *dialog) missing() string {
	for _, f := range d.fields {
		if f.met() {
			continue
		}
		switch {
		case f.want != "" && f.value == "":
			return "Tab, then type the last four characters of the key"
		case f.want != "":
			return "these are not the last four characters of the key"
		}
		return strings.ToLower(f.label) + " is needed: Tab moves there"
	}
	return ""
}

// dialogKey handles a key while a dialog is open.
func (m *Model) dialogKey(key, text string) tea.Cmd {
	d := m.dialog
	if key == "esc" {
		m.dialog = nil
		return nil
	}
	if d.guarded && m.o.wall().Sub(d.opened) < grace {
		return nil
	}
	d.problem = ""
	n := len(d.fields) + 2
	switch key {
	case "tab", "down":
		d.focus = (d.focus + 1) % n
	case "shift+tab", "up":
		d.focus = (d.focus + n - 1) % n
	case "left", "right":
		if d.focus >= len(d.fields) {
			d.focus = len(d.fields) + len(d.fields) + 1 - d.focus
		}
	case "pgdown":
		d.scroll += 5
	case "pgup":
		d.scroll -= 5
	case "enter":
		return m.dialogEnter()
	default:
		return m.dialogText(key, text)
	}
	return nil
}

// dialogEnter presses the button that has the focus; in a field it only moves on.
func (m *Model) dialogEnter() tea.Cmd {
	d := m.dialog
	switch {
	case d.focus == len(d.fields)+1:
		m.dialog = nil
		return nil
	case d.focus < len(d.fields):
		d.focus++
		return nil
	case !d.ready():
		d.problem = d.missing()
		return nil
	}
	m.dialog = nil
	if d.local != nil {
		d.local(m, d.fields[0].value)
		return nil
	}
	decision := d.decision
	for _, f := range d.fields {
		if f.set != nil {
			f.set(&decision, strings.TrimSpace(f.value))
		}
	}
	cmd := m.send(decision)
	if cmd != nil {
		m.tell("sent: " + strings.ReplaceAll(string(decision.Verb), "_", " ") + "; the journal shows what comes of it")
		m.sentNotice = m.notice
		if decision.Verb == incident.RollBack {
			m.chosen = map[string]bool{}
		}
		if decision.Verb == incident.Leave {
			m.leaving = true
		}
	}
	return cmd
}

// dropStale closes a dialog whose plan is no longer the current one: nobody
// confirms what they have not seen.
func (m *Model) dropStale() {
	d := m.dialog
	if d == nil || (d.decision.Verb != incident.Approve && d.decision.Verb != incident.Skip) {
		return
	}
	s := m.state.Step(d.decision.Step)
	if s != nil && s.ID == m.state.Current && decidable(s) && s.Digest == d.decision.Digest {
		return
	}
	m.dialog = nil
	m.refuse("the plan changed while the dialog was open: read it again")
}
