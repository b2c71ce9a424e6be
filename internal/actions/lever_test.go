package actions_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ircontain/ircontain/internal/actions"
	"github.com/ircontain/ircontain/internal/actions/actiontest"
	"github.com/ircontain/ircontain/internal/awsconn"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/simaws"
)

const (
	victim = "svc-billing-export"
	role   = "deploy-artifacts"
	deny   = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}`
	name   = "IRContainGuard-0123abcd-test"
)

func connect(t *testing.T) (*simaws.World, *awsconn.Conn) {
	t.Helper()
	sc, err := simaws.LoadScenario("forgotten-key")
	if err != nil {
		t.Fatal(err)
	}
	sc.History.Days = 2
	w, err := simaws.New(sc, simaws.Options{Seed: 1, Clock: simaws.NewStepClock(sc.Start)})
	if err != nil {
		t.Fatal(err)
	}
	r := w.Responder()
	conn, err := awsconn.Connect(context.Background(), awsconn.Options{Region: "us-east-1", Transport: w, Clock: w.Clock().Now,
		Static: &aws.Credentials{AccessKeyID: r.AccessKeyID, SecretAccessKey: r.SecretAccessKey, SessionToken: r.SessionToken}})
	if err != nil {
		t.Fatal(err)
	}
	return w, conn
}

// TestLevers takes every lever through the suite.
func TestLevers(t *testing.T) {
	w, conn := connect(t)
	user := map[string]string{"user": victim, "policy": name}
	arn := "arn:aws:iam::000000000000:policy/" + name
	for _, tt := range []struct {
		name   string
		lever  actiontest.Lever
		change incident.Change
	}{
		{"access key status", actions.NewAccessKeyStatus(conn.IAM, conn.WriteIAM),
			incident.Change{Before: "Active", After: "Inactive", Params: map[string]string{"user": victim, "access_key": w.Target()}}},
		{"user inline policy", actions.NewUserInlinePolicy(conn.IAM, conn.WriteIAM), incident.Change{After: deny, Params: user}},
		{"role inline policy", actions.NewRoleInlinePolicy(conn.IAM, conn.WriteIAM),
			incident.Change{After: deny, Params: map[string]string{"role": role, "policy": name}}},
		{"user tags", actions.NewUserTags(conn.IAM, conn.WriteIAM),
			incident.Change{After: `{"ircontain-owner":"lee","ircontain-review":"2026-03-31T06:14:30Z"}`, Params: map[string]string{"user": victim}}},
		{"managed policy", actions.NewManagedPolicy(conn.IAM, conn.WriteIAM),
			incident.Change{After: deny, Params: map[string]string{"policy": name, "policy_arn": arn}}},
	} {
		t.Run(tt.name, func(t *testing.T) { actiontest.Run(t, w, tt.lever, tt.change) })
	}
}

// TestAttachmentLever needs a policy to attach.
func TestAttachmentLever(t *testing.T) {
	w, conn := connect(t)
	arn := "arn:aws:iam::000000000000:policy/" + name
	create := incident.Change{After: deny, Params: map[string]string{"policy": name, "policy_arn": arn}}
	if _, err := actions.NewManagedPolicy(conn.IAM, conn.WriteIAM).Apply(context.Background(), create); err != nil {
		t.Fatal(err)
	}
	actiontest.Run(t, w, actions.NewUserPolicyAttachment(conn.IAM, conn.WriteIAM),
		incident.Change{After: "attached", Params: map[string]string{"user": victim, "policy_arn": arn}})
}

// TestTagsThatWereThere are written back with their old values.
func TestTagsThatWereThere(t *testing.T) {
	w, conn := connect(t)
	lever := actions.NewUserTags(conn.IAM, conn.WriteIAM)
	old := incident.Change{After: `{"ircontain-owner":"ana"}`, Params: map[string]string{"user": victim}}
	if _, err := lever.Apply(context.Background(), old); err != nil {
		t.Fatal(err)
	}
	actiontest.Run(t, w, lever, incident.Change{Before: `{"ircontain-owner":"ana"}`, After: `{"ircontain-owner":"lee"}`, Params: map[string]string{"user": victim}})
}

// TestReadOfWhatIsGone: a policy or key that is not there reads as absent, and
// a user that is not there is an error, never "absent".
func TestReadOfWhatIsGone(t *testing.T) {
	_, conn := connect(t)
	ctx := context.Background()
	got, err := actions.NewUserInlinePolicy(conn.IAM, conn.WriteIAM).Read(ctx, incident.Change{Params: map[string]string{"user": victim, "policy": "IRContainGuard-none"}})
	if got != "" || err != nil {
		t.Errorf("absent policy reads %q, %v", got, err)
	}
	if _, err := actions.NewAccessKeyStatus(conn.IAM, conn.WriteIAM).Read(ctx, incident.Change{Params: map[string]string{"user": "nobody", "access_key": "AKIAIOSFODNN7EXAMPLE"}}); err == nil || !strings.Contains(err.Error(), "nobody") {
		t.Errorf("key of a user that does not exist: %v", err)
	}
}

// TestForeignPolicyIsRefused: the connection writes only what carries our prefix.
func TestForeignPolicyIsRefused(t *testing.T) {
	w, conn := connect(t)
	sent := len(w.Mutations())
	c := incident.Change{Before: "", After: deny, Params: map[string]string{"user": victim, "policy": "self-service"}}
	l := actions.NewUserInlinePolicy(conn.IAM, conn.WriteIAM)
	if _, err := l.Apply(context.Background(), c); err == nil {
		t.Error("a foreign policy was overwritten")
	}
	if _, err := l.Restore(context.Background(), c); err == nil {
		t.Error("a foreign policy was deleted")
	}
	if len(w.Mutations()) != sent {
		t.Error("something was sent")
	}
}
