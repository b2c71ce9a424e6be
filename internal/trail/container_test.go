package trail

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func pretty(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", "  "); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func lowered(r rec) rec {
	out := rec{}
	for k, v := range r {
		if inner, ok := v.(rec); ok {
			v = lowered(inner)
		}
		out[strings.ToLower(k)] = v
	}
	return out
}

func TestEveryContainer(t *testing.T) {
	r1 := newRec("e1", "s3", "ListBuckets", monday())
	r2 := newRec("e2", "ec2", "DescribeInstances", monday().Add(time.Second)).
		with("requestParameters", rec{"instancesSet": rec{"items": []rec{{"instanceId": "i-0123456789abcdef0"}}}})
	j1, j2 := encode(t, r1), encode(t, r2)
	flat := lowered(newRec("e2", "ec2", "DescribeInstances", monday())).with("requestparameters", `{"a":"b"}`)
	columns := `{"QueryResultRows":[[{"eventID":"e1"},{"eventName":"ListBuckets"},{"eventSource":"s3.amazonaws.com"}],` +
		`[{"eventID":"e2"},{"eventName":"GetUser"},{"eventSource":"iam.amazonaws.com"}]]}`
	logEvents := encode(t, rec{"messageType": "DATA_MESSAGE", "logGroup": "g", "logEvents": []rec{
		{"id": "1", "timestamp": 1, "message": j1}, {"id": "2", "timestamp": 2, "message": j2}}})
	lookup := rec{"NextToken": "x", "Events": []rec{
		{"EventId": "e1", "EventName": "ListBuckets", "EventTime": "2001-01-01", "ReadOnly": "true", "CloudTrailEvent": j1},
		{"EventId": "e2", "EventName": "X", "EventTime": 1.0, "CloudTrailEvent": j2}}}
	csvText := "eventid,eventname,eventsource,eventtime,useridentity,requestparameters\n" +
		`e1,ListBuckets,s3.amazonaws.com,2026-03-02T02:00:00Z,"{type=IAMUser, arn=` + testUser + `, accesskeyid=AKIA1, sessioncontext=null}",` + "\n" +
		`e2,GetObject,s3.amazonaws.com,2026-03-02T02:00:01Z,"{""type"":""IAMUser""}","{""bucketName"":""b""}"` + "\n"
	for _, tt := range []struct{ name, text string }{
		{"records", records(t, r1, r2)},
		{"records with other members", `{"version":1,"Records":[` + j1 + `,` + j2 + `],"tail":{"a":[1]}}`},
		{"records pretty", pretty(t, records(t, r1, r2))},
		{"records crlf", strings.ReplaceAll(pretty(t, records(t, r1, r2)), "\n", "\r\n")},
		{"byte order mark", "\xef\xbb\xbf" + records(t, r1, r2)},
		{"gzip", string(zip(t, records(t, r1, r2)))},
		{"gzip of two members", string(zip(t, records(t, r1))) + string(zip(t, records(t, r2)))},
		{"gzip split inside a record", string(zip(t, records(t, r1, r2)[:200])) + string(zip(t, records(t, r1, r2)[200:]))},
		{"base64 of gzip", base64zip(t, records(t, r1, r2))},
		{"array", "[" + j1 + "," + j2 + "]"},
		{"array pretty", pretty(t, "["+j1+","+j2+"]")},
		{"array of files", "[" + records(t, r1) + "," + records(t, r2) + "]"},
		{"json lines", j1 + "\n" + j2 + "\n"},
		{"json lines without last break", j1 + "\n\n" + j2},
		{"record separators", "\x1e" + j1 + "\n\x1e" + j2 + "\n"},
		{"concatenated", j1 + j2},
		{"concatenated pretty", pretty(t, j1) + "\n" + pretty(t, j2)},
		{"concatenated files", records(t, r1) + "\n" + records(t, r2)},
		{"comma separated", j1 + ",\n" + j2},
		{"lookup events page", encode(t, lookup)},
		{"lookup events pretty", pretty(t, encode(t, lookup))},
		{"lookup events lines", encode(t, lookup["Events"].([]rec)[0]) + "\n" + encode(t, lookup["Events"].([]rec)[1])},
		{"strings", encode(t, []string{j1, j2})},
		{"eventbridge", encode(t, rec{"version": "0", "id": "x", "detail-type": "AWS API Call via CloudTrail", "source": "aws.s3",
			"time": "2026-03-02T03:00:00Z", "detail": r1}) + "\n" + encode(t, rec{"detail-type": "AWS API Call via CloudTrail", "detail": r2})},
		{"logs subscription", logEvents},
		{"logs subscription in lambda", encode(t, rec{"awslogs": rec{"data": base64zip(t, logEvents)}})},
		{"logs subscription in kinesis", encode(t, rec{"Records": []rec{{"kinesis": rec{"data": base64zip(t, logEvents)}}}})},
		{"filter-log-events", encode(t, rec{"events": []rec{{"message": j1}, {"message": j2}}, "searchedLogStreams": []string{}})},
		{"insights query", encode(t, []rec{{"@timestamp": "2026-03-02 02:00:00.000", "@message": j1}, {"@message": j2}})},
		{"lower-case columns", encode(t, lowered(r1)) + "\n" + encode(t, flat)},
		{"lake rows", columns},
		{"csv", csvText},
		{"elasticsearch hits", encode(t, rec{"took": 1, "hits": rec{"total": 2, "hits": []rec{{"_source": r1}, {"_source": r2}}}})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := readText(t, tt.text)
			c := l.Coverage()
			if ids(l) != "e1 e2" && ids(l) != "e2 e1" || c.Records != 2 || len(c.FilesFailed) != 0 || c.Files != 1 {
				t.Errorf("records %d (%s), files %d, failed %v, skipped %v, items %+v", c.Records, ids(l), c.Files, c.FilesFailed, c.FilesSkipped, c.Items)
			}
		})
	}
}

func TestLowerCaseColumnsKeepTheirMeaning(t *testing.T) {
	r := lowered(newRec("e1", "s3", "GetBucketAcl", monday())).with("requestparameters", `{"bucketName":"reports"}`, "readonly", "false")
	l := readText(t, encode(t, r))
	c := l.Calls()[0]
	if c.Identity.AccessKeyID != testKey || c.Identity.ARN != testUser || len(c.Resources) != 1 || c.Resources[0] != "arn:aws:s3:::reports" {
		t.Errorf("identity %+v resources %v", c.Identity, c.Resources)
	}
}

func TestOuterTimesAreIgnoredButFallBack(t *testing.T) {
	inner := newRec("e1", "s3", "ListBuckets", monday())
	l := readText(t, encode(t, rec{"EventTime": "2001-01-01T00:00:00+11:00", "CloudTrailEvent": encode(t, inner)}))
	if got := l.Calls()[0]; !got.Time.Equal(monday()) || got.TimeFallback {
		t.Errorf("time %v fallback %v", got.Time, got.TimeFallback)
	}
	delete(inner, "eventTime")
	l = readText(t, encode(t, rec{"EventTime": "2026-03-02 13:00:00+11:00", "CloudTrailEvent": encode(t, inner)}))
	if got := l.Calls()[0]; !got.Time.Equal(monday()) || !got.TimeFallback || l.Coverage().FallbackTimes != 1 {
		t.Errorf("time %v fallback %v", got.Time, got.TimeFallback)
	}
	l = readText(t, encode(t, inner.with("@timestamp", monday().UnixMilli())))
	if got := l.Calls()[0]; !got.Time.Equal(monday()) || !got.TimeFallback {
		t.Errorf("time %v fallback %v", got.Time, got.TimeFallback)
	}
}

func TestSiblingsAreClassified(t *testing.T) {
	digest := `{"awsAccountId":"1","digestStartTime":"2026-03-02T01:00:00Z","digestEndTime":"2026-03-02T02:00:00Z","logFiles":[{"s3Object":"x"}]}`
	insight := `{"Records":[{"eventVersion":"1.08","eventTime":"2026-03-02T01:00:00Z","eventType":"AwsCloudTrailInsight","eventCategory":"Insight","sharedEventID":"s","insightDetails":{"state":"Start"}}]}`
	aggregated := `{"Records":[{"eventType":"AwsAggregatedEvent","eventCategory":"Aggregated","eventName":"GetObject","eventSource":"s3.amazonaws.com","eventID":"a"}]}`
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const base = "p/AWSLogs/o-abc/123456789012/"
	write(base+"CloudTrail/eu-central-1/2026/03/02/a.json", records(t, newRec("e1", "s3", "ListBuckets", monday())))
	write(base+"CloudTrail/eu-central-1/2026/03/02/b.json.gz", string(zip(t, records(t, newRec("e2", "s3", "ListBuckets", monday())))))
	write(base+"CloudTrail/eu-central-1/2026/03/02/empty.json", `{"Records":[]}`)
	write(base+"CloudTrail-Digest/eu-central-1/2026/03/02/d.json.gz", "not even read")
	write(base+"CloudTrail-Insight/eu-central-1/2026/03/02/i.json.gz", string(zip(t, insight)))
	write("copied/digest.json", digest)
	write("copied/insight.json", insight)
	write("copied/aggregated.json", aggregated)
	write("README.md", "# logs\n")
	write("LICENSE", "MIT License\n{\"a\":1}\n")
	write("package.json", `{"name":"x","files":["a"]}`)
	write("broken.json", `Records: [`)
	l := readPath(t, dir)
	c := l.Coverage()
	if c.Records != 2 || c.Files != 4 || c.DigestFiles != 2 || c.InsightFiles != 2 || c.AggregatedFiles != 1 {
		t.Errorf("records %d files %d digest %d insight %d aggregated %d", c.Records, c.Files, c.DigestFiles, c.InsightFiles, c.AggregatedFiles)
	}
	if len(c.FilesFailed) != 1 || filepath.Base(c.FilesFailed[0].Path) != "broken.json" {
		t.Errorf("failed %v", c.FilesFailed)
	}
	if len(c.FilesSkipped) != 3 {
		t.Errorf("skipped %v", c.FilesSkipped)
	}
}

func TestNamedFilesMustBeLogs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "README")
	for _, text := range []string{"# nothing here", `{"a":1}`, ""} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if c := readPath(t, path).Coverage(); len(c.FilesFailed) != 1 || c.Files != 1 {
			t.Errorf("%q: files %d failed %v skipped %v", text, c.Files, c.FilesFailed, c.FilesSkipped)
		}
	}
	if _, err := Open(path+"-missing", nil); err == nil {
		t.Error("a missing source must not open")
	}
}

func TestIrregularFilesAreNotOpened(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links need privileges")
	}
	dir := t.TempDir()
	if err := os.Symlink("/dev/zero", filepath.Join(dir, "a.json")); err != nil {
		t.Fatal(err)
	}
	if c := readPath(t, dir).Coverage(); c.Files != 0 || len(c.FilesSkipped) != 1 {
		t.Errorf("files %d skipped %v", c.Files, c.FilesSkipped)
	}
}

func TestStandardInput(t *testing.T) {
	src, err := Open("-", strings.NewReader(encode(t, newRec("e1", "s3", "ListBuckets", monday()))))
	if err != nil {
		t.Fatal(err)
	}
	l, err := Read(t.Context(), []Source{src}, Options{})
	if err != nil || ids(l) != "e1" {
		t.Errorf("ids %q err %v", ids(l), err)
	}
}
