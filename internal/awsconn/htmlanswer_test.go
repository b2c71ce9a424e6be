package awsconn

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ircontain/ircontain/internal/incident"
)

// htmlPage is what an emulator says about an operation that it does not have.
type htmlPage struct{ asked int }

func (h *htmlPage) Do(*http.Request) (*http.Response, error) {
	h.asked++
	return &http.Response{StatusCode: 500, Header: http.Header{"Content-Type": {"text/html"}}, Body: io.NopCloser(strings.NewReader(
		"<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n"))}, nil
}

// An error page in place of AWS's answer: a read is absent and asked for once,
// a write may have happened.
func TestHTMLInPlaceOfAnAnswer(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		call func(*Conn) error
		want incident.Answer
	}{
		"query read": {func(c *Conn) error {
			_, err := c.IAM.ListServiceSpecificCredentials(ctx, &iam.ListServiceSpecificCredentialsInput{UserName: aws.String("u")})
			return err
		}, incident.AnswerAbsent},
		"json read": {func(c *Conn) error {
			_, err := c.CloudTrail.LookupEvents(ctx, &cloudtrail.LookupEventsInput{})
			return err
		}, incident.AnswerAbsent},
		"query write": {func(c *Conn) error {
			_, err := c.WriteIAM.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: aws.String("u"), AccessKeyId: aws.String("AKIAIOSFODNN7EXAMPLE"), Status: "Inactive"})
			return err
		}, incident.AnswerUnknown},
	} {
		page := &htmlPage{}
		conn, err := Connect(ctx, Options{Region: "us-east-1", Transport: page, Clock: time.Now,
			Static: &aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "secret"}})
		if err != nil {
			t.Fatal(err)
		}
		var ce *incident.CallError
		if err := c.call(conn); !errors.As(err, &ce) || ce.Answer != c.want {
			t.Errorf("%s: %v, want answer %s", name, err, c.want)
		}
		if page.asked != 1 {
			t.Errorf("%s: asked %d times, want once", name, page.asked)
		}
	}
}
