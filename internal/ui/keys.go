package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/ircontain/ircontain/internal/incident"
)

// binding is one row of the key table: dispatch, footer and help are made from
// the same rows. Lower case acts and only ever opens a dialog; UPPER CASE
// changes the view or holds, so caps lock can do no harm.
type binding struct {
	keys []string
	show string // how the key is written
	word string // the footer's word, "" to leave it to the help
	help string
	// on limits the binding to screens; none means all.
	on []screen
	// rank is how early the footer drops the word when room is short.
	rank int
	// acts marks a key that leads to a decision: refused where only watching.
	acts bool
	// now reports whether the footer should name the key at this moment.
	now func(*Model) bool
	do  func(*Model, string) tea.Cmd
}

// keyTable lists all keys outside dialogs, in the order of the help.
func keyTable() []binding {
	return append(actKeys(), append(viewKeys(), moveKeys()...)...)
}

func actKeys() []binding {
	steps := []screen{stepScreen, documentScreen}
	return []binding{
		{keys: []string{"a"}, show: "a", word: "apply", help: "apply the step: opens the typed confirmation", on: steps, acts: true, now: (*Model).waiting, do: (*Model).openApprove},
		{keys: []string{"s"}, show: "s", word: "skip", help: "skip the step: a reason is required", on: steps, acts: true, now: (*Model).stopped, do: (*Model).openSkip},
		{rank: 4, keys: []string{"v"}, show: "v", word: "re-read", help: "read again and plan the step afresh; on a skipped or failed step: take it up again", on: steps, acts: true, now: (*Model).stopped, do: (*Model).replan},
		{rank: 1, keys: []string{"space"}, show: "space", word: "choose", help: "choose a change to roll back", on: []screen{rollbackScreen}, acts: true, now: always, do: (*Model).choose},
		{keys: []string{"enter"}, show: "Enter", word: "roll back", help: "roll back what is chosen: opens the typed confirmation", on: []screen{rollbackScreen}, acts: true, now: always, do: (*Model).openRollback},
		{keys: []string{"l"}, show: "l", word: "legitimate", help: "label the consumer legitimate", on: []screen{mapScreen}, acts: true, now: (*Model).onConsumer, do: (*Model).openLabel},
		{keys: []string{"x"}, show: "x", word: "suspicious", help: "label the consumer suspicious", on: []screen{mapScreen}, acts: true, now: (*Model).onConsumer, do: (*Model).openLabel},
		{rank: 2, keys: []string{"o"}, show: "o", word: "owner", help: "name the consumer's owner", on: []screen{mapScreen}, acts: true, now: (*Model).onConsumer, do: (*Model).openOwner},
		{rank: 2, keys: []string{"u"}, show: "u", word: "undo", help: "roll back: the list of applied changes", now: (*Model).changed, do: show(rollbackScreen)},
		{rank: 3, keys: []string{"n"}, show: "n", word: "note", help: "add a note to the record", acts: true, now: (*Model).open, do: (*Model).openNote},
		{keys: []string{"*"}, show: "*", help: "add a note that is starred for the report", acts: true, now: never, do: (*Model).openNote},
		{keys: []string{"y"}, show: "y", help: "copy the scripted twin to the clipboard (OSC 52)", now: never, do: (*Model).copyTwin},
		{rank: 1, keys: []string{"q"}, show: "q", word: "leave", help: "leave; the incident stays open and can be resumed", now: (*Model).over, do: (*Model).openLeave},
		{keys: []string{"ctrl+c"}, show: "ctrl+c", help: "leave after what is in flight; twice: leave this screen at once", now: never, do: (*Model).interrupt},
	}
}

func viewKeys() []binding {
	return []binding{
		{keys: []string{"H"}, show: "H", word: "hold", help: "HOLD: nothing new is sent, at once; again: lift it with a reason", now: (*Model).holdable, do: (*Model).hold},
		{rank: 2, keys: []string{"M"}, show: "M", word: "map", help: "dependency map: consumers, sessions, roles, operations, blind spots", now: always, do: show(mapScreen)},
		{rank: 3, keys: []string{"I"}, show: "I", word: "impact", help: "impact: each lever against the rungs, denials, findings", now: always, do: show(impactScreen)},
		{rank: 2, keys: []string{"J"}, show: "J", word: "journal", help: "the journal, one line an entry", now: always, do: show(journalScreen)},
		{keys: []string{"T"}, show: "T", help: "timers", now: never, do: show(timersScreen)},
		{keys: []string{"?"}, show: "?", word: "keys", help: "this list", now: always, do: show(helpScreen)},
	}
}

func moveKeys() []binding {
	return []binding{
		{keys: []string{"enter"}, show: "Enter", word: "", help: "from the start card to the step; on a step: documents in full", on: []screen{stepScreen}, now: never, do: (*Model).enter},
		{keys: []string{"esc"}, show: "Esc", help: "back; to the current step", now: never, do: (*Model).back},
		{keys: []string{"-"}, show: "-", help: "the view before", now: never, do: (*Model).lastView},
		{keys: []string{"j", "down"}, show: "j Down", help: "down", now: never, do: (*Model).down},
		{keys: []string{"k", "up"}, show: "k Up", help: "up", now: never, do: (*Model).up},
		{keys: []string{"pgdown", "pgup"}, show: "PgDn PgUp", help: "a panel down, up", now: never, do: (*Model).turnPage},
		{keys: []string{"home", "end"}, show: "Home End", help: "to the start, to the end", now: never, do: (*Model).turnPage},
		{keys: []string{"[", "]"}, show: "[ ]", help: "look at the step before, after", now: never, do: (*Model).neighbour},
		{keys: strings.Split("123456789", ""), show: "1-9", help: "look at a stage", now: never, do: (*Model).jump},
		{rank: 1, keys: []string{"tab", "shift+tab"}, show: "Tab", word: "next part", help: "the next part of the map", on: []screen{mapScreen}, now: always, do: (*Model).nextTab},
		{keys: []string{"/"}, show: "/", word: "filter", help: "filter the journal", on: []screen{journalScreen}, now: always, do: (*Model).openFilter},
	}
}

func always(*Model) bool { return true }
func never(*Model) bool  { return false }

func (b binding) applies(m *Model, key string) bool {
	if !b.here(m) {
		return false
	}
	for _, k := range b.keys {
		if k == key {
			return true
		}
	}
	return false
}

// here reports whether the binding belongs to the screen that is shown.
func (b binding) here(m *Model) bool {
	if len(b.on) == 0 {
		return true
	}
	for _, s := range b.on {
		if s == m.screen {
			return true
		}
	}
	return false
}

// key handles one key press.
func (m *Model) key(msg tea.KeyPressMsg) tea.Cmd {
	key := msg.String()
	if key != "ctrl+c" {
		m.tell("")
		m.interrupted = false
	}
	if m.dialog != nil && key != "ctrl+c" {
		return m.dialogKey(key, msg.Text)
	}
	for _, b := range keyTable() {
		if !b.applies(m, key) {
			continue
		}
		if b.acts {
			if m.o.wall().Before(m.quietUntil) {
				return nil
			}
			if m.watching() {
				m.refuse("only watching here: " + b.show + " is for the operator's screen")
				return nil
			}
			if m.card && key != "n" && key != "*" {
				m.tell("first Enter: it shows the current step")
				return nil
			}
		}
		return b.do(m, key)
	}
	return nil
}

// watching reports whether decisions other than HOLD are out of reach.
func (m *Model) watching() bool { return m.o.ReadOnly || m.o.Replay || m.decider == nil }

// hints are the footer's keys: what acts, then what shows.
func (m *Model) hints() (acts, views []hint) {
	if m.dialog != nil {
		return m.dialog.hints(), nil
	}
	if m.card {
		return []hint{{"Enter current step", 0}}, m.named(viewKeys())
	}
	if m.screen != stepScreen || (m.look != "" && m.look != m.state.Current) {
		acts = append(acts, hint{"Esc back", 0})
	}
	acts = append(acts, m.named(actKeys())...)
	acts = append(acts, m.named(moveKeys())...)
	return acts, m.named(viewKeys())
}

func (m *Model) named(table []binding) []hint {
	var out []hint
	for _, b := range table {
		if b.word != "" && b.here(m) && b.now(m) && !(b.acts && m.watching()) {
			word := b.word
			if b.show == "H" && m.state.Hold != nil {
				word = "lift hold"
			}
			out = append(out, hint{b.show + " " + word, b.rank})
		}
	}
	return out
}

// What the footer asks to know which keys matter at this moment.
func (m *Model) waiting() bool {
	s := m.state.Step(m.state.Current)
	return m.atCurrent() && s != nil && s.Status == incident.StepWaiting
}

func (m *Model) stopped() bool {
	return m.atCurrent() && decidable(m.state.Step(m.state.Current))
}

func (m *Model) atCurrent() bool {
	return (m.look == "" || m.look == m.state.Current) && m.state.Closed == nil && !m.ended
}

func (m *Model) onConsumer() bool {
	return m.open() && m.tab == consumersTab && m.state.Usage != nil && len(m.state.Usage.Consumers) > 0
}

func (m *Model) changed() bool {
	if m.screen == rollbackScreen {
		return false
	}
	for _, l := range m.state.Levers {
		if l.Applied() {
			return m.open()
		}
	}
	return false
}

func (m *Model) open() bool { return m.state.Closed == nil && !m.ended && !m.state.Sealed }
func (m *Model) over() bool { return !m.open() || m.watching() }
func (m *Model) holdable() bool {
	return m.open() && !m.o.Replay && m.decider != nil && m.state.Entries > 0
}
