package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ircontain/ircontain/internal/authcontext"
	"github.com/ircontain/ircontain/internal/catalogue"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/trail"
)

// observation is what consumers of a log were seen to need.
type observation struct {
	Consumers []string `json:"consumers"`
	LeftOut   []string `json:"consumers_left_out"`
	// Seen counts the actions, Actions are the patterns that stand for them.
	Seen       int      `json:"seen"`
	Actions    []string `json:"actions"`
	CannotKnow []string `json:"cannot_know"`
}

// observed derives what consumers need of the target. Without a selection they
// are those labelled legitimate: an undecided one may be the intruder.
func observed(u *trail.Usage, target string, ids []string, cat *catalogue.Catalogue) (*observation, error) {
	who, err := policy.ParsePrincipal(target)
	if err != nil {
		return nil, fmt.Errorf("read the principal of the log: %w", err)
	}
	o := &observation{Consumers: []string{}, LeftOut: []string{}, CannotKnow: []string{}}
	n := needs{who: who, reader: authcontext.NewReader(), known: map[need]bool{}, actions: map[string]bool{}, guessed: map[string]bool{}}
	missing := slices.Clone(ids)
	for i := range u.Consumers {
		c := &u.Consumers[i]
		is := func(id string) bool { return id == c.ID || id == c.Fingerprint }
		name := c.ID + " (" + string(c.Label) + ")"
		if len(ids) > 0 && !slices.ContainsFunc(ids, is) || len(ids) == 0 && c.Label != trail.LabelLegitimate {
			o.LeftOut = append(o.LeftOut, name)
			continue
		}
		missing = slices.DeleteFunc(missing, is)
		o.Consumers = append(o.Consumers, name)
		n.add(c.Calls())
	}
	switch {
	case len(missing) > 0:
		return nil, usage(fmt.Sprintf("the log shows no consumer %.40q", missing[0]), "`ircontain map` lists the consumers: "+some(o.Consumers, o.LeftOut))
	case len(o.Consumers) == 0:
		return nil, usage("only=observed: no consumer is labelled legitimate", "choose with --consumer ID: "+some(o.LeftOut))
	case len(n.actions) == 0:
		return nil, &incident.Problem{Class: incident.ClassError, Text: "only=observed: the consumers were not seen to need anything as " + target,
			Hint: "choose others with --consumer ID, read more of the log, or list the actions"}
	}
	seen := sorted(n.actions)
	o.Seen, o.Actions = len(seen), cat.MinimiseByWord(seen)
	o.CannotKnow = n.cannotKnow(u, cat)
	return o, nil
}

// need is what of a call decides which actions it asked for. The log shares the
// values behind the pointers.
type need struct {
	api      *trail.API
	identity *trail.Identity
	denied   bool
}

// needs gathers actions.
type needs struct {
	who              policy.Principal
	reader           *authcontext.Reader
	known            map[need]bool
	actions, guessed map[string]bool
	elsewhere        int // calls as somebody else: roles assumed, keys created
}

// add reads calls. One that was refused shows no need: the consumer lives
// without it.
func (n *needs) add(calls []*trail.Call) {
	for _, c := range calls {
		if !actsAs(n.who, c.Identity) {
			n.elsewhere++
			continue
		}
		like := need{c.API, c.Identity, c.Family() == trail.FamilyDenied}
		if n.known[like] {
			continue
		}
		n.known[like] = true
		call := n.reader.Call(c, authcontext.Next)
		if call.AlreadyDenied {
			continue
		}
		for _, check := range call.Checks {
			n.actions[check.Request.Action] = true
			if call.Guess {
				n.guessed[check.Request.Action] = true
			}
		}
	}
}

// cannotKnow lists what the derived actions may lack.
func (n *needs) cannotKnow(u *trail.Usage, cat *catalogue.Catalogue) []string {
	out := []string{fmt.Sprintf("what did not run between %s and %s: monthly jobs, restores, error paths", u.Coverage.FirstEvent, u.Coverage.LastEvent)}
	dependent, unlisted := map[string]bool{}, map[string]bool{}
	for name := range n.actions {
		if _, ok := cat.Action(name); !ok {
			unlisted[name] = true
		}
		for _, d := range cat.Dependent(name) {
			if !n.actions[d] {
				dependent[d] = true
			}
		}
	}
	forwarded := needs{who: n.who, reader: n.reader, known: map[need]bool{}, actions: map[string]bool{}, guessed: map[string]bool{}}
	forwarded.add(slices.DeleteFunc(slices.Clone(u.Calls()), func(c *trail.Call) bool { return !c.Forwarded }))
	for name := range n.actions {
		delete(forwarded.actions, name)
	}
	for _, s := range []struct {
		set  map[string]bool
		text string
	}{
		{dependent, "dependent actions, which leave no event: perhaps %s"},
		{forwarded.actions, "for which consumer services called with the principal's rights (not listed, and stopped): %s"},
		{n.guessed, "whether these names, guessed from the events, are those of the actions: %s"},
		{unlisted, "whether these actions exist, which the catalogue does not hold: %s"},
	} {
		if len(s.set) > 0 {
			out = append(out, fmt.Sprintf(s.text, some(sorted(s.set))))
		}
	}
	if n.elsewhere > 0 {
		out = append(out, fmt.Sprintf("the needs of roles assumed and keys created: %d calls went as other principals, whom this guardrail does not reach", n.elsewhere))
	}
	for _, b := range u.Coverage.Blind {
		out = append(out, b.What+": "+b.Why)
	}
	return out
}

// actsAs says whether a document on a user or role applies to an identity. What
// the record does not settle counts as yes, so that a job goes on.
func actsAs(who policy.Principal, id *trail.Identity) bool {
	if id.Type == "Root" || id.Type == "AWSService" {
		return false
	}
	text := id.ARN
	if id.Issuer.ARN != "" && (id.Type == "AssumedRole" || id.Type == "FederatedUser" || id.Issuer.Type == "Role") {
		text = id.Issuer.ARN
	}
	if text == "" {
		text = id.Principal()
	}
	p, err := policy.ParsePrincipal(text)
	if err != nil || p.Kind == policy.PrincipalFederatedUser {
		return true
	}
	return p.Account == who.Account && p.Name == who.Name && (p.Kind == policy.PrincipalUser) == (who.Kind == policy.PrincipalUser)
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for name := range set {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// some names a few of many.
func some(lists ...[]string) string {
	const few = 12
	all := slices.Concat(lists...)
	if len(all) > few {
		return fmt.Sprintf("%s and %d more", strings.Join(all[:few], ", "), len(all)-few)
	}
	return strings.Join(all, ", ")
}
