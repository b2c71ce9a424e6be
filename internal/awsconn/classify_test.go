package awsconn

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ircontain/ircontain/internal/incident"
)

func callError(t *testing.T, err error) *incident.CallError {
	t.Helper()
	var ce *incident.CallError
	if !errors.As(err, &ce) {
		t.Fatalf("not a *CallError: %v", err)
	}
	return ce
}

func getUser(ctx context.Context, c *Conn) error {
	_, err := c.IAM.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("ci")})
	return err
}

// portal answers like a proxy that wants somebody to log in first.
func portal(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Request: r, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		Body: io.NopCloser(strings.NewReader("<!doctype html>\n<p>Please log in"))}, nil
}

// Each answer is given to a read and to a write. A read that may be tried
// again is sent three times, a write once, always.
func TestClassification(t *testing.T) {
	t.Parallel()
	refused, unknown, absent := incident.AnswerRefused, incident.AnswerUnknown, incident.AnswerAbsent
	for name, c := range map[string]struct {
		answer      func(*http.Request) (*http.Response, error)
		read, write incident.Answer
		code        string
		credentials bool
		reads       int
	}{
		"access denied":       {says(403, xmlError("AccessDenied")), refused, refused, "AccessDenied", false, 1},
		"no such entity":      {says(404, xmlError("NoSuchEntity")), refused, refused, "NoSuchEntity", false, 1},
		"limit exceeded":      {says(409, xmlError("LimitExceeded")), refused, refused, "LimitExceeded", false, 1},
		"throttled":           {says(400, xmlError("Throttling")), refused, refused, "Throttling", false, 3},
		"expired token":       {says(403, xmlError("ExpiredToken")), refused, refused, "ExpiredToken", true, 1},
		"invalid token":       {says(403, xmlError("InvalidClientTokenId")), refused, refused, "InvalidClientTokenId", true, 1},
		"bad signature":       {says(403, xmlError("SignatureDoesNotMatch")), refused, refused, "SignatureDoesNotMatch", true, 1},
		"unknown action":      {says(400, xmlError("InvalidAction")), absent, absent, "InvalidAction", false, 1},
		"not implemented":     {says(501, xmlError("NotImplemented")), absent, absent, "NotImplemented", false, 1},
		"501 without a code":  {says(501, htmlError), absent, absent, "NotImplemented", false, 1},
		"service failure":     {says(500, xmlError("ServiceFailure")), unknown, unknown, "ServiceFailure", false, 3},
		"unavailable":         {says(503, xmlError("ServiceUnavailable")), unknown, unknown, "ServiceUnavailable", false, 3},
		"HTML 500":            {says(500, htmlError), absent, unknown, "", false, 1},
		"HTML 502 of a proxy": {says(502, htmlError), unknown, unknown, "", false, 3},
		"HTML 503 of a proxy": {says(503, htmlError), unknown, unknown, "", false, 3},
		"HTML 504 of a proxy": {says(504, htmlError), unknown, unknown, "", false, 3},
		"empty 500":           {says(500, ""), absent, unknown, "", false, 1},
		"connection dropped":  {breaks(io.ErrUnexpectedEOF), unknown, unknown, "", false, 3},
		"connection reset":    {breaks(errors.New("read: connection reset by peer")), unknown, unknown, "", false, 3},
		"deadline in flight":  {breaks(context.DeadlineExceeded), unknown, unknown, "", false, 3},
		"cancelled in flight": {breaks(context.Canceled), unknown, unknown, "", false, 3},
		"HTML instead of 200": {portal, unknown, unknown, "", false, 1},
		"HTML instead of 403": {says(403, htmlError), unknown, unknown, "", false, 1},
		"redirect":            {says(307, ""), unknown, unknown, "", false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			// The SDK waits between attempts: in the bubble that takes no time.
			synctest.Test(t, func(t *testing.T) {
				conn, wire := connected(t, c.answer)
				_, err := deactivate(t, conn)
				if ce := callError(t, err); ce.Answer != c.write || ce.Code != c.code || ce.Credentials != c.credentials || ce.Message == "" {
					t.Errorf("write: %+v", ce)
				}
				if wire.count() != 1 {
					t.Errorf("write: %d requests", wire.count())
				}
				start := time.Now()
				if ce := callError(t, getUser(t.Context(), conn)); ce.Answer != c.read || ce.Code != c.code || ce.Credentials != c.credentials {
					t.Errorf("read: %+v", ce)
				}
				if got := wire.count() - 1; got != c.reads {
					t.Errorf("read: %d requests, want %d", got, c.reads)
				}
				if waited := time.Since(start); waited > 4*time.Second {
					t.Errorf("the attempts of one read took %s", waited)
				}
			})
		})
	}
}

func TestEveryCredentialCode(t *testing.T) {
	t.Parallel()
	for _, code := range strings.Fields(`ExpiredToken ExpiredTokenException InvalidClientTokenId UnrecognizedClientException SignatureDoesNotMatch
		InvalidSignatureException RequestExpired InvalidAccessKeyId AuthFailure RequestTimeTooSkewed IncompleteSignature MissingAuthenticationToken`) {
		conn, _ := connected(t, says(403, xmlError(code)))
		_, err := deactivate(t, conn)
		if ce := callError(t, err); ce.Code != code || incident.ClassOf(err) != incident.ClassCredentials || ce.Answer != incident.AnswerRefused {
			t.Errorf("%s: %+v", code, ce)
		}
	}
}

// Every mutating operation, not only the one of the table, goes out once.
func TestEveryWriteIsSentOnce(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(*http.Request) (*http.Response, error){
		"500": says(500, xmlError("ServiceFailure")), "503": says(503, xmlError("ServiceUnavailable")), "throttle": says(400, xmlError("Throttling")),
		"HTML": says(500, htmlError), "dropped": breaks(io.ErrUnexpectedEOF),
	} {
		conn, wire := connected(t, answer)
		writes := 0
		for _, op := range operations("IAM", conn.WriteIAM) {
			if mutates, _ := Mutates(ceName(op.name)); !mutates {
				continue
			}
			writes++
			before := wire.count()
			err := op.call(t.Context(), true)
			if sent := wire.count() - before; err == nil || sent != 1 {
				t.Errorf("%s, %s: %d requests, %v", op.name, name, sent, err)
			}
		}
		if writes != len(mayWrite()) {
			t.Errorf("%d writes", writes)
		}
	}
}

func TestCancelledBeforeItIsSent(t *testing.T) {
	t.Parallel()
	conn, wire := connected(t, says(200, xmlDone))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := conn.WriteIAM.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: aws.String("ci"), PolicyName: aws.String("IRContainGuard-x")})
	if ce := callError(t, err); ce.Answer != incident.AnswerNotSent || !errors.Is(err, context.Canceled) || wire.count() != 0 {
		t.Errorf("%+v, %d requests", ce, wire.count())
	}
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	if ce := callError(t, getUser(late, conn)); ce.Answer != incident.AnswerNotSent || wire.count() != 0 {
		t.Errorf("%+v, %d requests", ce, wire.count())
	}
}

func TestEventHistoryIsNotTriedAgainByTheSDK(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"__type":"ThrottlingException","message":"Rate exceeded"}`:      "ThrottlingException",
		`{"__type":"com.amazonaws.cloudtrail#InvalidNextTokenException"}`: "InvalidNextTokenException",
	} {
		conn, wire := connected(t, says(400, body))
		_, err := conn.CloudTrail.LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{})
		if ce := callError(t, err); ce.Code != want || ce.Answer != incident.AnswerRefused || ce.Throttled() != (want == "ThrottlingException") || wire.count() != 1 {
			t.Errorf("%+v, %d requests", ce, wire.count())
		}
	}
}

func TestEveryAttemptIsRecorded(t *testing.T) { synctest.Test(t, everyAttemptIsRecorded) }

func everyAttemptIsRecorded(t *testing.T) {
	conn, wire := connected(t, nil)
	wire.answer = func(r *http.Request) (*http.Response, error) {
		switch len(wire.seen) {
		case 1:
			return nil, io.ErrUnexpectedEOF
		case 2:
			return says(503, xmlError("ServiceUnavailable"))(r)
		}
		return says(200, `<GetUserResponse><GetUserResult><User><UserName>ci</UserName></User></GetUserResult></GetUserResponse>`)(r)
	}
	ctx, log := incident.WithCallLog(t.Context())
	if err := getUser(ctx, conn); err != nil {
		t.Fatal(err)
	}
	calls := log.Calls()
	if len(calls) != 3 {
		t.Fatalf("%+v", calls)
	}
	want := map[string]incident.Call{
		"":                   {Status: 200, RequestID: "req-1"},
		"ServiceUnavailable": {Status: 503, RequestID: "req-1"},
		"unexpected EOF":     {Status: 0},
	}
	for _, c := range calls {
		if w, ok := want[c.Error]; !ok || c.Status != w.Status || c.RequestID != w.RequestID || c.Service != "IAM" || c.Operation != "GetUser" {
			t.Errorf("%+v", c)
		}
	}
}
