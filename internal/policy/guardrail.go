package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Intent is what a guardrail is meant to stop.
type Intent string

// The intents. DenyAll covers the others.
const (
	FreezeSecrets  Intent = "freeze-secrets"
	FreezeIAM      Intent = "freeze-iam"
	FreezeAssume   Intent = "freeze-assume"
	FreezeSessions Intent = "freeze-sessions"
	DenyAll        Intent = "deny-all"
)

// Intents lists every intent, mildest first.
func Intents() []Intent {
	return []Intent{FreezeSecrets, FreezeIAM, FreezeAssume, FreezeSessions, DenyAll}
}

// ParseIntent reads an intent by its name.
func ParseIntent(name string) (Intent, error) {
	if i := Intent(name); slices.Contains(Intents(), i) {
		return i, nil
	}
	return "", fmt.Errorf("%w: unknown intent %q", ErrGuardrail, name)
}

// ErrGuardrail is wrapped by every error of this package about a guardrail.
var ErrGuardrail = errors.New("not a guardrail")

// GuardrailPrefix starts the name of every guardrail. The connection refuses
// to delete a policy of any other name, and public detection rules fire on the
// removal of a policy with "Guard" in its name.
const GuardrailPrefix = "IRContainGuard-"

// GuardrailName joins incident and step to a policy name.
func GuardrailName(incident, step string) (string, error) {
	if incident == "" || step == "" {
		return "", fmt.Errorf("%w: name needs an incident and a step", ErrGuardrail)
	}
	name := GuardrailPrefix + incident + "-" + step
	return name, checkGuardrailName(name)
}

// checkGuardrailName applies IAM's rule for policy names: at most 128
// characters out of [A-Za-z0-9+=,.@_-].
func checkGuardrailName(name string) error {
	if !strings.HasPrefix(name, GuardrailPrefix) || name == GuardrailPrefix {
		return fmt.Errorf("%w: name %q does not start with %s", ErrGuardrail, name, GuardrailPrefix)
	}
	if len(name) > 128 {
		return fmt.Errorf("%w: name %q is longer than 128 characters", ErrGuardrail, name)
	}
	for _, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && !strings.ContainsRune("+=,.@_-", r) {
			return fmt.Errorf("%w: name %q holds %q, which IAM refuses", ErrGuardrail, name, r)
		}
	}
	return nil
}

// GuardrailSpec says what to compile. Incident, Owner, Reason and ReviewAt are
// for the journal and the tags: none of them enters the document, where a
// deadline would make the guardrail fail open.
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
	// ProtectPolicies are the ARNs of managed policies attached to the
	// principal or its groups: new versions of them are denied.
	ProtectPolicies []string
	// Spare are ARNs that stay usable: secrets, parameters, KMS keys and roles
	// that a legitimate job was seen to need. Each is left out of the freeze of
	// its own service only, and out of deny-all; never out of the protection of
	// the guardrail or of freeze-iam.
	Spare []string
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
	b := Builder{}
	for _, s := range spec.statements() {
		b.Add(spec.spare(s))
	}
	d, err := b.Document()
	if err != nil {
		return Guardrail{}, fmt.Errorf("compile guardrail %s: %w", spec.Name, err)
	}
	g := Guardrail{Name: spec.Name, Document: d.JSON(), DoesNotStop: spec.leftOpen()}
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

func (s *GuardrailSpec) check() error {
	if err := checkGuardrailName(s.Name); err != nil {
		return err
	}
	if len(s.Intents) == 0 {
		return fmt.Errorf("%w: %s has no intent", ErrGuardrail, s.Name)
	}
	for _, i := range s.Intents {
		if _, err := ParseIntent(string(i)); err != nil {
			return err
		}
	}
	if s.Partition == "" {
		s.Partition = "aws"
	}
	if s.Account == "" {
		s.Account = "*"
	} else if len(s.Account) != 12 || !allDigits(s.Account) {
		return fmt.Errorf("%w: account %q is not twelve digits", ErrGuardrail, s.Account)
	}
	for _, arn := range s.Spare {
		parts, n := splitARN(arn)
		if n != 6 || parts[0] != "arn" || s.freezes(parts) == "" || strings.ContainsAny(arn, "*?$") {
			return fmt.Errorf("%w: cannot spare %q: not the exact ARN of something these intents freeze", ErrGuardrail, arn)
		}
	}
	for _, arn := range s.ProtectPolicies {
		parts, n := splitARN(arn)
		if n != 6 || parts[0] != "arn" || parts[2] != "iam" || !strings.HasPrefix(parts[5], "policy/") ||
			strings.ContainsAny(arn, "*?$") {
			return fmt.Errorf("%w: %q is not the ARN of a managed policy", ErrGuardrail, arn)
		}
	}
	return nil
}

// freezes returns the Sid of the statement a spared ARN would be left out of,
// empty if no intent of the spec freezes it.
func (s *GuardrailSpec) freezes(parts arnParts) string {
	service := parts[2]
	switch {
	case s.has(DenyAll) && service != "iam":
		return "DenyAll"
	case s.has(FreezeSecrets) && (service == "secretsmanager" || service == "ssm"):
		return "FreezeSecrets"
	case s.has(FreezeSecrets) && service == "kms":
		return "FreezeDecrypt"
	case s.has(FreezeAssume) && service == "iam" && strings.HasPrefix(parts[5], "role/"):
		return "FreezeAssume"
	}
	return ""
}

func (s *GuardrailSpec) has(i Intent) bool {
	return slices.Contains(s.Intents, i)
}
