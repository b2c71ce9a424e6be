package cli

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ircontain/ircontain/internal/catalogue"
	"github.com/ircontain/ircontain/internal/trail"
)

const (
	seenUser = "arn:aws:iam::111122223333:user/jobs/ana"
	seenKey  = "AKIAIOSFODNN7EXAMPLE"
	asAna    = `{"type":"IAMUser","principalId":"AIDAX","arn":"` + seenUser + `","accountId":"111122223333","userName":"ana","accessKeyId":"` + seenKey + `"}`
	asApp    = `{"type":"AssumedRole","principalId":"AROAX:s","arn":"arn:aws:sts::111122223333:assumed-role/ana/s","accountId":"111122223333","accessKeyId":"ASIAROLE","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::111122223333:role/ana","userName":"ana"}}}`
)

// seenCalls reads a log of calls, each given as identity, address, event and
// further members.
func seenCalls(t *testing.T, calls ...[4]string) *trail.Usage {
	t.Helper()
	records := make([]string, 0, len(calls))
	for i, c := range calls {
		source, name, _ := strings.Cut(c[2], ":")
		records = append(records, fmt.Sprintf(`{"eventVersion":"1.11","eventID":"e%d","eventTime":"2026-03-02T00:00:%02dZ","eventSource":"%s.amazonaws.com","eventName":"%s",
"awsRegion":"eu-central-1","sourceIPAddress":"%s","userAgent":"aws-cli/2.9","eventType":"AwsApiCall","recipientAccountId":"111122223333","userIdentity":%s%s}`,
			i, i, source, name, c[1], c[0], c[3]))
	}
	src, err := trail.Open("-", strings.NewReader(`{"Records":[`+strings.Join(records, ",")+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	log, err := trail.Read(t.Context(), []trail.Source{src}, trail.Options{})
	if err != nil {
		t.Fatal(err)
	}
	u, err := trail.Analyze(log, trail.Selector{AccessKey: seenKey, Descend: true})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestObserved(t *testing.T) {
	t.Parallel()
	const job, intruder = "198.51.100.7", "203.0.113.9"
	u := seenCalls(t,
		[4]string{asAna, job, "s3:GetObject"}, [4]string{asAna, job, "s3:HeadObject"}, [4]string{asAna, job, "lambda:CreateFunction20150331"},
		[4]string{asAna, job, "sqs:SendMessage", `,"errorCode":"AccessDenied"`},
		[4]string{asAna, job, "unheardof:DoThings"},
		[4]string{asAna, job, "sts:AssumeRole", `,"responseElements":{"credentials":{"accessKeyId":"ASIAROLE"}}`},
		[4]string{asApp, job, "dynamodb:PutItem"},
		[4]string{asAna, "athena.amazonaws.com", "glue:GetTable"},
		[4]string{asAna, intruder, "iam:CreateUser"})
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	var id string
	for _, c := range u.Consumers {
		if strings.HasPrefix(c.Origin, "198.51.100.") && c.Credential == "long_term" {
			id = c.ID
		}
	}
	o, err := observed(u, seenUser, []string{id}, cat)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, a := range o.Actions {
		if found := cat.Expand(a); len(found) > 0 {
			all = append(all, found...)
		} else {
			all = append(all, a)
		}
	}
	slices.Sort(all)
	// A refused call, one of a role and one of the intruder show no need.
	want := []string{"lambda:CreateFunction", "s3:GetObject", "sts:AssumeRole", "unheardof:DoThings"}
	if !slices.Equal(all, want) || o.Seen != len(want) || len(o.Consumers) != 1 || len(o.LeftOut) != len(u.Consumers)-1 {
		t.Errorf("%q from %+v", all, o)
	}
	for _, text := range []string{"perhaps ", "iam:PassRole", "(not listed, and stopped): glue:GetTable", "guessed from the events, are those of the actions: unheardof:DoThings",
		"does not hold: unheardof:DoThings", "what did not run between 2026-03-02T00:00:00Z"} {
		if !slices.ContainsFunc(o.CannotKnow, func(s string) bool { return strings.Contains(s, text) }) {
			t.Errorf("%q is not said: %q", text, o.CannotKnow)
		}
	}
	// Nobody is legitimate here, and none is chosen by default.
	if _, err := observed(u, seenUser, nil, cat); err == nil || !strings.Contains(err.Error(), "no consumer is labelled legitimate") {
		t.Errorf("%v", err)
	}
	if _, err := observed(u, seenUser, []string{id, "c99"}, cat); err == nil || !strings.Contains(err.Error(), `no consumer "c99"`) {
		t.Errorf("%v", err)
	}
	if _, err := observed(u, "arn:aws:iam::111122223333:user/other", []string{id}, cat); err == nil || !strings.Contains(err.Error(), "need anything as") {
		t.Errorf("%v", err)
	}
	// The role has the name of the user: both are told apart.
	sessions := 0
	for _, c := range u.Consumers {
		if c.Credential != "role_session" {
			continue
		}
		sessions++
		if o, err := observed(u, "arn:aws:iam::111122223333:role/ana", []string{c.Fingerprint}, cat); err != nil || !slices.Equal(o.Actions, []string{"dynamodb:PutItem"}) {
			t.Errorf("%+v, %v", o, err)
		}
	}
	if sessions != 1 {
		t.Errorf("%d consumers are role sessions", sessions)
	}
}
