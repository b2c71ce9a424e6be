package incident

import "time"

// Card is everything about the compromised credential and its owner that one
// screen shows: all credential kinds, groups, policies, boundary, tags.
type Card struct {
	AccessKey AccessKeyID `json:"access_key"`
	// KeyKind is long_term for an AKIA key.
	KeyKind      string `json:"key_kind"`
	KeyStatus    string `json:"key_status"`
	Account      string `json:"account"`
	AccountAlias string `json:"account_alias,omitempty"`
	Partition    string `json:"partition"`
	// Principal is the owner's ARN; User its name, UserID its unique id (AIDA...).
	Principal string `json:"principal"`
	User      string `json:"user"`
	UserID    string `json:"user_id,omitempty"`
	// ReadAt is when the card was read, by the incident clock.
	ReadAt        time.Time         `json:"read_at"`
	LastUsed      time.Time         `json:"last_used,omitzero"`
	LastUsedFor   string            `json:"last_used_for,omitempty"`
	Credentials   []Credential      `json:"credentials"`
	Groups        []string          `json:"groups,omitempty"`
	Attached      []string          `json:"attached,omitempty"`
	GroupPolicies []string          `json:"group_policies,omitempty"`
	Inline        []InlinePolicy    `json:"inline,omitempty"`
	Boundary      string            `json:"boundary,omitempty"`
	Tags          map[string]string `json:"tags,omitempty"`
	// InlineSize is the aggregate size of the inline policies in characters
	// without white space, as IAM counts them; -1 when it could not be read.
	InlineSize int `json:"inline_size"`
	// Evidence lists how each answer was derived, newest last.
	Evidence []string `json:"evidence,omitempty"`
	Unseen   []Unseen `json:"unseen,omitempty"`
}

// InlinePolicy is the name and size (characters without white space) of one inline policy.
type InlinePolicy struct {
	Name string `json:"name"`
	Size int    `json:"size"`
}

// Credential is one credential of the user, of any kind IAM knows.
type Credential struct {
	// Kind is access key, console password, MFA device, SSH public key,
	// signing certificate or service-specific credential.
	Kind    string    `json:"kind"`
	ID      string    `json:"id,omitempty"`
	Status  string    `json:"status"`
	Created time.Time `json:"created,omitzero"`
	// Handling says what this playbook does about it: target, containable,
	// not containable, elsewhere, absent or unknown.
	Handling string `json:"handling"`
	Note     string `json:"note,omitempty"`
}

// Usage is what the logs showed about the credential, small enough for the
// journal: the consumers and sessions, not the records.
type Usage struct {
	// Basis says what was read: files, directories or the event history.
	Basis    string    `json:"basis"`
	From     time.Time `json:"from,omitzero"`
	To       time.Time `json:"to,omitzero"`
	Records  int       `json:"records"`
	Matched  int       `json:"matched"`
	Denied   int       `json:"denied"`
	Complete bool      `json:"complete"`
	// Newest is the time of the newest event: nothing later is known.
	Newest     time.Time   `json:"newest,omitzero"`
	Consumers  []Consumer  `json:"consumers,omitempty"`
	Operations []Operation `json:"operations,omitempty"`
	Sessions   []Session   `json:"sessions,omitempty"`
	// Roles lists the ARNs of the roles that the credential or its sessions assumed.
	Roles []RoleUse `json:"roles,omitempty"`
	Blind []string  `json:"blind,omitempty"`
	// Truncated counts consumers left out of the journal entry because of its size.
	Truncated int `json:"truncated,omitempty"`
	// TruncatedSessions counts sessions left out, oldest first.
	TruncatedSessions int `json:"truncated_sessions,omitempty"`
	// TruncatedRoles counts roles left out, oldest use first.
	TruncatedRoles int `json:"truncated_roles,omitempty"`
}

// Consumer is one system or person behind the credential: the unit of dependency.
type Consumer struct {
	ID         string    `json:"id"`
	Origin     string    `json:"origin"`
	Client     string    `json:"client"`
	AccessKeys []string  `json:"access_keys,omitempty"`
	Operations []string  `json:"operations,omitempty"`
	Events     int       `json:"events"`
	Denied     int       `json:"denied"`
	First      time.Time `json:"first_seen"`
	Last       time.Time `json:"last_seen"`
	// Schedule is cron, continuous, sporadic or one_shot; Period and NextDue
	// are set for cron.
	Schedule string        `json:"schedule"`
	Period   time.Duration `json:"period_ns,omitempty"`
	NextDue  time.Time     `json:"next_due,omitzero"`
	// Label is legitimate, suspicious or undecided, with Reasons.
	Label   string   `json:"label"`
	Reasons []string `json:"reasons,omitempty"`
	Owner   string   `json:"owner,omitempty"`
}

// Operation is one API the credential was seen to call.
type Operation struct {
	// Action is the IAM action that the call needs, such as s3:PutObject.
	Action    string    `json:"action"`
	Event     string    `json:"event"`
	Events    int       `json:"events"`
	Denied    int       `json:"denied"`
	Resources []string  `json:"resources,omitempty"`
	First     time.Time `json:"first_seen"`
	Last      time.Time `json:"last_seen"`
	Forwarded bool      `json:"forwarded,omitempty"`
}

// Session is a credential that descends from the compromised key.
type Session struct {
	AccessKey string    `json:"access_key"`
	Parent    string    `json:"parent,omitempty"`
	IssuedBy  string    `json:"issued_by,omitempty"`
	IssuedAt  time.Time `json:"issued_at,omitzero"`
	Principal string    `json:"principal,omitempty"`
	Events    int       `json:"events"`
	Last      time.Time `json:"last_seen,omitzero"`
}

// RoleUse is a role that the credential assumed, and who else uses it.
type RoleUse struct {
	ARN   string    `json:"arn"`
	Count int       `json:"count"`
	Last  time.Time `json:"last"`
	// Others are other principals seen or trusted to assume it.
	Others []string `json:"others,omitempty"`
}
