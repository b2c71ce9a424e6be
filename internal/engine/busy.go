package engine

import (
	"context"
	"errors"

	"github.com/ircontain/ircontain/internal/incident"
)

// during runs something that only reads and may take minutes (a log scan, an
// observation window) while the engine goes on answering: a hold, a note or a
// label is recorded at once, and leaving ends the reading. What is recorded
// meanwhile is folded into the state afterwards, because the reader looks at
// the state.
func (e *Engine) during(ctx context.Context, read func(context.Context) error) error {
	if e.cfg.Auto != nil {
		return read(ctx)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- read(ctx) }()
	e.busy = true
	left := false
	for {
		select {
		case err := <-done:
			e.foldWaiting()
			if left {
				return errLeave
			}
			return err
		case q := <-e.decisions:
			err := e.answer(ctx, q.d, nil, "")
			if errors.Is(err, errLeave) {
				left, err = true, nil
				stop()
			}
			q.reply <- err
		}
	}
}

func (e *Engine) foldWaiting() {
	e.busy = false
	for _, f := range e.waiting {
		e.state = incident.Reduce(e.state, f)
	}
	e.waiting = nil
}
