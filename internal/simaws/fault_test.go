package simaws

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

func TestFaults(t *testing.T) {
	inactive := &iam.UpdateAccessKeyInput{UserName: p("alice"), AccessKeyId: p(aliceKey), Status: iamtypes.StatusTypeInactive}
	cases := []struct {
		fault   Fault
		applied bool
		check   func(error) bool
	}{
		{FaultNone, true, func(err error) bool { return err == nil }},
		{FaultDropBefore, false, isNetwork},
		{FaultDropAfter, true, isNetwork},
		{FaultStatus500HTML, false, isHTML},
		{FaultCapabilityAbsent, false, isHTML},
		{FaultThrottle, false, func(err error) bool { return hasCode(err, "Throttling") }},
		{FaultExpired, false, func(err error) bool { return hasCode(err, "ExpiredToken") }},
	}
	for _, tc := range cases {
		t.Run(tc.fault.String(), func(t *testing.T) {
			w := smallWorld(t, func(o *Options) {
				o.Fault = func(op string, n int) Fault {
					if op == "iam:UpdateAccessKey" && n == 1 {
						return tc.fault
					}
					return FaultNone
				}
			})
			c := w.responderClients().iam
			_, err := c.UpdateAccessKey(bg, inactive)
			if !tc.check(err) {
				t.Errorf("got %v", err)
			}
			if applied := w.Dump().Users[0].Keys[0].Status == statusInactive; applied != tc.applied {
				t.Errorf("applied: %v, want %v", applied, tc.applied)
			}
			if got := len(w.Mutations()); got != map[bool]int{true: 1, false: 0}[tc.applied] {
				t.Errorf("%d mutations recorded", got)
			}
			// The second request goes through.
			_, err = c.UpdateAccessKey(bg, inactive)
			wantCode(t, err, "", "")
		})
	}
}

func isNetwork(err error) bool { var e *net.OpError; return errors.As(err, &e) }

func isHTML(err error) bool {
	var re *smithyhttp.ResponseError
	return errors.As(err, &re) && re.HTTPStatusCode() == http.StatusInternalServerError
}

func hasCode(err error, code string) bool {
	var e smithy.APIError
	return errors.As(err, &e) && e.ErrorCode() == code
}

func TestUnknownOperationsAreLoud(t *testing.T) {
	var said []string
	w := smallWorld(t, func(o *Options) { o.Log = func(s string) { said = append(said, s) } })
	c := w.responderClients()
	_, err := c.iam.DeleteGroup(bg, &iam.DeleteGroupInput{GroupName: p("devs")})
	wantCode(t, err, "InvalidAction", "iam:DeleteGroup")
	_, err = c.trail.ListTrails(bg, nil)
	wantCode(t, err, "UnknownOperationException", "cloudtrail:ListTrails")
	if len(said) != 2 || !strings.Contains(said[0], "iam:DeleteGroup") {
		t.Errorf("log: %q", said)
	}
	r := must(http.NewRequest(http.MethodPost, "https://ec2.us-east-1.amazonaws.com/", nil))(t)
	resp := must(w.Do(r))(t)
	if resp.StatusCode != http.StatusBadRequest || len(said) != 3 {
		t.Errorf("unknown service: %d, %q", resp.StatusCode, said)
	}
}

func TestMutations(t *testing.T) {
	w := smallWorld(t)
	c := w.responderClients()
	must(c.iam.ListUsers(bg, nil))(t)
	must(c.iam.TagUser(bg, &iam.TagUserInput{UserName: p("bob"), Tags: []iamtypes.Tag{{Key: p("a"), Value: p("b")}}}))(t)
	_, _ = c.iam.DeleteUserPolicy(bg, &iam.DeleteUserPolicyInput{UserName: p("bob"), PolicyName: p("none")})
	m := w.Mutations()
	if len(m) != 2 || m[0].Operation != "iam:TagUser" || m[0].ErrorCode != "" || m[0].Principal != opsARN || m[0].RequestID == "" ||
		!strings.Contains(m[0].UserAgent, "aws-sdk-go-v2") || m[1].ErrorCode != "NoSuchEntity" {
		t.Errorf("mutations: %+v", m)
	}
	refused := smallWorld(t)
	_, err := of(refused.as(t, bobKey)).iam.CreateUser(bg, &iam.CreateUserInput{UserName: p("x")})
	wantCode(t, err, "AccessDenied", "iam:CreateUser on resource: arn:aws:iam::000000000000:user/x because no identity-based policy allows")
	if m := refused.Mutations(); len(m) != 1 || m[0].ErrorCode != "AccessDenied" {
		t.Errorf("mutations: %+v", m)
	}
}

func TestLoopback(t *testing.T) {
	w := smallWorld(t)
	server := httptest.NewServer(w)
	defer server.Close()
	c := config(server.Client(), w.Responder())
	c.BaseEndpoint = aws.String(server.URL)
	all := of(c)
	must(all.iam.ListUsers(bg, nil))(t)
	must(all.sts.GetCallerIdentity(bg, nil))(t)
	must(all.secrets.ListSecrets(bg, nil))(t)
	must(all.trail.LookupEvents(bg, nil))(t)
	b := s3.NewFromConfig(c, func(o *s3.Options) { o.UsePathStyle = true })
	must(b.PutObject(bg, &s3.PutObjectInput{Bucket: p("exports"), Key: p("k"), Body: strings.NewReader("v")}))(t)
	must(b.HeadBucket(bg, &s3.HeadBucketInput{Bucket: p("exports")}))(t)
	bad := c
	bad.Credentials = config(nil, Credentials{AccessKeyID: w.Responder().AccessKeyID, SecretAccessKey: "x", SessionToken: w.Responder().SessionToken}).Credentials
	_, err := of(bad).iam.ListUsers(bg, nil)
	wantCode(t, err, "SignatureDoesNotMatch", "")
	dropping := smallWorld(t, func(o *Options) { o.Fault = func(string, int) Fault { return FaultDropBefore } })
	server2 := httptest.NewServer(dropping)
	defer server2.Close()
	server2.Config.ErrorLog = nil
	c = config(server2.Client(), dropping.Responder())
	c.BaseEndpoint = aws.String(server2.URL)
	if _, err := of(c).iam.ListUsers(bg, nil); err == nil || hasCode(err, "") {
		t.Errorf("dropped connection: %v", err)
	}
}

func TestClocks(t *testing.T) {
	step := NewStepClock(start)
	if err := step.Sleep(bg, time.Hour); err != nil || !step.Now().Equal(start.Add(time.Hour)) {
		t.Errorf("step clock at %v, %v", step.Now(), err)
	}
	step.Advance(-time.Hour)
	if !step.Now().Equal(start.Add(time.Hour)) {
		t.Error("time went back")
	}
	run := NewRunningClock(start, 1000)
	began := time.Now()
	if err := run.Sleep(bg, time.Hour); err != nil || time.Since(began) > time.Second || run.Now().Before(start.Add(time.Hour)) {
		t.Errorf("running clock at %v, %v", run.Now(), err)
	}
	for a := run.Now(); !run.Now().After(a); {
	}
}
