package incident

import (
	"errors"
	"regexp"
)

// Class sorts problems by what the responder has to do next; the command line
// maps each to one exit code.
type Class string

// The classes.
const (
	// ClassError is any other failure.
	ClassError Class = "error"
	// ClassUsage is a wrong flag, argument or input file.
	ClassUsage Class = "usage"
	// ClassRefused is a refusal by mode, policy, lock or missing permission.
	ClassRefused Class = "refused"
	// ClassCredentials is missing, expired or invalid credentials of the responder.
	ClassCredentials Class = "credentials"
	// ClassStale is drift, or a plan that no longer fits what is there.
	ClassStale Class = "stale"
	// ClassDoubt is a partial walk or a call whose effect is unknown.
	ClassDoubt Class = "doubt"
	// ClassVerify is a verification that failed.
	ClassVerify Class = "verify"
	// ClassDamaged is a journal that does not verify.
	ClassDamaged Class = "damaged"
	// ClassOverdue is a guardrail past its review time.
	ClassOverdue Class = "overdue"
)

// Problem is an error for a person: one line that says what is wrong, and a
// hint with the next thing to try.
type Problem struct {
	Class Class
	Text  string
	Hint  string
	Err   error
}

// Error is the one line, with the cause.
func (p *Problem) Error() string {
	if p.Err != nil {
		return p.Text + ": " + p.Err.Error()
	}
	return p.Text
}

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.Err }

// ClassOf returns the class of the first Problem or CallError in err's tree.
func ClassOf(err error) Class {
	var p *Problem
	if errors.As(err, &p) {
		return p.Class
	}
	var c *CallError
	if errors.As(err, &c) {
		return c.class()
	}
	return ClassError
}

// HintOf returns the hint for err, or "".
func HintOf(err error) string {
	var p *Problem
	if errors.As(err, &p) && p.Hint != "" {
		return p.Hint
	}
	var c *CallError
	if errors.As(err, &c) {
		return c.hint()
	}
	return ""
}

// sdkPrefix is what the SDK puts before an error that already names its
// service and operation.
var sdkPrefix = regexp.MustCompile(`operation error [A-Za-z0-9 ]+: [A-Za-z0-9]+, `)

// Text is the error for a person: without the words the SDK adds a second time.
func Text(err error) string {
	return sdkPrefix.ReplaceAllString(err.Error(), "")
}
