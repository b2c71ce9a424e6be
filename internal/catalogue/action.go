package catalogue

// Level is the access level AWS lists for an action.
type Level byte

// The levels. AWS counts Tagging and PermissionsManagement as kinds of Write.
const (
	Read                  Level = 'R'
	List                  Level = 'L'
	Write                 Level = 'W'
	Tagging               Level = 'T'
	PermissionsManagement Level = 'P'
)

// Mutates reports whether the level is any kind of write.
func (l Level) Mutates() bool { return l == Write || l == Tagging || l == PermissionsManagement }

// String returns the level as AWS's reference writes it.
func (l Level) String() string {
	switch l {
	case Read:
		return "Read"
	case List:
		return "List"
	case Write:
		return "Write"
	case Tagging:
		return "Tagging"
	case PermissionsManagement:
		return "Permissions management"
	}
	return "unknown"
}

// Action is one IAM action. Its slices are shared: do not write to them.
type Action struct {
	// Service is the prefix, Name what follows the colon.
	Service, Name string
	Level         Level
	Resources     []Resource
	// Keys are the condition keys AWS lists for the action and its resource
	// types; global keys are mostly left out there.
	Keys []string
	// Dependent are the further actions a caller may need, in full. Empty means
	// none is recorded, not that none is needed.
	Dependent []string
}

// Resource is a resource type an action can be limited to. ARNFormat holds
// placeholders such as ${Account}; it is empty if AWS names none.
type Resource struct {
	Type      string
	ARNFormat string
	Required  bool
}

// String returns the full name.
func (a Action) String() string { return a.Service + ":" + a.Name }

// WildcardOnly reports whether the action has no resource types, so that only
// a lone "*" in Resource reaches it.
func (a Action) WildcardOnly() bool { return len(a.Resources) == 0 }
