package main

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ircontain/ircontain/internal/awsconn"
	"github.com/ircontain/ircontain/internal/simaws"
)

// sandboxed is the embedded account of one scenario.
type sandboxed struct {
	*simaws.World
	faults map[string]simaws.Fault

	mu sync.Mutex
	// reached is closed when the operation that is waited for arrives.
	waitFor string
	reached chan struct{}
}

// sandboxes finds the account of a scenario by its working directory.
var sandboxes sync.Map

func sandbox(ts *testscript.TestScript) *sandboxed {
	s, ok := sandboxes.Load(ts.Getenv("WORK"))
	if !ok {
		ts.Fatalf("start the account first: sandbox")
	}
	return s.(*sandboxed)
}

// accountWrites counts what reached the account, 0 where there is none.
func accountWrites(ts *testscript.TestScript) int {
	if s, ok := sandboxes.Load(ts.Getenv("WORK")); ok {
		return len(s.(*sandboxed).Mutations())
	}
	return 0
}

// fault is asked by the account before each request, with the account locked.
func (s *sandboxed) fault(op string, n int) simaws.Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if op == s.waitFor {
		s.waitFor = ""
		close(s.reached)
	}
	if f, ok := s.faults[op+"@"+strconv.Itoa(n)]; ok {
		return f
	}
	return s.faults[op]
}

// arrival is closed when op next reaches the account.
func (s *sandboxed) arrival(op string) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waitFor, s.reached = op, make(chan struct{})
	return s.reached
}

// auditor may read IAM and write nothing.
const auditorKey = "AKIASIMAUDITOR2READS"

// startSandbox serves the account of the shipped scenario on a loopback port,
// with its alert moved to now, because a live run has the wall clock. A fault
// is OPERATION=WHAT or OPERATION@N=WHAT for the n-th such call only.
func startSandbox(ts *testscript.TestScript, neg bool, args []string) {
	sc, err := simaws.LoadScenario("forgotten-key")
	ts.Check(err)
	sc.Start, sc.History.Days = time.Now().UTC().Truncate(time.Second), 3
	sc.Account.Users = append(sc.Account.Users, simaws.User{Name: "auditor", Created: sc.Start.AddDate(-1, 0, 0),
		Keys:   []simaws.AccessKey{{ID: auditorKey, Status: "Active", Created: sc.Start.AddDate(-1, 0, 0)}},
		Inline: map[string]string{"read": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:Get*","iam:List*","cloudtrail:LookupEvents"],"Resource":"*"}]}`}})
	box := &sandboxed{faults: faults(ts, args)}
	// The clock stands still: intruder and workloads are as the alert found
	// them. Without a pace limit, since no time passes that would lift it.
	w, err := simaws.New(sc, simaws.Options{Seed: 1, Clock: simaws.NewStepClock(sc.Start), LookupRate: -1, Fault: box.fault})
	ts.Check(err)
	w.Tick()
	box.World = w
	srv := httptest.NewServer(w)
	sandboxes.Store(ts.Getenv("WORK"), box)
	ts.Defer(func() {
		srv.Close()
		sandboxes.Delete(ts.Getenv("WORK"))
	})
	trail := filepath.Join(ts.Getenv("WORK"), "trail")
	ts.Check(w.WriteTrail(trail, sc.Start.AddDate(0, 0, -3), sc.Start))
	ts.Setenv("TRAIL", trail)
	ts.Setenv("URL", srv.URL)
	ts.Setenv("KEY", w.Target())
	ts.Setenv("AUDITOR", auditorKey)
	ts.Setenv("AWS_REGION", "us-east-1")
	environ(ts, w.Responder())
}

func environ(ts *testscript.TestScript, c simaws.Credentials) {
	ts.Setenv("AWS_ACCESS_KEY_ID", c.AccessKeyID)
	ts.Setenv("AWS_SECRET_ACCESS_KEY", c.SecretAccessKey)
	ts.Setenv("AWS_SESSION_TOKEN", c.SessionToken)
}

func faults(ts *testscript.TestScript, args []string) map[string]simaws.Fault {
	kinds := map[string]simaws.Fault{"drop-before": simaws.FaultDropBefore, "drop-after": simaws.FaultDropAfter, "html": simaws.FaultStatus500HTML,
		"throttle": simaws.FaultThrottle, "expired": simaws.FaultExpired, "absent": simaws.FaultCapabilityAbsent}
	planned := map[string]simaws.Fault{}
	for _, a := range args {
		op, kind, _ := strings.Cut(a, "=")
		fault, ok := kinds[kind]
		if !ok {
			ts.Fatalf("unknown fault %q", a)
		}
		planned[op] = fault
	}
	return planned
}

func signWith(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: sign-with KEY")
	}
	c, ok := sandbox(ts).Credentials(args[0])
	if !ok {
		ts.Fatalf("no access key %s in the account", args[0])
	}
	environ(ts, c)
}

func dumpAccount(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: account FILE")
	}
	raw, err := json.MarshalIndent(sandbox(ts).Dump(), "", " ")
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), append(raw, '\n'), 0o600))
}

// somebody changes the account with the responder's rights, but not through
// ircontain: edits-guardrail, deletes-guardrail or reactivates-key.
func somebody(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: somebody edits-guardrail|deletes-guardrail|reactivates-key")
	}
	w, ctx, user := sandbox(ts), context.Background(), aws.String("svc-billing-export")
	r := w.Responder()
	conn, err := awsconn.Connect(ctx, awsconn.Options{Region: "us-east-1", Transport: w, Clock: time.Now,
		Static: &aws.Credentials{AccessKeyID: r.AccessKeyID, SecretAccessKey: r.SecretAccessKey, SessionToken: r.SessionToken}})
	ts.Check(err)
	policies, err := conn.IAM.ListUserPolicies(ctx, &iam.ListUserPoliciesInput{UserName: user})
	ts.Check(err)
	var guardrail *string
	for _, name := range policies.PolicyNames {
		if strings.HasPrefix(name, "IRContainGuard-") && strings.HasSuffix(name, "-guard") {
			guardrail = &name
		}
	}
	switch args[0] {
	case "edits-guardrail":
		_, err = conn.WriteIAM.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: user, PolicyName: guardrail,
			PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"sqs:*","Resource":"*"}]}`)})
	case "deletes-guardrail":
		_, err = conn.WriteIAM.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: user, PolicyName: guardrail})
	case "reactivates-key":
		_, err = conn.WriteIAM.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: user, AccessKeyId: aws.String(w.Target()), Status: "Active"})
	default:
		ts.Fatalf("somebody does not know %q", args[0])
	}
	ts.Check(err)
}

// interrupted runs ircontain until an operation reaches the account, and sends
// it a signal then: no timing is involved in where it is hit.
func interrupted(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: interrupted INT|TERM|KILL CODE OPERATION ARGS...")
	}
	signals := map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM, "KILL": os.Kill}
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	arrived := sandbox(ts).arrival(args[2])
	cmd := exec.Command("ircontain", args[3:]...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "USER", "IRCONTAIN_STATE_DIR", "AWS_EC2_METADATA_DISABLED", "AWS_REGION",
		"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	var said strings.Builder
	cmd.Stderr = &said
	ts.Check(cmd.Start())
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the exit code is looked at below
		close(ended)
	}()
	select {
	case <-arrived:
		ts.Check(cmd.Process.Signal(signals[args[0]]))
		<-ended
	case <-ended:
	}
	if got := cmd.ProcessState.ExitCode(); got != want {
		ts.Fatalf("exit code %d, want %d\n%s", got, want, &said)
	}
}
