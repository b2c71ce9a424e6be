package simaws

import (
	"context"
	"sync"
	"time"
)

// Clock is world time. Everything the account does (events, propagation,
// expiry, workloads) is measured on it; only request signatures are checked
// against wall time, because the SDK signs with that.
type Clock struct {
	mu    sync.Mutex
	start time.Time
	jump  time.Duration
	wall  time.Time
	speed float64
}

// NewStepClock stands still until somebody sleeps on it or advances it. Tests
// and dry runs use it: the same moves give the same times.
func NewStepClock(start time.Time) *Clock { return &Clock{start: start.UTC()} }

// NewRunningClock moves speed times as fast as wall time from start.
func NewRunningClock(start time.Time, speed float64) *Clock {
	return &Clock{start: start.UTC(), wall: time.Now(), speed: speed}
}

// Now is the current world time in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.start.Add(c.jump)
	if c.speed > 0 {
		now = now.Add(time.Duration(float64(time.Since(c.wall)) * c.speed))
	}
	return now
}

// Sleep lets d of world time pass and returns at once, on both kinds of clock:
// a responder who rehearses must see the settle time in the journal, not sit
// through it. A context that is already done moves nothing.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.Advance(d)
	return nil
}

// Advance skips d ahead. Time never goes back: a negative d is ignored.
func (c *Clock) Advance(d time.Duration) {
	if d <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.jump += d
}
