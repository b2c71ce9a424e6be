package forecast_test

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/ircontain/ircontain/internal/catalogue"
	"github.com/ircontain/ircontain/internal/forecast"
	"github.com/ircontain/ircontain/internal/trail"
)

const (
	caller    = "arn:aws:iam::111122223333:user/ana"
	callerKey = "AKIAIOSFODNN7EXAMPLE"
	asUser    = `{"type":"IAMUser","principalId":"AIDAX","arn":"` + caller + `","accountId":"111122223333","userName":"ana","accessKeyId":"` + callerKey + `"}`
	asToken   = `{"type":"IAMUser","principalId":"AIDAX","arn":"` + caller + `","accountId":"111122223333","accessKeyId":"ASIATOKEN","sessionContext":{"attributes":{"creationDate":"2026-03-02T01:00:00Z","mfaAuthenticated":"false"}}}`
	asFed     = `{"type":"FederatedUser","principalId":"111122223333:bob","arn":"arn:aws:sts::111122223333:federated-user/bob","accountId":"111122223333","accessKeyId":"ASIAFED","sessionContext":{"sessionIssuer":{"type":"IAMUser","arn":"` + caller + `"},"attributes":{"creationDate":"2026-03-02T01:00:00Z"}}}`
	asRole    = `{"type":"AssumedRole","principalId":"AROAX:s","arn":"arn:aws:sts::111122223333:assumed-role/app/s","accountId":"111122223333","accessKeyId":"ASIAROLE","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::111122223333:role/p/app","userName":"app"},"attributes":{"creationDate":"2026-03-02T01:00:00Z"}}}`
	asOther   = `{"type":"IAMUser","principalId":"AIDAY","arn":"arn:aws:iam::111122223333:user/other","accountId":"111122223333","userName":"other","accessKeyId":"AKIAOTHER"}`
	asNobody  = `{"type":"AWSAccount","principalId":"AIDAZ","accountId":"111122223333","accessKeyId":"ASIANOBODY"}`
	asConsole = `{"type":"IAMUser","principalId":"AIDAX","arn":"` + caller + `","accountId":"111122223333","userName":"ana"}`
	asForward = `{"type":"IAMUser","principalId":"AIDAX","arn":"` + caller + `","accountId":"111122223333","userName":"ana","accessKeyId":"` + callerKey + `","invokedBy":"athena.amazonaws.com"}`
)

// event is one record; more members may follow.
func event(n int, identity, source, name, more string) string {
	return fmt.Sprintf(`{"eventVersion":"1.11","eventID":"e%d","eventTime":"2026-03-02T%02d:%02d:%02dZ","eventSource":"%s.amazonaws.com","eventName":"%s",
"awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2.9","eventType":"AwsApiCall","recipientAccountId":"111122223333","userIdentity":%s%s}`,
		n, n/3600%24, n/60%60, n%60, source, name, identity, more)
}

func usageOf(t testing.TB, s trail.Selector, events ...string) *trail.Usage {
	t.Helper()
	src, err := trail.Open("-", bytes.NewReader([]byte(`{"Records":[`+strings.Join(events, ",")+`]}`)))
	if err != nil {
		t.Fatal(err)
	}
	log, err := trail.Read(context.Background(), []trail.Source{src}, trail.Options{})
	if err != nil {
		t.Fatal(err)
	}
	u, err := trail.Analyze(log, s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// manyCalls are reads of n objects.
func manyCalls(t testing.TB, n int) *trail.Usage {
	events := make([]string, n)
	for i := range events {
		events[i] = event(i, asUser, "s3", "GetObject", fmt.Sprintf(`,"requestParameters":{"bucketName":"b","key":"ana/%d"}`, i))
	}
	return usageOf(t, trail.Selector{AccessKey: callerKey}, events...)
}

func statement(parts string) string {
	return `{"Version":"2012-10-17","Statement":{"Effect":"Deny",` + parts + `}}`
}

// TestVerdicts replays one call through one lever.
func TestVerdicts(t *testing.T) {
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	everything := statement(`"Action":"*","Resource":"*"`)
	at := func(l forecast.Lever, err error) forecast.Lever {
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	onUser := func(doc string) forecast.Lever { return at(forecast.Deny("d", caller, []byte(doc))) }
	boundary := func(doc string) forecast.Lever { return at(forecast.Boundary("b", caller, []byte(doc))) }
	allow := func(parts string) string { return strings.Replace(statement(parts), "Deny", "Allow", 1) }
	for i, tt := range []struct {
		identity, source, event, more string
		lever                         forecast.Lever
		want                          string
	}{
		{asUser, "s3", "ListBuckets", ``, onUser(everything), "denied"},
		{asToken, "s3", "ListBuckets", ``, onUser(everything), "denied"},
		{asFed, "s3", "ListBuckets", ``, onUser(everything), "denied"},
		{asRole, "s3", "ListBuckets", ``, onUser(everything), "not-denied"},
		{asOther, "s3", "ListBuckets", ``, onUser(everything), "not-denied"},
		{asNobody, "s3", "ListBuckets", ``, onUser(everything), "unknown aws:PrincipalArn"},
		{asRole, "s3", "ListBuckets", ``, at(forecast.Deny("d", "arn:aws:iam::111122223333:role/app", []byte(everything))), "denied"},
		{asUser, "sts", "GetCallerIdentity", ``, onUser(everything), "not-denied"},
		{asUser, "sts", "GetCallerIdentity", ``, boundary(allow(`"Action":"s3:*","Resource":"*"`)), "not-denied"},
		{asUser, "sts", "GetCallerIdentity", ``, forecast.DeactivateKey(callerKey), "denied"},
		{asToken, "s3", "ListBuckets", ``, forecast.DeactivateKey(callerKey), "not-denied"},
		{asConsole, "s3", "ListBuckets", ``, forecast.DeactivateKey(callerKey), "unknown AccessKeyId"},
		{asConsole, "s3", "ListBuckets", `,"sessionCredentialFromConsole":"true"`, forecast.DeactivateKey(callerKey), "not-denied"},
		{asUser, "s3", "ListBuckets", ``, at(forecast.RevokeUserSessions(caller)), "not-denied"},
		{asToken, "s3", "ListBuckets", ``, at(forecast.RevokeUserSessions(caller)), "denied"},
		{asUser, "s3", "ListObjects", ``, onUser(statement(`"Action":"s3:*","Resource":"arn:aws:s3:::b"`)), "unknown Resource"},
		{asUser, "s3", "ListObjects", `,"requestParameters":{"bucketName":"b"}`, onUser(statement(`"Action":"s3:*","Resource":"arn:aws:s3:::b"`)), "denied"},
		{asUser, "s3", "ListBuckets", ``, onUser(statement(`"Action":"s3:*","Resource":"arn:aws:s3:::b"`)), "not-denied"},
		{asUser, "ec2", "DescribeRegions", ``, onUser(statement(`"Action":"ec2:*","Resource":"arn:aws:ec2:*:*:instance/*"`)), "not-denied"}, // known to the catalogue
		{asUser, "s3", "ListBuckets", `,"vpcEndpointId":"vpce-1"`, onUser(statement(`"Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}`)), "unknown aws:SourceVpc"},
		{asUser, "s3", "ListBuckets", ``, onUser(statement(`"Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}`)), "denied"},
		{asUser, "s3", "ListBuckets", ``, onUser(statement(`"Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"198.51.100.0/24"}}`)), "not-denied"},
		{asUser, "s3", "ListBuckets", ``, onUser(statement(`"Action":"*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}`)), "unknown aws:CurrentTime"},
		{asUser, "brandnew", "GetIt", ``, onUser(everything), "denied"},
		{asUser, "brandnew", "GetIt", ``, onUser(statement(`"Action":"brandnew:Get*","Resource":"*"`)), "unknown Action"},
		{asUser, "dynamodb", "ExecuteStatement", ``, onUser(statement(`"Action":"dynamodb:PartiQLDelete","Resource":"*"`)), "unknown Action"},
		{asUser, "dynamodb", "ExecuteStatement", ``, onUser(statement(`"Action":"dynamodb:*","Resource":"*"`)), "denied"},
		{asUser, "s3", "CopyObject", ``, onUser(statement(`"Action":"s3:GetObject","Resource":"*"`)), "denied"},
		{asUser, "s3", "ListBuckets", ``, boundary(allow(`"Action":"s3:ListAllMyBuckets","Resource":"*"`)), "not-denied"},
		{asUser, "s3", "ListObjects", ``, boundary(allow(`"Action":"s3:ListAllMyBuckets","Resource":"*"`)), "denied"},
		{asUser, "s3", "ListObjects", ``, boundary(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::b"`)), "unknown Resource"},
		{asUser, "s3", "ListObjects", ``, boundary(everything), "denied"},
	} {
		f := forecast.Replayer{Catalogue: cat}.Replay(usageOf(t, selectorOf(tt.identity), event(1, tt.identity, tt.source, tt.event, tt.more)), tt.lever)
		if len(f.Consumers) != 1 {
			t.Fatalf("%d: %+v", i, f)
		}
		c := f.Consumers[0]
		if got := strings.TrimSpace(string(c.Verdict) + " " + strings.Join(c.DependsOn, " ")); got != tt.want {
			t.Errorf("%d: %s:%s under %s: %s, want %s", i, tt.source, tt.event, tt.lever.Name, got, tt.want)
		}
	}
}

var keyOf = regexp.MustCompile(`"accessKeyId":"(\w+)"`)

func selectorOf(identity string) trail.Selector {
	if m := keyOf.FindStringSubmatch(identity); m != nil {
		return trail.Selector{AccessKey: m[1]}
	}
	return trail.Selector{Principal: caller}
}

// TestSecretByName: the end of a secret's ARN is never logged with its name.
func TestSecretByName(t *testing.T) {
	const secret = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:"
	spare := func(arn string) string {
		return statement(`"Action":"secretsmanager:GetSecretValue","NotResource":"` + arn + `"`)
	}
	for _, tt := range []struct{ name, document, want string }{
		{"db", spare(secret + "db-AbC12x"), "unknown"},
		{"db", spare(secret + "db-*"), "not-denied"},
		{"db", spare(secret + "db-??????"), "not-denied"},
		{"db", spare(secret + "db-A*"), "unknown"},
		{"db", spare(secret + "other-AbC12x"), "denied"},
		{"db", spare(secret + "db2-AbC12x"), "denied"},
		{"prod/db", spare("arn:aws:secretsmanager:*:*:secret:prod/*"), "not-denied"},
		{"test/db", spare("arn:aws:secretsmanager:*:*:secret:prod/*"), "denied"},
		{"db", spare("arn:aws:secretsmanager:*:*:secret:*-A*"), "unknown"},
		{"db", spare(secret + "${aws:username}-AbC12x"), "unknown"},
		{secret + "db-AbC12x", spare(secret + "db-AbC12x"), "not-denied"},
		{secret + "db", spare(secret + "x-AbC12x"), "denied"},
		{"my-secret", statement(`"Action":"*","Resource":"` + secret + `my-secret"`), "not-denied"},
	} {
		u := usageOf(t, selectorOf(asUser), event(1, asUser, "secretsmanager", "GetSecretValue", `,"requestParameters":{"secretId":"`+tt.name+`"}`))
		if c := forecast.Replay(u, deny(t, "d", caller, tt.document)).Consumers[0]; string(c.Verdict) != tt.want {
			t.Errorf("%s under %s: %s %v, want %s", tt.name, tt.document, c.Verdict, c.DependsOn, tt.want)
		}
	}
}

// TestCounts: refused calls and events are set apart, forwarded calls counted
// outside the consumers, and a session falls with the call that issued it.
func TestCounts(t *testing.T) {
	issued := `,"responseElements":{"credentials":{"accessKeyId":"ASIATOKEN"}}`
	u := usageOf(t, trail.Selector{AccessKey: callerKey},
		event(1, asUser, "s3", "ListBuckets", ``),
		event(2, asUser, "s3", "ListBuckets", `,"errorCode":"AccessDenied"`),
		event(3, asUser, "health", "DescribeEvents", ``),
		event(4, asUser, "sts", "GetSessionToken", issued),
		event(5, asToken, "s3", "ListBuckets", ``),
		event(6, asForward, "s3", "GetObject", ``),
		event(7, asUser, "brandnew", "GetIt", ``))
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	l := deny(t, "d", caller, statement(`"Action":["sts:*","s3:GetObject","kms:*"],"Resource":"*"`))
	f := forecast.Replayer{Catalogue: cat}.Replay(u, l)
	var calls, denied, ends int
	for _, c := range f.Consumers {
		calls, denied, ends = calls+c.Calls, denied+c.Denied, ends+c.EndsWithSession
	}
	if calls != 4 || denied != 1 || ends != 1 || f.AlreadyDenied != 1 || f.NotChecked != 1 || f.Guessed != 1 || f.BrokenUndecided != 1 {
		t.Errorf("%d calls, %d denied, %d end: %+v", calls, denied, ends, f)
	}
	if fw := f.Forwarded; fw.Calls != 1 || fw.Denied != 1 || fmt.Sprint(fw.Actions) != "[s3:GetObject]" {
		t.Errorf("forwarded %+v", fw)
	}
	blind := fmt.Sprint(forecast.Blind(u, []forecast.LeverForecast{f}))
	for _, want := range []string{"forwarded calls", "guessed actions", "dependent actions"} {
		if !strings.Contains(blind, want) {
			t.Errorf("no %s in %s", want, blind)
		}
	}
}
