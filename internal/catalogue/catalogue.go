package catalogue

import (
	_ "embed" // the packed data
	"iter"
	"maps"
	"slices"
	"strings"
)

//go:embed catalogue.gz
var packed string

// Catalogue is the decoded list. Make one with Load and hold on to it.
type Catalogue struct {
	services map[string]*service
	prefixes []string // sorted
	count    int
}

type service struct {
	prefix  string
	rcp     bool
	types   []Resource
	actions []Action // sorted by folded name
}

// Load decodes the embedded data, which takes some tens of milliseconds.
func Load() (*Catalogue, error) { return decode(packed) }

// Version names the release of the source the actions come from; its first
// eight digits after the minor version are a date.
func (c *Catalogue) Version() string { return ActionsVersion }

// Len counts the actions.
func (c *Catalogue) Len() int { return c.count }

// Actions yields every action, by service and then by name.
func (c *Catalogue) Actions() iter.Seq[Action] {
	return func(yield func(Action) bool) {
		for _, prefix := range c.prefixes {
			for _, a := range c.services[prefix].actions {
				if !yield(a) {
					return
				}
			}
		}
	}
}

// Services lists the service prefixes.
func (c *Catalogue) Services() []string { return slices.Clone(c.prefixes) }

// Action looks up a full name such as "s3:GetObject", in any case.
func (c *Catalogue) Action(name string) (Action, bool) {
	prefix, bare, _ := strings.Cut(name, ":")
	s := c.service(prefix)
	if s == nil {
		return Action{}, false
	}
	i, found := slices.BinarySearchFunc(s.actions, bare, func(a Action, want string) int {
		return compareFold(a.Name, want)
	})
	if !found {
		return Action{}, false
	}
	return s.actions[i], true
}

// Level returns the access level of an action.
func (c *Catalogue) Level(name string) (Level, bool) {
	a, ok := c.Action(name)
	return a.Level, ok
}

// ResourceTypes names the resource types of an action; none means that it is
// unknown or that only "*" reaches it.
func (c *Catalogue) ResourceTypes(name string) []string {
	a, _ := c.Action(name)
	var out []string
	for _, r := range a.Resources {
		out = append(out, r.Type)
	}
	return out
}

// ARNFormat returns the ARN format of a service's resource type.
func (c *Catalogue) ARNFormat(prefix, resourceType string) (string, bool) {
	s := c.service(prefix)
	if s == nil {
		return "", false
	}
	for _, t := range s.types {
		if strings.EqualFold(t.Type, resourceType) {
			return t.ARNFormat, true
		}
	}
	return "", false
}

// Dependent lists the further actions a call of this action may need.
func (c *Catalogue) Dependent(name string) []string {
	a, _ := c.Action(name)
	return slices.Clone(a.Dependent)
}

// HonoursRCP reports whether resource control policies apply to the service.
func (c *Catalogue) HonoursRCP(prefix string) bool {
	s := c.service(prefix)
	return s != nil && s.rcp
}

// Expand lists the actions an entry of an Action element names, in order. The
// service prefix is literal and both wildcards work in the name, as IAM has it;
// a lone "*" names everything.
func (c *Catalogue) Expand(pattern string) []string {
	var out []string
	if pattern == "*" {
		for a := range c.Actions() {
			out = append(out, a.String())
		}
		return out
	}
	prefix, glob, ok := strings.Cut(pattern, ":")
	s := c.service(prefix)
	if !ok || s == nil {
		return nil
	}
	glob = strings.ToLower(glob)
	for _, a := range s.actions {
		if matches(glob, strings.ToLower(a.Name)) {
			out = append(out, a.String())
		}
	}
	return out
}

func (c *Catalogue) service(prefix string) *service {
	if s := c.services[prefix]; s != nil {
		return s
	}
	return c.services[strings.ToLower(prefix)]
}

// sorted fills the list of prefixes once all services are read.
func (c *Catalogue) sorted() *Catalogue {
	c.prefixes = slices.Sorted(maps.Keys(c.services))
	return c
}

// compareFold orders as strings.Compare does on lower-case ASCII, without
// making copies.
func compareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		if x, y := lower(a[i]), lower(b[i]); x != y {
			return int(x) - int(y)
		}
	}
	return len(a) - len(b)
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// matches is a wildcard match of ASCII texts of one case.
func matches(glob, name string) bool {
	g, n, star, resume := 0, 0, -1, 0
	for n < len(name) {
		switch {
		case g < len(glob) && glob[g] == '*':
			star, resume = g, n
			g++
		case g < len(glob) && (glob[g] == '?' || glob[g] == name[n]):
			g, n = g+1, n+1
		case star >= 0:
			resume++
			g, n = star+1, resume
		default:
			return false
		}
	}
	return strings.Trim(glob[g:], "*") == ""
}
