package permission

// Input describes an account around one principal.
type Input struct {
	Principal Principal
	// Users, Groups and Roles are everybody else. The principal itself may be
	// among them.
	Users  []string
	Groups []string
	Roles  []Role
	// Resources are the resource policies that were read.
	Resources []ResourcePolicy
	// SCPs are the levels above the account, organisation root first. Nil means
	// that nobody looked; an empty, non-nil list that there is no organisation.
	SCPs [][]Document
	// Unread is what the collector could not read, passed on to the report.
	Unread []Unseen
}

// Principal is a user or a role with every document that speaks for it.
type Principal struct {
	ARN string
	// UserID is the unique id (AIDA... or AROA...), "" when not known.
	UserID string
	Tags   map[string]string
	// Groups are the ARNs of the groups of a user.
	Groups    []string
	Documents []Document
	Boundary  *Document
}

// Document is one policy document. Name says where it hangs, in the words of
// the report: "inline NAME", "managed ARN", "group NAME inline NAME".
type Document struct {
	Name string
	// ARN of a managed policy, "" for an inline one.
	ARN  string
	Text string
	// Missing says why there is no Text.
	Missing string
}

// Role is a principal somebody can become.
type Role struct {
	Principal
	Trust string
}

// ResourcePolicy is the policy of one resource. The policy of a bucket speaks
// for its objects too.
type ResourcePolicy struct{ ARN, Text string }
