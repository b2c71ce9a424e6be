package awsconn

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ircontain/ircontain/internal/incident"
)

// gate refuses what is not on the allow-list, and writes on a reading client.
// It sits in Initialize, after the SDK's own middleware, because the operation
// name is not in the context before it.
func gate(mayWrite bool) func(*middleware.Stack) error {
	return func(s *middleware.Stack) error {
		return s.Initialize.Add(middleware.InitializeMiddlewareFunc("ircontainGate",
			func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				service, op := awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx)
				mutates, allowed := Mutates(service, op)
				var err error
				switch {
				case !allowed:
					err = fmt.Errorf("operation %s:%s is not on the allow-list", service, op)
				case mutates && !mayWrite:
					err = fmt.Errorf("operation %s:%s changes things and this client only reads", service, op)
				case mutates:
					err = checkInput(in.Parameters)
				}
				if err == nil {
					err = ctx.Err() // the SDK would send, and then not know
				}
				if err != nil {
					return middleware.InitializeOutput{}, middleware.Metadata{}, &incident.CallError{Service: service,
						Operation: op, Answer: incident.AnswerNotSent, Message: err.Error(), Err: err}
				}
				reached := new(atomic.Bool)
				out, md, err := next.HandleInitialize(context.WithValue(ctx, reachedKey{}, reached), in)
				if err == nil && mutates {
					err = checkAnswer(md)
				}
				return out, md, classify(service, op, err, reached.Load())
			}), middleware.After)
	}
}

// reachedKey carries the mark that a request was handed to the transport.
type reachedKey struct{}

// marking is the transport with that mark. From the moment it is set nobody can
// know any more, without an answer, whether the call took effect.
type marking struct{ next aws.HTTPClient }

func (m marking) Do(r *http.Request) (*http.Response, error) {
	if reached, ok := r.Context().Value(reachedKey{}).(*atomic.Bool); ok {
		reached.Store(true)
	}
	return m.next.Do(r)
}

// plainBody hides that the SDK's request body can write itself: its WriteTo
// answers io.EOF once the SDK has closed it, net/http takes that for a failed
// write and drops the connection while the answer is being read. About one read
// in a thousand then had "no clear answer", and a write would be in doubt.
type plainBody struct{ next aws.HTTPClient }

func (p plainBody) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		r = r.Clone(r.Context())
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return p.next.Do(r)
}

// checkAnswer refuses to take a web page for AWS's yes: the SDK does not read
// the answer of an operation without results, so a log-in page with status 200
// would count as accepted.
func checkAnswer(md middleware.Metadata) error {
	raw, ok := awsmiddleware.GetRawResponse(md).(*smithyhttp.Response)
	if !ok {
		return nil
	}
	id, _ := awsmiddleware.GetRequestIDMetadata(md)
	if id == "" && strings.HasPrefix(raw.Header.Get("Content-Type"), "text/html") {
		return fmt.Errorf("HTTP %d with a web page that is not AWS's answer", raw.StatusCode)
	}
	return nil
}

// record reports every single attempt, inside the SDK's retry loop.
func record(clock func() time.Time) func(*middleware.Stack) error {
	return func(s *middleware.Stack) error {
		return s.Finalize.Insert(middleware.FinalizeMiddlewareFunc("ircontainRecord",
			func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
				start := clock()
				out, md, err := next.HandleFinalize(ctx, in)
				c := incident.Call{Service: awsmiddleware.GetServiceID(ctx), Operation: awsmiddleware.GetOperationName(ctx),
					Millis: clock().Sub(start).Milliseconds()}
				c.RequestID, _ = awsmiddleware.GetRequestIDMetadata(md)
				if raw, ok := awsmiddleware.GetRawResponse(md).(*smithyhttp.Response); ok && raw != nil {
					c.Status = raw.StatusCode
				}
				if err != nil {
					var re interface{ ServiceRequestID() string }
					if c.RequestID == "" && errors.As(err, &re) {
						c.RequestID = re.ServiceRequestID()
					}
					c.Error = shortError(c.Service, c.Operation, err)
				}
				incident.LogCall(ctx, c)
				return out, md, err
			}), "Retry", middleware.After)
	}
}

// anchor writes the journal position of the intent into the user agent: hex
// and dots only, and no incident name, since an attacker may read CloudTrail.
func anchor(s *middleware.Stack) error {
	return s.Build.Add(middleware.BuildMiddlewareFunc("ircontainAnchor",
		func(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (middleware.BuildOutput, middleware.Metadata, error) {
			if a := incident.Anchor(ctx); a != "" {
				if req, ok := in.Request.(*smithyhttp.Request); ok {
					req.Header.Set("User-Agent", req.Header.Get("User-Agent")+" ircontain/"+a)
				}
			}
			return next.HandleBuild(ctx, in)
		}), middleware.After)
}

// readRetryer is the SDK's standard retryer without one habit: an answer that
// cannot be parsed (an emulator's HTML error page) is not asked for again,
// unless it is a proxy's 502, 503 or 504.
func readRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = 3
		o.MaxBackoff = 2 * time.Second
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			if status := statusOf(err); unparsable(err) && (status <= 500 || status > 504) {
				return aws.FalseTernary
			}
			return aws.UnknownTernary
		})}, o.Retryables...)
	})
}
