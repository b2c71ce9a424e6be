package incident

import "time"

// Plan is what one step would do, made by reads only and recorded before
// anybody is asked.
type Plan struct {
	// Intent says in one line what the step is for.
	Intent  string   `json:"intent"`
	Changes []Change `json:"changes,omitempty"`
	// DoesNotStop names what goes on working after the step. Never folded away.
	DoesNotStop []string `json:"does_not_stop,omitempty"`
	// Advice is order advice, fall-backs taken and other notes.
	Advice []string `json:"advice,omitempty"`
	// Checks are the killer items of the step with their state.
	Checks []Check `json:"checks,omitempty"`
	// AlsoHits names who else the changes touch (sharers of a role, ...).
	AlsoHits []string     `json:"also_hits,omitempty"`
	Forecast *Forecast    `json:"forecast,omitempty"`
	Observed *Observation `json:"observed,omitempty"`
	Calls    []Call       `json:"calls,omitempty"`
	// More says that one plan did not hold everything: when it is done, the step
	// is planned again.
	More bool `json:"more,omitempty"`
	// Owner, Reason, ReviewAt are the guardrail's contract when the plan sets one.
	Owner    string    `json:"owner,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	ReviewAt time.Time `json:"review_at,omitzero"`
}

// Check is one item of a step's checklist.
type Check struct {
	Text string `json:"text"`
	OK   bool   `json:"ok"`
}

// Forecast says which consumers a plan is expected to break, judged from the
// log that was read, and what it cannot know.
type Forecast struct {
	// Basis says what was read, such as "event history, 50 newest events".
	Basis string `json:"basis"`
	// From and To bound the log window; zero when nothing was read.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// Confidence is NONE, LOW, MED or HIGH.
	Confidence string         `json:"confidence"`
	Lines      []ForecastLine `json:"lines,omitempty"`
	Blind      []string       `json:"blind,omitempty"`
}

// ForecastLine is one consumer's fate under a plan.
type ForecastLine struct {
	Consumer string `json:"consumer"`
	// Verdict is break, maybe, unaffected or attacker.
	Verdict string    `json:"verdict"`
	Detail  string    `json:"detail"`
	NextDue time.Time `json:"next_due,omitzero"`
}

// Observation is what a reading step found. At most the members that the step
// is about are set.
type Observation struct {
	Card     *Card     `json:"card,omitempty"`
	Usage    *Usage    `json:"usage,omitempty"`
	Findings []Finding `json:"findings,omitempty"`
	Denials  []Denial  `json:"denials,omitempty"`
	Verdicts []Verdict `json:"verdicts,omitempty"`
	// Unseen lists what could not be read and why (permission missing,
	// capability absent at this endpoint).
	Unseen []Unseen `json:"unseen,omitempty"`
	Notes  []string `json:"notes,omitempty"`
}

// Unseen is something that could not be read, and why.
type Unseen struct {
	What string `json:"what"`
	Why  string `json:"why"`
	// Absent is set when the endpoint does not know the operation at all.
	Absent bool `json:"absent,omitempty"`
}

// Finding is one thing a sweep found that the responder has to decide about.
type Finding struct {
	// What names the thing: "access key AKIA.... of user x created 01:52Z".
	What     string `json:"what"`
	Resource string `json:"resource,omitempty"`
	By       string `json:"by,omitempty"`
	// At is when it happened, zero when the log does not say.
	At time.Time `json:"at,omitzero"`
	// Handling is contained, containable, elsewhere or decide.
	Handling string `json:"handling"`
	Detail   string `json:"detail,omitempty"`
}

// Denial is one caller that the guardrail was seen to refuse.
type Denial struct {
	Origin    string    `json:"origin"`
	Client    string    `json:"client"`
	AccessKey string    `json:"access_key,omitempty"`
	Operation string    `json:"operation"`
	Count     int       `json:"count"`
	First     time.Time `json:"first"`
	Last      time.Time `json:"last"`
	// Lever is the change id of the lever that caused it, when that is certain.
	Lever string `json:"lever,omitempty"`
}

// Verdict is the judgement of one lever.
type Verdict struct {
	Change  string       `json:"change"`
	Verdict LeverVerdict `json:"verdict"`
	// By names who reverted the lever, when the log knows.
	By string `json:"by,omitempty"`
	// Rung is the highest rung that is proven.
	Rung   Rung   `json:"rung"`
	Detail string `json:"detail,omitempty"`
	// Effective is when the lever was first seen to refuse a call; zero if never seen.
	Effective time.Time `json:"effective,omitzero"`
}
