package policy

import (
	"fmt"
	"slices"
	"strings"
)

// check refuses what could not be meant, and fills in the defaults. It works on
// copies of the caller's slices.
func (s *GuardrailSpec) check() error {
	if err := checkGuardrailName(s.Name); err != nil {
		return err
	}
	if err := s.checkIntents(); err != nil {
		return err
	}
	if s.Partition == "" {
		s.Partition = "aws"
	}
	if s.Account == "" {
		s.Account = "*"
	} else if len(s.Account) != 12 || !allDigits(s.Account) {
		return fmt.Errorf("%w: account %q is not twelve digits", ErrGuardrail, s.Account)
	}
	if !made(s.Group, "+=,.@_-") {
		return fmt.Errorf("%w: %q is not the name of a group", ErrGuardrail, s.Group)
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
	return s.checkTimes()
}

// checkIntents also demands that every intent has what it needs and that
// nothing is given without its intent: a pin somebody wrote and forgot to ask
// for must not vanish in silence.
func (s *GuardrailSpec) checkIntents() error {
	if len(s.Intents) == 0 {
		return fmt.Errorf("%w: %s has no intent", ErrGuardrail, s.Name)
	}
	for _, i := range s.Intents {
		if _, err := ParseIntent(string(i)); err != nil {
			return err
		}
	}
	for _, p := range []struct {
		intent Intent
		given  bool
	}{
		{PinOrigin, !s.Origin.empty()}, {OnlyActions, len(s.Actions) > 0},
		{CarveOut, !s.Consumer.empty()}, {RevokeSessionsBefore, !s.RevokeBefore.IsZero()},
	} {
		switch {
		case s.has(p.intent) && !p.given:
			return fmt.Errorf("%w: intent %s needs %s", ErrGuardrail, p.intent, p.intent.Needs())
		case !s.has(p.intent) && p.given:
			return fmt.Errorf("%w: %s is given without the intent %s", ErrGuardrail, p.intent.Needs(), p.intent)
		}
	}
	if s.has(CarveOut) && len(slices.DeleteFunc(slices.Clone(s.Intents), func(i Intent) bool {
		return i == CarveOut || i == RevokeSessionsBefore
	})) == 0 {
		return fmt.Errorf("%w: there is nothing to carve a consumer out of", ErrGuardrail)
	}
	var err error
	if s.Origin, err = s.Origin.check(); err != nil {
		return err
	}
	if s.Consumer, err = s.Consumer.check(); err != nil {
		return err
	}
	s.Actions, err = checkActions(s.Actions)
	return err
}

// checkActions sorts the exceptions of OnlyActions and refuses one that would
// leave nothing denied.
func checkActions(actions []string) ([]string, error) {
	out := slices.Clone(actions)
	for _, a := range out {
		prefix, name, ok := strings.Cut(a, ":")
		if !ok || !made(prefix, "-") || !made(name, "*?") || prefix == "" || name == "" {
			return nil, fmt.Errorf("%w: %q is not an action such as s3:GetObject", ErrGuardrail, a)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return slices.CompactFunc(out, strings.EqualFold), nil
}

// made reports whether a text has only ASCII letters, digits and extra.
func made(text, extra string) bool {
	return strings.IndexFunc(text, func(r rune) bool {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		return !letter && !strings.ContainsRune(extra, r)
	}) < 0
}

// freezes returns the Sid of the statement a spared ARN would be left out of,
// empty if no intent of the spec freezes it. Under DenyAll the other freezes
// are not written, and roles are not spared: PassRole on one is not the use of
// a resource but of whatever the role may do.
func (s *GuardrailSpec) freezes(parts arnParts) string {
	service := parts[2]
	switch {
	case s.has(DenyAll) && service == "iam":
		return ""
	case s.has(DenyAll):
		return sidDenyAll
	case s.has(FreezeSecrets) && (service == "secretsmanager" || service == "ssm"):
		return sidFreezeSecrets
	case s.has(FreezeSecrets) && service == "kms":
		return sidFreezeDecrypt
	case s.has(FreezeAssume) && service == "iam" && strings.HasPrefix(parts[5], "role/"):
		return sidFreezeAssume
	}
	return ""
}
