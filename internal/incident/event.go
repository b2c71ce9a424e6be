package incident

import "time"

// Event is one fact of an incident, in the past tense. Its kind is its name in
// the journal; Summary is the one line that the journal view shows (it may hold
// text from AWS and from attackers: sanitize it where it is drawn).
type Event interface {
	Kind() string
	Summary() string
}

// Mode says what the writes of a sitting reach.
type Mode string

// The modes.
const (
	ModeLive      Mode = "live"
	ModeDryRun    Mode = "dry-run"
	ModeRehearsal Mode = "rehearsal"
)

// IncidentOpened is the genesis of a journal: it pins the account, the
// responder and the target, so that no later sitting can drift to another.
type IncidentOpened struct {
	ID ID `json:"id"`
	// Nonce is 128 random bits in hex: it makes every journal unlike any other,
	// so that lines of one incident cannot be spliced into another.
	Nonce     string      `json:"nonce"`
	Mode      Mode        `json:"mode"`
	Account   string      `json:"account"`
	Caller    string      `json:"caller"`
	AccessKey AccessKeyID `json:"access_key"`
	Playbook  PlaybookRef `json:"playbook"`
	// Outline is the playbook's skeleton, so that a reader of the journal needs
	// no playbook file to draw the rail.
	Outline  []StageOutline `json:"outline"`
	Owner    string         `json:"owner,omitempty"`
	Reason   string         `json:"reason,omitempty"`
	ReviewAt time.Time      `json:"review_at,omitzero"`
	// Alert is what set the incident off, in words; Scenario and Seed are set in rehearsals.
	Alert    string `json:"alert,omitempty"`
	Scenario string `json:"scenario,omitempty"`
	Seed     uint64 `json:"seed,omitempty"`
	// Endpoint is the explicit endpoint override, if any: a reader must see it.
	Endpoint string `json:"endpoint,omitempty"`
	// Logs are the sources the responder named.
	Logs []string `json:"logs,omitempty"`
}

// PlaybookRef names a playbook exactly: name, version, SHA-256 of its bytes.
type PlaybookRef struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Digest  string `json:"digest"`
}

// StageOutline and StepOutline are the skeleton of a playbook.
type StageOutline struct {
	ID    string        `json:"id"`
	Title string        `json:"title"`
	Steps []StepOutline `json:"steps"`
}

// StepOutline is one step of a StageOutline.
type StepOutline struct {
	ID     StepID `json:"id"`
	Title  string `json:"title"`
	Action string `json:"action"`
	// Gate is auto, confirm or typed.
	Gate string `json:"gate"`
}

// SessionOpened starts one sitting.
type SessionOpened struct {
	Session  string `json:"session"`
	Operator string `json:"operator"`
	Caller   string `json:"caller"`
	Version  string `json:"version"`
	Resumed  bool   `json:"resumed,omitempty"`
	// Handover is set when the caller differs from the one that opened the incident.
	Handover bool `json:"handover,omitempty"`
}

// StepStarted says that the engine began to plan a step.
type StepStarted struct {
	Step StepID `json:"step"`
}

// StepPlanned carries what a step would do.
type StepPlanned struct {
	Step StepID `json:"step"`
	Plan Plan   `json:"plan"`
	// Digest identifies the plan: approvals are bound to it.
	Digest string `json:"digest"`
	// Gate is how the step has to be approved: auto, confirm or typed.
	Gate string `json:"gate"`
}

// StepApproved records who approved exactly which plan, and how.
type StepApproved struct {
	Step   StepID `json:"step"`
	Digest string `json:"digest"`
	By     string `json:"by"`
	How    string `json:"how"`
}

// ChangeIntended is written and durable before anything is sent.
type ChangeIntended struct {
	Change Change `json:"change"`
	// Rollback marks an intent to restore Before instead of reaching After.
	Rollback bool `json:"rollback,omitempty"`
}

// AttemptSent is written before each single attempt leaves.
type AttemptSent struct {
	Change  string `json:"change"`
	Attempt int    `json:"attempt"`
}

// ChangeApplied says that AWS accepted the call: accepted, not contained.
type ChangeApplied struct {
	Change  string  `json:"change"`
	Receipt Receipt `json:"receipt"`
}

// ChangeVerified carries what a read-back saw, and the rung it proves.
type ChangeVerified struct {
	Change   string   `json:"change"`
	Evidence Evidence `json:"evidence"`
	Rung     Rung     `json:"rung"`
}

// ChangeFailed says that AWS answered and refused: nothing was changed.
type ChangeFailed struct {
	Change string `json:"change"`
	Error  string `json:"error"`
	Calls  []Call `json:"calls,omitempty"`
}

// ChangeInDoubt says that it is not known whether the call took effect.
type ChangeInDoubt struct {
	Change string `json:"change"`
	Reason string `json:"reason"`
	Calls  []Call `json:"calls,omitempty"`
}

// ChangeSettled ends a doubt by what reads agreed on.
type ChangeSettled struct {
	Change string `json:"change"`
	// Outcome is applied, not_applied or drift.
	Outcome  string   `json:"outcome"`
	Evidence Evidence `json:"evidence"`
}

// ChangeDrifted says that the resource holds neither what was found nor what was applied,
// or that an applied change was undone.
type ChangeDrifted struct {
	Change string `json:"change"`
	Want   string `json:"want"`
	Now    string `json:"now"`
	By     string `json:"by,omitempty"`
	During string `json:"during"`
}

// ChangeRolledBack says that Before was restored and read back.
type ChangeRolledBack struct {
	Change   string   `json:"change"`
	Receipt  Receipt  `json:"receipt"`
	Evidence Evidence `json:"evidence"`
	// Already is set when someone had reverted the change before us.
	Already bool `json:"already,omitempty"`
}

// RollbackRefused says why one change was not rolled back, with the three ways.
type RollbackRefused struct {
	Change  string `json:"change"`
	Reason  string `json:"reason"`
	Found   string `json:"found"`
	Applied string `json:"applied"`
	Now     string `json:"now"`
	Drift   bool   `json:"drift,omitempty"`
}

// StepObserved carries what a step found after it ran (verify, sweep, observe).
type StepObserved struct {
	Step        StepID      `json:"step"`
	Observation Observation `json:"observation"`
	Calls       []Call      `json:"calls,omitempty"`
}

// StepFinished ends a step. Status is done, refused, failed or in_doubt.
type StepFinished struct {
	Step   StepID     `json:"step"`
	Status StepStatus `json:"status"`
	Detail string     `json:"detail,omitempty"`
	Hint   string     `json:"hint,omitempty"`
}

// StepSkipped records a skip and why.
type StepSkipped struct {
	Step   StepID `json:"step"`
	By     string `json:"by"`
	Reason string `json:"reason"`
	// Deferred marks a step that nobody decided against: it was just not named
	// in --approve. A later sitting asks for it again.
	Deferred bool `json:"deferred,omitempty"`
}

// CapabilityAbsent says that the endpoint does not know an operation; the
// playbook goes on without it.
type CapabilityAbsent struct {
	Step      StepID `json:"step"`
	Operation string `json:"operation"`
	Detail    string `json:"detail"`
}

// NoteAdded is a human line in the record.
type NoteAdded struct {
	By   string `json:"by"`
	Text string `json:"text"`
	Star bool   `json:"star,omitempty"`
}

// ConsumerLabelled is a human judgement of one consumer.
type ConsumerLabelled struct {
	Consumer string `json:"consumer"`
	Label    string `json:"label,omitempty"`
	Owner    string `json:"owner,omitempty"`
	By       string `json:"by"`
}

// HoldSet stops the engine from sending anything new; HoldLifted ends it.
type HoldSet struct {
	By string `json:"by"`
}

// HoldLifted ends a hold, with a reason.
type HoldLifted struct {
	By     string `json:"by"`
	Reason string `json:"reason"`
}

// IncidentClosed ends the incident. Debts are the guardrails that stay.
type IncidentClosed struct {
	By    string `json:"by"`
	Debts []Debt `json:"debts,omitempty"`
}

// Debt is a guardrail that stays after closing, with its owner.
type Debt struct {
	Change   string    `json:"change"`
	Resource string    `json:"resource"`
	What     string    `json:"what"`
	Owner    string    `json:"owner"`
	ReviewAt time.Time `json:"review_at"`
}

// SessionSealed ends a sitting.
type SessionSealed struct {
	Session string `json:"session"`
	Why     string `json:"why"`
}

// TailRecovered says that a torn, never acknowledged tail was cut from the
// journal when it was opened; the bytes are kept beside it.
type TailRecovered struct {
	SHA256 string `json:"sha256"`
	Bytes  int    `json:"bytes"`
}
