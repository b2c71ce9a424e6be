package incident

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// CallLog collects the AWS calls made under one context, so that the entry
// that follows can record them.
type CallLog struct {
	mu    sync.Mutex
	calls []Call
}

type callLogKey struct{}

// WithCallLog returns a context under which calls are collected.
func WithCallLog(ctx context.Context) (context.Context, *CallLog) {
	l := &CallLog{}
	return context.WithValue(ctx, callLogKey{}, l), l
}

// LogCall adds a call to the log of ctx, if there is one.
func LogCall(ctx context.Context, c Call) {
	if l, ok := ctx.Value(callLogKey{}).(*CallLog); ok {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.calls = append(l.calls, c)
	}
}

// foldAbove is how many calls of one operation are listed one by one. A log
// scan makes hundreds: they are folded into one row with a count.
const foldAbove = 12

// Calls returns the calls so far. Reads run side by side, so their order is
// not meaningful: they come sorted, which keeps rehearsals byte-identical.
func (l *CallLog) Calls() []Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := slices.Clone(l.calls)
	slices.SortStableFunc(out, func(a, b Call) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Error, b.Error), cmp.Compare(a.RequestID, b.RequestID))
	})
	return fold(out)
}

func fold(calls []Call) []Call {
	var out []Call
	for i := 0; i < len(calls); {
		j := i + 1
		for j < len(calls) && calls[j].Operation == calls[i].Operation && calls[j].Service == calls[i].Service && calls[j].Error == calls[i].Error {
			j++
		}
		if j-i <= foldAbove {
			out = append(out, calls[i:j]...)
		} else {
			c := Call{Service: calls[i].Service, Operation: calls[i].Operation, Status: calls[i].Status, Error: calls[i].Error, Count: j - i}
			for _, x := range calls[i:j] {
				c.Millis += x.Millis
			}
			out = append(out, c)
		}
		i = j
	}
	return out
}

type anchorKey struct{}

// WithAnchor puts the journal position of an intent (SEQ.HEAD) into ctx; the
// connection writes it into the user agent, where CloudTrail keeps it.
func WithAnchor(ctx context.Context, anchor string) context.Context {
	return context.WithValue(ctx, anchorKey{}, anchor)
}

// Anchor returns the journal position of ctx, or "".
func Anchor(ctx context.Context) string {
	s, _ := ctx.Value(anchorKey{}).(string)
	return s
}
