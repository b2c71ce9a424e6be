package policy

import (
	"fmt"
	"slices"
	"time"
)

// GuardrailSpec says what to compile. Incident, Owner, Reason and ReviewAt are
// for the journal and the tags: none of them enters the document, where a
// deadline would make the guardrail fail open. Only ExpireAt and HardenAt do.
type GuardrailSpec struct {
	// Name must start with GuardrailPrefix; when empty it is made from
	// Incident.
	Name                    string
	Intents                 []Intent
	Incident, Owner, Reason string
	ReviewAt                time.Time
	// Partition defaults to "aws". An empty Account protects the guardrails of
	// whichever account the document is attached in. User is for the journal
	// too: the document never names its principal, whose ARN a rename changes.
	Partition, Account, User string
	// Role is set instead of User when the principal is a role: the ways
	// around then include the role's own policies and trust.
	Role string
	// Group is set when the guardrail will sit on a group: the ways around then
	// include the policies of groups.
	Group string
	// ProtectPolicies are the ARNs of managed policies attached to the
	// principal or its groups: new versions of them are denied.
	ProtectPolicies []string
	// Spare are ARNs that stay usable: secrets, parameters, KMS keys and roles
	// that a legitimate job was seen to need. Each is left out of the freeze of
	// its own service only, and out of deny-all (roles not even of that); never
	// out of the protection of the guardrail or of freeze-iam. Giving one away
	// by grant, policy, replica or PassRole stays denied.
	Spare []string
	// Origin is where calls may come from under PinOrigin.
	Origin Origin
	// Actions is what stays possible under OnlyActions: full names, wildcards
	// allowed behind the service prefix. sts:GetCallerIdentity need not be
	// listed; no policy can refuse it.
	Actions []string
	// Consumer is who CarveOut leaves alone.
	Consumer Consumer
	// RevokeBefore is the cut-off of RevokeSessionsBefore.
	RevokeBefore time.Time
	// HardenAt turns the guardrail into a full deny from that moment on, so
	// that silence makes it stricter. ExpireAt ends everything but its
	// protection, needs a Reason, and fails open. At most one may be set, and
	// Now, by AWS's clock, then says what time it is.
	HardenAt, ExpireAt, Now time.Time
}

// Guardrail is a compiled guardrail.
type Guardrail struct {
	Name string
	// Document is compact JSON; the same spec always gives the same bytes.
	Document []byte
	// Size is what counts against the quota. An inline guardrail shares its
	// quota with every other inline document of the principal.
	Size int
	// DoesNotStop says in plain words what this guardrail leaves open.
	DoesNotStop []string
	Sids        []string
	// Warnings are what a responder should know before approving.
	Warnings []string
	// Tags say whose guardrail it is, within AWS's rules for tags.
	Tags map[string]string

	intents []Intent
}

// FitsUserInline reports whether the guardrail fits beside inline documents of
// this total size. If not, attach it as a managed policy.
func (g Guardrail) FitsUserInline(existing int) bool { return g.Size+existing <= UserInlineQuota }

// CompileGuardrail turns intents into one deny-only document. Every guardrail
// also denies its principal the ways around it.
func CompileGuardrail(spec GuardrailSpec) (Guardrail, error) {
	if spec.Name == "" {
		name, err := GuardrailName(spec.Incident, "guardrail")
		if err != nil {
			return Guardrail{}, err
		}
		spec.Name = name
	}
	if err := spec.check(); err != nil {
		return Guardrail{}, err
	}
	b := Builder{MaxSize: -1} // measured below
	for _, s := range spec.statements() {
		b.Add(s)
	}
	d, err := b.Document()
	if err != nil {
		return Guardrail{}, fmt.Errorf("compile guardrail %s: %w", spec.Name, err)
	}
	g := Guardrail{Name: spec.Name, Document: d.JSON(), DoesNotStop: spec.leftOpen(),
		Warnings: spec.warnings(), Tags: spec.tags(), intents: spec.Intents}
	g.Size = sizeOf(g.Document)
	for _, s := range d.Statements {
		g.Sids = append(g.Sids, s.Sid)
	}
	if g.Size > ManagedQuota {
		return Guardrail{}, fmt.Errorf("%w: %s has %d characters, a managed policy holds %d",
			ErrGuardrail, spec.Name, g.Size, ManagedQuota)
	}
	return g, nil
}

func (s *GuardrailSpec) has(i Intent) bool {
	return slices.Contains(s.Intents, i)
}
