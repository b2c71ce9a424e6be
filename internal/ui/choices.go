package ui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"
)

// choices lists what can be done now; leaving is the last.
func (l *lineMode) choices() []choice {
	m := l.m
	key := func(f func(*Model, string) tea.Cmd, k string) func(*Model) tea.Cmd {
		return func(m *Model) tea.Cmd { return f(m, k) }
	}
	var out []choice
	if m.waiting() && !m.watching() {
		out = append(out, choice{"apply the step: asks for the last four of the key", key((*Model).openApprove, "a")})
	}
	if m.stopped() && !m.watching() {
		out = append(out, choice{"skip the step with a reason", key((*Model).openSkip, "s")}, choice{"read again", key((*Model).replan, "v")})
	}
	if m.changed() && !m.watching() {
		for _, lever := range m.scene().undoable() {
			if id := lever.Change.ID; lever.Applied() {
				grade, _ := exposure(lever.Change)
				out = append(out, choice{"roll back " + id + ", " + leverName(lever.Change) + ", exposure " + grade, func(m *Model) tea.Cmd {
					m.chosen = map[string]bool{id: true}
					return m.openRollback("")
				}})
			}
		}
	}
	if m.open() && !m.watching() {
		out = append(out, choice{"add a note", key((*Model).openNote, "n")})
	}
	if m.holdable() {
		text := "hold: nothing new is sent"
		if m.state.Hold != nil {
			text = "lift the hold with a reason"
		}
		out = append(out, choice{text, key((*Model).hold, "H")})
	}
	return append(out, choice{"leave; the incident stays open", key((*Model).openLeave, "q")})
}

func (l *lineMode) menu() {
	l.shown = l.choices()
	for i, c := range l.shown {
		l.say("%d %s", i+1, c.text)
	}
	l.say("Choice? A number and Enter; an empty line repeats the choices.")
}

// choose runs the numbered choice of a line. A number means what it meant in
// the list that was printed last, whatever has happened since.
func (l *lineMode) choose(ctx context.Context, answer string) error {
	for i, c := range l.shown {
		if answer == fmt.Sprint(i+1) {
			return l.do(ctx, c.do(l.m))
		}
	}
	if answer != "" {
		l.say("There is no choice %s.", answer)
	}
	l.menu()
	return nil
}

// do runs what a choice started: a dialog, a decision or a refusal.
func (l *lineMode) do(ctx context.Context, cmd tea.Cmd) error {
	if l.m.dialog != nil {
		return l.dialogue(ctx, l.m.dialog)
	}
	l.run(cmd)
	return nil
}
