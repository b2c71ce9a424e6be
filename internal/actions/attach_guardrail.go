package actions

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/awsconn"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/policy"
)

// attachedQuota is IAM's default number of managed policies on one user.
const attachedQuota = 10

// AttachGuardrail plans the temporary explicit deny on the key's owner, and
// the tags that say whose it is.
type AttachGuardrail struct{}

// Params names the parameters, with their kinds, of attach-guardrail.
func (AttachGuardrail) Params() map[string]string { return map[string]string{"intents": "strings"} }

// Plan compiles the guardrail and chooses where it fits: an inline policy, or a
// managed one when the 2,048 characters are short.
func (a AttachGuardrail) Plan(_ context.Context, r Request) (incident.Plan, error) {
	c, err := card(r)
	if err != nil {
		return incident.Plan{}, err
	}
	g, err := a.compile(r, c)
	if err != nil {
		return incident.Plan{}, err
	}
	p := incident.Plan{Intent: fmt.Sprintf("stop user %s from reading secrets, changing IAM, assuming roles and minting sessions, while the key stays visible in the log", c.User),
		DoesNotStop: g.DoesNotStop, Owner: r.Owner, Reason: r.Reason, ReviewAt: r.ReviewAt}
	p.Checks = []incident.Check{
		{Text: "denies only; grants nothing", OK: true}, {Text: "protects itself and every way around it", OK: true},
		{Text: "has an owner: " + r.Owner, OK: r.Owner != ""}, {Text: "has a review time: " + stamp(r.ReviewAt), OK: !r.ReviewAt.IsZero()}}
	changes, advice, err := place(r.State, c, document{g.Name, string(g.Document), g.Size})
	if err != nil {
		return p, err
	}
	p.Advice = append(p.Advice, advice...)
	p.Changes = pending(r.State, append(changes, tagChanges(c, guardrailTags(r))...))
	if len(p.Changes) == 0 {
		p.Advice = append(p.Advice, "the guardrail is already in place from this incident")
	}
	return p, nil
}

func (a AttachGuardrail) compile(r Request, c *incident.Card) (policy.Guardrail, error) {
	var intents []policy.Intent
	for _, name := range r.Params.Strings("intents") {
		i, err := policy.ParseIntent(name)
		if err != nil {
			return policy.Guardrail{}, &incident.Problem{Class: incident.ClassUsage, Text: "playbook step " + string(r.Step), Err: err, Hint: "fix the playbook's intents"}
		}
		intents = append(intents, i)
	}
	name, err := guardrailName(r)
	if err != nil {
		return policy.Guardrail{}, err
	}
	var protect []string
	for _, arn := range append(append([]string{}, c.Attached...), c.GroupPolicies...) {
		if !strings.Contains(arn, ":aws:policy/") { // AWS's own policies cannot be edited by anybody
			protect = append(protect, arn)
		}
	}
	g, err := policy.CompileGuardrail(policy.GuardrailSpec{Name: name, Intents: intents, Incident: string(r.State.Opened.ID),
		Owner: r.Owner, Reason: r.Reason, ReviewAt: r.ReviewAt, Partition: c.Partition, Account: c.Account, User: c.User, ProtectPolicies: protect})
	if err != nil {
		return g, fmt.Errorf("compile the guardrail: %w", err)
	}
	return g, nil
}

// guardrailName carries eight characters of the incident's nonce, not its name:
// the intruder may be able to list policies.
func guardrailName(r Request) (string, error) {
	nonce := r.State.Opened.Nonce
	if len(nonce) > 8 {
		nonce = nonce[:8]
	}
	return policy.GuardrailName(nonce, string(r.Step))
}

// document is a policy to put on the user.
type document struct {
	name, text string
	size       int
}

// place turns a document for the user into changes: inline where it fits, else
// a managed policy and its attachment. A resumed step keeps the way it began.
func place(s *incident.State, c *incident.Card, d document) ([]incident.Change, []string, error) {
	inline := userInline(c, d)
	if isApplied(s, inline) {
		return nil, nil, nil
	}
	arn := fmt.Sprintf("arn:%s:iam::%s:policy/%s", c.Partition, c.Account, d.name)
	managed := managedGuardrail(c, d, arn)
	used := inlineUsed(s, c)
	if used >= 0 && used+d.size <= policy.UserInlineQuota && !isApplied(s, managed[0]) {
		return []incident.Change{inline},
			[]string{fmt.Sprintf("inline policy: %d characters, %d of %d are taken already", d.size, used, policy.UserInlineQuota)}, nil
	}
	why := fmt.Sprintf("the inline quota is short (%d needed, %d of %d taken)", d.size, used, policy.UserInlineQuota)
	if used < 0 {
		why = "the size of the existing inline policies could not be read"
	}
	if len(c.Attached) >= attachedQuota {
		return nil, nil, &incident.Problem{Class: incident.ClassRefused, Text: why + ", and all " + fmt.Sprint(attachedQuota) + " managed policy slots are taken",
			Hint: "detach one managed policy by hand, or contain through a permissions boundary, then plan again"}
	}
	return pending(s, managed), []string{"managed policy instead of inline: " + why}, nil
}

func managedGuardrail(c *incident.Card, d document, arn string) []incident.Change {
	create := incident.Change{Kind: incident.ManagedPolicy, Resource: arn, Attribute: "managed policy " + d.name, After: d.text,
		Call: fmt.Sprintf("iam:CreatePolicy name=%s", d.name), Undo: "iam:DeletePolicy " + d.name + " (only this incident's own policy)",
		CLI:    fmt.Sprintf("aws iam create-policy --policy-name %s --policy-document file://%s.json", d.name, d.name),
		Params: map[string]string{paramPolicy: d.name, paramPolicyARN: arn}}
	attach := incident.Change{Kind: incident.UserPolicyAttachment, Resource: c.Principal, Attribute: "attachment of managed policy " + d.name, After: attached, Batch: 1, Guardrail: true,
		Call: fmt.Sprintf("iam:AttachUserPolicy user=%s policy=%s", c.User, d.name), Undo: "iam:DetachUserPolicy, gives the denied rights back",
		CLI:    fmt.Sprintf("aws iam attach-user-policy --user-name %s --policy-arn %s", c.User, arn),
		Params: map[string]string{paramUser: c.User, paramPolicyARN: arn}}
	return []incident.Change{create, attach}
}

// pending leaves out what this incident has applied already: after a crash in
// the middle of a step, the rest of the step is planned and nothing twice.
func pending(s *incident.State, changes []incident.Change) []incident.Change {
	return slices.DeleteFunc(changes, func(c incident.Change) bool { return isApplied(s, c) })
}

func isApplied(s *incident.State, c incident.Change) bool {
	for i := range s.Levers {
		l := &s.Levers[i]
		if l.Applied() && l.Change.Kind == c.Kind && l.Change.Resource == c.Resource && maps.Equal(l.Change.Params, c.Params) &&
			(c.Kind != incident.UserTags || l.Change.After == c.After) {
			return true
		}
	}
	return false
}

func userInline(c *incident.Card, d document) incident.Change {
	name, doc := d.name, d.text
	return incident.Change{Kind: incident.UserInlinePolicy, Resource: c.Principal, Attribute: "inline policy " + name, After: doc, Guardrail: true,
		Call: fmt.Sprintf("iam:PutUserPolicy user=%s policy=%s", c.User, name), Undo: "iam:DeleteUserPolicy, gives the denied rights back",
		CLI:    fmt.Sprintf("aws iam put-user-policy --user-name %s --policy-name %s --policy-document file://%s.json", c.User, name, name),
		Params: map[string]string{paramUser: c.User, paramPolicy: name}}
}

// inlineUsed is what the user's inline quota already holds: what was found,
// and what this incident added since. -1 when it is not known.
func inlineUsed(s *incident.State, c *incident.Card) int {
	if c.InlineSize < 0 {
		return -1
	}
	used := c.InlineSize
	for i := range s.Levers {
		if l := &s.Levers[i]; l.Change.Kind == incident.UserInlinePolicy && l.Change.Resource == c.Principal && l.Applied() && !hasInline(c, l.Change.Params[paramPolicy]) {
			used += documentSize(l.Change.After)
		}
	}
	return used
}

func hasInline(c *incident.Card, name string) bool {
	for _, p := range c.Inline {
		if p.Name == name {
			return true
		}
	}
	return false
}

// Tag keys of a guardrail. Tag values allow letters, digits, spaces and
// _.:/=+-@ only, so a reason is reduced to those; the journal has it in full.
func guardrailTags(r Request) map[string]string {
	return map[string]string{
		awsconn.TagPrefix + "incident": string(r.State.Opened.ID),
		awsconn.TagPrefix + "owner":    tagValue(r.Owner),
		awsconn.TagPrefix + "reason":   tagValue(r.Reason),
		awsconn.TagPrefix + "review":   stamp(r.ReviewAt),
	}
}

// tagChanges splits the tags into those that are new and those that replace a
// value, so that undoing each is one call.
func tagChanges(c *incident.Card, tags map[string]string) []incident.Change {
	fresh, before, after := map[string]string{}, map[string]string{}, map[string]string{}
	for k, v := range tags {
		switch old, ok := c.Tags[k]; {
		case !ok:
			fresh[k] = v
		case old != v:
			before[k], after[k] = old, v
		}
	}
	var out []incident.Change
	if len(fresh) > 0 {
		out = append(out, tagChange(c, nil, fresh, "iam:UntagUser, removes just these tags"))
	}
	if len(after) > 0 {
		out = append(out, tagChange(c, before, after, "iam:TagUser, writes the old values back"))
	}
	return out
}

func tagChange(c *incident.Card, before, after map[string]string, undo string) incident.Change {
	return incident.Change{Kind: incident.UserTags, Resource: c.Principal, Attribute: "owner, reason, review and incident tags",
		Before: encodeTags(before), After: encodeTags(after), Optional: true, Call: fmt.Sprintf("iam:TagUser user=%s tags=%d", c.User, len(after)), Undo: undo,
		Params: map[string]string{paramUser: c.User}}
}

func tagValue(s string) string {
	out := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune(" _.:/=+-@", r):
			return r
		}
		return '_'
	}, s)
	if len(out) > 256 {
		out = out[:256]
	}
	return out
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "none"
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
