package ui

import (
	"context"
	"sync"

	tea "charm.land/bubbletea/v2"

	"github.com/ircontain/ircontain/internal/incident"
)

// maxBatch bounds how many facts one message carries, so that a long replay
// does not hold up keys.
const maxBatch = 256

// factsMsg carries facts that were ready, oldest first. Err ends the feed.
type factsMsg struct {
	facts []incident.Fact
	err   error
}

// arrival is one answer of Feed.Next.
type arrival struct {
	fact incident.Fact
	err  error
}

// pump reads a Feed in a goroutine of its own, so that a command can take all
// facts that are ready without blocking for more.
type pump struct {
	ctx  context.Context
	feed Feed
	once sync.Once
	out  chan arrival
}

func newPump(ctx context.Context, feed Feed) *pump {
	return &pump{ctx: ctx, feed: feed, out: make(chan arrival, maxBatch)}
}

func (p *pump) run() {
	for {
		f, err := p.feed.Next(p.ctx)
		select {
		case p.out <- arrival{f, err}:
		case <-p.ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// next waits for one fact and takes whatever else is ready. It is re-armed by
// Update after every factsMsg without an error.
func (p *pump) next() tea.Msg {
	p.once.Do(func() { go p.run() })
	var msg factsMsg
	select {
	case a := <-p.out:
		msg.add(a)
	case <-p.ctx.Done():
		return factsMsg{err: p.ctx.Err()}
	}
	for msg.err == nil && len(msg.facts) < maxBatch {
		select {
		case a := <-p.out:
			msg.add(a)
		default:
			return msg
		}
	}
	return msg
}

func (m *factsMsg) add(a arrival) {
	if a.err != nil {
		m.err = a.err
		return
	}
	m.facts = append(m.facts, a.fact)
}
