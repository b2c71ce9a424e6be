package actions_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ircontain/ircontain/internal/actions"
	"github.com/ircontain/ircontain/internal/awsconn"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/simaws"
)

// preflightAs runs the preflight for the leaked key, signed by somebody.
func preflightAs(t *testing.T, w *simaws.World, c aws.Credentials, account string) (actions.Preflight, error) {
	t.Helper()
	conn, err := awsconn.Connect(context.Background(), awsconn.Options{Region: "us-east-1", Transport: w, Clock: w.Clock().Now, Static: &c})
	if err != nil {
		t.Fatal(err)
	}
	key := incident.AccessKeyID(w.Target())
	logs := actions.NewLogs(nil, "", actions.NewEventHistory(conn.CloudTrail), actions.NewPace(w.Clock()), conn.HistoryRegions()...)
	return actions.RunPreflight(context.Background(), actions.PreflightRequest{Key: key, Account: account, CallerKey: c.AccessKeyID, STS: conn.STS, IAM: conn.IAM,
		History: func(ctx context.Context) (*actions.Recent, error) { return logs.Newest(ctx, key, w.Clock().Now()) }})
}

func responder(w *simaws.World) aws.Credentials {
	r := w.Responder()
	return aws.Credentials{AccessKeyID: r.AccessKeyID, SecretAccessKey: r.SecretAccessKey, SessionToken: r.SessionToken}
}

func TestPreflightKnowsWho(t *testing.T) {
	w, _ := connect(t)
	p, err := preflightAs(t, w, responder(w), "000000000000")
	if err != nil {
		t.Fatal(err)
	}
	if p.User != victim || p.Account != "000000000000" || p.Recent == nil || p.Recent.Usage.Matched == 0 {
		t.Errorf("preflight %+v", p)
	}
}

// TestPreflightRefuses what must not go on, with a hint, and without a write.
func TestPreflightRefuses(t *testing.T) {
	w, _ := connect(t)
	own, ok := w.Credentials(w.Target())
	if !ok {
		t.Fatal("no credentials for the target")
	}
	grantAll(t, w) // so that it is the rule that refuses, not a missing permission
	victimKey := aws.Credentials{AccessKeyID: own.AccessKeyID, SecretAccessKey: own.SecretAccessKey}
	session := assumed(t, w, victimKey)
	w.Clock().Advance(5 * time.Minute) // past the delivery delay: the log knows the session
	for _, tt := range []struct {
		name    string
		as      aws.Credentials
		account string
		want    string
	}{
		{"wrong account", responder(w), "999999999999", "you asked for account 999999999999"},
		{"the key itself", victimKey, "", "the very key"},
		{"a session of a role that the key assumed", session, "", "opened with the key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sent := len(w.Mutations())
			_, err := preflightAs(t, w, tt.as, tt.account)
			if incident.ClassOf(err) != incident.ClassRefused || !strings.Contains(err.Error(), tt.want) || incident.HintOf(err) == "" {
				t.Errorf("error %v, class %s, hint %q", err, incident.ClassOf(err), incident.HintOf(err))
			}
			if len(w.Mutations()) != sent {
				t.Error("something was written")
			}
		})
	}
}

func grantAll(t *testing.T, w *simaws.World) {
	t.Helper()
	client := iam.NewFromConfig(aws.Config{Region: "us-east-1", HTTPClient: w, Credentials: credentials.StaticCredentialsProvider{Value: responder(w)}})
	_, err := client.PutRolePolicy(context.Background(), &iam.PutRolePolicyInput{RoleName: aws.String(role), PolicyName: aws.String("all"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	w.Clock().Advance(10 * time.Second)
}

// assumed opens a session of the deploy role with the leaked key.
func assumed(t *testing.T, w *simaws.World, by aws.Credentials) aws.Credentials {
	t.Helper()
	client := sts.NewFromConfig(aws.Config{Region: "us-east-1", HTTPClient: w, Credentials: credentials.StaticCredentialsProvider{Value: by}})
	out, err := client.AssumeRole(context.Background(), &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::000000000000:role/" + role), RoleSessionName: aws.String("me")})
	if err != nil {
		t.Fatal(err)
	}
	c := out.Credentials
	return aws.Credentials{AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey, SessionToken: *c.SessionToken}
}
