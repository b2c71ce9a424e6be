package ui

import (
	"context"
	"errors"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ircontain/ircontain/internal/incident"
)

// screen is one of the views.
type screen int

const (
	stepScreen screen = iota
	documentScreen
	mapScreen
	journalScreen
	rollbackScreen
	impactScreen
	timersScreen
	helpScreen
)

// grace is how long keys are ignored after a dialog opened or the terminal got
// the focus: what was typed for another window is no answer.
const grace = 300 * time.Millisecond

// Model is the one Bubble Tea model of a sitting. It holds one incident.State,
// which only facts advance, and what belongs to this terminal alone: focus,
// scroll, dialogs and typed text.
type Model struct {
	o       Options
	decider Decider
	pump    *pump

	state   incident.State
	now     time.Time
	ended   bool
	feedErr error

	width, height int
	screen        screen
	before        screen
	card          bool
	look          incident.StepID
	scroll        map[screen]int
	tail          bool
	tab           mapTab
	mapCursor     int
	undoCursor    int
	chosen        map[string]bool
	filter        string
	dialog        *dialog

	notice     string
	sentNotice string
	noticeTone tone
	sending    map[incident.Verb]bool
	leaving    bool
	left       bool
	// interrupted is set between a first ctrl+c and any other key.
	interrupted bool
	quietUntil  time.Time
}

// New returns a model that draws the facts of feed and sends decisions to
// decider, which is nil where no decision is possible.
func New(feed Feed, decider Decider, o Options) *Model {
	return &Model{
		o: o, decider: decider, pump: newPump(context.Background(), feed),
		width: 80, height: 24, card: true, tail: true,
		scroll: map[screen]int{}, chosen: map[string]bool{}, sending: map[incident.Verb]bool{},
	}
}

// Final returns the state that the shown facts add up to.
func (m *Model) Final() incident.State { return m.state }

// tickMsg comes once a second while timers run.
type tickMsg struct{}

func tick() tea.Cmd { return tea.Tick(time.Second, func(time.Time) tea.Msg { return tickMsg{} }) }

// Init starts the feed and, unless the record is closed, the timers.
func (m *Model) Init() tea.Cmd {
	if m.o.Replay {
		return m.pump.next
	}
	m.now = m.o.clock()
	return tea.Batch(m.pump.next, tick())
}

// Update takes one message. It does no I/O: everything slow is in a command.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := m.update(msg)
	m.settle()
	return m, cmd
}

func (m *Model) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case factsMsg:
		return m.take(msg)
	case decidedMsg:
		return m.decided(msg)
	case leaveMsg:
		return m.leaveNow()
	case tickMsg:
		if m.o.Replay || m.ended {
			return nil
		}
		m.now = m.o.clock()
		return tick()
	case tea.WindowSizeMsg:
		m.width, m.height = max(msg.Width, 1), max(msg.Height, 1)
	case tea.FocusMsg:
		m.quietUntil = m.o.wall().Add(grace)
	case tea.PasteMsg:
		m.paste(msg.Content)
	case tea.KeyPressMsg:
		return m.key(msg)
	}
	return nil
}

// take folds facts into the state and re-arms the feed.
func (m *Model) take(msg factsMsg) tea.Cmd {
	at := m.state.Current
	for _, f := range msg.facts {
		m.state = incident.Reduce(m.state, f)
	}
	if m.o.Replay {
		m.now = m.state.Last
	} else {
		m.now = m.o.clock()
	}
	if m.state.Current != at && m.look == "" {
		m.scroll[stepScreen], m.scroll[documentScreen] = 0, 0
	}
	m.dropStale()
	if msg.err != nil {
		m.ended = true
		if !errors.Is(msg.err, io.EOF) {
			m.feedErr = msg.err
		}
		return m.mayLeave()
	}
	if cmd := m.mayLeave(); cmd != nil {
		return cmd
	}
	return m.pump.next
}

// View draws the screen. It is a function of the model alone.
func (m *Model) View() tea.View {
	v := tea.NewView(m.draw())
	v.AltScreen = true
	v.ReportFocus = true
	v.WindowTitle = "ircontain " + clean(string(m.state.Opened.ID), 40)
	return v
}

func (m *Model) scene() scene {
	main := m.geometry().main
	return scene{
		st: &m.state, now: m.now, o: m.o, ink: ink{color: m.o.Color, light: m.o.Light},
		look: m.look, ended: m.ended, small: main < 16, tiny: main < 13,
	}
}
