package policy

import (
	"fmt"
	"slices"
)

// Intent is what a guardrail is meant to stop.
type Intent string

// The intents. DenyAll covers the others. PinOrigin, OnlyActions, CarveOut and
// RevokeSessionsBefore each need a field of the spec; see GuardrailSpec.
const (
	FreezeSecrets        Intent = "freeze-secrets"
	FreezeIAM            Intent = "freeze-iam"
	FreezeAssume         Intent = "freeze-assume"
	FreezeSessions       Intent = "freeze-sessions"
	QuarantineV2         Intent = "aws-quarantine-v2"
	QuarantineV3         Intent = "aws-quarantine-v3"
	RevokeSessionsBefore Intent = "revoke-sessions-before"
	PinOrigin            Intent = "pin-origin"
	CarveOut             Intent = "carve-out"
	OnlyActions          Intent = "only"
	DenyAll              Intent = "deny-all"
)

// Intents lists every intent, mildest first.
func Intents() []Intent {
	return []Intent{FreezeSecrets, FreezeIAM, FreezeAssume, FreezeSessions, QuarantineV2, QuarantineV3,
		RevokeSessionsBefore, PinOrigin, CarveOut, OnlyActions, DenyAll}
}

// ParseIntent reads an intent by its name.
func ParseIntent(name string) (Intent, error) {
	if i := Intent(name); slices.Contains(Intents(), i) {
		return i, nil
	}
	return "", fmt.Errorf("%w: unknown intent %q", ErrGuardrail, name)
}

// Needs names the field of GuardrailSpec an intent cannot do without, empty if
// it needs none.
func (i Intent) Needs() string {
	switch i {
	case PinOrigin:
		return "Origin"
	case OnlyActions:
		return "Actions"
	case CarveOut:
		return "Consumer"
	case RevokeSessionsBefore:
		return "RevokeBefore"
	}
	return ""
}

// Purpose says in one line what the intent does.
func (i Intent) Purpose() string {
	switch i {
	case FreezeSecrets:
		return "stops reading secrets and parameters, decrypting with KMS, and handing either out"
	case FreezeIAM:
		return "stops every change to IAM; reads stay possible"
	case FreezeAssume:
		return "stops becoming a role and passing one to a service"
	case FreezeSessions:
		return "stops minting further credentials"
	case QuarantineV2, QuarantineV3:
		return "stops what AWS's own quarantine policy stops"
	case RevokeSessionsBefore:
		return "refuses sessions issued before the cut-off; the long-term key is not touched"
	case PinOrigin:
		return "stops calls from anywhere but the named networks"
	case CarveOut:
		return "spares one consumer from what the other intents stop"
	case OnlyActions:
		return "stops everything but the listed actions"
	case DenyAll:
		return "stops everything"
	}
	return ""
}
