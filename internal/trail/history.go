package trail

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Attribute is a LookupEvents filter; Event history takes exactly one.
type Attribute string

// The filters this package uses.
const (
	AttributeAccessKeyID  Attribute = "AccessKeyId"
	AttributeUsername     Attribute = "Username"
	AttributeResourceName Attribute = "ResourceName"
	AttributeEventName    Attribute = "EventName"
)

// HistoryQuery asks for one page. An adapter picks the client by Region; ""
// means its own.
type HistoryQuery struct {
	Region    string
	Attribute Attribute
	Value     string
	Start     time.Time
	End       time.Time
	NextToken string
}

// HistoryPage is one page: each event is the JSON text of CloudTrailEvent.
type HistoryPage struct {
	Events    [][]byte
	NextToken string
}

// EventHistory is CloudTrail LookupEvents: 90 days, management events, one
// region, 50 events a page, two requests a second per account and region.
// An adapter wraps throttling answers in [ErrThrottled].
type EventHistory interface {
	LookupEvents(ctx context.Context, q HistoryQuery) (HistoryPage, error)
}

// Pacer waits until the next request may be made (two a second). It keeps the
// clock out of this package.
type Pacer interface {
	Wait(ctx context.Context) error
}

// ErrThrottled marks an answer worth repeating later. LookupEvents throttling
// arrives as HTTP 400, so an adapter has to look at the error code.
var ErrThrottled = errors.New("event history throttled")

// HistoryOptions say what to look up.
type HistoryOptions struct {
	AccessKey  string   // looked up with every key born from it
	Username   string   // instead of AccessKey: what Event history calls Username
	Regions    []string // empty: the adapter's own
	Start, End time.Time
	Pace       Pacer
	MaxRetries int // of one throttled request; default 8
	MaxKeys    int // keys followed; default 500
	Progress   func(HistoryProgress)
}

// HistoryProgress is how far the lookup has come.
type HistoryProgress struct {
	Region   string
	Value    string // key or user being looked up
	Round    int    // generation of keys, the given one being 1
	Requests int
	Records  int
	Pending  int // lookups known to be left in this round
}

// ReadHistory is the one-call form of [Reader.ReadHistory].
func ReadHistory(ctx context.Context, h EventHistory, o HistoryOptions) (*Log, error) {
	r := NewReader(Options{})
	err := r.ReadHistory(ctx, h, o)
	return r.Log(), err
}

// ReadHistory looks a key up in Event history, then the keys its calls gave
// birth to, and so on until no new key appears. What was read before a failure
// stays, and each failed lookup is a fault in the coverage; the error joins them.
func (r *Reader) ReadHistory(ctx context.Context, h EventHistory, o HistoryOptions) error {
	if o.Pace == nil {
		return errors.New("read event history: no pacer")
	}
	if (o.AccessKey == "") == (o.Username == "") {
		return fmt.Errorf("read event history: %w: give an access key or a user name", ErrSelector)
	}
	if o.MaxRetries <= 0 {
		o.MaxRetries = 8
	}
	if o.MaxKeys <= 0 {
		o.MaxKeys = 500
	}
	if len(o.Regions) == 0 {
		o.Regions = []string{""}
	}
	w := historyWalk{reader: r, history: h, opts: o, known: map[string]bool{o.AccessKey: true}}
	return w.run(ctx)
}
