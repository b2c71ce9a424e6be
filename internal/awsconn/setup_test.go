package awsconn

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// wire is the other end of the connection: it counts and answers requests.
type wire struct {
	mu     sync.Mutex
	seen   []*http.Request
	answer func(*http.Request) (*http.Response, error)
}

// Do implements aws.HTTPClient.
func (w *wire) Do(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, r)
	return w.answer(r)
}

func (w *wire) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.seen)
}

func (w *wire) last(t *testing.T) *http.Request {
	t.Helper()
	if w.count() == 0 {
		t.Fatal("nothing was sent")
	}
	return w.seen[len(w.seen)-1]
}

func says(status int, body string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Request: r, Body: io.NopCloser(strings.NewReader(body)),
			Header: http.Header{"Content-Type": {"text/xml"}, "X-Amzn-Requestid": {"req-1"}}}, nil
	}
}

func breaks(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// xmlError is IAM's error document.
func xmlError(code string) string {
	return `<ErrorResponse><Error><Type>Sender</Type><Code>` + code + `</Code><Message>the message</Message></Error><RequestId>req-1</RequestId></ErrorResponse>`
}

const (
	xmlDone   = `<Response><Result></Result><ResponseMetadata><RequestId>req-1</RequestId></ResponseMetadata></Response>`
	htmlError = "<!doctype html>\n<html lang=en><title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>\n<p>The server"
)

func testCredentials() *aws.Credentials {
	return &aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "not-a-secret"}
}

func connected(t *testing.T, answer func(*http.Request) (*http.Response, error)) (*Conn, *wire) {
	t.Helper()
	w := &wire{answer: answer}
	c, err := Connect(t.Context(), Options{Region: "eu-west-1", Transport: w, Static: testCredentials(), Clock: time.Now, AppID: "ircontain"})
	if err != nil {
		t.Fatal(err)
	}
	return c, w
}
