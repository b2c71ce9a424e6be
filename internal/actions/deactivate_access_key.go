package actions

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ircontain/ircontain/internal/incident"
)

// DeactivateAccessKey plans the cut: the key goes Inactive, and stays there.
type DeactivateAccessKey struct{ api accessKeyReader }

// NewDeactivateAccessKey builds the action over a reading client.
func NewDeactivateAccessKey(api accessKeyReader) *DeactivateAccessKey {
	return &DeactivateAccessKey{api: api}
}

// Params names the parameters, with their kinds, of deactivate-access-key.
func (*DeactivateAccessKey) Params() map[string]string { return nil }

// Plan reads the status, unless it was read a moment ago, and names what goes
// on working after the cut.
func (a *DeactivateAccessKey) Plan(ctx context.Context, r Request) (incident.Plan, error) {
	c, err := card(r)
	if err != nil {
		return incident.Plan{}, err
	}
	status := c.KeyStatus
	if r.Clock.Now().Sub(c.ReadAt) > freshFor {
		if status, err = a.status(ctx, c); err != nil {
			return incident.Plan{}, err
		}
	}
	p := incident.Plan{Intent: fmt.Sprintf("stop every new call signed with %s; one call, and the key is kept", c.AccessKey.Short()),
		DoesNotStop: doesNotStop(r.State, c),
		Checks: []incident.Check{{Text: "deactivates, never deletes", OK: true}, {Text: "not my own key", OK: true},
			{Text: "guardrail first, since the owner can write IAM", OK: guardrailFirst(r.State)}}}
	if !guardrailFirst(r.State) {
		p.Advice = append(p.Advice, "ORDER: the guardrail is not in place; an intruder with IAM rights can make a new key within seconds")
	}
	if status == "Inactive" {
		p.Advice = append(p.Advice, "the key is already Inactive: there is nothing to change")
		return p, nil
	}
	p.Advice = append(p.Advice, "after the cut, calls with this key leave no trace in CloudTrail: silence is BLIND, not quiet")
	p.Changes = []incident.Change{keyStatusChange(c.Principal, c.User, string(c.AccessKey), status)}
	return p, nil
}

func (a *DeactivateAccessKey) status(ctx context.Context, c *incident.Card) (string, error) {
	keys, err := listAccessKeys(ctx, a.api, c.User)
	if err != nil {
		return "", err
	}
	for _, k := range keys {
		if aws.ToString(k.AccessKeyId) == string(c.AccessKey) {
			return string(k.Status), nil
		}
	}
	return "", &incident.Problem{Class: incident.ClassStale, Text: fmt.Sprintf("access key %s is gone: somebody deleted it", c.AccessKey.Short()),
		Hint: "skip this step, and go on with the sessions: they outlive the key"}
}

func keyStatusChange(principal, user, key, status string) incident.Change {
	return incident.Change{Kind: incident.AccessKeyStatus, Resource: principal,
		Attribute: "status of access key " + incident.AccessKeyID(key).Short(), Before: status, After: "Inactive", Rearms: true,
		Call:   fmt.Sprintf("iam:UpdateAccessKey user=%s key=%s status=Inactive", user, incident.AccessKeyID(key).Short()),
		CLI:    fmt.Sprintf("aws iam update-access-key --user-name %s --access-key-id %s --status Inactive", user, key),
		Undo:   "iam:UpdateAccessKey status=Active: RE-ARMS the intruder; needs --rearm-key and a reason",
		Params: map[string]string{paramUser: user, paramAccessKey: key}}
}

func guardrailFirst(s *incident.State) bool { return len(s.OpenGuardrails()) > 0 }

// doesNotStop names what outlives the cut: sessions, other keys, other ways in.
func doesNotStop(s *incident.State, c *incident.Card) []string {
	var out []string
	live := 0
	if s.Usage != nil {
		live = len(s.Usage.Sessions)
	}
	if live > 0 {
		out = append(out, fmt.Sprintf("%d session(s) seen minted from it: they live up to 36 h (stage Sessions)", live))
	} else {
		out = append(out, "sessions already minted from it, up to 36 h old, even if none was seen (stage Sessions)")
	}
	for _, cred := range c.Credentials {
		switch {
		case cred.Kind == "access key" && cred.ID != string(c.AccessKey) && cred.Status == "Active":
			out = append(out, fmt.Sprintf("second key %s of the same user, Active", incident.AccessKeyID(cred.ID).Short()))
		case cred.Kind == "console password" && cred.Status == "set":
			out = append(out, "the console password of the user")
		case cred.Handling == handlingElsewhere && (cred.Status == "Active"):
			out = append(out, cred.Kind+" "+cred.ID)
		}
	}
	return out
}
