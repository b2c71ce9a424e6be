package trail

import (
	"cmp"
	"slices"
	"strings"
)

// OriginUse is one source of direct calls.
type OriginUse struct {
	SourceIP  string     `json:"source_ip"`
	Kind      OriginKind `json:"kind"`
	Events    int        `json:"events"`
	Denied    int        `json:"denied"`
	FirstSeen Instant    `json:"first_seen"`
	LastSeen  Instant    `json:"last_seen"`
	Endpoints []string   `json:"vpc_endpoints"`
}

// ClientUse is one client family.
type ClientUse struct {
	Family    string `json:"family"`
	RawSample string `json:"raw_sample"` // caller-controlled: escape before printing
	Events    int    `json:"events"`
}

func originUses(direct []*Call) []OriginUse {
	uses := map[string]*OriginUse{}
	endpoints := map[string]map[string]bool{}
	for _, c := range direct {
		ip := c.Client.SourceIPAddress
		o := uses[ip]
		if o == nil {
			o = &OriginUse{SourceIP: ip, Kind: KindOfOrigin(ip)}
			uses[ip], endpoints[ip] = o, map[string]bool{}
		}
		o.Events++
		if c.Family() == FamilyDenied {
			o.Denied++
		}
		if c.Client.VPCEndpointID != "" {
			endpoints[ip][c.Client.VPCEndpointID] = true
		}
		span(&o.FirstSeen, &o.LastSeen, c.Time)
	}
	out := make([]OriginUse, 0, len(uses))
	for ip, o := range uses {
		o.Endpoints = sortedKeys(endpoints[ip])
		out = append(out, *o)
	}
	slices.SortFunc(out, func(a, b OriginUse) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), strings.Compare(a.SourceIP, b.SourceIP))
	})
	return out
}

func clientUses(direct []*Call) []ClientUse {
	uses := map[string]*ClientUse{}
	for _, c := range direct {
		family := ClientFamily(c.Client.UserAgent)
		u := uses[family]
		if u == nil {
			u = &ClientUse{Family: family, RawSample: c.Client.UserAgent}
			uses[family] = u
		}
		u.Events++
	}
	out := make([]ClientUse, 0, len(uses))
	for _, u := range uses {
		out = append(out, *u)
	}
	slices.SortFunc(out, func(a, b ClientUse) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), strings.Compare(a.Family, b.Family))
	})
	return out
}
