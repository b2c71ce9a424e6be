package simaws

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

const (
	account  = "000000000000"
	aliceKey = "AKIAALICEALICEALICE1"
	bobKey   = "AKIABOBBOBBOBBOBBOB1"
	opsARN   = "arn:aws:sts::000000000000:assumed-role/ops/ana"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const readerPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["secretsmanager:*","s3:*","sts:AssumeRole","sts:GetFederationToken","iam:List*","iam:Get*"],"Resource":"*"}]}`

func denyAll() string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`
}

func trustOf(principal, condition string) string {
	c := ""
	if condition != "" {
		c = `,"Condition":` + condition
	}
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":["sts:AssumeRole","sts:SetSourceIdentity"]` + c + `}]}`
}

// smallAccount has one user with rights, one without, and a few roles.
func smallAccount() Account {
	return Account{
		ID: account, Alias: "small",
		Users: []User{
			{Name: "alice", Created: start.AddDate(-1, 0, 0), Inline: map[string]string{"reader": readerPolicy}, Groups: []string{"devs"},
				Keys: []AccessKey{{ID: aliceKey}}, Tags: map[string]string{"team": "a"}},
			{Name: "bob", Keys: []AccessKey{{ID: bobKey}}},
		},
		Groups: []Group{{Name: "devs"}},
		Roles: []Role{
			{Name: "deploy", Path: "/svc/", Trust: trustOf("arn:aws:iam::000000000000:user/alice", ""), MaxSession: 7200,
				Inline: map[string]string{"read": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["secretsmanager:GetSecretValue","sts:AssumeRole"],"Resource":"*"}]}`}},
			{Name: "partner", Trust: trustOf("arn:aws:iam::000000000000:root", `{"StringEquals":{"sts:ExternalId":"x-1"}}`)},
			{Name: "chained", Trust: trustOf("arn:aws:iam::000000000000:role/svc/deploy", ""), MaxSession: 43200},
		},
		Buckets: []Bucket{{Name: "exports", Objects: map[string]string{"a/1.csv": "one", "a/2.csv": "two", "b": "three"}}},
		Secrets: []Secret{{Name: "prod/db", Value: "bait"}, {Name: "prod/api", Value: "bait2"}},
	}
}

func smallWorld(t testing.TB, edit ...func(*Options)) *World {
	t.Helper()
	o := Options{Seed: 1, Clock: NewStepClock(start), ResponderARN: opsARN, Log: func(s string) { t.Log(s) }}
	for _, f := range edit {
		f(&o)
	}
	w, err := FromAccount(smallAccount(), o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

type doer interface {
	Do(*http.Request) (*http.Response, error)
}

// config is how any caller wires the world under the SDK.
func config(client doer, c Credentials) aws.Config {
	return aws.Config{
		Region: "us-east-1", HTTPClient: client, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}, nil
		}),
	}
}

func (w *World) as(t testing.TB, key string) aws.Config {
	t.Helper()
	c, ok := w.Credentials(key)
	if !ok {
		t.Fatalf("no credentials for %s", key)
	}
	return config(w.From("203.0.113.9"), c)
}

type clients struct {
	iam     *iam.Client
	sts     *sts.Client
	trail   *cloudtrail.Client
	secrets *secretsmanager.Client
	s3      *s3.Client
}

func of(c aws.Config) clients {
	return clients{iam.NewFromConfig(c), sts.NewFromConfig(c), cloudtrail.NewFromConfig(c), secretsmanager.NewFromConfig(c), s3.NewFromConfig(c)}
}

func (w *World) responderClients() clients { return of(config(w, w.Responder())) }

// wantCode checks the AWS error code, and that the message contains text.
func wantCode(t testing.TB, err error, code, text string) {
	t.Helper()
	var api smithy.APIError
	switch {
	case code == "" && err == nil:
	case code == "":
		t.Errorf("unexpected error: %v", err)
	case !errors.As(err, &api):
		t.Errorf("got %v, want API error %s", err, code)
	case api.ErrorCode() != code || !strings.Contains(api.ErrorMessage(), text):
		t.Errorf("got %s: %s\nwant %s: ...%s...", api.ErrorCode(), api.ErrorMessage(), code, text)
	}
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

var (
	bg = context.Background()
	p  = aws.String
)
