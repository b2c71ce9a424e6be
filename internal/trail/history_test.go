package trail

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// ledger is an event history held in memory, 2 events a page.
type ledger struct {
	events   map[string][]string // region/key to CloudTrailEvent texts
	throttle int                 // answers to refuse before the next one
	broken   string              // region/key that fails
	asked    []string
	loop     bool
}

func (l *ledger) LookupEvents(_ context.Context, q HistoryQuery) (HistoryPage, error) {
	at := q.Region + "/" + q.Value
	l.asked = append(l.asked, string(q.Attribute)+"="+at+"#"+q.NextToken)
	if l.throttle > 0 {
		l.throttle--
		return HistoryPage{}, fmt.Errorf("lookup: %w", ErrThrottled)
	}
	if at == l.broken {
		return HistoryPage{}, errors.New("access denied")
	}
	if l.loop {
		return HistoryPage{NextToken: "same"}, nil
	}
	from := 0
	if q.NextToken != "" {
		_, _ = fmt.Sscanf(q.NextToken, "%d", &from)
	}
	all := l.events[at]
	var page HistoryPage
	for i := from; i < len(all) && i < from+2; i++ {
		page.Events = append(page.Events, []byte(all[i]))
	}
	if from+2 < len(all) {
		page.NextToken = fmt.Sprint(from + 2)
	}
	return page, nil
}

// turnstile counts waits.
type turnstile struct{ waits int }

func (p *turnstile) Wait(ctx context.Context) error { p.waits++; return ctx.Err() }

func history(t *testing.T) *ledger {
	const child, grandchild = "ASIACHILD00000000000", "ASIAGRANDCHILD000000"
	at := monday()
	return &ledger{events: map[string][]string{
		"eu/" + testKey: {encode(t, newRec("e1", "s3", "ListBuckets", at)), encode(t, newRec("e2", "sts", "AssumeRole", at).issues(child)),
			encode(t, newRec("e3", "s3", "ListBuckets", at)), encode(t, newRec("e3", "s3", "ListBuckets", at))},
		"us/" + testKey:    {encode(t, newRec("e4", "iam", "ListUsers", at))},
		"us/" + child:      {encode(t, newRec("e5", "sts", "AssumeRole", at).session(child, "app", "x").issues(grandchild))},
		"eu/" + grandchild: {encode(t, newRec("e6", "s3", "ListBuckets", at).session(grandchild, "deep", "x"))},
	}}
}

func TestHistoryFollowsBornKeysInRounds(t *testing.T) {
	h, pace := history(t), &turnstile{}
	h.throttle = 3
	rounds := 0
	l, err := ReadHistory(t.Context(), h, HistoryOptions{AccessKey: testKey, Regions: []string{"eu", "us"}, Start: monday(), End: monday().Add(time.Hour),
		Pace: pace, Progress: func(p HistoryProgress) { rounds = max(rounds, p.Round) }})
	if err != nil {
		t.Fatal(err)
	}
	assertBalanced(t, l)
	c := l.Coverage()
	if ids(l) != "e1 e2 e3 e4 e5 e6" || c.Records != 7 || rounds != 3 {
		t.Errorf("records %s (%d), rounds %d", ids(l), c.Records, rounds)
	}
	if pace.waits != len(h.asked) || c.HistoryRequests != pace.waits || pace.waits != 10 {
		t.Errorf("%d waits for %d requests", pace.waits, len(h.asked))
	}
	if u := analyze(t, l, Selector{AccessKey: testKey}); u.Totals.Events != 6 || len(u.Keys) != 3 {
		t.Errorf("events %d keys %d", u.Totals.Events, len(u.Keys))
	}
}

func TestHistoryKeepsPartialResults(t *testing.T) {
	h := history(t)
	h.broken = "us/ASIACHILD00000000000"
	l, err := ReadHistory(t.Context(), h, HistoryOptions{AccessKey: testKey, Regions: []string{"eu", "us"}, Pace: &turnstile{}})
	if err == nil || ids(l) != "e1 e2 e3 e4" {
		t.Errorf("records %q err %v", ids(l), err)
	}
	if f := l.Coverage().FilesFailed; len(f) != 1 || !strings.Contains(f[0].Path, "us/AccessKeyId/ASIACHILD") {
		t.Errorf("faults %v", f)
	}
	h = history(t)
	h.throttle = 1000
	_, err = ReadHistory(t.Context(), h, HistoryOptions{AccessKey: testKey, Pace: &turnstile{}, MaxRetries: 2})
	if !errors.Is(err, ErrThrottled) || len(h.asked) != 3 {
		t.Errorf("err %v after %d requests", err, len(h.asked))
	}
	_, err = ReadHistory(t.Context(), &ledger{loop: true}, HistoryOptions{AccessKey: testKey, Pace: &turnstile{}})
	if !errors.Is(err, errLooping) {
		t.Errorf("err %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = ReadHistory(ctx, history(t), HistoryOptions{AccessKey: testKey, Pace: &turnstile{}}); !errors.Is(err, context.Canceled) {
		t.Errorf("err %v", err)
	}
	l, err = ReadHistory(t.Context(), history(t), HistoryOptions{AccessKey: testKey, Regions: []string{"eu", "us"}, Pace: &turnstile{}, MaxKeys: 1})
	if err == nil || ids(l) != "e1 e2 e3 e4" {
		t.Errorf("key limit: records %q err %v", ids(l), err)
	}
	for _, o := range []HistoryOptions{{AccessKey: testKey}, {Pace: &turnstile{}}, {Pace: &turnstile{}, AccessKey: "a", Username: "b"}} {
		if _, err := ReadHistory(t.Context(), history(t), o); err == nil {
			t.Errorf("%+v accepted", o)
		}
	}
}

func TestHistoryRejectsWhatIsNoRecord(t *testing.T) {
	h := &ledger{events: map[string][]string{"/" + testKey: {"nonsense", "{}", encode(t, newRec("e1", "s3", "ListBuckets", monday()))}}}
	l, err := ReadHistory(t.Context(), h, HistoryOptions{AccessKey: testKey, Pace: &turnstile{}})
	if err != nil {
		t.Fatal(err)
	}
	assertBalanced(t, l)
	if c := l.Coverage(); c.Records != 1 || c.Items.Malformed != 1 || c.Items.Foreign != 1 || len(c.FilesFailed) != 2 {
		t.Errorf("coverage %+v", c)
	}
}
