package incident

import "fmt"

// Answer says what is known after a failed AWS call.
type Answer string

// The answers. Only AnswerRefused and AnswerNotSent prove that nothing changed.
const (
	// AnswerNotSent: the request never left this machine.
	AnswerNotSent Answer = "not_sent"
	// AnswerRefused: AWS answered, and said no.
	AnswerRefused Answer = "refused"
	// AnswerUnknown: no answer, a server error or an unreadable answer. A
	// mutating call may or may not have taken effect.
	AnswerUnknown Answer = "unknown"
	// AnswerAbsent: the endpoint does not know the operation.
	AnswerAbsent Answer = "absent"
)

// CallError is a failed AWS call, classified once at the connection.
type CallError struct {
	Service   string
	Operation string
	Answer    Answer
	// Code is AWS's error code, such as AccessDenied; "" without an answer.
	Code string
	// Message is AWS's text, or the transport's. Untrusted.
	Message string
	// Credentials is set when the responder's own credentials are the problem.
	Credentials bool
	Err         error
}

// Error names the operation, the code and the text.
func (e *CallError) Error() string {
	if e.Code != "" {
		return fmt.Sprintf("%s:%s %s: %s: %s", e.Service, e.Operation, e.verb(), e.Code, e.Message)
	}
	return fmt.Sprintf("%s:%s %s: %s", e.Service, e.Operation, e.verb(), e.Message)
}

func (e *CallError) verb() string {
	switch e.Answer {
	case AnswerNotSent:
		return "not sent"
	case AnswerRefused:
		return "refused"
	case AnswerAbsent:
		return "not known at this endpoint"
	}
	return "got no clear answer"
}

// Unwrap returns the SDK's error.
func (e *CallError) Unwrap() error { return e.Err }

// Denied reports a missing permission of the responder.
func (e *CallError) Denied() bool {
	return e.Code == "AccessDenied" || e.Code == "AccessDeniedException" || e.Code == "UnauthorizedOperation"
}

// Throttled reports a rate limit; CloudTrail answers those with HTTP 400.
func (e *CallError) Throttled() bool {
	switch e.Code {
	case "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException":
		return true
	}
	return false
}

func (e *CallError) class() Class {
	switch {
	case e.Credentials:
		return ClassCredentials
	case e.Denied():
		return ClassRefused
	}
	return ClassError
}

func (e *CallError) hint() string {
	switch {
	case e.Credentials && (e.Code == "ExpiredToken" || e.Code == "ExpiredTokenException"):
		return "your own credentials have expired: sign in again, then run the same command (or `ircontain resume`)"
	case e.Credentials:
		return "check --profile, AWS_PROFILE or the environment: `aws sts get-caller-identity` must work"
	case e.Denied():
		return fmt.Sprintf("your role needs %s:%s; docs/permissions.md lists what each step needs", e.Service, e.Operation)
	case e.Throttled():
		return "AWS is throttling this account: wait a minute and run it again"
	case e.Answer == AnswerUnknown:
		return "run `ircontain resume`: it reads AWS before it decides anything"
	}
	return ""
}
