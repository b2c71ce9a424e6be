package ui

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// dialogText edits the field that has the focus.
func (m *Model) dialogText(key, text string) tea.Cmd {
	d := m.dialog
	if d.focus >= len(d.fields) {
		if key == "H" {
			return m.hold(key)
		}
		if text != "" && len(d.fields) > 0 {
			d.problem = "nothing is typed here: Tab moves to the field"
		}
		return nil
	}
	f := &d.fields[d.focus]
	switch key {
	case "backspace":
		_, n := utf8.DecodeLastRuneInString(f.value)
		f.value = f.value[:len(f.value)-n]
		return nil
	case "ctrl+u":
		f.value = ""
		return nil
	}
	if text == "" {
		return nil
	}
	if f.want != "" {
		if utf8.RuneCountInString(text) > 1 {
			d.problem = pasteRefused
			return nil
		}
		if len(f.value) < 8 {
			f.value += strings.ToUpper(clean(text, 0))
		}
		return nil
	}
	f.add(text)
	return nil
}

// pasteRefused is said when a confirmation is pasted: only a value that was
// read and typed proves that somebody looked.
const pasteRefused = "pasting is refused here: read the key on screen and type its last four"

// maxText bounds typed text; an entry of the journal is not an essay.
const maxText = 400

func (f *field) add(text string) {
	text = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		return r
	}, text)
	f.value += clean(text, 0)
	if r := []rune(f.value); len(r) > maxText {
		f.value = string(r[:maxText])
	}
}

// paste takes pasted text into a plain field, and nowhere else.
func (m *Model) paste(text string) {
	m.quietUntil = m.o.wall().Add(grace)
	d := m.dialog
	switch {
	case d == nil:
		m.tell("pasted text is ignored here")
	case d.focus >= len(d.fields):
		d.problem = "pasted text is ignored: Tab moves to a field"
	case d.fields[d.focus].want != "":
		d.problem = pasteRefused
	default:
		d.fields[d.focus].add(text)
	}
}
