package journal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Follower reads a journal from its start and goes on as it grows.
type Follower struct {
	f    *os.File
	sc   *Scanner
	poll time.Duration
}

// Follow opens a journal for following. poll is how often the end of the file
// is looked at; it is a plain stat, cheap enough for 100 ms.
func Follow(path string, poll time.Duration) (*Follower, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("follow journal: %w", err)
	}
	return &Follower{f: f, sc: NewScanner(f), poll: poll}, nil
}

// Next returns the next entry, waiting for it until ctx ends. A damaged line,
// or a file that became shorter than what was read, ends the following with a
// *DamagedError.
func (f *Follower) Next(ctx context.Context) (Entry, error) {
	t := time.NewTicker(f.poll)
	defer t.Stop()
	for {
		e, err := f.sc.Next()
		switch {
		case err == nil:
			return e, nil
		case errors.Is(err, io.EOF), errors.Is(err, ErrTornTail):
			if err := f.rewind(); err != nil {
				return Entry{}, err
			}
		default:
			return Entry{}, err
		}
		select {
		case <-ctx.Done():
			return Entry{}, ctx.Err()
		case <-t.C:
		}
	}
}

// rewind goes back to the end of the last whole line, so that a line that was
// seen half is read again when it is whole.
func (f *Follower) rewind() error {
	info, err := f.f.Stat()
	if err != nil {
		return fmt.Errorf("follow journal: %w", err)
	}
	if info.Size() < f.sc.offset {
		return f.sc.damaged("tail", "lines that were there have been cut off")
	}
	if _, err := f.f.Seek(f.sc.offset, io.SeekStart); err != nil {
		return fmt.Errorf("follow journal: %w", err)
	}
	f.sc.r.Reset(f.f)
	return nil
}

// Close ends the following.
func (f *Follower) Close() error { return f.f.Close() }
