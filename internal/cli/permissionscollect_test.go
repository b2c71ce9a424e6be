package cli

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ircontain/ircontain/internal/awsconn"
	"github.com/ircontain/ircontain/internal/permission"
	"github.com/ircontain/ircontain/internal/simaws"
)

// reread is the snapshot after a way through its file.
func reread(t *testing.T, s *accountSnapshot) *accountSnapshot {
	t.Helper()
	path := t.TempDir() + "/account.json"
	if err := s.write(path); err != nil {
		t.Fatal(err)
	}
	back, err := readSnapshot(path)
	if err != nil {
		t.Fatal(err)
	}
	return back
}

// "Nobody looked" and "there is none" are different answers, in the file too.
func TestCollectedSurvivesTheFile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*collected{
		"a snapshot from before": nil,
		"not read":               {Unread: []permission.Unseen{{What: "keys", Why: "refused"}}},
		"no organisation":        {SCPs: [][]savedPolicy{}},
		"two levels":             {SCPs: [][]savedPolicy{{{"a", "arn:a", "{}"}}, {}}, Resources: map[string]string{"arn:aws:s3:::b": "{}", "arn:aws:s3:::a": "{}"}},
	} {
		s := scenarioSnapshot(t)
		s.Collected = c
		back := reread(t, s).Collected
		if !reflect.DeepEqual(back, c) {
			t.Errorf("%s: %+v, was %+v", name, back, c)
		}
		var in permission.Input
		back.into(&in)
		if (in.SCPs == nil) != (c == nil || c.SCPs == nil) || (c != nil && (len(in.SCPs) != len(c.SCPs) || len(in.Resources) != len(c.Resources) || len(in.Unread) != len(c.Unread))) {
			t.Errorf("%s: input %+v", name, in)
		}
	}
}

// What was collected decides: a queue's policy opens what no document of the
// user's does, and the organisation shuts what one of them opens.
func TestCollectedPoliciesDecide(t *testing.T) {
	t.Parallel()
	const queue, all = "arn:aws:sqs:us-east-1:000000000000:orders", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	s := scenarioSnapshot(t)
	s.Collected = &collected{
		Resources: map[string]string{queue: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:user/svc-billing-export"},"Action":"sqs:ReceiveMessage","Resource":"` + queue + `"}}`},
		SCPs: [][]savedPolicy{{{"FullAWSAccess", "", all}}, {{"FullAWSAccess", "", all}, {"no-secrets", "",
			`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"secretsmanager:*","Resource":"*"}}`}}},
		Unread: []permission.Unseen{{What: "policies of KMS keys", Why: "not listed: kms:ListKeys was refused"}},
	}
	before, _ := reviewOf(t, scenarioSnapshot(t), "svc-billing-export")
	after, _ := reviewOf(t, reread(t, s), "svc-billing-export")
	has := func(r permission.Report, action string) bool {
		return slices.ContainsFunc(actionsOf(r), func(a permission.Action) bool { return a.Action == action })
	}
	if !has(before, "secretsmanager:GetSecretValue") || has(after, "secretsmanager:GetSecretValue") || !has(after, "iam:CreateAccessKey") {
		t.Error("the service control policy does not decide")
	}
	if has(before, "sqs:ReceiveMessage") || !has(after, "sqs:ReceiveMessage") {
		t.Error("the queue's policy does not decide")
	}
	text, err := json.Marshal(after.Unseen)
	if err != nil || !strings.Contains(string(text), "kms:ListKeys was refused") || strings.Contains(string(text), `"service control policies"`) {
		t.Errorf("unseen %s %v", text, err)
	}
}

// The simulated account knows buckets and secrets, but no policies of theirs,
// no other of the services and no organisation: all of that is said.
func TestCollectFromTheSimulatedAccount(t *testing.T) {
	t.Parallel()
	sc, err := simaws.LoadScenario(defaultScenario)
	if err != nil {
		t.Fatal(err)
	}
	sc.History.Days = 1
	w, err := simaws.New(sc, simaws.Options{Seed: 1, Clock: simaws.NewStepClock(sc.Start)})
	if err != nil {
		t.Fatal(err)
	}
	who := w.Responder()
	conn, err := awsconn.Connect(t.Context(), awsconn.Options{Region: "us-east-1", Transport: w, Clock: time.Now,
		Static: &aws.Credentials{AccessKeyID: who.AccessKeyID, SecretAccessKey: who.SecretAccessKey, SessionToken: who.SessionToken}})
	if err != nil {
		t.Fatal(err)
	}
	a := &App{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}
	got, err := a.collectPolicies(t.Context(), conn, "000000000000", "aws")
	if err != nil || got.SCPs != nil || len(got.Resources) != 0 {
		t.Errorf("%+v %v", got, err)
	}
	lines, _ := json.Marshal(got.Unread)
	for _, op := range strings.Fields("s3:GetBucketPolicy kms:ListKeys sqs:ListQueues sns:ListTopics lambda:ListFunctions secretsmanager:GetResourcePolicy organizations:DescribeOrganization") {
		if !strings.Contains(string(lines), op+" ") {
			t.Errorf("nothing is said about %s: %s", op, lines)
		}
	}
	if len(w.Mutations()) != 0 {
		t.Errorf("%+v", w.Mutations())
	}
}
