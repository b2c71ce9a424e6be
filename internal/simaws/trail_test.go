package simaws

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// lookupAll pages through one lookup, minding the rate on the world's clock.
func lookupAll(t testing.TB, w *World, key types.LookupAttributeKey, value string, in cloudtrail.LookupEventsInput) []types.Event {
	t.Helper()
	c := w.responderClients().trail
	if key != "" {
		in.LookupAttributes = []types.LookupAttribute{{AttributeKey: key, AttributeValue: p(value)}}
	}
	var out []types.Event
	pages := cloudtrail.NewLookupEventsPaginator(c, &in)
	for pages.HasMorePages() {
		w.Clock().Advance(600 * time.Millisecond)
		out = append(out, must(pages.NextPage(bg))(t).Events...)
	}
	return out
}

type anyRecord map[string]any

func (r anyRecord) at(path string) any {
	var v any = map[string]any(r)
	for _, p := range strings.Split(path, ".") {
		m, _ := v.(map[string]any)
		v = m[p]
	}
	return v
}

func record(t testing.TB, e types.Event) anyRecord {
	t.Helper()
	var r anyRecord
	if err := json.Unmarshal([]byte(*e.CloudTrailEvent), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEventContent(t *testing.T) {
	w := smallWorld(t)
	alice := of(w.as(t, aliceKey))
	role := must(alice.sts.AssumeRole(bg, &sts.AssumeRoleInput{RoleArn: p(deployARN), RoleSessionName: p("job"), SourceIdentity: p("src")}))(t)
	_, err := w.with(role.Credentials).secrets.ListSecrets(bg, nil)
	wantCode(t, err, "AccessDeniedException", "")
	fed := must(alice.sts.GetFederationToken(bg, &sts.GetFederationTokenInput{Name: p("fed")}))(t)
	must(w.with(fed.Credentials).sts.GetCallerIdentity(bg, nil))(t)
	key := must(w.responderClients().iam.CreateAccessKey(bg, &iam.CreateAccessKeyInput{UserName: p("bob")}))(t)
	w.Clock().Advance(119 * time.Second)
	if got := lookupAll(t, w, "", "", cloudtrail.LookupEventsInput{}); len(got) != 0 {
		t.Fatalf("%d events before delivery", len(got))
	}
	w.Clock().Advance(time.Second)

	issued := lookupAll(t, w, types.LookupAttributeKeyAccessKeyId, aliceKey, cloudtrail.LookupEventsInput{})
	if len(issued) != 2 {
		t.Fatalf("%d events of the key", len(issued))
	}
	var assume types.Event
	for _, e := range issued {
		if *e.EventName == "AssumeRole" {
			assume = e
		}
	}
	r := record(t, assume)
	ses := *role.Credentials.AccessKeyId
	for path, want := range map[string]any{
		"eventVersion": "1.11", "eventSource": "sts.amazonaws.com", "eventName": "AssumeRole", "awsRegion": "us-east-1",
		"eventTime": "2026-03-01T12:00:00Z", "sourceIPAddress": "203.0.113.9", "readOnly": true, "managementEvent": true,
		"eventType": "AwsApiCall", "eventCategory": "Management", "recipientAccountId": account,
		"userIdentity.type": "IAMUser", "userIdentity.userName": "alice", "userIdentity.accessKeyId": aliceKey,
		"userIdentity.arn": "arn:aws:iam::000000000000:user/alice", "userIdentity.accountId": account,
		"requestParameters.roleArn": deployARN, "requestParameters.roleSessionName": "job", "requestParameters.sourceIdentity": "src",
		"responseElements.credentials.accessKeyId": ses, "responseElements.credentials.sessionToken": *role.Credentials.SessionToken,
		"responseElements.credentials.expiration": "Mar 1, 2026, 1:00:00 PM", "responseElements.credentials.secretAccessKey": nil,
		"responseElements.assumedRoleUser.arn": "arn:aws:sts::000000000000:assumed-role/deploy/job",
		"tlsDetails.tlsVersion":                "TLSv1.3", "userIdentity.sessionContext": nil,
	} {
		if got := r.at(path); got != want {
			t.Errorf("%s = %v, want %v", path, got, want)
		}
	}
	if id, _ := r.at("requestID").(string); !regexp.MustCompile(`^[0-9a-f-]{36}$`).MatchString(id) {
		t.Errorf("requestID %q", id)
	}
	if *assume.EventId != r.at("eventID") || *assume.ReadOnly != "true" || *assume.Username != "alice" || *assume.AccessKeyId != aliceKey {
		t.Errorf("wrapping differs: %+v", assume)
	}

	// Following the session by the key it was given.
	child := lookupAll(t, w, types.LookupAttributeKeyAccessKeyId, ses, cloudtrail.LookupEventsInput{})
	if len(child) != 1 {
		t.Fatalf("%d events of the session", len(child))
	}
	r = record(t, child[0])
	for path, want := range map[string]any{
		"eventSource": "secretsmanager.amazonaws.com", "errorCode": "AccessDeniedException", "responseElements": nil,
		"userIdentity.type": "AssumedRole", "userIdentity.accessKeyId": ses,
		"userIdentity.sessionContext.sessionIssuer.arn":       deployARN,
		"userIdentity.sessionContext.sessionIssuer.type":      "Role",
		"userIdentity.sessionContext.attributes.creationDate": "2026-03-01T12:00:00Z",
		"userIdentity.sessionContext.sourceIdentity":          "src",
	} {
		if got := r.at(path); got != want {
			t.Errorf("%s = %v, want %v", path, got, want)
		}
	}
	if msg, _ := r.at("errorMessage").(string); !strings.Contains(msg, "is not authorized to perform: secretsmanager:ListSecrets") {
		t.Errorf("errorMessage %q", msg)
	}
	r = record(t, lookupAll(t, w, types.LookupAttributeKeyUsername, "fed", cloudtrail.LookupEventsInput{})[0])
	if r.at("userIdentity.type") != "FederatedUser" || r.at("userIdentity.sessionContext.sessionIssuer.userName") != "alice" {
		t.Errorf("federated identity: %v", r.at("userIdentity"))
	}
	made := lookupAll(t, w, types.LookupAttributeKeyEventName, "CreateAccessKey", cloudtrail.LookupEventsInput{})
	r = record(t, made[0])
	if r.at("responseElements.accessKey.accessKeyId") != *key.AccessKey.AccessKeyId || strings.Contains(*made[0].CloudTrailEvent, *key.AccessKey.SecretAccessKey) {
		t.Errorf("key event: %s", *made[0].CloudTrailEvent)
	}
	if got := lookupAll(t, w, types.LookupAttributeKeyResourceName, *key.AccessKey.AccessKeyId, cloudtrail.LookupEventsInput{}); len(got) != 1 {
		t.Errorf("%d events by resource name", len(got))
	}
}

func TestLookupFilters(t *testing.T) {
	w := smallWorld(t)
	alice := of(w.as(t, aliceKey))
	for range 60 {
		must(alice.secrets.ListSecrets(bg, nil))(t)
		w.Clock().Advance(time.Minute)
	}
	_, _ = of(w.as(t, bobKey)).s3.ListBuckets(bg, &s3.ListBucketsInput{})
	must(alice.s3.GetObject(bg, &s3.GetObjectInput{Bucket: p("exports"), Key: p("b")}))(t)
	w.Clock().Advance(time.Hour)
	count := func(key types.LookupAttributeKey, value string, in cloudtrail.LookupEventsInput) int {
		return len(lookupAll(t, w, key, value, in))
	}
	mine := count(types.LookupAttributeKeyAccessKeyId, aliceKey, cloudtrail.LookupEventsInput{MaxResults: aws.Int32(7)})
	if mine != 60 {
		t.Errorf("%d events of alice: a data event in event history, or a lost page", mine)
	}
	if n := count(types.LookupAttributeKeyEventSource, "s3.amazonaws.com", cloudtrail.LookupEventsInput{}); n != 1 {
		t.Errorf("%d s3 events", n)
	}
	window := cloudtrail.LookupEventsInput{StartTime: aws.Time(start.Add(10 * time.Minute)), EndTime: aws.Time(start.Add(19 * time.Minute))}
	events := lookupAll(t, w, types.LookupAttributeKeyUsername, "alice", window)
	if len(events) != 10 || !events[0].EventTime.After(*events[9].EventTime) {
		t.Errorf("%d events in the window, newest first", len(events))
	}
	eu := w.responderClients().trail
	out := must(eu.LookupEvents(bg, &cloudtrail.LookupEventsInput{}, func(o *cloudtrail.Options) { o.Region = "eu-west-1" }))(t)
	if len(out.Events) != 0 {
		t.Errorf("%d events in another region", len(out.Events))
	}
	// Ninety days on, history is empty but for the lookups themselves.
	w.Clock().Advance(90 * 24 * time.Hour)
	if n := count(types.LookupAttributeKeyUsername, "alice", cloudtrail.LookupEventsInput{}); n != 0 {
		t.Errorf("%d events after 90 days", n)
	}
}

func TestLookupErrors(t *testing.T) {
	w := smallWorld(t)
	c := w.responderClients().trail
	two := []types.LookupAttribute{{AttributeKey: "EventName", AttributeValue: p("a")}, {AttributeKey: "Username", AttributeValue: p("b")}}
	cases := []struct {
		name string
		in   cloudtrail.LookupEventsInput
		code string
	}{
		{"two attributes", cloudtrail.LookupEventsInput{LookupAttributes: two}, "InvalidLookupAttributesException"},
		{"too many", cloudtrail.LookupEventsInput{MaxResults: aws.Int32(51)}, "InvalidMaxResultsException"},
		{"backwards", cloudtrail.LookupEventsInput{StartTime: aws.Time(start), EndTime: aws.Time(start.Add(-time.Hour))}, "InvalidTimeRangeException"},
		{"foreign token", cloudtrail.LookupEventsInput{NextToken: p("abc")}, "InvalidNextTokenException"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			w.Clock().Advance(time.Second)
			_, err := c.LookupEvents(bg, &tc.in)
			wantCode(t, err, tc.code, "")
		})
	}
}

func TestLookupThrottling(t *testing.T) {
	w := smallWorld(t)
	c := w.responderClients().trail
	try := func() error { _, err := c.LookupEvents(bg, &cloudtrail.LookupEventsInput{}); return err }
	wantCode(t, try(), "", "")
	wantCode(t, try(), "", "")
	wantCode(t, try(), "ThrottlingException", "Rate exceeded")
	w.Clock().Advance(999 * time.Millisecond)
	wantCode(t, try(), "ThrottlingException", "")
	_, err := c.LookupEvents(bg, &cloudtrail.LookupEventsInput{}, func(o *cloudtrail.Options) { o.Region = "eu-west-1" })
	wantCode(t, err, "", "")
	w.Clock().Advance(time.Millisecond)
	wantCode(t, try(), "", "")
}

func TestTrailStatus(t *testing.T) {
	w := smallWorld(t)
	c := w.responderClients().trail
	trails := must(c.DescribeTrails(bg, nil))(t).TrailList
	if len(trails) != 1 || !*trails[0].IsMultiRegionTrail {
		t.Fatalf("trails: %+v", trails)
	}
	w.Clock().Advance(3 * time.Minute)
	st := must(c.GetTrailStatus(bg, &cloudtrail.GetTrailStatusInput{Name: trails[0].Name}))(t)
	if !*st.IsLogging || !st.LatestDeliveryTime.Equal(start.Add(2*time.Minute)) {
		t.Errorf("status: %+v", st)
	}
	_, err := c.GetTrailStatus(bg, &cloudtrail.GetTrailStatusInput{Name: p("none")})
	wantCode(t, err, "TrailNotFoundException", "")
}

func TestSnapshotEvents(t *testing.T) {
	a := smallAccount()
	for i := range 3 {
		a.Events = append(a.Events, json.RawMessage(fmt.Sprintf(
			`{"eventVersion":"1.08","eventTime":"2026-02-2%dT00:00:00Z","eventID":"e%d","eventName":"ListBuckets","eventSource":"s3.amazonaws.com","awsRegion":"us-east-1","readOnly":true,"userIdentity":{"type":"IAMUser","userName":"alice","accessKeyId":"%s"},"kept":"as is"}`, i, i, aliceKey)))
	}
	w := must(FromAccount(a, Options{ResponderARN: "arn:aws:iam::000000000000:user/outsider", Clock: NewStepClock(start)}))(t)
	got := lookupAll(t, w, types.LookupAttributeKeyAccessKeyId, aliceKey, cloudtrail.LookupEventsInput{})
	if len(got) != 3 || *got[0].EventId != "e2" || *got[0].CloudTrailEvent != string(a.Events[2]) {
		t.Errorf("snapshot events: %+v", got)
	}
	id := must(w.responderClients().sts.GetCallerIdentity(bg, nil))(t)
	if *id.Arn != "arn:aws:iam::000000000000:user/outsider" {
		t.Errorf("responder is %s", *id.Arn)
	}
	must(w.responderClients().iam.ListUsers(bg, nil))(t)
	a.Events = []json.RawMessage{json.RawMessage(`{}`)}
	if _, err := FromAccount(a, Options{}); err == nil {
		t.Error("accepted a record without a time")
	}
}

func TestWriteTrail(t *testing.T) {
	s := must(LoadScenario("forgotten-key"))(t)
	for _, data := range []bool{false, true} {
		s.History.DataEvents, s.History.Days = data, 3
		w := must(New(s, Options{Seed: 7}))(t)
		dir := t.TempDir()
		if err := w.WriteTrail(dir, s.Start.Add(-48*time.Hour), s.Start.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		form := regexp.MustCompile(`AWSLogs/000000000000/CloudTrail/us-east-1/2026/03/(29|30|31)/000000000000_CloudTrail_us-east-1_202603\d\dT\d{4}Z_[A-Z2-7]{16}\.json\.gz$`)
		total, objects := 0, 0
		_ = filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if !form.MatchString(filepath.ToSlash(name)) {
				t.Errorf("name %s", name)
			}
			f := must(os.Open(name))(t)
			defer f.Close()
			var content struct{ Records []anyRecord }
			if err := json.NewDecoder(must(gzip.NewReader(f))(t)).Decode(&content); err != nil {
				t.Error(err)
			}
			for _, r := range content.Records {
				total++
				if r.at("eventCategory") == "Data" {
					objects++
				}
			}
			return nil
		})
		if total < 60 || data != (objects > 0) {
			t.Errorf("data events %v: %d records, %d of them data events", data, total, objects)
		}
	}
}

func TestSecretsAndBuckets(t *testing.T) {
	w := smallWorld(t)
	c := of(w.as(t, aliceKey))
	list := must(c.secrets.ListSecrets(bg, &secretsmanager.ListSecretsInput{MaxResults: aws.Int32(1)}))(t)
	if len(list.SecretList) != 1 || list.NextToken == nil {
		t.Errorf("secrets: %+v", list)
	}
	d := must(c.secrets.DescribeSecret(bg, &secretsmanager.DescribeSecretInput{SecretId: list.SecretList[0].ARN}))(t)
	v := must(c.secrets.GetSecretValue(bg, &secretsmanager.GetSecretValueInput{SecretId: d.ARN}))(t)
	if *v.SecretString != "bait2" || *v.Name != "prod/api" {
		t.Errorf("value: %+v", v)
	}
	_, err := c.secrets.GetSecretValue(bg, &secretsmanager.GetSecretValueInput{SecretId: p("none")})
	wantCode(t, err, "ResourceNotFoundException", "")
	for _, style := range []bool{false, true} {
		b := s3.NewFromConfig(w.as(t, aliceKey), func(o *s3.Options) { o.UsePathStyle = style })
		must(b.HeadBucket(bg, &s3.HeadBucketInput{Bucket: p("exports")}))(t)
		must(b.PutObject(bg, &s3.PutObjectInput{Bucket: p("exports"), Key: p("new file+1.csv"), Body: strings.NewReader("four")}))(t)
		o := must(b.GetObject(bg, &s3.GetObjectInput{Bucket: p("exports"), Key: p("new file+1.csv")}))(t)
		text := make([]byte, 10)
		if n, _ := o.Body.Read(text); string(text[:n]) != "four" {
			t.Errorf("object: %q", text[:n])
		}
		l := must(b.ListObjectsV2(bg, &s3.ListObjectsV2Input{Bucket: p("exports"), Prefix: p("a/")}))(t)
		if *l.KeyCount != 2 || len(l.Contents) != 2 || *l.Contents[1].Key != "a/2.csv" {
			t.Errorf("listing: %+v", l)
		}
		_, err = b.GetObject(bg, &s3.GetObjectInput{Bucket: p("exports"), Key: p("none")})
		wantCode(t, err, "NoSuchKey", "")
		_, err = b.HeadBucket(bg, &s3.HeadBucketInput{Bucket: p("none")})
		if err == nil {
			t.Error("no such bucket, no error")
		}
	}
	if l := must(c.s3.ListBuckets(bg, nil))(t).Buckets; len(l) != 1 || *l[0].Name != "exports" {
		t.Errorf("buckets: %+v", l)
	}
	_, err = of(w.as(t, bobKey)).s3.GetObject(bg, &s3.GetObjectInput{Bucket: p("exports"), Key: p("b")})
	wantCode(t, err, "AccessDenied", "s3:GetObject on resource: ")
	_, err = c.s3.DeleteObject(bg, &s3.DeleteObjectInput{Bucket: p("exports"), Key: p("b")})
	wantCode(t, err, "UnknownOperationException", "DELETE object")
}

// Nested members, numbers and booleans are logged as AWS writes them.
func TestRequestParameters(t *testing.T) {
	w := smallWorld(t)
	c := w.responderClients()
	must(c.iam.TagUser(bg, &iam.TagUserInput{UserName: p("bob"), Tags: []iamtypes.Tag{{Key: p("k1"), Value: p("v1")}, {Key: p("k2"), Value: p("v2")}}}))(t)
	must(c.iam.ListUsers(bg, &iam.ListUsersInput{MaxItems: aws.Int32(5)}))(t)
	must(c.iam.GetAccountSummary(bg, nil))(t)
	must(c.trail.LookupEvents(bg, &cloudtrail.LookupEventsInput{StartTime: aws.Time(start), MaxResults: aws.Int32(9),
		LookupAttributes: []types.LookupAttribute{{AttributeKey: "EventName", AttributeValue: p("x")}}}))(t)
	must(c.iam.UpdateAccessKey(bg, &iam.UpdateAccessKeyInput{UserName: p("bob"), AccessKeyId: p(bobKey), Status: iamtypes.StatusTypeInactive}))(t)
	for i, want := range []string{
		`{"tags":[{"key":"k1","value":"v1"},{"key":"k2","value":"v2"}],"userName":"bob"}`,
		`{"maxItems":5}`,
		`null`,
		`{"lookupAttributes":[{"attributeKey":"EventName","attributeValue":"x"}],"maxResults":9,"startTime":"Mar 1, 2026, 12:00:00 PM"}`,
		`{"accessKeyId":"` + bobKey + `","status":"Inactive","userName":"bob"}`,
	} {
		var r struct{ RequestParameters, ResponseElements json.RawMessage }
		if err := json.Unmarshal(w.events[i].json(), &r); err != nil || string(r.RequestParameters) != want || string(r.ResponseElements) != "null" {
			t.Errorf("event %d: %s and %s, want %s and null", i, r.RequestParameters, r.ResponseElements, want)
		}
	}
	w.Clock().Advance(3 * time.Minute)
	for key, value := range map[types.LookupAttributeKey]string{
		types.LookupAttributeKeyEventId: w.events[0].id, types.LookupAttributeKeyReadOnly: "false",
		types.LookupAttributeKeyResourceType: "AWS::IAM::AccessKey", types.LookupAttributeKeyResourceName: bobKey,
	} {
		want := map[types.LookupAttributeKey]int{types.LookupAttributeKeyReadOnly: 2}[key]
		if got := len(lookupAll(t, w, key, value, cloudtrail.LookupEventsInput{})); got != max(1, want) {
			t.Errorf("%s %s: %d events", key, value, got)
		}
	}
}
