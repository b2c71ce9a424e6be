package trail

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
)

// rec is a generated record; tests change members before encoding it.
type rec map[string]any

const (
	testAccount = "123456789012"
	testKey     = "AKIAIOSFODNN7EXAMPLE"
	testUser    = "arn:aws:iam::123456789012:user/ci-deploy"
	testIP      = "198.51.100.7"
)

func monday() time.Time { return time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC) }

// newRec returns a plain record of the test key.
func newRec(id, service, name string, at time.Time) rec {
	return rec{
		"eventVersion": "1.11", "eventID": id, "eventTime": at.UTC().Format(time.RFC3339),
		"eventSource": service + ".amazonaws.com", "eventName": name, "awsRegion": "eu-central-1",
		"sourceIPAddress": testIP, "userAgent": "Boto3/1.34.2 md/Botocore#1.34.2 ua/2.0 os/linux#6.1 lang/python#3.11",
		"requestParameters": nil, "responseElements": nil, "recipientAccountId": testAccount,
		"eventType": "AwsApiCall", "eventCategory": "Management", "readOnly": true,
		"userIdentity": rec{"type": "IAMUser", "arn": testUser, "accountId": testAccount, "principalId": "AIDAEXAMPLE",
			"userName": "ci-deploy", "accessKeyId": testKey},
	}
}

func (r rec) with(pairs ...any) rec {
	for i := 0; i < len(pairs); i += 2 {
		r[pairs[i].(string)] = pairs[i+1]
	}
	return r
}

func (r rec) identity(pairs ...any) rec {
	id, ok := r["userIdentity"].(rec)
	if !ok {
		id = rec{}
	}
	id.with(pairs...)
	r["userIdentity"] = id
	return r
}

// session makes the record a role session's.
func (r rec) session(key, role, name string) rec {
	r["userIdentity"] = rec{"type": "AssumedRole", "accessKeyId": key, "accountId": testAccount,
		"principalId": "AROAEXAMPLE:" + name, "arn": "arn:aws:sts::" + testAccount + ":assumed-role/" + role + "/" + name,
		"sessionContext": rec{"sessionIssuer": rec{"type": "Role", "arn": "arn:aws:iam::" + testAccount + ":role/" + role,
			"accountId": testAccount, "principalId": "AROAEXAMPLE", "userName": role},
			"attributes": rec{"creationDate": "2026-03-02T02:00:00Z", "mfaAuthenticated": "false"}}}
	return r
}

// issues adds issued credentials to the response.
func (r rec) issues(key string) rec {
	return r.with("responseElements", rec{"credentials": rec{"accessKeyId": key, "sessionToken": "HIDDEN", "expiration": "Mar 2, 2026, 3:00:00 AM"}})
}

func encode(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func records(t testing.TB, recs ...rec) string {
	return encode(t, map[string]any{"Records": recs})
}

func zip(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func base64zip(t testing.TB, text string) string {
	return base64.StdEncoding.EncodeToString(zip(t, text))
}

// memory is a Source over named byte slices.
type memory []memoryFile

type memoryFile struct {
	path string
	data []byte
}

func (memory) Name() string { return "memory" }

func (m memory) Files(_ context.Context, yield func(File, error) error) error {
	for _, f := range m {
		open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f.data)), nil }
		if err := yield(File{Path: f.path, Open: open}, nil); err != nil {
			return err
		}
	}
	return nil
}

func readText(t testing.TB, texts ...string) *Log {
	t.Helper()
	var m memory
	for i, text := range texts {
		m = append(m, memoryFile{fmt.Sprintf("%02d.json", i), []byte(text)})
	}
	return readMemory(t, m, Options{})
}

func readMemory(t testing.TB, m memory, o Options) *Log {
	t.Helper()
	l, err := Read(context.Background(), []Source{m}, o)
	if err != nil {
		t.Fatal(err)
	}
	if c := l.Coverage(); !c.Balanced() {
		t.Fatalf("records not accounted for: %+v", c)
	}
	return l
}

func ids(l *Log) string {
	var out []string
	for _, c := range l.Calls() {
		out = append(out, c.EventID)
	}
	return strings.Join(out, " ")
}
