package trail

import (
	"crypto/sha256"
	"strings"
	"time"
)

// Call is the compact form of a record that a [Log] keeps. What repeats between
// calls is shared, so treat everything behind a pointer as read-only.
type Call struct {
	EventID            string
	SharedEventID      string
	RecipientAccountID string
	Time               time.Time
	API                *API
	Identity           *Identity
	Client             *Client
	ErrorCode          string
	Resources          []string // ARNs where they can be formed; at most 16
	ResourceAccountID  string   // resources[].accountId, where all agree
	Facts              Facts
	Forwarded          bool // made by a service on the principal's behalf
	FromConsole        bool
	FailedSignIn       bool // ConsoleLogin failure: errorMessage without errorCode
	TimeFallback       bool
	addendum           Addendum
	size               int
	checksum           uint32
}

// API is what was called, and where.
type API struct {
	EventSource string
	EventName   string
	EventType   string
	Category    string
	Region      string
	ReadOnly    bool
}

// Client is where a call came from.
type Client struct {
	SourceIPAddress string
	VPCEndpointID   string
	UserAgent       string
	EndpointAccount string // owner of the VPC endpoint, "" when not recorded
	TLS             bool   // the record has tlsDetails; false proves nothing
}

// Name is "service:EventName", with the eventSource shortened to its first part.
func (a *API) Name() string { return ShortSource(a.EventSource) + ":" + a.EventName }

// ShortSource drops the ".amazonaws.com" of an eventSource.
func ShortSource(source string) string { return strings.TrimSuffix(source, ".amazonaws.com") }

// Family classifies the call's error.
func (c *Call) Family() ErrorFamily { return FamilyOf(c.ErrorCode) }

// entry is what a reading worker hands to the log: a call with nothing shared
// yet, and the keys it gave birth to.
type entry struct {
	call   Call
	births []Birth
	key    [16]byte
}

const maxResourcesPerCall = 16

func newEntry(r *Record) entry {
	return entry{
		call: Call{
			EventID:            r.EventID,
			SharedEventID:      r.SharedEventID,
			RecipientAccountID: r.RecipientAccountID,
			Time:               r.EventTime,
			API: &API{EventSource: r.EventSource, EventName: r.EventName, EventType: r.EventType,
				Category: r.EventCategory, Region: r.Region, ReadOnly: r.ReadOnly},
			Identity: &r.Identity,
			Client: &Client{SourceIPAddress: clip(r.SourceIPAddress, 256), VPCEndpointID: r.VPCEndpointID,
				UserAgent: clip(r.UserAgent, maxAgent), EndpointAccount: r.VPCEndpointAccount, TLS: r.TLS},
			ErrorCode:         r.ErrorCode,
			Resources:         resourcesOf(r),
			ResourceAccountID: resourceAccountOf(r),
			Facts:             factsOf(r),
			Forwarded:         r.Forwarded(),
			FromConsole:       r.FromConsole,
			FailedSignIn:      r.ErrorCode == "" && r.EventName == "ConsoleLogin" && strings.EqualFold(r.ResponseText("ConsoleLogin"), "Failure"),
			TimeFallback:      r.TimeFallback,
			addendum:          r.Addendum,
			size:              r.size,
			checksum:          r.checksum,
		},
		births: birthsOf(r),
		key:    r.key,
	}
}

// dedupKey identifies a record by eventID and recipient account: one action in
// two accounts has two eventIDs, one action delivered by two trails has one.
// Records without an eventID are the same only if their bytes are.
func dedupKey(eventID, recipient string) [16]byte {
	sum := sha256.Sum256([]byte(eventID + "\x00" + recipient))
	return [16]byte(sum[:16])
}

// clip cuts s to at most n bytes without splitting a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
