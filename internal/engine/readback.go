package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
)

// answerTimeout is how long an answer to a sent call is waited for.
const answerTimeout = 30 * time.Second

type readResult struct {
	value string
	err   error
	calls []incident.Call
}

// lateRead is a read-back that runs side by side with the next step.
type lateRead struct {
	changes []incident.Change
	results []chan readResult
}

func (e *Engine) startReads(ctx context.Context, changes []incident.Change) []chan readResult {
	results := make([]chan readResult, len(changes))
	for i, c := range changes {
		results[i] = make(chan readResult, 1)
		lever, ok := e.cfg.Levers[c.Kind]
		if !ok {
			results[i] <- readResult{err: fmt.Errorf("no lever for changes of kind %q", c.Kind)}
			continue
		}
		go func() {
			results[i] <- readOnce(ctx, lever, c)
		}()
	}
	return results
}

func readOnce(ctx context.Context, lever Lever, c incident.Change) readResult {
	cctx, log := incident.WithCallLog(ctx)
	cctx, cancel := context.WithTimeout(cctx, answerTimeout)
	defer cancel()
	v, err := lever.Read(cctx, c)
	return readResult{v, err, log.Calls()}
}

// patience is how long a read-back is repeated before a difference counts: IAM
// reads lag behind its writes by seconds.
func patience() []time.Duration {
	return []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}
}

// startReadBacks reads each change until it shows what was asked for, or
// patience ends. The first reading is at once.
func (e *Engine) startReadBacks(ctx context.Context, changes []incident.Change, want func(incident.Change) string) []chan readResult {
	results := make([]chan readResult, len(changes))
	for i, c := range changes {
		results[i] = make(chan readResult, 1)
		lever := e.cfg.Levers[c.Kind]
		go func() {
			r := readOnce(ctx, lever, c)
			for _, pause := range patience() {
				if r.err == nil && r.value == want(c) || incident.ClassOf(r.err) == incident.ClassRefused {
					break
				}
				if err := e.cfg.Clock.Sleep(ctx, pause); err != nil {
					r.err = err
					break
				}
				r = readOnce(ctx, lever, c)
			}
			results[i] <- r
		}()
	}
	return results
}

func after(c incident.Change) string  { return c.After }
func before(c incident.Change) string { return c.Before }

// readAll reads the current value of every change, side by side.
func (e *Engine) readAll(ctx context.Context, changes []incident.Change) []readResult {
	results := e.startReads(ctx, changes)
	out := make([]readResult, len(changes))
	for i := range results {
		out[i] = <-results[i]
	}
	return out
}

// readBack reads every change and records what is there: the rung "read
// back", and nothing higher.
func (e *Engine) readBack(ctx context.Context, changes []incident.Change) error {
	mismatch, err := e.recordReads(lateRead{changes: changes, results: e.startReadBacks(ctx, changes, after)})
	if err != nil {
		return err
	}
	return mismatch
}

func (e *Engine) readLater(ctx context.Context, changes []incident.Change) {
	if len(changes) > 0 {
		e.late = append(e.late, lateRead{changes: changes, results: e.startReadBacks(ctx, changes, after)})
	}
}

// settleReady records the read-backs whose answers are all there.
func (e *Engine) settleReady() error {
	for len(e.late) > 0 {
		for _, r := range e.late[0].results {
			if len(r) == 0 {
				return nil
			}
		}
		l := e.late[0]
		e.late = e.late[1:]
		if _, err := e.recordReads(l); err != nil {
			return err
		}
	}
	return nil
}

// settleLate waits for the read-backs that still run, and records them. A
// mismatch is recorded and left to the verification to judge: the step that
// ran meanwhile must not fail for it.
func (e *Engine) settleLate() error {
	for len(e.late) > 0 {
		l := e.late[0]
		e.late = e.late[1:]
		if _, err := e.recordReads(l); err != nil {
			return err
		}
	}
	return nil
}

// recordReads records what was read. mismatch says that something does not
// hold what was asked for; err that the journal could not be written.
func (e *Engine) recordReads(l lateRead) (mismatch, err error) {
	for i, c := range l.changes {
		r := <-l.results[i]
		if errors.Is(r.err, context.Canceled) {
			return nil, ErrInterrupted // our own interrupt says nothing about the account
		}
		ev := incident.Evidence{Observed: r.value, Matches: r.err == nil && r.value == c.After, Calls: r.calls}
		switch {
		case r.err != nil:
			ev.Detail = incident.Text(r.err)
		case !ev.Matches:
			ev.Detail = fmt.Sprintf("%s is %s, want %s", c.Attribute, brief(r.value), brief(c.After))
		}
		if err := e.record(incident.ChangeVerified{Change: c.ID, Evidence: ev, Rung: incident.RungReadBack}); err != nil {
			return nil, err
		}
		if !ev.Matches && mismatch == nil {
			mismatch = &incident.Problem{Class: incident.ClassVerify, Text: fmt.Sprintf("%s was accepted but does not read back", c.ID), Err: r.err,
				Hint: "IAM lags by seconds: run `ircontain resume` to read again; if it stays, somebody is undoing it"}
		}
	}
	return mismatch, nil
}

// brief names a value in one line: a document by its size.
func brief(v string) string {
	switch {
	case v == "":
		return "absent"
	case strings.HasPrefix(v, "{"):
		return fmt.Sprintf("a document of %d characters", len(v))
	case len(v) > 60:
		return v[:57] + "..."
	}
	return v
}
