package actions

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/trail"
)

// Logs is where actions learn who used the key: the files that the responder
// named, else the account's event history.
type Logs struct {
	// files is nil unless the responder named sources.
	files   *trail.Log
	sources string
	history trail.EventHistory
	pace    trail.Pacer
	// regions are looked up beside the adapter's own, which holds the events of
	// IAM and of the global STS endpoint.
	regions []string
}

// NewLogs uses files when it is not nil, else the event history of the given
// regions. sources names the files, for people.
func NewLogs(files *trail.Log, sources string, history trail.EventHistory, pace trail.Pacer, regions ...string) *Logs {
	return &Logs{files: files, sources: sources, history: history, pace: pace, regions: regions}
}

// blindSpots is what the source cannot show at now, whatever it returned.
func (l *Logs) blindSpots(now time.Time) []incident.Unseen {
	if l.files != nil {
		end := l.files.Coverage().LastEvent.Time
		if now.Sub(end) < 15*time.Minute {
			return nil
		}
		return []incident.Unseen{{What: "everything after " + end.UTC().Format("2006-01-02 15:04:05Z"),
			Why: "the files of --logs end there: what happened since, also under the guardrail, is not in them"}}
	}
	return []incident.Unseen{
		{What: "sessions opened in other regions", Why: fmt.Sprintf("regional STS endpoints log in their own region; read here: %s; pass --logs for the rest", strings.Join(l.regions, ", "))},
		{What: "the last minutes", Why: "event history arrives up to 15 minutes late"}}
}

// maxPages bounds one reading of the event history: five minutes at two
// requests a second. What is left out is said, and the walk goes on.
const maxPages = 600

// errBudget ends a reading that used up its pages.
var errBudget = errors.New("stopped after 600 pages: the rest of the window was not read")

// budget answers a bounded number of pages.
type budget struct {
	trail.EventHistory
	mu   sync.Mutex
	left int
}

// LookupEvents answers until the pages are used up.
func (b *budget) LookupEvents(ctx context.Context, q trail.HistoryQuery) (trail.HistoryPage, error) {
	b.mu.Lock()
	b.left--
	over := b.left < 0
	b.mu.Unlock()
	if over {
		return trail.HistoryPage{}, errBudget
	}
	return b.EventHistory.LookupEvents(ctx, q)
}

// maxFollowed bounds how many session keys are looked up one by one: at two
// requests a second a hundred of them is a minute of waiting.
const maxFollowed = 100

// Recent is the newest part of a key's usage, quick to get.
type Recent struct {
	Usage incident.Usage
}

// Newest reads the newest page of the key's event history (or the files): one
// call, enough for a first forecast.
func (l *Logs) Newest(ctx context.Context, key incident.AccessKeyID, now time.Time) (*Recent, error) {
	log, basis, complete := l.files, l.sources, true
	if log == nil {
		var err error
		log, err = trail.ReadHistory(ctx, newestPage{l.history}, trail.HistoryOptions{AccessKey: string(key), Regions: first(l.regions, 1),
			Start: now.Add(-sessionLife), End: now, Pace: l.pace, MaxKeys: 1})
		if err != nil && log.Coverage().Records == 0 {
			return nil, err
		}
		basis, complete = "event history, newest 50 events of 36 h", false
	}
	u, err := summarize(log, key, now, basis)
	if err != nil {
		return nil, err
	}
	u.Complete = complete
	return &Recent{Usage: u}, nil
}

// errPartial says that a log is good as far as it goes: some lookups failed or
// were left out, and its coverage names them.
var errPartial = errors.New("event history was read in part")

// read returns the log of the key and everything born from it: the window of
// the event history, or all of the files (callers cut those to their window).
// With errPartial the log is usable.
func (l *Logs) read(ctx context.Context, key incident.AccessKeyID, from, to time.Time) (*trail.Log, string, error) {
	if l.files != nil {
		return l.files, l.sources, nil
	}
	log, err := trail.ReadHistory(ctx, &budget{EventHistory: l.history, left: maxPages}, trail.HistoryOptions{AccessKey: string(key), Regions: l.regions,
		Start: from, End: to, Pace: l.pace, MaxKeys: maxFollowed})
	basis := fmt.Sprintf("event history since %s, management events of %s", from.UTC().Format("2006-01-02 15:04Z"), strings.Join(l.regions, ", "))
	switch {
	case err == nil:
		return log, basis, nil
	case ctx.Err() != nil:
		return nil, "", ctx.Err()
	case log.Coverage().Records > 0 && incident.ClassOf(err) != incident.ClassCredentials:
		return log, basis, fmt.Errorf("%w: %w", errPartial, err)
	}
	return nil, "", fmt.Errorf("read the event history: %w", err)
}

// Usage maps the key over a window. A partial log gives a usage that says so.
func (l *Logs) Usage(ctx context.Context, key incident.AccessKeyID, from, to time.Time) (incident.Usage, error) {
	log, basis, readErr := l.read(ctx, key, from, to)
	if readErr != nil && !errors.Is(readErr, errPartial) {
		return incident.Usage{}, readErr
	}
	u, err := summarize(log, key, to, basis)
	if err != nil {
		return u, err
	}
	u.Complete = readErr == nil
	if readErr != nil {
		u.Blind = append([]string{clip(readErr.Error())}, u.Blind...)
	}
	return u, nil
}
