package cli

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ircontain/ircontain/internal/simaws"
)

// maxRoundTrips is the promise: from start to "key inactive, read back".
const maxRoundTrips = 6

// TestRoundTrips counts sequential round trips without timing anything real: in
// a bubble of fake time every answer takes exactly one second, so calls side
// by side cost one second together and the elapsed time is the count.
func TestRoundTrips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, simaws.Options{Seed: 1})
		start := time.Now()
		var cut, readBack time.Duration
		calls := 0
		var mu sync.Mutex // the calls of one round run side by side
		r.via = func(next aws.HTTPClient) aws.HTTPClient {
			return transportFunc(func(req *http.Request) (*http.Response, error) {
				op := operationOf(req)
				time.Sleep(time.Second) // fake time: one round trip
				res, err := next.Do(req)
				mu.Lock()
				defer mu.Unlock()
				calls++
				switch {
				case op == "UpdateAccessKey" && cut == 0:
					cut = time.Since(start)
				case op == "ListAccessKeys" && cut != 0 && readBack == 0:
					readBack = time.Since(start)
					t.Logf("key inactive, read back after %d sequential round trips (%d calls, limit %d)", int(readBack.Seconds()), calls, maxRoundTrips)
				}
				return res, err
			})
		}
		if _, err := r.walk("all"); err != nil {
			t.Fatal(err)
		}
		if readBack == 0 {
			t.Fatal("the key was never read back")
		}
		if got := int(readBack / time.Second); got > maxRoundTrips {
			t.Errorf("%d round trips, want at most %d", got, maxRoundTrips)
		}
	})
}

// operationOf reads the operation from a query-protocol body, and puts it back.
func operationOf(req *http.Request) string {
	if req.Body == nil {
		return ""
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return ""
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	for _, kv := range strings.Split(string(body), "&") {
		if v, ok := strings.CutPrefix(kv, "Action="); ok {
			return v
		}
	}
	return ""
}
