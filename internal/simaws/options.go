package simaws

import (
	"fmt"
	"time"
)

// Options are what the wiring chooses; the zero value is usable.
type Options struct {
	// Seed decides every derived id, secret and jitter.
	Seed uint64
	// Clock is world time; a step clock at the scenario's start when nil.
	Clock *Clock
	// Wall is the time request signatures are checked against; time.Now when nil.
	Wall func() time.Time
	// Log hears of everything the world refuses to fake. Like Fault it may be
	// called with the world locked: it must not call the world.
	Log func(string)
	// SourceIP is where SDK callers appear to call from.
	SourceIP string
	// ResponderARN names the responder of an account loaded with FromAccount.
	ResponderARN string
	// Propagation, Delivery and ReadLag override the scenario's lags when set.
	Propagation, Delivery, ReadLag *time.Duration
	// LookupRate is LookupEvents calls per world second and region; AWS allows
	// 2, the default. Negative lifts the limit.
	LookupRate int
	// Fault is asked before every SDK request; n counts requests per operation
	// from 1 and op is written service:Operation (iam:PutUserPolicy).
	Fault func(op string, n int) Fault
}

// Lag is a literal for the pointer fields of Options.
func Lag(d time.Duration) *time.Duration { return &d }

// Fault is a way for one request to go wrong.
type Fault int

// The faults an engine must survive.
const (
	FaultNone             Fault = iota
	FaultDropBefore             // connection lost before anything was applied
	FaultDropAfter              // applied, then the connection is lost
	FaultStatus500HTML          // a proxy's error page, nothing applied
	FaultThrottle               // rate exceeded
	FaultExpired                // credentials expired mid-run
	FaultCapabilityAbsent       // the endpoint does not have this operation: 500 and HTML, as moto does
)

func (f Fault) String() string {
	names := []string{"none", "drop before", "drop after", "status 500 html", "throttle", "expired", "capability absent"}
	if f < 0 || int(f) >= len(names) {
		return fmt.Sprintf("fault %d", int(f))
	}
	return names[f]
}

// Credentials are what a caller signs with.
type Credentials struct {
	AccessKeyID, SecretAccessKey, SessionToken, ARN string
}

// MutationRecord is one writing call by an SDK caller: the oracle tests compare
// the journal with.
type MutationRecord struct {
	Time      time.Time
	Operation string // service:Operation
	RequestID string
	UserAgent string
	Principal string
	ErrorCode string // empty when it was applied
}
