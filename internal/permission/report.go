package permission

// Effect is the verdict on an action, a path or a role.
type Effect string

// The effects. Conditional: the documents leave it to a condition key or to a
// document that was not seen. Denied: some document allows it, and another or
// a ceiling takes it back; what nobody allows is not listed.
const (
	Allowed     Effect = "allowed"
	Conditional Effect = "conditional"
	Denied      Effect = "denied"
)

// Report is everything found out about the principal.
type Report struct {
	Principal string `json:"principal"`
	// Administrator is set when even an action that AWS has yet to invent would
	// be allowed; "" otherwise.
	Administrator Effect       `json:"administrator,omitempty"`
	Boundary      string       `json:"boundary,omitempty"`
	Services      []Service    `json:"services"`
	Escalation    []Escalation `json:"escalation"`
	Roles         []Reached    `json:"reachable_roles"`
	Unseen        []Unseen     `json:"unseen"`
	Documents     []Source     `json:"documents"`
}

// Service is what the principal can do to one service.
type Service struct {
	Service string  `json:"service"`
	Levels  []Level `json:"levels"`
}

// Level holds the actions of one access level, the most dangerous level first.
// The counts are of actions; Actions of the catalogue that nobody allows count
// only in Total.
type Level struct {
	Level       string `json:"level"`
	Total       int    `json:"total"`
	Allowed     int    `json:"allowed"`
	Conditional int    `json:"conditional"`
	// ExplicitlyDenied and Capped count the denied ones: by a Deny statement, or
	// because the boundary or an SCP does not let through what is allowed.
	ExplicitlyDenied int      `json:"explicitly_denied"`
	Capped           int      `json:"capped"`
	Actions          []Action `json:"actions"`
}

// Action is one action with its verdict.
type Action struct {
	Action string `json:"action"`
	*Verdict
}

// Verdict is what can be said of an action. Actions that the same statements
// speak of share one: do not write to it.
type Verdict struct {
	Effect Effect `json:"effect"`
	// Through names the documents that allow it; for a denied action, those that
	// deny it, or the ceiling.
	Through []string `json:"through"`
	// DependsOn names condition keys and unseen documents: of a conditional
	// action, or of the Perhaps of an allowed one.
	DependsOn []string `json:"depends_on"`
	// Resources are the widest patterns the effect holds for.
	Resources []string `json:"resources"`
	// Except are narrower patterns, named by a document, where it is not allowed.
	Except []string `json:"except,omitempty"`
	// Perhaps are further or narrower patterns where an allowed action is only
	// conditional.
	Perhaps []string `json:"conditional_resources,omitempty"`
	// DeniedBy is the layer that denies: explicit, boundary, scp or resource.
	DeniedBy string `json:"denied_by,omitempty"`
}

// Escalation is a known way to more rights that is open to the principal.
type Escalation struct {
	Name string `json:"name"`
	// Attack is the MITRE ATT&CK technique.
	Attack    string   `json:"attack"`
	Effect    Effect   `json:"effect"`
	Actions   []string `json:"actions"`
	Why       string   `json:"why"`
	DependsOn []string `json:"depends_on"`
	// Targets are the ARNs it works on, when it needs a particular one.
	Targets []string `json:"targets,omitempty"`
}

// Reached is a role the principal can become, directly or over other roles.
type Reached struct {
	Role   string `json:"role"`
	Effect Effect `json:"effect"`
	// Path goes from the principal to the role.
	Path          []string `json:"path"`
	DependsOn     []string `json:"depends_on"`
	Administrator Effect   `json:"administrator,omitempty"`
	// Escalation names the ways up that are open from the role.
	Escalation []string `json:"escalation"`
}

// Unseen is something that could change the answer and was not looked at.
type Unseen struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Source is a document the answer rests on.
type Source struct {
	Name       string `json:"name"`
	Layer      string `json:"layer"`
	Statements int    `json:"statements"`
	// Read is false for a document that was not copied or does not parse.
	Read bool `json:"read"`
}
