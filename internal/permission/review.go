package permission

import (
	"slices"
	"strings"

	"github.com/ircontain/ircontain/internal/catalogue"
	"github.com/ircontain/ircontain/internal/policy"
)

// Review answers for every action of the catalogue, every known escalation and
// every role.
func (s *Subject) Review(cat *catalogue.Catalogue) Report {
	r := Report{Principal: s.who.ARN, Administrator: s.administrator(), Services: []Service{}, Escalation: []Escalation{},
		Documents: append([]Source{}, s.sources...)}
	if s.in.Principal.Boundary != nil {
		r.Boundary = s.in.Principal.Boundary.Name
	}
	v := s.newReview()
	var at tally
	for a := range cat.Actions() {
		if a.Service != at.service {
			r.Services = at.close(r.Services)
			at = tally{service: a.Service}
		}
		at.add(a, v.action(a))
	}
	r.Services = at.close(r.Services)
	w := s.reach()
	r.Roles, v.reached = w.list(), w.found
	for i := range r.Roles {
		r.Roles[i].Escalation = []string{}
		if i < maxBeyond {
			r.Roles[i].Escalation = w.subject(r.Roles[i].Role).beyond(cat)
		}
	}
	r.Escalation = v.escalations(cat)
	r.Unseen = s.allUnseen(w)
	return r
}

// maxBeyond bounds the roles within reach whose own ways up are looked at.
const maxBeyond = 100

// beyond names the ways up of a role within reach. Where that role can go in
// turn is in the list of roles already.
func (s *Subject) beyond(cat *catalogue.Catalogue) []string {
	out := []string{}
	for _, e := range s.newReview().escalations(cat) {
		out = append(out, e.Name)
	}
	return out
}

// administrator asks for actions that no catalogue holds, of a service nobody
// knows and of IAM: only documents that allow everything allow both.
func (s *Subject) administrator() Effect {
	all := policy.True
	for _, action := range []string{"ircontain-probe:AnActionYetToBeInvented", "iam:AnActionYetToBeInvented"} {
		all = all.And(s.ask(question{action: action, resource: "*", wildcard: true}).access)
	}
	if all == policy.False {
		return ""
	}
	return effectOf(all)
}

// review is one run over the catalogue with what it remembers.
type review struct {
	s        *Subject
	speakers []speaker
	shared   map[string]*Verdict // by service, statements and resource types
	examples map[[2]string]string
	formats  map[string]string
	// crossings are what two patterns have in common, "" for none.
	crossings map[[2]string]string
	reached   map[string]Reached

	service  string     // the service the fields below are for
	folded   string     // the same in lower case
	globs    [][]string // of each speaker
	policies []string   // ARNs of the resource policies read of the service
	theirs   []speaker  // their statements, one for each list of actions
	places   []string   // the patterns they speak of
	named    bool       // some statement names actions of the service
	key      []byte
}

func (s *Subject) newReview() *review {
	return &review{s: s, speakers: s.speakers(), shared: map[string]*Verdict{}, examples: map[[2]string]string{}, formats: map[string]string{}, crossings: map[[2]string]string{}}
}

func (v *review) enter(service string) {
	v.service = service
	folded := strings.ToLower(service)
	v.folded = folded
	v.globs, v.named = v.globs[:0], false
	for i := range v.speakers {
		v.named = v.named || len(v.speakers[i].globs[folded]) > 0
		v.globs = append(v.globs, v.speakers[i].globs[folded])
	}
	v.policies = v.policies[:0]
	known := v.s.world.resources
	if folded == "sts" {
		known = v.s.world.trusts // a trust policy speaks of the actions of STS
	}
	for arn := range known {
		if parts := strings.SplitN(arn, ":", 4); folded == "sts" || len(parts) == 4 && parts[2] == folded {
			v.policies = append(v.policies, arn)
		}
	}
	slices.Sort(v.policies)
	v.theirs, v.places = v.theirs[:0], nil
	lists, places := map[string]bool{}, map[string]bool{}
	place := func(p string) {
		if !places[p] {
			places[p] = true
			v.places = append(v.places, p)
		}
	}
	for _, arn := range v.policies {
		doc := known[arn].Document()
		for i := range doc.Statements {
			st := &doc.Statements[i]
			sp := newSpeaker(st, doc.Version == policy.Version2012, false, v.s.keys)
			for _, p := range sp.patterns {
				place(p)
			}
			if list := strings.Join(st.Action, " ") + "!" + strings.Join(st.NotAction, " "); !lists[list] {
				lists[list] = true
				v.theirs, v.named = append(v.theirs, sp), true
			}
		}
		place(arn)
		if folded == "s3" {
			place(arn + "/" + string(anyRun))
		}
	}
}

// action answers for one action; nil for what nobody allows.
func (v *review) action(a catalogue.Action) *Verdict {
	if a.Service != v.service {
		v.enter(a.Service)
	}
	if free, ok := v.s.unpoliced(a); ok {
		return free
	}
	name := ""
	if v.named {
		name = strings.ToLower(a.Name)
	}
	v.key = append(append(v.key[:0], a.Service...), 0)
	wanted, typed := len(v.policies) > 0, len(v.policies) > 0
	for i := range v.speakers {
		bit := byte('0')
		if sp := &v.speakers[i]; sp.speaksOf(v.globs[i], name) {
			bit = '1'
			wanted = wanted || sp.allow && sp.identity
			typed = typed || len(sp.patterns) > 0
		}
		v.key = append(v.key, bit)
	}
	if !wanted {
		return nil
	}
	switch {
	case a.WildcardOnly():
		v.key = append(v.key, '*')
	case typed: // otherwise no statement tells one type from another
		for _, r := range a.Resources {
			v.key = append(append(v.key, 0), r.Type...)
			if r.Required {
				v.key = append(v.key, '!')
			}
		}
	}
	for i := range v.theirs {
		bit := byte('0')
		if sp := &v.theirs[i]; sp.speaksOf(sp.globs[v.folded], name) {
			bit = '1'
		}
		v.key = append(v.key, bit)
	}
	verdict, ok := v.shared[string(v.key)]
	if !ok {
		spoken := v.key[len(a.Service)+1:][:len(v.speakers)]
		verdict = v.judge(a, slices.Clone(spoken))
		v.shared[string(v.key)] = verdict
	}
	return verdict
}

// unpoliced answers for the calls that need no permission, and with nil for
// those that no access key signs.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html ("No permissions are required")
func (s *Subject) unpoliced(a catalogue.Action) (*Verdict, bool) {
	if a.Service != "sts" {
		return nil, false
	}
	out := &Verdict{Effect: Allowed, Through: []string{"needs no permission"}, DependsOn: []string{}, Resources: []string{"*"}}
	switch a.Name {
	case "GetCallerIdentity":
		return out, true
	case "GetSessionToken":
		if s.who.Kind != policy.PrincipalUser {
			return nil, true // only a user's long-term credentials may call it
		}
		d := s.ask(question{action: a.String(), resource: "*", wildcard: true})
		switch d.by {
		case "explicit":
			out.Effect, out.DeniedBy, out.Through = Denied, "explicit", s.sourcesOf(d.decision.Statements)
		default:
			if keys := union(s.mayDeny(a.String()), s.unread); len(keys) > 0 {
				out.Effect, out.DependsOn = Conditional, keys
			}
		}
		return out, true
	case "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity":
		return nil, true
	}
	return nil, false
}
