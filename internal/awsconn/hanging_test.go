package awsconn

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ircontain/ircontain/internal/incident"
)

// hanging takes the request and never answers, until the caller gives up.
type hanging struct{ taken chan struct{} }

func (h hanging) Do(r *http.Request) (*http.Response, error) {
	close(h.taken)
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// TestHungWriteIsUnknown: the SDK reports a call that was given up on like one
// that never left. It was handed over, so nobody knows whether it took effect.
func TestHungWriteIsUnknown(t *testing.T) {
	for name, give := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"deadline": func(c context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(c, 50*time.Millisecond)
		},
		"cancel": context.WithCancel,
	} {
		t.Run(name, func(t *testing.T) {
			h := hanging{make(chan struct{})}
			conn, err := Connect(context.Background(), Options{Region: "us-east-1", Transport: h, Clock: time.Now,
				Static: &aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "secret"}})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := give(context.Background())
			defer cancel()
			if name == "cancel" {
				go func() { <-h.taken; cancel() }()
			}
			_, err = conn.WriteIAM.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: aws.String("u"), AccessKeyId: aws.String("AKIAIOSFODNN7EXAMPLE"), Status: "Inactive"})
			var ce *incident.CallError
			if !errors.As(err, &ce) || ce.Answer != incident.AnswerUnknown {
				t.Fatalf("error %v, answer %v", err, ce)
			}
		})
	}
}
