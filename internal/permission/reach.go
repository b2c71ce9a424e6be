package permission

import (
	"slices"
	"strings"

	"github.com/ircontain/ircontain/internal/policy"
)

// Reach lists the roles the principal can become, by sts:AssumeRole, directly or
// from role to role. A role counts as soon as both sides let the caller in: its
// trust policy and, unless that names the caller itself, the caller's own
// documents. Paths that are sure come before paths that hang on something.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-principals.html
func (s *Subject) Reach() []Reached { return s.reach().list() }

// reach walks in two passes, sure edges first, so that a role that can be had
// for certain is never shown with a doubtful path. Each pass visits a principal
// once: roles that assume each other end the walk instead of prolonging it.
func (s *Subject) reach() *walk {
	w := &walk{from: s, found: map[string]Reached{}, subjects: map[string]*Subject{}, known: map[string][]edge{}}
	w.spread([]string{s.who.ARN}, policy.True)
	queue := []string{s.who.ARN}
	for _, r := range w.list() {
		queue = append(queue, r.Role)
	}
	w.spread(queue, policy.Unknown)
	return w
}

// list orders the roles: the sure ones first, then by the length of the path.
func (w *walk) list() []Reached {
	list := []Reached{}
	for _, r := range w.from.in.Roles {
		if f, ok := w.found[r.ARN]; ok {
			list = append(list, f)
		}
	}
	slices.SortStableFunc(list, func(a, b Reached) int {
		if a.Effect != b.Effect {
			return strings.Compare(string(a.Effect), string(b.Effect)) // allowed, conditional
		}
		return len(a.Path) - len(b.Path)
	})
	return list
}

// edge is a role that one principal can become.
type edge struct {
	to        string
	access    policy.Tri
	dependsOn []string
}

type walk struct {
	from     *Subject
	found    map[string]Reached
	subjects map[string]*Subject
	known    map[string][]edge // the edges of each principal, found once
}

// spread follows the edges that are at least as sure as asked for.
func (w *walk) spread(queue []string, least policy.Tri) {
	seen := map[string]bool{}
	for ; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if seen[at] {
			continue
		}
		seen[at] = true
		for _, e := range w.edges(at) {
			if _, known := w.found[e.to]; known || e.access < least || e.to == w.from.who.ARN {
				continue
			}
			w.found[e.to] = w.extend(at, e)
			queue = append(queue, e.to)
		}
	}
}

func (w *walk) extend(at string, e edge) Reached {
	before, ok := w.found[at]
	if !ok {
		before = Reached{Effect: Allowed, Path: []string{w.from.who.ARN}, DependsOn: []string{}}
	}
	r := Reached{Role: e.to, Effect: before.Effect, Path: append(slices.Clone(before.Path), e.to),
		DependsOn: union(slices.Clone(before.DependsOn), e.dependsOn)}
	if e.access != policy.True {
		r.Effect = Conditional
	}
	if sub := w.subject(e.to); sub != nil {
		r.Administrator = sub.administrator()
	}
	return r
}

// subject compiles a role the first time somebody reaches it.
func (w *walk) subject(arn string) *Subject {
	if arn == w.from.who.ARN {
		return w.from
	}
	s, ok := w.subjects[arn]
	if !ok {
		for _, r := range w.from.in.Roles {
			if r.ARN == arn {
				s, _ = subject(w.from.in, r.Principal, w.from.world, nil) // Compile left out what is no role
			}
		}
		w.subjects[arn] = s
	}
	return s
}

func (w *walk) edges(from string) []edge {
	if list, ok := w.known[from]; ok {
		return list
	}
	list := []edge{}
	if s := w.subject(from); s != nil {
		for _, r := range s.in.Roles {
			if r.ARN == from {
				continue // becoming itself again gains nothing but time
			}
			if a := s.assume(r.ARN); a.access != policy.False {
				list = append(list, edge{r.ARN, a.access, a.dependsOn})
			}
		}
	}
	w.known[from] = list
	return list
}

// assume asks for sts:AssumeRole on a role. A trust policy that does not parse
// is asked as an open one.
func (s *Subject) assume(role string) answer {
	return s.ask(question{action: "sts:AssumeRole", resource: role})
}
