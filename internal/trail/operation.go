package trail

import (
	"cmp"
	"slices"
)

// OperationUse is one API as used directly or through a service.
type OperationUse struct {
	EventSource    string     `json:"event_source"`
	EventName      string     `json:"event_name"`
	IAMAction      string     `json:"iam_action"`
	Events         int        `json:"events"`
	Denied         int        `json:"denied"`
	Errors         int        `json:"errors"`
	FirstSeen      Instant    `json:"first_seen"`
	LastSeen       Instant    `json:"last_seen"`
	Resources      []string   `json:"resources"`
	Forwarded      bool       `json:"forwarded"`
	Throttled      int        `json:"throttled"`
	IAMActions     []string   `json:"iam_actions"`
	Provenance     Provenance `json:"iam_action_provenance"`
	ResourcesTotal int        `json:"resources_total"` // distinct; resources lists at most 200
	InvokedBy      []string   `json:"invoked_by"`
	Regions        []string   `json:"regions"`
}

const maxResourcesListed = 200

func operationUses(calls []*Call) []OperationUse {
	type opKey struct {
		source, name string
		forwarded    bool
	}
	type sets struct {
		use                         *OperationUse
		resources, invoked, regions map[string]bool
	}
	ops := map[opKey]*sets{}
	for _, c := range calls {
		key := opKey{c.API.EventSource, c.API.EventName, c.Forwarded}
		s := ops[key]
		if s == nil {
			action := ActionOf(key.source, key.name)
			s = &sets{use: &OperationUse{EventSource: key.source, EventName: key.name, Forwarded: key.forwarded,
				IAMAction: action.Primary, IAMActions: slices.Concat([]string{}, action.All), Provenance: action.Provenance},
				resources: map[string]bool{}, invoked: map[string]bool{}, regions: map[string]bool{}}
			ops[key] = s
		}
		s.use.tally(c)
		for _, r := range c.Resources {
			s.resources[r] = true
		}
		if by := invoker(c); by != "" {
			s.invoked[by] = true
		}
		if c.API.Region != "" {
			s.regions[c.API.Region] = true
		}
	}
	out := make([]OperationUse, 0, len(ops))
	for _, s := range ops {
		s.use.Resources = sortedKeys(s.resources)
		s.use.ResourcesTotal = len(s.use.Resources)
		s.use.Resources = s.use.Resources[:min(len(s.use.Resources), maxResourcesListed)]
		s.use.InvokedBy, s.use.Regions = sortedKeys(s.invoked), sortedKeys(s.regions)
		out = append(out, *s.use)
	}
	slices.SortFunc(out, func(a, b OperationUse) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), cmp.Compare(a.EventSource, b.EventSource),
			cmp.Compare(a.EventName, b.EventName), boolCompare(a.Forwarded, b.Forwarded))
	})
	return out
}

func (o *OperationUse) tally(c *Call) {
	o.Events++
	span(&o.FirstSeen, &o.LastSeen, c.Time)
	if c.ErrorCode != "" {
		o.Errors++
	}
	switch c.Family() {
	case FamilyDenied:
		o.Denied++
	case FamilyThrottled:
		o.Throttled++
	}
}

// invoker names the service behind a forwarded call.
func invoker(c *Call) string {
	if !c.Forwarded {
		return ""
	}
	return cmp.Or(c.Identity.InvokedBy, c.Client.SourceIPAddress)
}
