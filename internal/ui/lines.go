package ui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/ircontain/ircontain/internal/incident"
)

// lineWidth is wide enough that no fact is wrapped: a screen reader reads one
// line as one thing.
const lineWidth = 1 << 14

// lineMode is the accessible screen: the same model, one fact a line, numbered
// choices, no cursor movement. The end of the input means cancel and leave;
// nothing is ever taken for a yes.
type lineMode struct {
	m       *Model
	out     io.Writer
	answers chan string
	facts   chan factsMsg
	// announced is what was last asked, so that it is asked once.
	announced string
	// shown are the choices as they were numbered last.
	shown   []choice
	printed int
	over    bool
}

// errInputEnded ends the sitting when the responder's input does.
var errInputEnded = errors.New("the input ended")

// choice is one numbered way on.
type choice struct {
	text string
	do   func(*Model) tea.Cmd
}

// RunLines runs the sitting as plain lines for screen readers and dumb
// terminals. It returns when the feed ends, the responder leaves, the input
// ends (after a Leave decision) or ctx is done. The goroutine that reads in
// may outlive it until the next line arrives.
func RunLines(ctx context.Context, feed Feed, decider Decider, in io.Reader, out io.Writer, o Options) error {
	o.Color, o.ASCII = false, true
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	m := New(feed, decider, o)
	m.pump = newPump(ctx, feed)
	m.card = false
	l := &lineMode{m: m, out: out, answers: make(chan string), facts: make(chan factsMsg)}
	go l.readAnswers(ctx, in)
	go l.readFacts(ctx)
	for !l.over {
		if err := l.step(ctx); err != nil {
			return err
		}
	}
	return m.feedErr
}

func (l *lineMode) readAnswers(ctx context.Context, in io.Reader) {
	defer close(l.answers)
	scanner := bufio.NewScanner(in)
	for scanner.Scan() {
		select {
		case l.answers <- strings.TrimSpace(scanner.Text()):
		case <-ctx.Done():
			return
		}
	}
}

func (l *lineMode) readFacts(ctx context.Context) {
	for {
		msg, _ := l.m.pump.next().(factsMsg)
		select {
		case l.facts <- msg:
		case <-ctx.Done():
			return
		}
		if msg.err != nil {
			return
		}
	}
}

// say prints one cleaned line.
func (l *lineMode) say(format string, args ...any) {
	fmt.Fprintln(l.out, strings.TrimRight(clean(fmt.Sprintf(format, args...), 0), " "))
}

// sheetLines prints the lines of a page, spaces squeezed.
func (l *lineMode) sheetLines(lines []string) {
	for _, line := range lines {
		if text := strings.Join(strings.Fields(ansi.Strip(line)), " "); text != "" {
			l.say("%s", text)
		}
	}
}

// step waits for facts or for a line and deals with it.
func (l *lineMode) step(ctx context.Context) error {
	select {
	case msg := <-l.facts:
		l.take(msg)
	case answer, ok := <-l.answers:
		if !ok {
			return l.inputEnded(ctx)
		}
		if err := l.choose(ctx, answer); errors.Is(err, errInputEnded) {
			return l.inputEnded(ctx)
		} else if err != nil {
			return err
		}
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// take folds facts, prints each as one line and asks when something waits.
func (l *lineMode) take(msg factsMsg) {
	m := l.m
	m.take(msg)
	for _, line := range m.state.Lines[l.printed:] {
		l.say("%s %s", clockTime(line.At), line.Text)
	}
	l.printed = len(m.state.Lines)
	c := m.scene()
	switch {
	case m.ended:
		l.over = true
		if m.state.Closed != nil {
			l.sheetLines(c.closingPage(lineWidth).lines)
		}
		l.say("End of the record.")
	case m.left && m.state.Sealed:
		l.over = true
	case m.dialog == nil:
		l.announce(c)
	}
}

// announce prints the plan that waits and the choices, once.
func (l *lineMode) announce(c scene) {
	m := l.m
	step := m.state.Step(m.state.Current)
	if m.watching() || !decidable(step) || m.state.Closed != nil {
		return
	}
	key := fmt.Sprint(step.ID, step.Digest, step.Status, m.state.Hold != nil)
	if key == l.announced {
		return
	}
	l.announced = key
	l.say("%s account %s key %s", c.modeTag(), m.state.Opened.Account, m.state.Opened.AccessKey)
	l.say("STEP %s %s, %s", c.number(step.ID), step.Title, statusWord(step.Status))
	p := c.stepPage(lineWidth)
	l.sheetLines(p.pinned)
	l.sheetLines(p.lines)
	l.menu()
}

// run sends a decision and says what became of it.
func (l *lineMode) run(cmd tea.Cmd) {
	if cmd == nil {
		l.say("%s", or(l.m.notice, "Nothing was sent."))
		return
	}
	switch msg := cmd().(type) {
	case tea.QuitMsg:
		l.over = true
	case decidedMsg:
		// The answer may bring a command of its own; only quitting matters here.
		l.m.decided(msg)
		if msg.err != nil {
			l.say("%s", l.m.notice)
			l.menu()
			return
		}
		l.say("Sent: %s.", strings.ReplaceAll(string(msg.verb), "_", " "))
		l.over = msg.verb == incident.Leave && (l.m.ended || l.m.state.Sealed || !l.m.inFlight())
	}
}

// inputEnded leaves the sitting: the end of the input is never an answer.
func (l *lineMode) inputEnded(ctx context.Context) error {
	l.answers = nil
	if l.m.watching() || l.m.ended {
		return l.drain(ctx)
	}
	l.say("The input ended: leaving. Nothing was approved by that.")
	l.over = true
	return l.m.decider.Decide(ctx, incident.Decision{Verb: incident.Leave, By: l.m.o.Operator, How: "end of input"})
}

// drain goes on printing for a watcher or a replay without an input.
func (l *lineMode) drain(ctx context.Context) error {
	for !l.over {
		select {
		case msg := <-l.facts:
			l.take(msg)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
