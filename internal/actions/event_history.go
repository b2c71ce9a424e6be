package actions

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/trail"
)

type lookupAPI interface {
	LookupEvents(context.Context, *cloudtrail.LookupEventsInput, ...func(*cloudtrail.Options)) (*cloudtrail.LookupEventsOutput, error)
}

// EventHistory adapts CloudTrail's LookupEvents to the trail reader.
type EventHistory struct{ api lookupAPI }

// NewEventHistory builds the adapter over a reading client.
func NewEventHistory(api lookupAPI) *EventHistory { return &EventHistory{api: api} }

// LookupEvents reads one page. A throttled answer (HTTP 400) comes back as
// trail.ErrThrottled: worth asking again, later.
func (h *EventHistory) LookupEvents(ctx context.Context, q trail.HistoryQuery) (trail.HistoryPage, error) {
	in := &cloudtrail.LookupEventsInput{LookupAttributes: []types.LookupAttribute{{
		AttributeKey: types.LookupAttributeKey(q.Attribute), AttributeValue: aws.String(q.Value)}}}
	if !q.Start.IsZero() {
		in.StartTime = aws.Time(q.Start)
	}
	if !q.End.IsZero() {
		in.EndTime = aws.Time(q.End)
	}
	if q.NextToken != "" {
		in.NextToken = aws.String(q.NextToken)
	}
	out, err := h.api.LookupEvents(ctx, in, func(o *cloudtrail.Options) {
		if q.Region != "" {
			o.Region = q.Region
		}
	})
	var ce *incident.CallError
	if errors.As(err, &ce) && ce.Throttled() {
		return trail.HistoryPage{}, fmt.Errorf("%w: %w", trail.ErrThrottled, err)
	}
	if err != nil {
		return trail.HistoryPage{}, err
	}
	page := trail.HistoryPage{NextToken: aws.ToString(out.NextToken)}
	for _, e := range out.Events {
		page.Events = append(page.Events, []byte(aws.ToString(e.CloudTrailEvent)))
	}
	return page, nil
}

// lookupInterval keeps just under CloudTrail's two requests a second.
const lookupInterval = 510 * time.Millisecond

// Pace spaces requests on the incident clock.
type Pace struct {
	mu    sync.Mutex
	clock Clock
	next  time.Time
}

// NewPace builds a pacer on the incident clock.
func NewPace(clock Clock) *Pace { return &Pace{clock: clock} }

// Wait returns when the next request may be made.
func (p *Pace) Wait(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock.Now()
	if wait := p.next.Sub(now); wait > 0 {
		if err := p.clock.Sleep(ctx, wait); err != nil {
			return err
		}
		now = p.clock.Now()
	}
	p.next = now.Add(lookupInterval)
	return nil
}

// newestPage answers just the first page of a lookup.
type newestPage struct{ trail.EventHistory }

func (n newestPage) LookupEvents(ctx context.Context, q trail.HistoryQuery) (trail.HistoryPage, error) {
	page, err := n.EventHistory.LookupEvents(ctx, q)
	page.NextToken = ""
	return page, err
}
