package simaws

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ircontain/ircontain/internal/policy"
)

// document identifies a policy document for the cache of compiled ones.
type document struct {
	kind policy.Kind
	text string
}

const allowEverything = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`

// compile parses each distinct document once. The result is nil for a document
// nobody can read: it grants nothing.
func (w *World) compile(kind policy.Kind, text string) *policy.Policy {
	key := document{kind, text}
	if p, ok := w.compiled[key]; ok {
		return p
	}
	var p *policy.Policy
	if doc, err := policy.ParseWith([]byte(text), policy.Options{Kind: kind}); err == nil {
		p = doc.Compile()
	} else {
		w.o.Log(fmt.Sprintf("simulated account: policy document grants nothing, it cannot be read: %s", err))
	}
	w.compiled[key] = p
	return p
}

// layers gathers the policies that apply to the caller in the effective state.
func (w *World) layers(p principal) policy.Layers {
	s := w.effective()
	var l policy.Layers
	add := func(inline map[string]string, attached []string) {
		for _, text := range inline {
			l.Identity = append(l.Identity, w.compile(policy.KindIdentity, text))
		}
		for _, arn := range attached {
			if m, ok := s.policies[arn]; ok {
				l.Identity = append(l.Identity, w.compile(policy.KindIdentity, m.document()))
			}
		}
	}
	boundary := ""
	switch {
	case p.user != nil:
		add(p.user.Inline, p.user.Attached)
		for _, name := range p.user.Groups {
			if g, ok := s.groups[name]; ok {
				add(g.Inline, g.Attached)
			}
		}
		boundary = p.user.Boundary
	case p.role != nil:
		add(p.role.Inline, p.role.Attached)
		boundary = p.role.Boundary
	}
	if p.full {
		l.Identity = append(l.Identity, w.compile(policy.KindIdentity, allowEverything))
		return l
	}
	if m, ok := s.policies[boundary]; ok {
		l.Boundary = w.compile(policy.KindIdentity, m.document())
	}
	if p.session != nil && len(p.session.policies) > 0 {
		l.Session = w.compile(policy.KindIdentity, union(p.session.policies))
	}
	return l
}

// union reads several session policies as one document.
func union(docs []string) string {
	if len(docs) == 1 {
		return docs[0]
	}
	all := []json.RawMessage{}
	for _, d := range docs {
		var one struct{ Statement json.RawMessage }
		if json.Unmarshal([]byte(d), &one) != nil {
			continue
		}
		var many []json.RawMessage
		if json.Unmarshal(one.Statement, &many) != nil {
			many = []json.RawMessage{one.Statement}
		}
		all = append(all, many...)
	}
	return string(marshal(map[string]any{"Version": policy.Version2012, "Statement": all}))
}

// decide asks the evaluator, with resource as the resource's own policy.
func (c *call) decide(action string, t target, resource *policy.Policy) policy.Decision {
	j := judgement{c.history, action, t.resource, len(c.w.versions)}
	if c.history != "" && c.w.judged[j] {
		return policy.Decision{Effect: policy.Allowed}
	}
	d := c.judge(action, t, resource)
	if c.history != "" && d.Effect == policy.Allowed && c.w.judged != nil {
		c.w.judged[j] = true
	}
	return d
}

// judgement identifies a call of a workload's past. Ninety days of a job are
// the same few calls thousands of times: while the account does not change, an
// allowed one is judged once, which halves the time until a rehearsal is ready.
// Conditions on the time of day are therefore not told apart before the start.
type judgement struct {
	workload, action, resource string
	version                    int
}

func (c *call) judge(action string, t target, resource *policy.Policy) policy.Decision {
	l := c.w.layers(c.who)
	l.Resource = resource
	who, err := policy.ParsePrincipal(c.who.arn)
	if err != nil {
		return policy.Decision{Effect: policy.ImplicitlyDenied, DecidedBy: policy.LayerIdentity}
	}
	if s := c.who.session; s != nil && s.kind == federatedSession && c.who.user != nil {
		who.IssuedBy = c.w.effective().userARN(c.who.user)
	}
	return policy.Evaluate(l, policy.Request{
		Principal: who, Action: action, Resource: t.resource, WildcardOnly: t.wildcard, ResourceAccount: c.w.current().account,
		Context: requestContext{c, t.context},
	})
}

// authorise refuses the call unless its caller may do it, in AWS's words.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func (c *call) authorise(action string, t target) *apiError {
	var resource *policy.Policy
	if t.policy != "" {
		resource = c.w.compile(policy.KindResource, t.policy)
	}
	return c.refusal(action, t, c.decide(action, t, resource))
}

// notDenied is for calls that need no permission but obey an explicit deny.
func (c *call) notDenied(action string, t target) *apiError {
	if d := c.decide(action, t, nil); d.Effect == policy.ExplicitlyDenied {
		return c.refusal(action, t, d)
	}
	return nil
}

// trusted evaluates identity policies and the role's trust policy together:
// the trust policy must allow the caller or delegate to the account.
func (c *call) trusted(role *Role, arn string) *apiError {
	t := target{resource: arn, context: conditions{"sts:rolesessionname": {c.args["RoleSessionName"]}}}
	resourceTags(t.context, role.Tags)
	if v := c.args["ExternalId"]; v != "" {
		t.context["sts:externalid"] = []string{v}
	}
	c.policyContext(t.context)
	trust := c.w.compile(policy.KindTrust, role.Trust)
	if trust == nil {
		return accessDenied("sts", "User: %s is not authorized to perform: sts:AssumeRole on resource: %s", c.who.arn, arn)
	}
	actions := []string{"sts:AssumeRole"}
	if v := c.args["SourceIdentity"]; v != "" {
		t.context["sts:sourceidentity"] = []string{v}
		actions = append(actions, "sts:SetSourceIdentity")
	}
	if len(c.args.tags()) > 0 {
		actions = append(actions, "sts:TagSession")
	}
	for _, action := range actions {
		if err := c.refusal(action, t, c.decide(action, t, trust)); err != nil {
			return err
		}
	}
	return nil
}

func (c *call) refusal(action string, t target, d policy.Decision) *apiError {
	if d.Effect == policy.Allowed {
		return nil
	}
	kind := map[policy.Layer]string{
		policy.LayerBoundary: "permissions boundary", policy.LayerSession: "session policy", policy.LayerResource: "resource-based policy",
	}[d.DecidedBy]
	if kind == "resource-based policy" && strings.HasPrefix(action, "sts:") {
		kind = "role trust policy"
	}
	kind = or(kind, "identity-based policy")
	reason := "because no " + kind + " allows the " + action + " action"
	if d.Effect == policy.ExplicitlyDenied {
		article := "a "
		if kind[0] == 'i' {
			article = "an "
		}
		reason = "with an explicit deny in " + article + kind
	}
	return accessDenied(c.service, "User: %s is not authorized to perform: %s on resource: %s %s",
		c.who.arn, action, or(t.shown, t.resource), reason)
}

func checkSessionPolicy(text string) *apiError {
	if err := checkDocument(text, policy.KindIdentity); err != nil {
		return err
	}
	if sizeWithoutSpace(text) > policy.SessionQuota {
		return failure(400, "PackedPolicyTooLarge", "Packed size of session policy exceeds the limit")
	}
	return nil
}
