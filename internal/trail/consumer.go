package trail

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Consumer is the unit of dependency: one program in one place using one kind
// of credential. One identity usually hides several.
type Consumer struct {
	ID         string   `json:"id"`
	Origin     string   `json:"origin"` // VPC endpoint, else /24 or /48, else the string logged
	Client     string   `json:"client"`
	AccessKeys []string `json:"access_keys"`
	Operations []string `json:"operations"` // "s3:PutObject", by eventSource and eventName
	Events     int      `json:"events"`
	Denied     int      `json:"denied"`
	FirstSeen  Instant  `json:"first_seen"`
	LastSeen   Instant  `json:"last_seen"`
	Schedule   Schedule `json:"schedule"`
	Label      Label    `json:"label"`
	Reasons    []string `json:"reasons"`
	Credential string   `json:"credential"` // long_term, user_session, role_session, federated, root, unsigned
	Session    string   `json:"session"`    // role and session name pattern, digits folded
	Baseline   Baseline `json:"baseline"`
	SourceIPs  []string `json:"source_ips"`
	Principals []string `json:"principals"`
	Regions    []string `json:"regions"`

	// Fingerprint is stable across logs and credentials of one kind, so that a
	// consumer can be recognised again after the key was replaced.
	Fingerprint string `json:"fingerprint"`
	// HoursOfWeek counts calls by UTC hour, Sunday 00:00 first.
	HoursOfWeek [7 * 24]int `json:"-"`

	calls    []*Call
	sessions []string // exact role sessions, for the shared-session rule
}

// Calls returns the consumer's calls in time order. Do not modify what the
// pointers reach.
func (c *Consumer) Calls() []*Call { return c.calls }

// consumerKey separates consumers.
type consumerKey struct{ origin, client, credential, session string }

func credentialClass(c *Call) string {
	id := c.Identity
	switch {
	case id.Type == "Root":
		return "root"
	case id.Type == "AssumedRole" || id.Issuer.Type == "Role":
		return "role_session"
	case id.Type == "FederatedUser":
		return "federated"
	case id.AccessKeyID == "":
		return "unsigned"
	case KeyKind(id.AccessKeyID) == KindTemporary:
		return "user_session"
	}
	return "long_term"
}

func sessionPattern(id *Identity) string {
	name := id.SessionName()
	if name == "" {
		return ""
	}
	role := cmp.Or(id.Issuer.UserName, id.Issuer.ARN[strings.LastIndexByte(id.Issuer.ARN, '/')+1:])
	return role + "/" + foldIdentifiers(name)
}

func consumersOf(u *Usage, g *Genealogy, direct []*Call) []Consumer {
	groups := map[consumerKey][]*Call{}
	families := map[string]string{} // agents repeat; normalising is the costly part
	for _, c := range direct {
		key := consumerKey{origin: Network(c.Client.SourceIPAddress, c.Client.VPCEndpointID),
			credential: credentialClass(c), session: sessionPattern(c.Identity)}
		family, ok := families[c.Client.UserAgent]
		if !ok {
			family = ClientFamily(c.Client.UserAgent)
			families[c.Client.UserAgent] = family
		}
		key.client = family
		groups[key] = append(groups[key], c)
	}
	out := make([]Consumer, 0, len(groups))
	for key, calls := range groups {
		out = append(out, newConsumer(key, calls, u))
	}
	slices.SortFunc(out, func(a, b Consumer) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), strings.Compare(a.Origin, b.Origin),
			strings.Compare(a.Client, b.Client), strings.Compare(a.Credential, b.Credential),
			strings.Compare(a.Session, b.Session))
	})
	for i := range out {
		out[i].ID = fmt.Sprintf("c%d", i+1)
	}
	judgeConsumers(out, u, g)
	return out
}

func newConsumer(key consumerKey, calls []*Call, u *Usage) Consumer {
	c := Consumer{Origin: key.origin, Client: key.client, Credential: key.credential, Session: key.session,
		Events: len(calls), calls: calls, Reasons: []string{}}
	keys, ops, ips := map[string]bool{}, map[string]bool{}, map[string]bool{}
	principals, regions := map[string]bool{}, map[string]bool{}
	times := make([]time.Time, 0, len(calls))
	for _, call := range calls {
		if call.Identity.AccessKeyID != "" {
			keys[call.Identity.AccessKeyID] = true
		}
		ops[call.API.Name()] = true
		ips[call.Client.SourceIPAddress] = true
		principals[call.Identity.Principal()] = true
		if call.API.Region != "" {
			regions[call.API.Region] = true
		}
		if call.Family() == FamilyDenied {
			c.Denied++
		}
		span(&c.FirstSeen, &c.LastSeen, call.Time)
		if !call.Time.IsZero() {
			times = append(times, call.Time)
			c.HoursOfWeek[int(call.Time.Weekday())*24+call.Time.Hour()]++
		}
	}
	c.AccessKeys, c.Operations, c.SourceIPs = sortedKeys(keys), sortedKeys(ops), sortedKeys(ips)
	c.Principals, c.Regions = sortedKeys(principals), sortedKeys(regions)
	c.Schedule = ScheduleOf(times, u.Coverage.LastEvent.Time, u.Selector.Now)
	c.Baseline = baselineOf(c.FirstSeen.Time, u.Coverage.LastEvent.Time)
	c.sessions = sessionsOf(calls)
	c.Fingerprint = fingerprint(key)
	return c
}

// fingerprint leaves the credential class out: the same job under a role
// instead of a key is still the same job.
func fingerprint(key consumerKey) string {
	sum := dedupKey(key.origin, key.client)
	return fmt.Sprintf("%x", sum[:6])
}

// Baseline says how much history a verdict about a consumer rests on.
type Baseline string

// Under a day is no baseline, under a week a weak one.
const (
	BaselineNone   Baseline = "none"
	BaselineWeak   Baseline = "weak"
	BaselineUsable Baseline = "usable"
)

func baselineOf(first, logEnd time.Time) Baseline {
	switch age := logEnd.Sub(first); {
	case first.IsZero() || age < 24*time.Hour:
		return BaselineNone
	case age < 7*24*time.Hour:
		return BaselineWeak
	}
	return BaselineUsable
}
