package ui

import (
	"context"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
)

// Feed is where facts come from: a journal that is being written, or one that
// is closed. Next blocks until there is a fact; io.EOF ends a closed journal.
type Feed interface {
	Next(ctx context.Context) (incident.Fact, error)
}

// Decider takes the responder's decisions. The text of an error is shown as a
// one-line refusal; the screen changes only by the facts that follow.
type Decider interface {
	Decide(ctx context.Context, d incident.Decision) error
}

// Options is what a screen needs beside the facts. The zero value is a
// read-write, colourless screen on the wall clock.
type Options struct {
	// Operator goes into Decision.By.
	Operator string
	// ReadOnly offers no decision but HOLD, and that only with a Decider.
	ReadOnly bool
	// Replay marks a closed journal: no decision at all, timers stand still at
	// the time of the last fact.
	Replay bool
	// Clock is the incident clock (rehearsals run on a virtual one). It drives
	// timers only; nil means time.Now.
	Clock func() time.Time
	// Wall measures how fast keys follow each other; nil means time.Now.
	Wall func() time.Time
	// Color allows colours; words and symbols say everything without them.
	Color bool
	// ASCII draws borders without box characters.
	ASCII bool
	// Light picks darker hues for terminals with a light background.
	Light bool
	// FPS caps the redraws a second; 0 keeps Bubble Tea's default.
	FPS int
	// JournalPath is shown where the next commands are.
	JournalPath string
	// Version is shown in the help.
	Version string
	// Command is the start of the scripted twin; empty means
	// "ircontain contain --access-key KEY" (with --live for a live incident), or
	// "ircontain rehearse SCENARIO" in a rehearsal.
	Command string
}

func (o Options) clock() time.Time {
	if o.Clock == nil {
		return time.Now()
	}
	return o.Clock()
}

func (o Options) wall() time.Time {
	if o.Wall == nil {
		return time.Now()
	}
	return o.Wall()
}
