package incident

// ChangeKind says which attribute of which AWS noun a Change writes. The
// engine treats all kinds alike; the action that planned a change knows what
// its Before and After hold.
type ChangeKind string

// The change kinds of the shipped actions.
const (
	AccessKeyStatus      ChangeKind = "access-key-status"      // "Active" or "Inactive"
	UserInlinePolicy     ChangeKind = "user-inline-policy"     // the compact document, or "" for absent
	RoleInlinePolicy     ChangeKind = "role-inline-policy"     // the compact document, or "" for absent
	UserTags             ChangeKind = "user-tags"              // JSON object of just the tags that we write
	ManagedPolicy        ChangeKind = "managed-policy"         // the compact document, or "" for absent
	UserPolicyAttachment ChangeKind = "user-policy-attachment" // "attached" or ""
)

// Change is one attribute of one resource, before and after: exactly one
// mutating AWS call, and all that is needed to undo it from the journal alone.
type Change struct {
	// ID is unique in the incident: STEP/N, and STEP/N.rK for the K-th re-assertion.
	ID   string     `json:"id"`
	Step StepID     `json:"step"`
	Kind ChangeKind `json:"kind"`
	// Resource is the ARN that the call writes to.
	Resource string `json:"resource"`
	// Attribute is the attribute in words a responder says, such as
	// "status of access key AKIA....7QZX".
	Attribute string `json:"attribute"`
	// Before and After are canonical values (see ChangeKind); "" means absent.
	Before string `json:"before"`
	After  string `json:"after"`
	// Batch orders the changes of a step: equal numbers are independent of each
	// other and sent side by side, a higher number waits for all lower ones.
	Batch int `json:"batch,omitempty"`
	// Call and CLI are the exact call, for people; Undo is its inverse in words.
	Call string `json:"call"`
	CLI  string `json:"cli,omitempty"`
	Undo string `json:"undo,omitempty"`
	// Rearms marks a change whose undo gives a leaked credential back its power:
	// rollback refuses it without an explicit request and a reason.
	Rearms bool `json:"rearms,omitempty"`
	// Guardrail marks a change that stays as debt until someone removes it: it
	// needs an owner before the incident can be closed.
	Guardrail bool `json:"guardrail,omitempty"`
	// Optional marks a change whose refusal does not stop the step: the rest of
	// the containment matters more.
	Optional bool `json:"optional,omitempty"`
	// Params is what Apply and Rollback need beside Before and After.
	Params map[string]string `json:"params,omitempty"`
}

// Call is one AWS API call that was made, as the command log shows it.
type Call struct {
	Service   string `json:"service"`
	Operation string `json:"operation"`
	RequestID string `json:"request_id,omitempty"`
	// Status is the HTTP status, 0 when no answer arrived.
	Status int    `json:"status"`
	Error  string `json:"error,omitempty"`
	Millis int64  `json:"ms"`
	// Count is set when one row stands for many calls; Millis is then their sum.
	Count int `json:"count,omitempty"`
}

// Receipt is what AWS answered to one mutating call: proof of "accepted", and
// of nothing more.
type Receipt struct {
	RequestID string `json:"request_id"`
	Calls     []Call `json:"calls,omitempty"`
}

// Evidence is what was seen when a change was read back.
type Evidence struct {
	// Observed is the canonical value that AWS holds now (see ChangeKind).
	Observed string `json:"observed"`
	// Matches says whether Observed equals the value that was asked for.
	Matches bool `json:"matches"`
	// Detail explains a mismatch or an addition, in one line.
	Detail string `json:"detail,omitempty"`
	Calls  []Call `json:"calls,omitempty"`
}

// Rung is how far a lever is proven to hold. "The API returned 200" is only
// Accepted (principle 1: accepted is not contained).
type Rung string

// The rungs, lowest first.
const (
	RungNone      Rung = ""
	RungSent      Rung = "sent"
	RungAccepted  Rung = "accepted"
	RungReadBack  Rung = "read_back"
	RungEffective Rung = "effective"
	RungHeld      Rung = "held"
)

// Rungs lists the rungs of the containment ladder in order.
func Rungs() []Rung {
	return []Rung{RungSent, RungAccepted, RungReadBack, RungEffective, RungHeld}
}

// LeverVerdict is the judgement of one lever after the settle time.
type LeverVerdict string

// The lever verdicts. Blind means that nothing could be read or seen; it never
// means quiet.
const (
	Held       LeverVerdict = "HELD"
	RevertedBy LeverVerdict = "REVERTED BY"
	Blind      LeverVerdict = "BLIND"
)
