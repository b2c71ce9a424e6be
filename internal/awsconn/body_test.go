package awsconn

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

type look func(*http.Request) (*http.Response, error)

func (l look) Do(r *http.Request) (*http.Response, error) { return l(r) }

// TestBodyCannotWriteItself: see plainBody.
func TestBodyCannotWriteItself(t *testing.T) {
	body := struct {
		io.ReadCloser
		io.WriterTo
	}{ReadCloser: io.NopCloser(nil)}
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/", nil)
	r.Body = body
	_, _ = plainBody{look(func(r *http.Request) (*http.Response, error) {
		if _, writes := r.Body.(io.WriterTo); writes {
			t.Error("the body that reaches the transport still writes itself")
		}
		return nil, io.ErrUnexpectedEOF
	})}.Do(r)
}

// TestManyCallsOverOneConnection: no call over a real keep-alive connection may
// go without an answer. Without plainBody one in about a thousand does.
func TestManyCallsOverOneConnection(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/u</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`)
	}))
	defer srv.Close()
	conn, err := Connect(context.Background(), Options{Region: "us-east-1", Endpoint: srv.URL, Clock: time.Now,
		Static: &aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "secret"}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2000 {
		if _, err := conn.STS.GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{}); err != nil {
			t.Fatalf("call %d: %v", i, err)
		}
	}
}
