package collect

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ircontain/ircontain/internal/awsconn"
)

// asked is one request as the other end sees it.
type asked struct {
	operation string // service:Operation
	host      string
	body      string
	path      string
	query     url.Values
}

// stub is an aws.HTTPClient with canned answers in AWS's wire formats.
type stub struct {
	mu     sync.Mutex
	seen   []asked
	answer func(asked) (status int, body string)
}

// Do implements aws.HTTPClient.
func (s *stub) Do(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	q := asked{host: r.URL.Host, body: string(body), path: r.URL.Path, query: r.URL.Query()}
	q.operation = operationOf(r, q)
	s.mu.Lock()
	s.seen = append(s.seen, q)
	s.mu.Unlock()
	status, text := s.answer(q)
	kind := "application/x-amz-json-1.1"
	if strings.HasPrefix(text, "<") {
		kind = "text/xml"
	}
	return &http.Response{StatusCode: status, Request: r, Body: io.NopCloser(strings.NewReader(text)),
		Header: http.Header{"Content-Type": {kind}, "X-Amzn-Requestid": {"req-1"}}}, nil
}

// count counts the requests for one operation.
func (s *stub) count(operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, q := range s.seen {
		if q.operation == operation {
			n++
		}
	}
	return n
}

func operationOf(r *http.Request, q asked) string {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		class, name, _ := strings.Cut(target, ".")
		return map[string]string{"TrentService": "kms", "AmazonSQS": "sqs", "secretsmanager": "secretsmanager", "AWSOrganizationsV20161128": "organizations"}[class] + ":" + name
	}
	if form, err := url.ParseQuery(q.body); err == nil && form.Get("Action") != "" {
		return "sns:" + form.Get("Action")
	}
	switch {
	case strings.HasPrefix(q.host, "lambda.") && strings.HasSuffix(q.path, "/policy"):
		return "lambda:GetPolicy"
	case strings.HasPrefix(q.host, "lambda."):
		return "lambda:ListFunctions"
	case q.query.Has("policy"):
		return "s3:GetBucketPolicy"
	}
	return "s3:ListBuckets"
}

// nothing is what an account without resources answers.
func nothing(q asked) (int, string) {
	switch q.operation {
	case "sns:ListTopics":
		return 200, snsTopics("")
	case "s3:ListBuckets":
		return 200, `<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Buckets></Buckets></ListAllMyBucketsResult>`
	}
	return 200, "{}"
}

func snsTopics(next string, arns ...string) string {
	text := `<ListTopicsResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListTopicsResult><Topics>`
	for _, a := range arns {
		text += "<member><TopicArn>" + a + "</TopicArn></member>"
	}
	text += "</Topics>"
	if next != "" {
		text += "<NextToken>" + next + "</NextToken>"
	}
	return text + "</ListTopicsResult></ListTopicsResponse>"
}

// refusal is AWS's error in the format of the operation's service.
func refusal(q asked, code string) string {
	switch service, _, _ := strings.Cut(q.operation, ":"); service {
	case "sns":
		return "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>no</Message></Error><RequestId>req-1</RequestId></ErrorResponse>"
	case "s3":
		return "<Error><Code>" + code + "</Code><Message>no</Message></Error>"
	}
	return fmt.Sprintf(`{"__type":%q,"message":"no"}`, code)
}

func connected(t *testing.T, transport aws.HTTPClient, key *aws.Credentials) *awsconn.Conn {
	t.Helper()
	if key == nil {
		key = &aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "not-a-secret"}
	}
	c, err := awsconn.Connect(t.Context(), awsconn.Options{Region: "eu-west-1", Transport: transport, Static: key, Clock: time.Now, AppID: "ircontain"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func clientsOf(c *awsconn.Conn) Clients {
	return Clients{S3: c.S3, KMS: c.KMS, SQS: c.SQS, SNS: c.SNS, Lambda: c.Lambda, SecretsManager: c.SecretsManager}
}
