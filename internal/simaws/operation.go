package simaws

import (
	"maps"
	"strconv"
	"time"
)

// operation is one API call the world knows.
type operation struct {
	service, name string
	action        string // IAM action when it is not service:name
	write         bool   // changes the account, or mints credentials
	data          bool   // a data event: never in event history
	free          bool   // run decides on authorisation itself
	target        func(*call) (target, *apiError)
	run           func(*call) (object, *apiError)
}

// target is what authorisation is asked about.
type target struct {
	resource string
	// shown is the resource in AWS's refusal when it differs from the one
	// evaluated, as it does for list operations.
	shown    string
	wildcard bool // the action has no resource types: only "*" matches
	policy   string
	context  conditions
}

// call is one request on its way through the world.
type call struct {
	w         *World
	op        *operation
	service   string
	region    string
	host      string
	args      args
	payload   []byte // S3 object body
	who       principal
	from      network
	requestID string
	eventID   string
	draft     *state
	subject   string // resolved user name
	resources []eventResource
	// history names the workload whose past is being played out; see decide.
	history string
}

// read is the state the call looks at: its own draft, the newest state for a
// write, the possibly lagging one for a read.
func (c *call) read() *state {
	switch {
	case c.draft != nil:
		return c.draft
	case c.op.write:
		return c.w.current()
	}
	return c.w.visible()
}

// edit is the draft the call's changes go to; it is committed only when the
// call succeeds, so a refused call changes nothing.
func (c *call) edit() *state {
	if c.draft == nil {
		c.draft = c.w.current().clone()
	}
	return c.draft
}

// editBuckets is edit for calls that touch nothing but buckets: it copies less,
// which counts when months of uploads are played out.
func (c *call) editBuckets() map[string]*Bucket {
	if c.draft == nil {
		draft := *c.w.current()
		draft.buckets = maps.Clone(draft.buckets)
		c.draft = &draft
	}
	return c.draft.buckets
}

func (c *call) at() time.Time { return c.w.now }

// second is the time as IAM stores it: whole seconds.
func (c *call) second() time.Time { return c.w.now.Truncate(time.Second) }

// iamAction is the IAM action authorisation and refusals name.
func (o *operation) iamAction() string {
	if o.action != "" {
		return o.action
	}
	return o.service + ":" + o.name
}

// perform runs an authenticated call: authorise, run, commit, record. It is the
// one path for SDK callers, workloads and intruders alike.
func (w *World) perform(c *call) (object, *apiError) {
	content := []string{c.who.key, c.op.service, c.op.name, c.region, c.args.canonical()}
	n := w.occurrence(content...)
	c.requestID = w.derive.uuid(append(content, "request", n)...)
	c.eventID = w.derive.uuid(append(content, "event", n)...)
	w.noteUse(c.who, c.service, c.region)
	out, err := c.execute()
	if err == nil && c.draft != nil {
		w.commit(c.draft)
	}
	w.record(c, out, err)
	return out, err
}

func (c *call) execute() (object, *apiError) {
	var t target
	if c.op.target != nil {
		var err *apiError
		if t, err = c.op.target(c); err != nil {
			return nil, err
		}
	}
	if !c.op.free {
		if err := c.authorise(c.op.iamAction(), t); err != nil {
			return nil, err
		}
	}
	return c.op.run(c)
}

// operations is the table of everything the world can do, by service:Operation.
func operations() map[string]*operation {
	table := map[string]*operation{}
	for _, group := range [][]operation{
		userOperations(), keyOperations(), loginOperations(), credentialOperations(), groupOperations(),
		userPolicyOperations(), managedPolicyOperations(), roleOperations(), rolePolicyOperations(),
		boundaryOperations(), accountOperations(), stsOperations(), trailOperations(), secretOperations(), bucketOperations(),
	} {
		for _, op := range group {
			table[op.service+":"+op.name] = &op
		}
	}
	return table
}

// page cuts one page out of items by MaxItems and Marker. The marker is the
// offset, so a list that changes between pages can repeat or skip an entry, as
// AWS warns it may.
func page[T any](c *call, items []T) ([]T, string, *apiError) {
	size, err := c.args.number("MaxItems", 100)
	if err != nil {
		return nil, "", err
	}
	if size < 1 || size > 1000 {
		return nil, "", invalid("1 validation error detected: Value '%d' at 'maxItems' failed to satisfy constraint: Member must have value between 1 and 1000", size)
	}
	from := 0
	if marker := c.args["Marker"]; marker != "" {
		n, bad := strconv.Atoi(trimMarker(marker))
		if bad != nil || n < 0 || n > len(items) {
			return nil, "", invalid("Invalid Marker.")
		}
		from = n
	}
	to := min(len(items), from+size)
	if to == len(items) {
		return items[from:to], "", nil
	}
	return items[from:to], markerPrefix + strconv.Itoa(to), nil
}

const markerPrefix = "AAENOFFSET"

func trimMarker(m string) string {
	if len(m) > len(markerPrefix) && m[:len(markerPrefix)] == markerPrefix {
		return m[len(markerPrefix):]
	}
	return m
}

// listing is a list response with its paging members.
func listing[T any](c *call, member string, items []T, render func(T) any) (object, *apiError) {
	part, marker, err := page(c, items)
	if err != nil {
		return nil, err
	}
	out := make(list, len(part))
	for i, e := range part {
		out[i] = render(e)
	}
	return object{{member, out}, {"IsTruncated", marker != ""}}.with("Marker", marker), nil
}
