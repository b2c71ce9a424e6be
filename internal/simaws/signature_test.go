package simaws

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// TestTampering signs with the SDK's own signer and then changes the request.
func TestTampering(t *testing.T) {
	const iamBody = "Action=ListUsers&Version=2010-05-08"
	cases := []struct {
		name, service, method, url, body, hash string
		tamper                                 func(*http.Request)
		status                                 int
	}{
		{"untouched", "iam", "POST", "https://iam.amazonaws.com/", iamBody, "", func(*http.Request) {}, 200},
		{"body", "iam", "POST", "https://iam.amazonaws.com/", iamBody, "", func(r *http.Request) {
			r.Body = io.NopCloser(strings.NewReader(strings.Replace(iamBody, "ListUsers", "ListRoles", 1)))
		}, 403},
		{"signed header", "iam", "POST", "https://iam.amazonaws.com/", iamBody, "", func(r *http.Request) { r.Header.Set("X-Amz-Meta", "b") }, 403},
		{"host", "iam", "POST", "https://iam.amazonaws.com/", iamBody, "", func(r *http.Request) { r.Host = "iam.us-gov.amazonaws.com" }, 403},
		{"query added", "s3", "GET", "https://s3.us-east-1.amazonaws.com/", "", "", func(r *http.Request) { r.URL.RawQuery = "x=1" }, 403},
		{"date", "iam", "POST", "https://iam.amazonaws.com/", iamBody, "", func(r *http.Request) {
			r.Header.Set("X-Amz-Date", time.Now().UTC().Add(time.Second*7).Format(amzDateLayout))
		}, 403},
		{"no signature", "iam", "POST", "https://iam.amazonaws.com/", iamBody, "", func(r *http.Request) { r.Header.Del("Authorization") }, 403},
		{"unsigned payload, s3", "s3", "PUT", "https://exports.s3.us-east-1.amazonaws.com/new", "data", unsignedPayload, func(*http.Request) {}, 200},
		{"unsigned payload, iam", "iam", "POST", "https://iam.amazonaws.com/", iamBody, unsignedPayload, func(*http.Request) {}, 403},
		{"unsigned trailer", "s3", "PUT", "https://exports.s3.us-east-1.amazonaws.com/new", "4\r\ndata\r\n0\r\nx-amz-checksum-crc32:rfPzYw==\r\n\r\n", unsignedTrailer, func(*http.Request) {}, 200},
		{"escaped path", "s3", "PUT", "https://exports.s3.us-east-1.amazonaws.com/a%20b/%E2%82%AC", "data", "", func(*http.Request) {}, 200},
		{"service of another", "sts", "POST", "https://iam.amazonaws.com/", iamBody, "", func(*http.Request) {}, 403},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			w := smallWorld(t)
			c := w.Responder()
			r := must(http.NewRequest(tc.method, tc.url, strings.NewReader(tc.body)))(t)
			sum := sha256.Sum256([]byte(tc.body))
			hash := or(tc.hash, hex.EncodeToString(sum[:]))
			r.Header.Set("X-Amz-Content-Sha256", hash)
			r.Header.Set("X-Amz-Meta", "a")
			creds := aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
			signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = tc.service == "s3" })
			if err := signer.SignHTTP(bg, creds, r, hash, tc.service, "us-east-1", time.Now()); err != nil {
				t.Fatal(err)
			}
			tc.tamper(r)
			resp := must(w.Do(r))(t)
			body := must(io.ReadAll(resp.Body))(t)
			if resp.StatusCode != tc.status {
				t.Errorf("status %d, want %d: %s", resp.StatusCode, tc.status, body)
			}
			if tc.hash == unsignedTrailer && w.Dump().Buckets[0].Objects["new"] != "data" {
				t.Error("chunked payload was not taken apart")
			}
			if tc.status == 403 && len(w.events) != 0 {
				t.Error("a request that failed authentication left an event")
			}
		})
	}
}

// FuzzDo: no request, however malformed, panics or gets in unsigned.
func FuzzDo(f *testing.F) {
	f.Add("POST", "https://iam.amazonaws.com/", "AWS4-HMAC-SHA256 Credential=a/b/c/iam/aws4_request,SignedHeaders=host,Signature=x", "Action=ListUsers", "")
	f.Add("GET", "https://x.s3.amazonaws.com/k?list-type=2", "", "", "CloudTrail_20131101.LookupEvents")
	f.Add("PUT", "http://127.0.0.1/b/k", "AWS4-HMAC-SHA256 Credential=a/b/c/s3/aws4_request,SignedHeaders=host,Signature=x", "ffffffffffffffff\r\n", "")
	f.Fuzz(func(t *testing.T, method, url, auth, body, target string) {
		r, err := http.NewRequest(method, url, bytes.NewReader([]byte(body)))
		if err != nil {
			return
		}
		r.Header.Set("Authorization", auth)
		r.Header.Set("X-Amz-Target", target)
		r.Header.Set("X-Amz-Content-Sha256", unsignedTrailer)
		w := must(FromAccount(smallAccount(), Options{Clock: NewStepClock(start)}))(t)
		resp, err := w.Do(r)
		if err != nil {
			return
		}
		if resp.StatusCode == http.StatusOK {
			t.Errorf("unsigned request was served: %s %s", method, url)
		}
	})
}
