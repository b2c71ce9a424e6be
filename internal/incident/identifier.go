package incident

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ID names one incident, as YYYYMMDD-word-word. It is also the name of the
// incident's directory in the store.
type ID string

// StepID names one step of a playbook, as stage.step.
type StepID string

// AccessKeyID is a long-term access key id whose shape was checked once, at
// the edge, by ParseAccessKeyID.
type AccessKeyID string

// Last4 returns the last four characters, the value a responder types to
// confirm: read from the target, never "yes".
func (k AccessKeyID) Last4() string {
	if len(k) < 4 {
		return string(k)
	}
	return string(k[len(k)-4:])
}

// Short is the key id as it is shown where room is short: AKIA....7QZX.
func (k AccessKeyID) Short() string {
	if len(k) < 12 {
		return string(k)
	}
	return string(k[:4]) + "...." + k.Last4()
}

// Errors of ParseAccessKeyID, so that the edge can say what to do instead.
var (
	ErrLooksLikeSecret = errors.New("this looks like a secret access key, not an access key id")
	ErrSessionKey      = errors.New("this is the key id of a temporary session (ASIA)")
	ErrPrincipalID     = errors.New("this is the unique id of a principal, not an access key id")
	ErrServiceKey      = errors.New("this is the id of a service-specific or bearer credential, not of an access key")
	ErrKeyShape        = errors.New("not an access key id")
)

// IAM documents 16 to 128 word characters for AccessKeyId; every id in use is
// 20 or, for partition-prefixed emulators, up to 32 upper-case letters and digits.
var keyShape = regexp.MustCompile(`^[A-Z0-9]{16,32}$`)

// ParseAccessKeyID checks the shape of a long-term access key id. The prefixes
// are those of "IAM identifiers" in the IAM user guide. The text of a refused
// value is never part of the error when it may be a secret.
func ParseAccessKeyID(s string) (AccessKeyID, error) {
	s = strings.TrimSpace(s)
	if !keyShape.MatchString(s) {
		if len(s) >= 30 {
			return "", ErrLooksLikeSecret
		}
		if len(s) >= 16 { // may be a secret that was cut short in a paste
			return "", fmt.Errorf("%w: %d characters (want AKIA and 16 upper-case letters or digits)", ErrKeyShape, len(s))
		}
		return "", fmt.Errorf("%w: %q (want AKIA and 16 letters or digits)", ErrKeyShape, s)
	}
	switch s[:4] {
	case "AKIA":
	case "ASIA":
		return "", ErrSessionKey
	case "AIDA", "AROA", "AGPA", "ANPA", "AIPA", "ANVA", "APKA", "ASCA":
		return "", fmt.Errorf("%w: prefix %s", ErrPrincipalID, s[:4])
	case "ABIA", "ACCA":
		return "", fmt.Errorf("%w: prefix %s", ErrServiceKey, s[:4])
	default:
		return "", fmt.Errorf("%w: prefix %q (a long-term key starts with AKIA)", ErrKeyShape, s[:4])
	}
	if len(s) != 20 {
		return "", fmt.Errorf("%w: %d characters (want 20)", ErrKeyShape, len(s))
	}
	return AccessKeyID(s), nil
}
