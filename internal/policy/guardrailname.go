package policy

import (
	"errors"
	"fmt"
	"strings"
)

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
