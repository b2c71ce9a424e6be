package authcontext

import (
	"strings"

	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/trail"
)

// Call is what IAM had to decide about one recorded call.
type Call struct {
	Checks []Check
	// Any is set where one event name stands for several actions of which the
	// call needed some: the record does not say which. Otherwise the call
	// needed all of them.
	Any bool
	// Guess marks an action derived from the event's own name in a service
	// nobody checked.
	Guess bool
	// AlreadyDenied marks a call that was refused when it was made. It says
	// nothing about what a further deny would break.
	AlreadyDenied bool
	// Skip says why IAM policies did not decide this call; empty if they did.
	Skip string
}

// Check is one authorisation check.
type Check struct {
	// Request has no Resource: Resources names what the check was about.
	Request policy.Request
	// Resources is nil if the record does not say, and empty for an action
	// without resource types.
	Resources []string
	// Stem is set where Resources is nil because only the end is missing: the
	// secret's ARN is Stem, a hyphen, and six letters or digits nobody logged.
	Stem string
}

// FromCall reads a call. When is the moment the answer is for.
func FromCall(c *trail.Call, when When) Call { return NewReader().Call(c, when) }

// Reader reads many calls of one log. It remembers what it read behind the
// pointers that the calls share, so it must not outlive the log, and it is not
// safe for concurrent use.
type Reader struct {
	actions    map[*trail.API]trail.Action
	principals map[*trail.Identity]policy.Principal
}

// NewReader returns an empty Reader.
func NewReader() *Reader {
	return &Reader{actions: map[*trail.API]trail.Action{}, principals: map[*trail.Identity]policy.Principal{}}
}

// Call reads a call. When is the moment the answer is for.
func (r *Reader) Call(c *trail.Call, when When) Call {
	action, ok := r.actions[c.API]
	if !ok {
		action = trail.ActionOf(c.API.EventSource, c.API.EventName)
		r.actions[c.API] = action
	}
	out := Call{AlreadyDenied: c.Family() == trail.FamilyDenied, Skip: skip(c.API, action)}
	if out.Skip != "" {
		return out
	}
	out.Any, out.Guess = alternatives(c.API), action.Provenance == trail.ProvenanceGuess
	who, ok := r.principals[c.Identity]
	if !ok {
		who = principalOf(c.Identity)
		r.principals[c.Identity] = who
	}
	out.Checks = make([]Check, len(action.All))
	for i, name := range action.All {
		resources := resourcesOf(name, c)
		out.Checks[i] = Check{Resources: resources, Stem: stemOf(name, resources, c), Request: policy.Request{
			Principal: who, Action: name, WildcardOnly: resources != nil && len(resources) == 0,
			ResourceAccount: c.ResourceAccountID,
			Context:         Context{call: c, action: strings.ToLower(name), resources: resources, when: when}}}
	}
	return out
}

// WithoutResource is the check of an action that is known, from elsewhere, to
// have no resource types: only "*" reaches it.
func (k Check) WithoutResource() Check {
	k.Resources, k.Stem, k.Request.WildcardOnly = []string{}, "", true
	return k
}

// As is the check under another action name.
func (k Check) As(action string) Check {
	k.Request.Action = action
	return k
}

// Behind is a further check that a service may make behind this one, on a
// resource and from a place that the record does not name. Asked through
// another service, KMS gets kms:ViaService.
func (k Check) Behind(action string) Check {
	k.Request.Action, k.Request.WildcardOnly, k.Request.ResourceAccount = action, false, ""
	k.Resources, k.Stem = nil, ""
	k.Request.Context = behind{under: k.Request.Context, kms: strings.HasPrefix(strings.ToLower(action), "kms:")}
	return k
}

// behind is the context of such a check: what belongs to the caller stays.
type behind struct {
	under policy.Context
	kms   bool
}

// Get implements [policy.Context].
func (b behind) Get(folded string) policy.Value {
	switch folded {
	case "kms:viaservice":
		if b.kms {
			return policy.OpaqueValue()
		}
	case "aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:userid", "aws:username",
		"aws:tokenissuetime", "aws:multifactorauthpresent", "aws:multifactorauthage", "aws:sourceidentity":
		return b.under.Get(folded)
	}
	return policy.UnknownValue()
}

// skip says why no identity policy was asked about a call. Sign-ins and events
// that services report on their own have no caller to authorise. With SAML or
// web identity the caller is not yet a principal of the account: only the
// role's trust policy decides. Calls that need no permission have no action.
func skip(a *trail.API, action trail.Action) string {
	switch {
	case a.EventType == "AwsServiceEvent":
		return "an event that a service reports, not a call"
	case a.EventType == "AwsConsoleSignIn" || a.EventName == "ConsoleLogin":
		return "console sign-in: policies are asked after it"
	case a.EventName == "AssumeRoleWithSAML" || a.EventName == "AssumeRoleWithWebIdentity":
		return "signed by an identity provider: only the trust policy of the role decides"
	case action.Primary == "":
		return "no permission is checked for it"
	}
	return ""
}

// alternatives reports whether an event's actions are a choice. PartiQL and
// transactions check the actions of the statements inside, which the record
// does not carry.
func alternatives(a *trail.API) bool {
	if trail.ShortSource(a.EventSource) != "dynamodb" {
		return false
	}
	switch a.EventName {
	case "ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction", "TransactWriteItems":
		return true
	}
	return false
}

// principalOf is the caller as policies see it: the session for a role, the
// user itself for a token of GetSessionToken. A caller the record does not name
// comes out as the anonymous one.
func principalOf(id *trail.Identity) policy.Principal {
	text := id.ARN
	switch {
	case id.Type == "AWSService":
		text = id.InvokedBy
	case text == "":
		text = id.Principal()
	}
	p, err := policy.ParsePrincipal(text)
	if err != nil {
		return policy.Principal{}
	}
	if p.Kind == policy.PrincipalFederatedUser {
		p.IssuedBy = id.Issuer.ARN
	}
	return p
}
