package simaws

import (
	"encoding/base64"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// eventHistory is how far back event history reaches.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
const eventHistory = 90 * 24 * time.Hour

func trailOperations() []operation {
	return []operation{
		{service: "cloudtrail", name: "LookupEvents", target: onAll(""), run: lookupEvents},
		{service: "cloudtrail", name: "DescribeTrails", target: onAll(""), run: describeTrails},
		{service: "cloudtrail", name: "GetTrailStatus", target: onTrail, run: getTrailStatus},
	}
}

func (c *call) trailARN() string {
	s := c.read()
	return "arn:aws:cloudtrail:" + s.region + ":" + s.account + ":trail/" + trailName
}

// trailName is the account's one multi-region trail.
const trailName = "management-events"

// lookup is a checked LookupEvents request.
type lookup struct {
	attribute, value string
	from, to         time.Time
	size             int
	// before is where the last page ended, in newest-first order; a position
	// rather than an offset, since events keep arriving.
	before   time.Time
	beforeID string
}

// lookupEvents answers from event history: delivered management events of this
// region and the last 90 days, newest first.
func lookupEvents(c *call) (object, *apiError) {
	if err := c.lookupRate(); err != nil {
		return nil, err
	}
	q, err := c.lookupArgs()
	if err != nil {
		return nil, err
	}
	found := c.w.find(q, c.region)
	more := len(found) > q.size
	if more {
		found = found[:q.size]
	}
	events := make(list, len(found))
	for i, e := range found {
		events[i] = lookupObject(e)
	}
	out := object{{"Events", events}}
	if more {
		out = out.with("NextToken", nextToken(found[len(found)-1], c.lookupShape()))
	}
	return out, nil
}

// lookupRate holds callers to two requests a second per account and region.
func (c *call) lookupRate() *apiError {
	if c.w.o.LookupRate < 0 {
		return nil
	}
	recent := slices.DeleteFunc(c.w.lookups[c.region], func(t time.Time) bool { return c.at().Sub(t) >= time.Second })
	c.w.lookups[c.region] = recent
	if len(recent) >= c.w.o.LookupRate {
		return failure(400, "ThrottlingException", "Rate exceeded")
	}
	c.w.lookups[c.region] = append(recent, c.at())
	return nil
}

func (c *call) lookupArgs() (lookup, *apiError) {
	now := c.at()
	q := lookup{from: now.Add(-eventHistory), to: now, size: 50}
	n, err := c.args.number("MaxResults", 50)
	if err != nil || n < 1 || n > 50 {
		return q, failure(400, "InvalidMaxResultsException", "Maximum result value is invalid: It should be a number between 1 to 50.")
	}
	q.size = n
	if c.args["LookupAttributes.member.2.AttributeKey"] != "" {
		return q, failure(400, "InvalidLookupAttributesException", "You can specify only one lookup attribute.")
	}
	q.attribute, q.value = c.args["LookupAttributes.member.1.AttributeKey"], c.args["LookupAttributes.member.1.AttributeValue"]
	switch q.attribute {
	case "", "EventId", "EventName", "ReadOnly", "Username", "ResourceType", "ResourceName", "EventSource", "AccessKeyId":
	default:
		return q, failure(400, "InvalidLookupAttributesException", "The lookup attribute %s is not valid.", q.attribute)
	}
	if c.args["EventCategory"] != "" {
		return q, failure(400, "InvalidEventCategoryException", "The simulated account keeps no %s events.", c.args["EventCategory"])
	}
	for name, set := range map[string]*time.Time{"StartTime": &q.from, "EndTime": &q.to} {
		text, ok := c.args[name]
		if !ok {
			continue
		}
		seconds, bad := strconv.ParseFloat(text, 64)
		if bad != nil {
			return q, failure(400, "InvalidTimeRangeException", "%s is not a time: %s", name, text)
		}
		t := time.UnixMilli(int64(seconds * 1000)).UTC()
		if name == "EndTime" || t.After(*set) {
			*set = t
		}
	}
	if q.from.After(q.to) {
		return q, failure(400, "InvalidTimeRangeException", "Start time must be before end time.")
	}
	return q, c.readToken(&q)
}

// lookupShape is what must not change between the pages of one lookup.
func (c *call) lookupShape() string {
	a := args{}
	for k, v := range c.args {
		if k != "NextToken" {
			a[k] = v
		}
	}
	return c.w.derive.uuid("lookup", a.canonical())[:8]
}

func nextToken(last *event, shape string) string {
	return base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf("%s|%d|%s", shape, last.at.UnixNano(), last.id)))
}

func (c *call) readToken(q *lookup) *apiError {
	text := c.args["NextToken"]
	if text == "" {
		return nil
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	parts := strings.Split(string(raw), "|")
	if err != nil || len(parts) != 3 || parts[0] != c.lookupShape() {
		return failure(400, "InvalidNextTokenException", "Invalid token. A token is only valid for the request it came from.")
	}
	nanos, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return failure(400, "InvalidNextTokenException", "Invalid token.")
	}
	q.before, q.beforeID = time.Unix(0, nanos).UTC(), parts[2]
	return nil
}

// find returns one event more than a page, newest first. Events of one instant
// are ordered by id: their order of arrival would depend on the responder's
// concurrency, and CloudTrail promises none.
func (w *World) find(q lookup, region string) []*event {
	var found []*event
	last := q.to.Truncate(time.Second).Add(time.Second)
	if !q.before.IsZero() && q.before.Before(last) {
		last = q.before
	}
	newest := sort.Search(len(w.events), func(i int) bool { return w.events[i].at.After(last) }) - 1
	for i := newest; i >= 0; {
		j := i
		for j > 0 && w.events[j-1].at.Equal(w.events[i].at) {
			j--
		}
		at := w.events[i].at
		if at.Before(q.from) {
			break
		}
		same := w.events[j : i+1]
		if len(same) > 1 {
			same = slices.Clone(same)
			slices.SortFunc(same, func(a, b *event) int { return strings.Compare(b.id, a.id) })
		}
		for _, e := range same {
			if w.delivered(e) && e.region == region && !e.data && !at.Truncate(time.Second).After(q.to) && q.follows(e) && q.matches(e) {
				found = append(found, e)
			}
		}
		if len(found) > q.size {
			break
		}
		i = j - 1
	}
	return found
}

// delivered: CloudTrail needs time to show an event. A snapshot's records were
// delivered before it was taken.
func (w *World) delivered(e *event) bool {
	return e.raw != nil || !e.at.Add(w.lags.delivery).After(w.now)
}

func (q lookup) follows(e *event) bool {
	if q.before.IsZero() {
		return true
	}
	return e.at.Before(q.before) || e.at.Equal(q.before) && e.id < q.beforeID
}

func (q lookup) matches(e *event) bool {
	switch q.attribute {
	case "EventId":
		return e.id == q.value
	case "EventName":
		return e.name == q.value
	case "ReadOnly":
		return strconv.FormatBool(e.readOnly) == q.value
	case "Username":
		return e.username == q.value
	case "EventSource":
		return e.source == q.value
	case "AccessKeyId":
		return e.key == q.value
	case "ResourceType":
		return slices.ContainsFunc(e.searchable(), func(r eventResource) bool { return r.kind == q.value })
	case "ResourceName":
		return slices.ContainsFunc(e.searchable(), func(r eventResource) bool { return r.name == q.value || r.arn == q.value })
	}
	return true
}

// lookupObject is LookupEvents' own wrapping around a record.
func lookupObject(e *event) object {
	resources := list{}
	for _, r := range e.searchable() {
		resources = append(resources, object{{"ResourceType", r.kind}, {"ResourceName", r.name}})
	}
	o := object{
		{"EventId", e.id}, {"EventName", e.name}, {"ReadOnly", strconv.FormatBool(e.readOnly)},
		{"EventTime", e.at.Truncate(time.Second)}, {"EventSource", e.source},
	}
	return append(o.with("AccessKeyId", e.key).with("Username", e.username),
		field{"Resources", resources}, field{"CloudTrailEvent", string(e.json())})
}
