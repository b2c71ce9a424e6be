package permission

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ircontain/ircontain/internal/catalogue"
	"github.com/ircontain/ircontain/internal/policy"
)

// target says what the first actions of a way up are aimed at.
type target int

const (
	anything      target = iota // no particular resource
	itself                      // the principal
	itselfUser                  // the principal, if it is a user
	itselfRole                  // the principal, if it is a role
	bounded                     // the principal, if it has a boundary
	otherUser                   // another user
	ownGroup                    // a group the user is in
	otherGroup                  // a group the user is not in
	ownPolicy                   // a customer managed policy that speaks for it
	reachableRole               // a role it can become already
	otherRole                   // any role but itself
	servedRole                  // a role that the service may take on
)

// way is one known way up: actions on a target, and further ones anywhere. All
// of on and also are needed; of each set of either, one action.
type way struct {
	name, attack string
	target       target
	on           []string
	also         []string
	either       []string
	// service takes on the passed role, for iam:PassedToService.
	service string
	gain    string
}

// escalations tries every way.
func (v *review) escalations(cat *catalogue.Catalogue) []Escalation {
	out := []Escalation{}
	for _, w := range ways() {
		if e, ok := v.try(w, cat); ok {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Escalation) int { return strings.Compare(string(a.Effect), string(b.Effect)) })
	return out
}

// try finds the targets a way works on. The surest answer counts, and with it
// the targets that share it.
func (v *review) try(w way, cat *catalogue.Catalogue) (Escalation, bool) {
	access, depends := v.anywhere(w, cat)
	if access == policy.False {
		return Escalation{}, false
	}
	best, targets := policy.False, []string(nil)
	var why []string
	for _, t := range v.targets(w) {
		got, on := v.onTarget(w, t, cat)
		if got > best {
			best, targets, why = got, nil, on
		}
		if got == best && got != policy.False {
			targets = append(targets, t)
		}
	}
	if best == policy.False {
		return Escalation{}, false
	}
	e := Escalation{Name: w.name, Attack: w.attack, Effect: effectOf(access.And(best)), Actions: slices.Concat(w.on, w.also, v.chosen(w, cat)),
		DependsOn: union(union([]string{}, depends), why), Why: w.gain}
	if w.target != anything {
		e.Targets = targets
		if targets[0] != v.s.who.ARN {
			e.Why += " (" + some(targets) + ")"
		}
	}
	if e.Effect == Allowed {
		e.DependsOn = []string{}
	}
	return e, true
}

// anywhere asks for the actions that need no particular target.
func (v *review) anywhere(w way, cat *catalogue.Catalogue) (policy.Tri, []string) {
	access, depends := policy.True, []string(nil)
	for _, name := range w.also {
		got, on := v.verdict(name, cat)
		access, depends = access.And(got), union(depends, on)
	}
	if len(w.either) > 0 {
		any, waits := policy.False, []string(nil)
		for _, name := range w.either {
			got, on := v.verdict(name, cat)
			any, waits = any.Or(got), union(waits, on)
		}
		access, depends = access.And(any), union(depends, waits)
	}
	return access, depends
}

// chosen lists the alternatives that are open.
func (v *review) chosen(w way, cat *catalogue.Catalogue) []string {
	var out []string
	for _, name := range w.either {
		if got, _ := v.verdict(name, cat); got != policy.False {
			out = append(out, name)
		}
	}
	return out
}

// verdict is the review's own answer for an action, on whatever resource.
func (v *review) verdict(name string, cat *catalogue.Catalogue) (policy.Tri, []string) {
	a, ok := cat.Action(name)
	if !ok {
		return policy.False, nil
	}
	switch got := v.action(a); {
	case got == nil || got.Effect == Denied:
		return policy.False, nil
	case got.Effect == Conditional:
		return policy.Unknown, got.DependsOn
	}
	return policy.True, nil
}

// onTarget asks for the actions on one target.
func (v *review) onTarget(w way, arn string, cat *catalogue.Catalogue) (policy.Tri, []string) {
	if w.target == anything {
		access, depends := policy.True, []string(nil)
		for _, name := range w.on {
			got, on := v.verdict(name, cat)
			access, depends = access.And(got), union(depends, on)
		}
		return access, depends
	}
	access, depends := policy.True, []string(nil)
	ctx := policy.Context(v.s.keys)
	if w.service != "" {
		ctx = v.s.keys.with("iam:PassedToService", w.service)
		trusted := v.trusts(arn, w.service)
		if access = trusted; trusted == policy.Unknown {
			depends = []string{"trust policy of " + arn}
		}
	}
	for _, name := range w.on {
		q := question{action: name, resource: arn, context: ctx}
		if name == "sts:AssumeRole" && slices.Contains(w.on, "iam:UpdateAssumeRolePolicy") {
			q.resourcePolicy = openPolicy(v.s.who.ARN) // the trust policy it would write
		}
		got := v.s.ask(q)
		access, depends = access.And(got.access), union(depends, got.dependsOn)
	}
	if r, reached := v.reached[arn]; w.target == reachableRole && reached && r.Effect == Conditional {
		access, depends = access.And(policy.Unknown), union(depends, r.DependsOn)
	}
	return access, depends
}

// trusts says whether a service may take on a role.
func (v *review) trusts(role, service string) policy.Tri {
	p := v.s.world.trusts[role]
	if p == nil {
		return policy.Unknown
	}
	who, err := policy.ParsePrincipal(service)
	if err != nil {
		return policy.False
	}
	return policy.Evaluate(policy.Layers{Resource: p}, policy.Request{Principal: who, Action: "sts:AssumeRole", Resource: role, Context: policy.PartialContext{}}).Access
}

// targets lists the candidates of a way.
func (v *review) targets(w way) []string {
	s := v.s
	self, user := s.who.ARN, s.who.Kind == policy.PrincipalUser
	only := func(ok bool) []string {
		if ok {
			return []string{self}
		}
		return nil
	}
	var out []string
	switch w.target {
	case anything:
		return []string{"*"}
	case itself:
		return []string{self}
	case itselfUser:
		return only(user)
	case itselfRole:
		return only(!user)
	case bounded:
		return only(s.in.Principal.Boundary != nil && strings.Contains(w.on[0], "User") == user)
	case otherUser:
		return without(s.in.Users, []string{self})
	case ownGroup:
		return s.in.Principal.Groups
	case otherGroup:
		return without(s.in.Groups, s.in.Principal.Groups)
	case ownPolicy:
		for _, d := range s.in.Principal.Documents {
			if d.ARN != "" && !strings.Contains(d.ARN, ":iam::aws:") {
				out = union(out, []string{d.ARN})
			}
		}
	case reachableRole:
		for _, r := range s.in.Roles {
			if _, ok := v.reached[r.ARN]; ok {
				out = append(out, r.ARN)
			}
		}
	case otherRole, servedRole:
		for _, r := range s.in.Roles {
			// Nobody can change or pass the roles that AWS keeps for its services.
			if r.ARN != self && !strings.Contains(r.ARN, ":role/aws-service-role/") {
				out = append(out, r.ARN)
			}
		}
	}
	return out
}

// some names a few of many.
func some(list []string) string {
	const few = 4
	if len(list) > few {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:few], ", "), len(list)-few)
	}
	return strings.Join(list, ", ")
}
