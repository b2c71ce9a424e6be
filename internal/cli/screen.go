package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/term"

	"github.com/ircontain/ircontain/internal/engine"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/journal"
	"github.com/ircontain/ircontain/internal/ui"
)

// pollEvery is how often a screen looks for new journal entries.
const pollEvery = 60 * time.Millisecond

// answerGrace is how long a closing screen waits for the engine. It is longer
// than the engine's own wait for a call that was sent, so that the outcome, or
// the doubt, is in the journal first.
const answerGrace = 15 * time.Second

// journalFeed turns a followed journal into facts: the live screen is a replay
// whose tail is still growing. It also knows what time it is in the incident,
// for a watcher who has no clock of it: the last fact's time, running on.
type journalFeed struct {
	f       *journal.Follower
	mu      sync.Mutex
	last    time.Time
	arrived time.Time
}

func (j *journalFeed) Next(ctx context.Context) (incident.Fact, error) {
	e, err := j.f.Next(ctx)
	if err != nil {
		return incident.Fact{}, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last, j.arrived = e.Time, time.Now()
	return incident.FromEntry(e), nil
}

func (j *journalFeed) now() time.Time {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.last.IsZero() {
		return time.Now()
	}
	return j.last.Add(time.Since(j.arrived))
}

// needTerminal refuses early and clearly where no screen can be drawn.
func (a *App) needTerminal(command string) error {
	if !a.hasTerminal() {
		return usage(command+" draws a screen, and this is not a terminal", "add --headless --approve all --confirm LAST4, or run it in a terminal (ssh -t)")
	}
	if a.cfg.NoInput {
		return usage(command+" asks for decisions, and --no-input forbids that", "add --headless --approve all --confirm LAST4")
	}
	return nil
}

func (a *App) hasTerminal() bool {
	in, okIn := a.In.(*os.File)
	out, okOut := a.Out.(*os.File)
	return okIn && okOut && term.IsTerminal(in.Fd()) && term.IsTerminal(out.Fd())
}

// screen draws the journal at path until the responder leaves, while run (the
// engine, or nil for a watcher) works beside it on a context of its own: a
// screen that dies must not take an outcome with it.
func (a *App) screen(ctx context.Context, path string, o ui.Options, e *engine.Engine, run func(context.Context) error) error {
	follower, err := journal.Follow(path, pollEvery)
	if err != nil {
		return err
	}
	defer follower.Close()
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	done := make(chan error, 1)
	var decider ui.Decider
	if run != nil {
		decider = e
		go func() { done <- run(work) }()
	} else {
		done <- nil
	}
	uiCtx, uiStop := context.WithCancel(ctx)
	defer uiStop()
	feed := &journalFeed{f: follower}
	if o.Clock == nil {
		o.Clock = feed.now
	}
	uiErr := a.draw(uiCtx, feed, decider, o)
	if uiErr != nil && !errors.Is(uiErr, context.Canceled) {
		a.talk("ircontain: the screen ended: %v", uiErr)
	}
	err = finish(work, e, run != nil, done, stop)
	if err == nil && ctx.Err() != nil {
		return engine.ErrInterrupted // a signal ended the screen, not the responder
	}
	return err
}

func (a *App) draw(ctx context.Context, feed ui.Feed, d ui.Decider, o ui.Options) error {
	ended := make(chan error, 1)
	go func() {
		if a.cfg.Accessible {
			ended <- ui.RunLines(ctx, feed, d, a.In, a.Out, o)
			return
		}
		ended <- ui.Run(ctx, ui.New(feed, d, o))
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		// After a hang-up the terminal library may never return.
		select {
		case err := <-ended:
			return err
		case <-time.After(time.Second):
			return ctx.Err()
		}
	}
}

// finish asks the engine to leave; if it is in the middle of a call, it gets
// answerGrace to record the outcome. After that the intent in the journal says
// "in doubt", which is the truth.
func finish(ctx context.Context, e *engine.Engine, running bool, done chan error, stop func()) error {
	if !running {
		return <-done
	}
	leave, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	left := make(chan struct{})
	go func() {
		defer close(left)
		_ = e.Decide(leave, incident.Decision{Verb: incident.Leave}) // refused while a step runs: then stop it
	}()
	select {
	case err := <-done:
		return err
	case <-left:
	}
	stop()
	select {
	case err := <-done:
		if errors.Is(err, engine.ErrInterrupted) {
			return nil
		}
		return err
	case <-time.After(answerGrace):
		return &incident.Problem{Class: incident.ClassDoubt, Text: "left while a call was still unanswered", Hint: "run `ircontain resume`: it reads AWS before it decides"}
	}
}

func (a *App) screenOptions(clock func() time.Time, path string) ui.Options {
	isTerminal := a.hasTerminal()
	o := ui.Options{Operator: a.operator(), Clock: clock, Color: a.cfg.UseColor(a.Environ, isTerminal), ASCII: !a.utf8(), JournalPath: path, Version: version()}
	if a.env("SSH_CONNECTION") != "" {
		o.FPS = 10
	}
	return o
}

// utf8 reports whether the locale can show box-drawing characters.
func (a *App) utf8() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := a.env(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return false
}

// entriesFeed replays a closed journal, waiting between entries as speed says.
type entriesFeed struct {
	entries []journal.Entry
	next    int
	wait    func(context.Context, time.Duration) error
	speed   float64
}

// maxGap folds long silences in a replay.
const maxGap = 2 * time.Second

func (f *entriesFeed) Next(ctx context.Context) (incident.Fact, error) {
	if f.next >= len(f.entries) {
		return incident.Fact{}, io.EOF
	}
	e := f.entries[f.next]
	if f.next > 0 && f.speed > 0 {
		gap := min(time.Duration(float64(e.Time.Sub(f.entries[f.next-1].Time))/f.speed), maxGap)
		if err := f.wait(ctx, gap); err != nil {
			return incident.Fact{}, err
		}
	}
	f.next++
	return incident.FromEntry(e), nil
}
