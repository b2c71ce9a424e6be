package awsconn

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ircontain/ircontain/internal/incident"
)

// maxMessage bounds what an endpoint can put into one journal line.
const maxMessage = 500

// classify turns an SDK error into an *incident.CallError. The question it
// answers is: can anything have changed? In doubt the answer is "unknown".
// reached says whether the request was handed to the transport: the SDK's own
// errors do not tell a call that was cancelled before from one that was
// cancelled while its answer was awaited.
func classify(service, op string, err error, reached bool) error {
	ce, err := describe(service, op, err, reached)
	if ce == nil {
		return err
	}
	if len(ce.Message) > maxMessage {
		ce.Message = strings.ToValidUTF8(ce.Message[:maxMessage], "") + "..."
	}
	return ce
}

func describe(service, op string, err error, reached bool) (*incident.CallError, error) {
	if err == nil {
		return nil, nil
	}
	var already *incident.CallError
	if errors.As(err, &already) {
		return nil, err
	}
	ce := &incident.CallError{Service: service, Operation: op, Answer: incident.AnswerUnknown, Message: rootMessage(err), Err: err}
	status := statusOf(err)
	var api smithy.APIError
	hasCode := errors.As(err, &api) && api.ErrorCode() != "" && api.ErrorCode() != "UnknownError"
	switch {
	case hasCode && status < 500:
		ce.Answer, ce.Code, ce.Message = incident.AnswerRefused, api.ErrorCode(), api.ErrorMessage()
		ce.Credentials = credentialCode(ce.Code)
		if absentCode(ce.Code) {
			ce.Answer = incident.AnswerAbsent
		}
	case hasCode && api.ErrorCode() == "NotImplemented", status == 501:
		ce.Answer, ce.Code = incident.AnswerAbsent, "NotImplemented"
	case status >= 500 && unparsable(err):
		// An emulator's HTML error page: for a read, the operation is missing;
		// for a write nothing is certain. 502 to 504 are a proxy's: that says
		// nothing about the operation.
		if mutates, _ := Mutates(service, op); !mutates && status == 500 {
			ce.Answer = incident.AnswerAbsent
		}
		ce.Message = fmt.Sprintf("HTTP %d with an answer that is not AWS's", status)
	case hasCode:
		ce.Code, ce.Message = api.ErrorCode(), api.ErrorMessage()
	case !reached && noCredentials(err):
		ce.Answer, ce.Credentials = incident.AnswerNotSent, true
	case !reached:
		ce.Answer = incident.AnswerNotSent
	}
	return ce, nil
}

func credentialCode(code string) bool {
	switch code {
	case "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException",
		"SignatureDoesNotMatch", "InvalidSignatureException", "RequestExpired", "InvalidAccessKeyId",
		"AuthFailure", "RequestTimeTooSkewed", "IncompleteSignature", "MissingAuthenticationToken":
		return true
	}
	return false
}

func absentCode(code string) bool {
	switch code {
	case "InvalidAction", "UnknownOperationException", "NotImplemented":
		return true
	}
	return false
}

// statusOf is the HTTP status of the answer in err's tree, or 0.
func statusOf(err error) int {
	var re *smithyhttp.ResponseError
	if errors.As(err, &re) {
		return re.HTTPStatusCode()
	}
	return 0
}

// unparsable reports an answer that the SDK could not read as AWS's.
func unparsable(err error) bool {
	var de *smithy.DeserializationError
	// The error page of a query service (IAM, STS) fails in the XML decoder,
	// and the SDK passes that on as it is.
	var xe *xml.SyntaxError
	if errors.As(err, &de) || errors.As(err, &xe) {
		return true
	}
	// An error page that is XML by luck has no error code.
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == "UnknownError"
}

func noCredentials(err error) bool {
	var re *smithyhttp.RequestSendError
	if errors.As(err, &re) {
		return false
	}
	text := err.Error()
	return strings.Contains(text, "get identity: get credentials") || strings.Contains(text, "failed to refresh cached credentials") ||
		strings.Contains(text, "failed to retrieve credentials") || strings.Contains(text, "no EC2 IMDS role found")
}

func rootMessage(err error) string {
	text := err.Error()
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			break
		}
		err = inner
		text = err.Error()
	}
	return text
}

func shortError(service, op string, err error) string {
	var ce *incident.CallError
	if errors.As(classify(service, op, err, true), &ce) && ce.Code != "" {
		return ce.Code
	}
	return rootMessage(err)
}
