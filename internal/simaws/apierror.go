package simaws

import (
	"fmt"
	"net/http"
)

// apiError is an AWS error answer: the code the SDK maps to a typed error, the
// message a human reads, and whether the call was refused before anybody was
// authenticated, in which case CloudTrail never hears of it. It is not an error
// in Go's sense: a nil one must stay nil on its way through the layers.
type apiError struct {
	status          int
	code            string
	message         string
	unauthenticated bool
	denied          bool
}

func failure(status int, code, format string, a ...any) *apiError {
	return &apiError{status: status, code: code, message: fmt.Sprintf(format, a...)}
}

func invalid(format string, a ...any) *apiError {
	return failure(http.StatusBadRequest, "ValidationError", format, a...)
}

func noSuch(format string, a ...any) *apiError {
	return failure(http.StatusNotFound, "NoSuchEntity", format, a...)
}

func noUser(name string) *apiError {
	return noSuch("The user with name %s cannot be found.", name)
}

func noRole(name string) *apiError {
	return noSuch("The role with name %s cannot be found.", name)
}

func noGroup(name string) *apiError {
	return noSuch("The group with name %s cannot be found.", name)
}

func noPolicy(arn string) *apiError {
	return noSuch("Policy %s does not exist or is not attachable.", arn)
}

func exists(format string, a ...any) *apiError {
	return failure(http.StatusConflict, "EntityAlreadyExists", format, a...)
}

func overQuota(format string, a ...any) *apiError {
	return failure(http.StatusConflict, "LimitExceeded", format, a...)
}

func conflict(format string, a ...any) *apiError {
	return failure(http.StatusConflict, "DeleteConflict", format, a...)
}

func malformed(format string, a ...any) *apiError {
	return failure(http.StatusBadRequest, "MalformedPolicyDocument", format, a...)
}

// unknownCredential is what each protocol family says to a key it will not
// accept: unknown, deleted and inactive keys are not told apart, as in AWS.
func unknownCredential(service string) *apiError {
	e := failure(http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid.")
	switch protocolOf(service) {
	case protocolJSON:
		e = failure(http.StatusBadRequest, "UnrecognizedClientException", "The security token included in the request is invalid.")
	case protocolS3:
		e = failure(http.StatusForbidden, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
	}
	e.unauthenticated = true
	return e
}

func expiredCredential(service string) *apiError {
	e := failure(http.StatusForbidden, "ExpiredToken", "The security token included in the request is expired")
	switch protocolOf(service) {
	case protocolJSON:
		e = failure(http.StatusBadRequest, "ExpiredTokenException", "The security token included in the request is expired")
	case protocolS3:
		e = failure(http.StatusBadRequest, "ExpiredToken", "The provided token has expired.")
	}
	e.unauthenticated = true
	return e
}

func badSignature(service, format string, a ...any) *apiError {
	e := failure(http.StatusForbidden, "SignatureDoesNotMatch", format, a...)
	if protocolOf(service) == protocolJSON {
		e = failure(http.StatusBadRequest, "InvalidSignatureException", format, a...)
	}
	e.unauthenticated = true
	return e
}

func accessDenied(service, format string, a ...any) *apiError {
	e := failure(http.StatusForbidden, "AccessDenied", format, a...)
	if protocolOf(service) == protocolJSON {
		e = failure(http.StatusBadRequest, "AccessDeniedException", format, a...)
	}
	e.denied = true
	return e
}
