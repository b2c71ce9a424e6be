package forecast

import (
	"slices"
	"strings"

	"github.com/ircontain/ircontain/internal/authcontext"
	"github.com/ircontain/ircontain/internal/catalogue"
	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/trail"
)

// Pseudo-keys: what an unknown verdict hangs on when it is no condition key.
const (
	keyAction    = "Action"
	keyAccessKey = "AccessKeyId"
	keyPrincipal = "aws:PrincipalArn"
)

// judgement is the fate of one recorded call under one lever.
type judgement struct {
	verdict   policy.Verdict
	dependsOn []string
	// by names the statement that stops the call.
	by     string
	action string
	skip   string
	guess  bool
}

// likeness is what a lever can tell calls apart by. The log shares the values
// behind the pointers, so equal calls have equal pointers.
type likeness struct {
	api             *trail.API
	identity        *trail.Identity
	client          *trail.Client
	facts           trail.Facts
	resources       string
	resourceAccount string
	console         bool
}

// judge decides calls under one lever and remembers.
type judge struct {
	lever     *Lever
	catalogue *catalogue.Catalogue
	known     map[likeness]*judgement
	reach     map[*trail.Identity]policy.Tri
	mayFail   map[string]bool
	reader    *authcontext.Reader
}

func newJudge(l *Lever, c *catalogue.Catalogue) *judge {
	return &judge{lever: l, catalogue: c, known: map[likeness]*judgement{},
		reach: map[*trail.Identity]policy.Tri{}, mayFail: map[string]bool{}, reader: authcontext.NewReader()}
}

func (j *judge) judge(c *trail.Call) *judgement {
	like := likeness{api: c.API, identity: c.Identity, console: c.FromConsole}
	if j.lever.needs.context {
		like.client, like.facts = c.Client, c.Facts
	}
	if j.lever.needs.resource {
		like.resourceAccount = c.ResourceAccountID
		like.facts = c.Facts
		if len(c.Resources) == 1 {
			like.resources = c.Resources[0]
		} else {
			like.resources = strings.Join(c.Resources, "\x00")
		}
	}
	if have, ok := j.known[like]; ok {
		return have
	}
	fresh := j.fresh(c)
	j.known[like] = &fresh
	return &fresh
}

// fresh decides one call. The answer is for the next call of the same kind, at a
// time not known: a document that bites from some date on must not look
// harmless because the log is older than that date.
func (j *judge) fresh(c *trail.Call) judgement {
	call := j.reader.Call(c, authcontext.Next)
	out := judgement{verdict: policy.VerdictNotDenied, skip: call.Skip, guess: call.Guess}
	if out.skip != "" {
		return out
	}
	out.action = call.Checks[0].Request.Action
	if j.lever.Kind == LeverDeactivate {
		return j.underKey(c, out)
	}
	reach, ok := j.reach[c.Identity]
	if !ok {
		reach = j.lever.reaches(c.Identity)
		j.reach[c.Identity] = reach
	}
	if reach == policy.False {
		return out
	}
	for i := range call.Checks {
		if !call.Checks[i].Request.WildcardOnly && j.wildcardOnly(call.Checks[i].Request.Action) {
			call.Checks[i] = call.Checks[i].WithoutResource()
		}
	}
	j.decide(call, &out)
	if out.verdict == policy.VerdictNotDenied {
		j.noteDependents(call)
		return out
	}
	if reach == policy.Unknown {
		out.verdict = policy.VerdictUnknown
		out.dependsOn = append(slices.Clip(out.dependsOn), keyPrincipal)
	}
	return out
}

// underKey: a deactivated key signs nothing, whatever the action. A record
// without a key id is one of the console or of an event without signature.
func (j *judge) underKey(c *trail.Call, out judgement) judgement {
	switch id := c.Identity.AccessKeyID; {
	case id == j.lever.AccessKey:
		out.verdict, out.by = policy.VerdictDenied, "the inactive key"
	case id == "" && !c.FromConsole:
		out.verdict, out.dependsOn = policy.VerdictUnknown, []string{keyAccessKey}
	}
	return out
}

// decide combines the checks of one call.
func (j *judge) decide(call authcontext.Call, out *judgement) {
	counts := map[policy.Verdict]int{}
	for _, check := range call.Checks {
		v, keys, by := j.lever.check(check)
		if call.Guess && v != policy.VerdictUnknown {
			v, keys = j.doubtGuess(check, v)
		}
		counts[v]++
		switch v {
		case policy.VerdictDenied:
			if out.by == "" {
				out.by, out.action = by, check.Request.Action
			}
		case policy.VerdictUnknown:
			out.dependsOn = union(out.dependsOn, keys)
		}
	}
	denied, open := counts[policy.VerdictDenied], counts[policy.VerdictUnknown]
	switch {
	case call.Any && denied > 0 && denied < len(call.Checks):
		out.verdict, out.dependsOn = policy.VerdictUnknown, union(out.dependsOn, []string{keyAction})
	case denied > 0:
		out.verdict, out.dependsOn = policy.VerdictDenied, nil
	case open > 0:
		out.verdict = policy.VerdictUnknown
	}
	if out.verdict != policy.VerdictDenied {
		out.by = ""
	}
}

// doubtGuess asks again under a name no list has. If the answer hangs on the
// guessed name, it is open.
func (j *judge) doubtGuess(check authcontext.Check, v policy.Verdict) (policy.Verdict, []string) {
	service, _, _ := strings.Cut(check.Request.Action, ":")
	if other, _, _ := j.lever.check(check.As(service + ":?")); other != v {
		return policy.VerdictUnknown, []string{keyAction}
	}
	return v, nil
}

func (j *judge) wildcardOnly(action string) bool {
	if j.catalogue == nil {
		return false
	}
	a, ok := j.catalogue.Action(action)
	return ok && a.WildcardOnly()
}

// noteDependents remembers calls that the lever lets pass while it denies an
// action the service may check behind them.
func (j *judge) noteDependents(call authcontext.Call) {
	if j.catalogue == nil {
		return
	}
	for _, check := range call.Checks {
		for _, dependent := range j.catalogue.Dependent(check.Request.Action) {
			if v, _, _ := j.lever.check(check.Behind(dependent)); v != policy.VerdictNotDenied {
				j.mayFail[check.Request.Action+" may need "+dependent] = true
			}
		}
	}
}

// union appends the keys not yet in the list, on a copy.
func union(list, more []string) []string {
	out := slices.Clip(list)
	for _, k := range more {
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}
