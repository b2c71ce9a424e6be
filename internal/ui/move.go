package ui

import (
	tea "charm.land/bubbletea/v2"
)

// show returns the handler of a view key: it opens the view, or closes it when
// it is already open.
func show(s screen) func(*Model, string) tea.Cmd {
	return func(m *Model, _ string) tea.Cmd {
		if m.screen == s && !m.card {
			return m.back("")
		}
		m.card = false
		m.goTo(s)
		return nil
	}
}

func (m *Model) goTo(s screen) {
	if m.screen != s {
		m.before = m.screen
	}
	m.screen = s
	if s == journalScreen {
		m.tail = true
	}
	if s == helpScreen || s == documentScreen {
		m.scroll[s] = 0
	}
}

func (m *Model) enter(string) tea.Cmd {
	if m.card {
		m.card = false
		return nil
	}
	m.goTo(documentScreen)
	return nil
}

func (m *Model) back(string) tea.Cmd {
	switch {
	case m.card:
		m.card = false
	case m.screen == journalScreen && m.filter != "":
		m.filter = ""
	case m.screen != stepScreen:
		m.goTo(stepScreen)
	default:
		m.look = ""
		m.scroll[stepScreen] = 0
	}
	return nil
}

func (m *Model) lastView(string) tea.Cmd {
	if m.screen == m.before {
		return m.back("")
	}
	m.goTo(m.before)
	return nil
}

func (m *Model) down(string) tea.Cmd { m.move(1); return nil }
func (m *Model) up(string) tea.Cmd   { m.move(-1); return nil }

// move moves the cursor where there is one, else the text.
func (m *Model) move(n int) {
	switch {
	case m.card:
		m.scroll[m.screen] += n
	case m.screen == mapScreen && m.tab == consumersTab:
		m.mapCursor += n
	case m.screen == rollbackScreen:
		m.undoCursor += n
	default:
		m.scroll[m.screen] += n
		m.tail = m.tail && n > 0
	}
}

func (m *Model) turnPage(key string) tea.Cmd {
	n := max(m.geometry().main-4, 3)
	switch key {
	case "pgup":
		n = -n
	case "home":
		n = -1 << 20
	case "end":
		n = 1 << 20
	}
	m.move(n)
	return nil
}

// neighbour looks at the step before or after the one on screen.
func (m *Model) neighbour(key string) tea.Cmd {
	all := m.scene().steps()
	at := m.scene().step()
	for i, s := range all {
		if at == nil || s.ID != at.ID {
			continue
		}
		if key == "[" {
			i--
		} else {
			i++
		}
		if i >= 0 && i < len(all) {
			m.lookAt(i)
		}
		break
	}
	return nil
}

// jump looks at a stage: at its current step if the walk stands there.
func (m *Model) jump(key string) tea.Cmd {
	i := int(key[0] - '1')
	if i >= len(m.state.Stages) || len(m.state.Stages[i].Steps) == 0 {
		return nil
	}
	steps := m.state.Stages[i].Steps
	target := steps[0].ID
	for _, s := range steps {
		if s.ID == m.state.Current {
			target = s.ID
		}
	}
	for j, s := range m.scene().steps() {
		if s.ID == target {
			m.lookAt(j)
		}
	}
	return nil
}

func (m *Model) lookAt(i int) {
	s := m.scene().steps()[i]
	m.card = false
	m.look = s.ID
	if s.ID == m.state.Current {
		m.look = ""
	}
	m.goTo(stepScreen)
	m.scroll[stepScreen] = 0
}

func (m *Model) nextTab(key string) tea.Cmd {
	step := mapTab(1)
	if key == "shift+tab" {
		step = mapTabs - 1
	}
	m.tab = (m.tab + step) % mapTabs
	m.scroll[mapScreen] = 0
	return nil
}

// copyTwin sends the whole scripted twin to the terminal's clipboard. The key
// id is no secret; secrets never reach a State.
func (m *Model) copyTwin(string) tea.Cmd {
	text := m.scene().twin(1 << 12)
	if text == "" {
		return nil
	}
	m.tell("the command was sent to the terminal's clipboard (OSC 52)")
	return tea.SetClipboard(text)
}
