package cli

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ircontain/ircontain/internal/actions"
	"github.com/ircontain/ircontain/internal/awsconn"
	"github.com/ircontain/ircontain/internal/config"
	"github.com/ircontain/ircontain/internal/engine"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/journal"
	"github.com/ircontain/ircontain/internal/simaws"
)

// quick is the shipped playbook with a day of history instead of ninety, so
// that a walk takes milliseconds.
const quick = `schema: 1
name: quick
version: 1.0.0
title: quick
stages:
  - id: identify
    steps:
      - {id: identify, title: i, action: identify-credential, gate: auto}
  - id: guard
    steps:
      - {id: guard, title: g, action: attach-guardrail, read_back: later, with: {intents: [freeze-secrets, freeze-iam, freeze-assume, freeze-sessions]}}
  - id: cut
    steps:
      - {id: cut, title: c, action: deactivate-access-key}
  - id: sessions
    steps:
      - {id: user-sessions, title: u, action: revoke-user-sessions, on_failure: continue}
      - {id: role-sessions, title: r, action: revoke-role-sessions, on_failure: continue}
  - id: map
    steps:
      - {id: map, title: m, action: map-dependencies, gate: auto, on_failure: continue, with: {window: 3h}}
  - id: verify
    steps:
      - {id: sweep, title: s, action: sweep-persistence, on_failure: continue}
      - {id: verify, title: v, action: verify-levers, gate: confirm, with: {settle: 10s, reassert: true}}
  - id: close
    steps:
      - {id: close, title: x, action: close-incident}
`

// range_ is one embedded account with everything a walk over it needs.
type rig struct {
	t     *testing.T
	app   *App
	world *simaws.World
	dir   string
	quick string
	// via, when set, wraps the transport of the engine's own calls.
	via func(aws.HTTPClient) aws.HTTPClient
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) Do(r *http.Request) (*http.Response, error) { return f(r) }

func newRig(t *testing.T, o simaws.Options) *rig {
	t.Helper()
	sc, err := simaws.LoadScenario(defaultScenario)
	if err != nil {
		t.Fatal(err)
	}
	o.Clock = simaws.NewStepClock(sc.Start)
	w, err := simaws.New(sc, o)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, world: w, dir: t.TempDir()}
	r.quick = filepath.Join(r.dir, "quick.yaml")
	if err := os.WriteFile(r.quick, []byte(quick), 0o600); err != nil {
		t.Fatal(err)
	}
	r.app = &App{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard, Environ: []string{"USER=ana"}, Now: w.Clock().Now,
		cfg: config.Config{StateDir: filepath.Join(r.dir, "state"), Output: "text"}}
	return r
}

func (r *rig) key() incident.AccessKeyID { return incident.AccessKeyID(r.world.Target()) }

func (r *rig) around() surroundings {
	r.t.Helper()
	var transport aws.HTTPClient = r.world
	if r.via != nil {
		transport = r.via(r.world)
	}
	c := r.world.Responder()
	conn, err := awsconn.Connect(context.Background(), awsconn.Options{Region: "us-east-1", Transport: transport, Clock: r.world.Clock().Now,
		Static: &aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}})
	if err != nil {
		r.t.Fatal(err)
	}
	h := actions.NewEventHistory(conn.CloudTrail)
	return surroundings{mode: incident.ModeLive, conn: conn, clock: r.world.Clock(), history: h, observe: -1,
		logs: actions.NewLogs(nil, "", h, actions.NewPace(r.world.Clock()), conn.HistoryRegions()...)}
}

// walk runs the quick playbook headless and returns the end state.
func (r *rig) walk(approve string) (incident.State, error) {
	r.t.Helper()
	pb, err := r.app.loadPlaybook(r.quick)
	if err != nil {
		r.t.Fatal(err)
	}
	ap, err := parseApproval(approve, r.key().Last4(), "ana", pb)
	if err != nil {
		r.t.Fatal(err)
	}
	runErr := r.app.start(context.Background(), walk{around: r.around(), playbook: pb, random: seeded(1), auto: ap.decide,
		opened: incident.IncidentOpened{AccessKey: r.key(), Owner: "lee", Reason: "test", ReviewAt: r.world.Clock().Now().Add(4 * time.Hour)}})
	return r.state(), runErr
}

func (r *rig) journalPath() string {
	r.t.Helper()
	paths, err := filepath.Glob(filepath.Join(r.app.incidentsDir(), "*", journal.FileName))
	if err != nil || len(paths) != 1 {
		r.t.Fatalf("journals: %v %v", paths, err)
	}
	return paths[0]
}

func (r *rig) state() incident.State {
	rec := readIncident(r.journalPath())
	if rec.err != nil {
		r.t.Fatal(rec.err)
	}
	return rec.state
}

// resume continues from a copy of the journal, as after a crash of the process
// that holds the lock.
func (r *rig) reopenCopy() (*engine.Engine, *journal.Writer) {
	r.t.Helper()
	raw, err := os.ReadFile(r.journalPath())
	if err != nil {
		r.t.Fatal(err)
	}
	dir := filepath.Join(r.t.TempDir(), "copy")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		r.t.Fatal(err)
	}
	path := filepath.Join(dir, journal.FileName)
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		r.t.Fatal(err)
	}
	around := r.around()
	pre, err := around.preflight(context.Background(), r.key(), "")
	if err != nil {
		r.t.Fatal(err)
	}
	pb, err := r.app.loadPlaybook(r.quick)
	if err != nil {
		r.t.Fatal(err)
	}
	w, entries, rec, err := journal.Open(path, journal.Options{Clock: r.world.Clock().Now, Rand: seeded(2)})
	if err != nil {
		r.t.Fatal(err)
	}
	cfg := r.app.engineConfig(around, pb, pre, r.key())
	cfg.Journal, cfg.Opened = w, incident.FromEntry(entries[0]).Event.(incident.IncidentOpened)
	ap, err := parseApproval("all", r.key().Last4(), "raj", pb)
	if err != nil {
		r.t.Fatal(err)
	}
	cfg.Auto = ap.decide
	e, err := engine.Resume(cfg, entries, rec)
	if err != nil {
		r.t.Fatal(err)
	}
	return e, w
}

// other is an IAM client of another administrator, outside the engine.
func (r *rig) other() *iam.Client {
	c := r.world.Responder()
	return iam.NewFromConfig(aws.Config{Region: "us-east-1", HTTPClient: r.world,
		Credentials: credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, c.SessionToken)})
}

func user(t *testing.T, a simaws.Account, name string) simaws.User {
	t.Helper()
	for _, u := range a.Users {
		if u.Name == name {
			return u
		}
	}
	t.Fatalf("no user %s", name)
	return simaws.User{}
}

func keyStatus(u simaws.User, id string) string {
	for _, k := range u.Keys {
		if k.ID == id {
			return k.Status
		}
	}
	return "gone"
}

const victim = "svc-billing-export"

func TestWalkContainsAndCloses(t *testing.T) {
	r := newRig(t, simaws.Options{Seed: 1})
	before := r.world.Dump()
	s, err := r.walk("all")
	if err != nil {
		t.Fatal(err)
	}
	if s.Closed == nil || len(s.InDoubt()) != 0 {
		t.Fatalf("closed %v, in doubt %v", s.Closed, s.InDoubt())
	}
	u := user(t, r.world.Dump(), victim)
	if got := keyStatus(u, r.world.Target()); got != "Inactive" {
		t.Errorf("target key is %s", got)
	}
	old := user(t, before, victim)
	if len(u.Keys) != len(old.Keys) {
		t.Errorf("%d keys, had %d: a key was deleted or made", len(u.Keys), len(old.Keys))
	}
	for _, l := range s.Levers {
		if l.Verdict == nil || l.Verdict.Verdict != incident.Held || l.Rung != incident.RungHeld {
			t.Errorf("lever %s: verdict %+v, rung %s", l.Change.ID, l.Verdict, l.Rung)
		}
		if l.RequestID == "" {
			t.Errorf("lever %s has no request id", l.Change.ID)
		}
	}
	for k, v := range old.Inline {
		if u.Inline[k] != v {
			t.Errorf("inline policy %s was touched", k)
		}
	}
}

// TestEveryMutationIsJournaledFirst joins what the account saw with what the
// journal says: the user agent of each write names the line that announced it.
func TestEveryMutationIsJournaledFirst(t *testing.T) {
	r := newRig(t, simaws.Options{Seed: 1})
	if _, err := r.walk("all"); err != nil {
		t.Fatal(err)
	}
	entries, err := journal.ReadFile(r.journalPath())
	if err != nil {
		t.Fatal(err)
	}
	muts := r.world.Mutations()
	if len(muts) < 6 {
		t.Fatalf("only %d mutations seen", len(muts))
	}
	for _, m := range muts {
		_, anchor, ok := strings.Cut(m.UserAgent, " ircontain/")
		if !ok {
			t.Fatalf("%s carries no anchor: %s", m.Operation, m.UserAgent)
		}
		seqText, hash, _ := strings.Cut(anchor, ".")
		found := false
		for _, e := range entries {
			if e.Hash.String() == strings.TrimSpace(hash) {
				found = e.Kind == "attempt_sent" && seqText == uintText(e.Seq)
			}
		}
		if !found {
			t.Errorf("%s: anchor %s is no attempt line of the journal", m.Operation, anchor)
		}
	}
}

func uintText(n uint64) string {
	var b []byte
	for {
		b = append([]byte{byte('0' + n%10)}, b...)
		if n /= 10; n == 0 {
			return string(b)
		}
	}
}

func TestRehearsalIsByteIdentical(t *testing.T) {
	read := func(seed string) []byte {
		dir := t.TempDir()
		a := &App{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard, Environ: []string{"USER=ana"}, Home: dir, Now: time.Now}
		if code := a.Run(context.Background(), []string{"--state-dir", dir, "rehearse", "--headless", "--seed", seed}); code != 0 {
			t.Fatalf("exit %d", code)
		}
		paths, _ := filepath.Glob(filepath.Join(dir, "incidents", "*", journal.FileName))
		raw, err := os.ReadFile(paths[0])
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	one, two, other := read("7"), read("7"), read("8")
	if !bytes.Equal(one, two) {
		t.Error("the same seed gave two different journals")
	}
	if bytes.Equal(one, other) {
		t.Error("another seed gave the same journal")
	}
}

// TestCrashAtEveryWrite kills the walk at each mutating request, before and
// after it took effect, and resumes from the journal on disk.
func TestCrashAtEveryWrite(t *testing.T) {
	for _, after := range []bool{false, true} {
		for n := 1; n <= 6; n++ {
			name := map[bool]string{false: "before", true: "after"}[after] + " write " + uintText(uint64(n))
			t.Run(name, func(t *testing.T) { crashAndResume(t, n, after) })
		}
	}
}

func crashAndResume(t *testing.T, n int, after bool) {
	r := newRig(t, simaws.Options{Seed: 1})
	crashed := make(chan struct{})
	seen := make(chan int, 1)
	seen <- 0
	r.via = func(next aws.HTTPClient) aws.HTTPClient {
		return transportFunc(func(req *http.Request) (*http.Response, error) {
			if !strings.Contains(req.Header.Get("User-Agent"), " ircontain/") {
				return next.Do(req)
			}
			count := <-seen + 1
			seen <- count
			if count != n {
				return next.Do(req)
			}
			if after {
				if _, err := next.Do(req); err != nil {
					t.Error(err)
				}
			}
			close(crashed)
			runtime.Goexit() // the process is gone: no answer, no outcome line
			return nil, nil
		})
	}
	go func() { _, _ = r.walk("all") }()
	<-crashed
	r.via = nil
	doubtful := r.state()
	if len(doubtful.InDoubt()) == 0 {
		t.Fatal("the journal does not say that anything is in doubt")
	}
	e, w := r.reopenCopy()
	defer w.Close()
	if err := e.Run(context.Background()); err != nil {
		t.Fatalf("resume: %v", err)
	}
	s := e.State()
	if s.Closed == nil || len(s.InDoubt()) != 0 {
		t.Fatalf("closed %v, in doubt %v", s.Closed, s.InDoubt())
	}
	u := user(t, r.world.Dump(), victim)
	if got := keyStatus(u, r.world.Target()); got != "Inactive" {
		t.Errorf("target key is %s", got)
	}
	guards := 0
	for name := range u.Inline {
		if strings.HasPrefix(name, "IRContainGuard-") {
			guards++
		}
	}
	if guards != 2 {
		t.Errorf("%d guardrails on the user, want 2", guards)
	}
	if u.Tags["ircontain-owner"] != "lee" {
		t.Errorf("owner tag is %q", u.Tags["ircontain-owner"])
	}
	checkNoDuplicateWrites(t, r, after)
}

// checkNoDuplicateWrites: what had taken effect before the crash is adopted,
// not sent again.
func checkNoDuplicateWrites(t *testing.T, r *rig, after bool) {
	count := map[string]int{}
	for _, m := range r.world.Mutations() {
		count[m.Operation]++
	}
	if after && count["iam:PutUserPolicy"] > 2 {
		t.Errorf("%d PutUserPolicy calls, want 2: an applied write was sent again", count["iam:PutUserPolicy"])
	}
}
