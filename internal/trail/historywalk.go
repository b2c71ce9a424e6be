package trail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
)

// historyWalk is one ReadHistory in progress.
type historyWalk struct {
	reader  *Reader
	history EventHistory
	opts    HistoryOptions
	known   map[string]bool // keys met
	looked  int             // keys looked up
	born    []string        // keys found and not looked up yet
	errs    []error
	round   int
	pending int
}

func (w *historyWalk) run(ctx context.Context) error {
	attribute, values := AttributeAccessKeyID, []string{w.opts.AccessKey}
	if w.opts.Username != "" {
		attribute, values = AttributeUsername, []string{w.opts.Username}
	}
	for len(values) > 0 {
		w.round++
		w.born = nil
		w.pending = len(values) * len(w.opts.Regions)
		w.looked += len(values)
		for _, value := range values {
			for _, region := range w.opts.Regions {
				w.pending--
				q := HistoryQuery{Region: region, Attribute: attribute, Value: value, Start: w.opts.Start, End: w.opts.End}
				if err := w.pages(ctx, q); err != nil {
					w.fail(q, err)
				}
				if ctx.Err() != nil {
					return errors.Join(w.errs...)
				}
			}
		}
		slices.Sort(w.born)
		attribute, values = AttributeAccessKeyID, w.take(w.born)
	}
	return errors.Join(w.errs...)
}

// take limits the keys followed and says so when it cuts.
func (w *historyWalk) take(keys []string) []string {
	room := max(0, w.opts.MaxKeys-w.looked)
	if len(keys) <= room {
		return keys
	}
	w.fail(HistoryQuery{Attribute: AttributeAccessKeyID, Value: keys[room]},
		fmt.Errorf("more than %d keys: %d not looked up", w.opts.MaxKeys, len(keys)-room))
	return keys[:room]
}

func (w *historyWalk) fail(q HistoryQuery, err error) {
	path := "lookup:" + q.Region + "/" + string(q.Attribute) + "/" + q.Value
	cov := &w.reader.log.coverage
	cov.FilesFailed = append(cov.FilesFailed, Fault{Path: path, Err: err.Error()})
	w.errs = append(w.errs, fmt.Errorf("look up %s %s in event history: %w", q.Attribute, Plain(q.Value), err))
}

// errLooping guards against a next token that leads nowhere new.
var errLooping = errors.New("event history repeats a page token")

func (w *historyWalk) pages(ctx context.Context, q HistoryQuery) error {
	tokens := map[string]bool{}
	for {
		page, err := w.page(ctx, q)
		if err != nil {
			return err
		}
		for _, event := range page.Events {
			w.event(q, event)
		}
		w.progress(q)
		if page.NextToken == "" {
			return nil
		}
		if tokens[page.NextToken] {
			return errLooping
		}
		tokens[page.NextToken] = true
		q.NextToken = page.NextToken
	}
}

// page makes one request, repeating it while throttled. Every attempt waits for
// the pacer, so repeating slows down rather than hammers.
func (w *historyWalk) page(ctx context.Context, q HistoryQuery) (HistoryPage, error) {
	for attempt := 0; ; attempt++ {
		if err := w.opts.Pace.Wait(ctx); err != nil {
			return HistoryPage{}, err
		}
		w.reader.log.coverage.HistoryRequests++
		page, err := w.history.LookupEvents(ctx, q)
		if err == nil || !errors.Is(err, ErrThrottled) {
			return page, err
		}
		if attempt >= w.opts.MaxRetries {
			return HistoryPage{}, fmt.Errorf("gave up after %d attempts: %w", attempt+1, err)
		}
	}
}

func (w *historyWalk) event(q HistoryQuery, event []byte) {
	cov := &w.reader.log.coverage
	var n Items
	emit := func(it item) {
		n.Read++
		switch it.kind {
		case itemRecord:
			n.Records++
			e := newEntry(it.rec)
			w.follow(e.births)
			w.reader.log.add(e)
		case itemInsight:
			n.Insights++
		case itemAggregated:
			n.Aggregated++
		case itemDigest:
			n.Digests++
		case itemForeign:
			n.Foreign++
		case itemMalformed:
			n.Malformed++
		}
		if it.err != nil {
			path := "lookup:" + q.Region + "/" + string(q.Attribute) + "/" + q.Value
			cov.FilesFailed = append(cov.FilesFailed, Fault{Path: path, Offset: it.offset, Err: it.err.Error()})
		}
	}
	st := itemStream{limits: w.reader.opts.Limits, emit: emit, fault: func(offset int64, err error) {
		emit(item{kind: itemMalformed, offset: offset, err: err})
	}}
	st.item(bytes.TrimSpace(event), 0)
	cov.Items.add(n)
	cov.Records += n.Records
}

// follow queues the keys a call gave birth to. Looking up by AccessKeyId returns
// the key's own calls, so every birth seen is a descendant; by user name it may
// be any key of that user, which is wanted too.
func (w *historyWalk) follow(births []Birth) {
	for _, b := range births {
		if !w.known[b.Child] {
			w.known[b.Child] = true
			w.born = append(w.born, b.Child)
		}
	}
}

func (w *historyWalk) progress(q HistoryQuery) {
	if w.opts.Progress == nil {
		return
	}
	cov := w.reader.log.coverage
	w.opts.Progress(HistoryProgress{Region: q.Region, Value: q.Value, Round: w.round,
		Requests: cov.HistoryRequests, Records: cov.Records, Pending: w.pending})
}
