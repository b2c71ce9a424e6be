package incident

// Verb is what a responder decides. Every verb that can lead to a write needs
// the value read from the target in Confirm; the engine checks it, whoever asks.
type Verb string

// The verbs.
const (
	// Approve runs the current step's plan. Digest binds it to the plan that
	// was shown; Confirm is the last four characters of the access key id when
	// the gate is typed; Owner and Reason complete a guardrail's contract.
	Approve Verb = "approve"
	// Skip leaves the current step out, with Reason.
	Skip Verb = "skip"
	// Replan reads again and plans the current step afresh; naming another step
	// that was skipped or ended without success takes that one up again.
	Replan Verb = "replan"
	// RollBack undoes the applied Changes, newest first; none named means all
	// that may be undone. Confirm as for Approve; RearmKey with Reason includes
	// changes that give a leaked credential back its power.
	RollBack Verb = "roll_back"
	// AddNote records Text; Star marks it for the report.
	AddNote Verb = "note"
	// Label records a judgement (Label: legitimate, suspicious) or an Owner of a Consumer.
	Label Verb = "label"
	// SetHold stops the engine at once; LiftHold needs a Reason.
	SetHold  Verb = "hold"
	LiftHold Verb = "lift_hold"
	// Leave ends the sitting; the incident stays open and can be resumed.
	Leave Verb = "leave"
)

// Decision is one thing a responder decided, from a screen or from flags.
type Decision struct {
	Verb     Verb     `json:"verb"`
	By       string   `json:"by"`
	Step     StepID   `json:"step,omitempty"`
	Digest   string   `json:"digest,omitempty"`
	Confirm  string   `json:"confirm,omitempty"`
	Reason   string   `json:"reason,omitempty"`
	Owner    string   `json:"owner,omitempty"`
	Text     string   `json:"text,omitempty"`
	Star     bool     `json:"star,omitempty"`
	Consumer string   `json:"consumer,omitempty"`
	Label    string   `json:"label,omitempty"`
	Changes  []string `json:"changes,omitempty"`
	RearmKey bool     `json:"rearm_key,omitempty"`
	// Deferred marks a skip as "not now" (see StepSkipped).
	Deferred bool `json:"deferred,omitempty"`
	// How says where the decision came from, such as "typed" or "--approve".
	How string `json:"how,omitempty"`
}
