package awsconn

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ircontain/ircontain/internal/incident"
)

// ambient is an environment without anybody's profile, plus vars.
func ambient(t *testing.T, vars map[string]string) {
	t.Helper()
	home := t.TempDir()
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
			_ = os.Unsetenv(name)
		}
	}
	t.Setenv(ignoreAmbient, "") // Connect sets it: put it back afterwards
	_ = os.Unsetenv(ignoreAmbient)
	t.Setenv("HOME", home)
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(home, "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(home, "credentials"))
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for k, v := range vars {
		t.Setenv(k, v)
	}
}

func hosts(t *testing.T, c *Conn, w *wire) map[string]string {
	t.Helper()
	ctx := t.Context()
	out := map[string]string{}
	_, _ = c.IAM.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("ci")})
	out["read"] = w.last(t).URL.Host
	_, _ = deactivate(t, c)
	out["write"] = w.last(t).URL.Host
	_, _ = c.STS.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	out["sts"] = w.last(t).URL.Host
	_, _ = c.CloudTrail.LookupEvents(ctx, &cloudtrail.LookupEventsInput{})
	out["cloudtrail"] = w.last(t).URL.Host
	return out
}

func deactivate(t *testing.T, c *Conn) (*iam.UpdateAccessKeyOutput, error) {
	t.Helper()
	return c.WriteIAM.UpdateAccessKey(t.Context(), &iam.UpdateAccessKeyInput{UserName: aws.String("ci"),
		AccessKeyId: aws.String("AKIAIOSFODNN7EXAMPLE"), Status: types.StatusTypeInactive})
}

// Not parallel: the environment belongs to the process.
func TestAmbientEndpointsAreNotObeyed(t *testing.T) {
	real := map[string]string{"read": "iam.amazonaws.com", "write": "iam.amazonaws.com", "sts": "sts.eu-west-1.amazonaws.com", "cloudtrail": "cloudtrail.us-east-1.amazonaws.com"}
	explicit := map[string]string{"read": "127.0.0.1:4566", "write": "127.0.0.1:4566", "sts": "127.0.0.1:4566", "cloudtrail": "127.0.0.1:4566"}
	evil := map[string]string{"AWS_ENDPOINT_URL": "http://evil.example", "AWS_ENDPOINT_URL_IAM": "http://evil.example", "AWS_ENDPOINT_URL_STS": "http://evil.example",
		"AWS_ENDPOINT_URL_CLOUDTRAIL": "http://evil.example", "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "not-a-secret"}
	for _, static := range []*aws.Credentials{nil, testCredentials()} {
		for endpoint, want := range map[string]map[string]string{"": real, "http://127.0.0.1:4566": explicit} {
			ambient(t, evil)
			profile := "[default]\nendpoint_url = http://evil.example\nservices = s\n[services s]\niam =\n  endpoint_url = http://evil.example\nsts =\n  endpoint_url = http://evil.example\n"
			if err := os.WriteFile(os.Getenv("AWS_CONFIG_FILE"), []byte(profile), 0o600); err != nil {
				t.Fatal(err)
			}
			w := &wire{answer: says(200, xmlDone)}
			c, err := Connect(t.Context(), Options{Region: "eu-west-1", Endpoint: endpoint, Transport: w, Static: static, Clock: time.Now})
			if err != nil {
				t.Fatal(err)
			}
			for client, host := range hosts(t, c, w) {
				if host != want[client] {
					t.Errorf("static %v, endpoint %q: %s goes to %s, want %s", static != nil, endpoint, client, host, want[client])
				}
			}
		}
	}
	if name := AmbientEndpoint([]string{"A=b", "AWS_ENDPOINT_URL=", "AWS_ENDPOINT_URL_IAM=http://x"}); name != "AWS_ENDPOINT_URL_IAM" {
		t.Errorf("%q", name)
	}
	if name := AmbientEndpoint([]string{"AWS_ENDPOINT_URL=", "XAWS_ENDPOINT_URL=x"}); name != "" {
		t.Errorf("%q", name)
	}
}

func TestNoCredentials(t *testing.T) {
	ambient(t, nil)
	w := &wire{answer: says(200, xmlDone)}
	c, err := Connect(t.Context(), Options{Region: "eu-west-1", Transport: w, Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.CallerKey(t.Context()); incident.ClassOf(err) != incident.ClassCredentials || incident.HintOf(err) == "" {
		t.Errorf("caller key: %v", err)
	}
	_, err = deactivate(t, c)
	ce := callError(t, err)
	if ce.Answer != incident.AnswerNotSent || !ce.Credentials || w.count() != 0 {
		t.Errorf("%+v, %d requests", ce, w.count())
	}
	if _, err := (&Conn{}).CallerKey(t.Context()); incident.ClassOf(err) != incident.ClassCredentials {
		t.Errorf("no provider: %v", err)
	}
	if _, err := Connect(t.Context(), Options{Profile: "nobody", Transport: w}); incident.ClassOf(err) != incident.ClassCredentials {
		t.Errorf("unknown profile: %v", err)
	}
}

func TestEndpointRule(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]incident.Class{
		"":                               "",
		"http://127.0.0.1:5000":          "",
		"http://127.8.9.1:5000":          "",
		"https://localhost:5000":         "",
		"http://[::1]:5000":              "",
		"http://192.0.2.1:5000":          incident.ClassRefused,
		"http://0.0.0.0:5000":            incident.ClassRefused,
		"https://evil.example":           incident.ClassRefused,
		"http://localhost.evil.example":  incident.ClassRefused,
		"http://127.0.0.1.evil.example":  incident.ClassRefused,
		"http://127.0.0.1@evil.example":  incident.ClassRefused,
		"http://evil.example#@127.0.0.1": incident.ClassRefused,
		"https://169.254.169.254/":       incident.ClassRefused,
		"ftp://127.0.0.1":                incident.ClassUsage,
		"127.0.0.1:5000":                 incident.ClassUsage,
		"localhost":                      incident.ClassUsage,
		"http://":                        incident.ClassUsage,
		"http://127.0.0.1:5000\x00":      incident.ClassUsage,
	} {
		_, err := Connect(t.Context(), Options{Endpoint: endpoint, Static: testCredentials(), Clock: time.Now})
		if (err == nil) != (want == "") || (err != nil && incident.ClassOf(err) != want) {
			t.Errorf("%q: %v", endpoint, err)
		}
		if want == incident.ClassRefused {
			if _, err := Connect(t.Context(), Options{Endpoint: endpoint, AllowRemoteEndpoint: true, Static: testCredentials(), Clock: time.Now}); err != nil {
				t.Errorf("%q, allowed: %v", endpoint, err)
			}
		}
	}
}

func TestAnchorAndAppIDAreInTheUserAgent(t *testing.T) {
	t.Parallel()
	c, w := connected(t, says(200, xmlDone))
	ctx := incident.WithAnchor(t.Context(), "7.0123abcd")
	if _, err := c.WriteIAM.TagUser(ctx, &iam.TagUserInput{UserName: aws.String("ci"), Tags: []types.Tag{{Key: aws.String("ircontain-x"), Value: aws.String("v")}}}); err != nil {
		t.Fatal(err)
	}
	if ua := w.last(t).Header.Get("User-Agent"); !strings.HasSuffix(ua, " ircontain/7.0123abcd") || !strings.Contains(ua, "app/ircontain") || len(ua) > 1024 {
		t.Errorf("user agent %q", ua)
	}
	if _, err := deactivate(t, c); err != nil {
		t.Fatal(err)
	}
	if ua := w.last(t).Header.Get("User-Agent"); strings.Contains(ua, " ircontain/") {
		t.Errorf("user agent without an anchor: %q", ua)
	}
}

// A keep-alive connection that dies under a write must not be tried again,
// not even by net/http.
func TestDroppedConnectionIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	var posts atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if posts.Add(1) == 1 {
			_, _ = rw.Write([]byte(xmlDone))
			return
		}
		panic(http.ErrAbortHandler) // closes the connection without an answer
	}))
	t.Cleanup(srv.Close)
	c, err := Connect(t.Context(), Options{Endpoint: srv.URL, Static: testCredentials(), Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := deactivate(t, c); err != nil {
		t.Fatal(err)
	}
	_, err = deactivate(t, c)
	if ce := callError(t, err); ce.Answer != incident.AnswerUnknown || posts.Load() != 2 {
		t.Errorf("%+v after %d requests", ce, posts.Load())
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var hits atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		http.Redirect(rw, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	t.Cleanup(srv.Close)
	c, err := Connect(t.Context(), Options{Endpoint: srv.URL, Static: testCredentials(), Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	_, err = deactivate(t, c)
	if ce := callError(t, err); ce.Answer != incident.AnswerUnknown || hits.Load() != 1 {
		t.Errorf("%+v after %d requests", ce, hits.Load())
	}
}
