//go:build moto

package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// sentCall is one request as moto's recorder saw it on the wire.
type sentCall struct {
	action string
	form   url.Values
	agent  string
	signer string
}

// recorder drives moto's own request recorder.
func (a motoAccount) recorder(verb string) []byte {
	a.Helper()
	method := http.MethodPost
	if strings.HasPrefix(verb, "download") {
		method = http.MethodGet
	}
	req := must(http.NewRequestWithContext(a.Context(), method, a.url+"/moto-api/recorder/"+verb, nil))(a)
	resp := must(http.DefaultClient.Do(req))(a)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		a.Fatalf("moto recorder %s: %s", verb, resp.Status)
	}
	return must(io.ReadAll(resp.Body))(a)
}

// record returns every request that reached moto while run ran.
func (a motoAccount) record(run func()) []sentCall {
	a.Helper()
	a.recorder("reset-recording")
	a.recorder("start-recording")
	run()
	a.recorder("stop-recording")
	var out []sentCall
	lines := bufio.NewScanner(bytes.NewReader(a.recorder("download-recording")))
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var r struct {
			Headers map[string]string `json:"headers"`
			Body    string            `json:"body"`
			Encoded bool              `json:"body_encoded"`
		}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			a.Fatalf("read the recording: %v", err)
		}
		body := []byte(r.Body)
		if r.Encoded {
			body = must(base64.StdEncoding.DecodeString(r.Body))(a)
		}
		c := sentCall{agent: r.Headers["User-Agent"], action: r.Headers["X-Amz-Target"]}
		if c.action == "" {
			c.form = must(url.ParseQuery(string(body)))(a)
			c.action = c.form.Get("Action")
		}
		if _, rest, ok := strings.Cut(r.Headers["Authorization"], "Credential="); ok {
			c.signer, _, _ = strings.Cut(rest, "/")
		}
		out = append(out, c)
	}
	return out
}

// mutates is the test's own idea of what changes an account: whatever is not
// known to read. It shares nothing with the program's allow-list.
func (c sentCall) mutates() bool {
	for _, verb := range []string{"Get", "List", "Describe", "CloudTrail_20131101.LookupEvents", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"} {
		if strings.HasPrefix(c.action, verb) {
			return false
		}
	}
	return true
}

// journalLine is what the test reads of a journal line; the hash is of the raw bytes.
type journalLine struct {
	Seq  int    `json:"seq"`
	Kind string `json:"kind"`
	Body struct {
		Change    json.RawMessage `json:"change"`
		Operation string          `json:"operation"`
		Detail    string          `json:"detail"`
	} `json:"body"`
	hash string
}

func readJournal(t testing.TB, path string) []journalLine {
	t.Helper()
	var out []journalLine
	for _, raw := range bytes.Split(bytes.TrimSuffix(must(os.ReadFile(path))(t), []byte("\n")), []byte("\n")) {
		var l journalLine
		if err := json.Unmarshal(raw, &l); err != nil {
			t.Fatalf("journal line %d: %v", len(out)+1, err)
		}
		sum := sha256.Sum256(raw)
		l.hash = hex.EncodeToString(sum[:])
		out = append(out, l)
	}
	return out
}

var anchorInAgent = regexp.MustCompile(` ircontain/(\d+)\.([0-9a-f]{64})$`)

// everyWriteIsJournaled proves, from moto's side of the wire, that each
// mutating call carries the place of its own attempt in the journal, that its
// intent stands before it, and that no attempt was sent twice or not at all.
func (a motoAccount) everyWriteIsJournaled(calls []sentCall, journal []journalLine, from int, signer string) {
	a.Helper()
	attempts := map[int]int{}
	for _, l := range journal[from:] {
		if l.Kind == "attempt_sent" {
			attempts[l.Seq] = 0
		}
	}
	if len(attempts) == 0 {
		a.Error("the journal holds no attempt at all")
	}
	for _, c := range calls {
		if c.signer != signer {
			a.Errorf("%s was signed by %s, not by the responder", c.action, c.signer)
		}
		if !c.mutates() {
			continue
		}
		m := anchorInAgent.FindStringSubmatch(c.agent)
		if m == nil {
			a.Errorf("%s carries no journal position: user agent %q", c.action, c.agent)
			continue
		}
		seq := must(strconv.Atoi(m[1]))(a)
		if seq >= len(journal) || journal[seq].hash != m[2] || journal[seq].Kind != "attempt_sent" {
			a.Errorf("%s points at entry %s, which is not its attempt", c.action, m[1])
			continue
		}
		attempts[seq]++
		var id string
		if err := json.Unmarshal(journal[seq].Body.Change, &id); err != nil {
			a.Errorf("entry %d names no change: %v", seq, err)
		}
		if !intendedBefore(journal[:seq], id, c) {
			a.Errorf("%s (%s) has no intent in the journal before entry %d", c.action, id, seq)
		}
	}
	for seq, n := range attempts {
		if n != 1 {
			a.Errorf("attempt in entry %d reached moto %d times", seq, n)
		}
	}
}

// intendedBefore looks for the intent of a change that describes the call.
func intendedBefore(lines []journalLine, id string, c sentCall) bool {
	for _, l := range lines {
		var change struct{ ID, Call, Undo string }
		if l.Kind != "change_intended" || json.Unmarshal(l.Body.Change, &change) != nil || change.ID != id {
			continue
		}
		name := c.form.Get("UserName") + c.form.Get("RoleName")
		if strings.HasPrefix(change.Call, "iam:"+c.action+" ") && strings.Contains(change.Call, name) || strings.HasPrefix(change.Undo, "iam:"+c.action) {
			return true
		}
	}
	return false
}
