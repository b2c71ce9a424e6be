package collect

import (
	"context"
	"errors"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/permission"
)

// source is one service whose resources have policies.
type source struct {
	// plural names its resources in the lines of a report: "S3 buckets".
	plural string
	// list returns one page and the token of the next, "" after the last.
	list func(ctx context.Context, token string) ([]resource, string, error)
	// none are the error codes by which the service says that a resource has no
	// policy, or is gone since it was listed.
	none []string
}

// resource is one thing that may carry a policy. Its read returns a policy
// without text when it carries none.
type resource struct {
	name string
	read func(context.Context) (permission.ResourcePolicy, error)
}

const (
	// maxPages ends a listing that hands out tokens for ever. Full pages reach
	// the bound on resources long before; services may answer with empty ones.
	maxPages = 100
	// maxUnclear is after how many unclear answers a service is left alone: each
	// has been tried three times by then, up to the connection's time-out.
	maxUnclear = 3
)

// walk is the reading of one source.
type walk struct {
	source
	scope Scope

	mu       sync.Mutex
	policies []permission.ResourcePolicy
	gaps     gaps
	unclear  int
	halted   error
}

// run lists the resources and reads their policies.
func (w *walk) run(ctx context.Context) {
	found := w.listed(ctx)
	var g errgroup.Group
	g.SetLimit(w.scope.Parallel)
	for _, r := range found {
		g.Go(func() error {
			w.take(ctx, r)
			return nil
		})
	}
	_ = g.Wait() // nothing in it fails: what goes wrong is a gap
}

// listed finds what there is to read, up to the bound.
func (w *walk) listed(ctx context.Context) []resource {
	var found []resource
	known := map[string]bool{}
	token := ""
	for range maxPages {
		page, next, err := w.list(ctx, token)
		if err != nil {
			w.gaps.listing(w.plural, len(found), err)
			return found
		}
		for _, r := range page {
			if known[r.name] {
				continue // a list that changes between pages can repeat an entry
			}
			if known[r.name] = true; len(found) == w.scope.Resources {
				w.gaps.bound(w.plural, len(found))
				return found
			}
			found = append(found, r)
		}
		if next == "" {
			return found
		}
		if next == token {
			break
		}
		token = next
	}
	w.gaps.endless(w.plural, len(found))
	return found
}

// take reads one policy. Once it is clear that no further call can succeed, the
// rest of the source goes unread for the same reason.
func (w *walk) take(ctx context.Context, r resource) {
	w.mu.Lock()
	halted := w.halted
	w.mu.Unlock()
	var p permission.ResourcePolicy
	err := halted
	if err == nil {
		p, err = r.read(ctx)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var call *incident.CallError
	switch {
	case err == nil:
		if p.Text != "" {
			w.policies = append(w.policies, p)
		}
		return
	case errors.As(err, &call) && slices.Contains(w.none, call.Code):
		return
	}
	w.gaps.resource(w.plural, r.name, err)
	if w.hopeless(err) {
		w.halted = err
	}
}

// hopeless reports a failure that the next call would only repeat.
func (w *walk) hopeless(err error) bool {
	var call *incident.CallError
	if !errors.As(err, &call) {
		return false
	}
	switch call.Answer {
	case incident.AnswerAbsent, incident.AnswerNotSent:
		return true
	case incident.AnswerUnknown:
		w.unclear++
	}
	return call.Credentials || w.unclear >= maxUnclear
}
