package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ircontain/ircontain/internal/cli"
	"github.com/ircontain/ircontain/internal/journal"
)

// TestMain lets the scenarios run this very binary as `ircontain`.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ircontain": func() { os.Exit(cli.Main(os.Args[1:])) }})
}

// TestScenarios runs testdata/*.txtar. Each begins with what a responder would
// see. Beside the commands of testscript there are:
//
//	exits CODE ARGS...    run ircontain; a failure is one line and one hint
//	refused CODE ARGS...  the same, and neither store nor account has changed
//	incident              set $INCIDENT and $JOURNAL to the only incident
//	tamper HOW LINE FILE  damage a journal: edit, remove, swap or tear
//	hold FILE             hold the lock of a journal until the scenario ends
//
// and, over an embedded account on a loopback port (see sandbox_test.go):
//
//	sandbox [FAULT...]    start it, and put its credentials into the environment
//	sign-with KEY         put somebody else's credentials into the environment
//	account FILE          write the account as it is now
//	somebody WHAT         change the account behind the responder's back
//	interrupted SIGNAL CODE OPERATION ARGS...
//	                      run ircontain and signal it when OPERATION reaches the account
func TestScenarios(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                "testdata",
		RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			playbook, err := filepath.Abs("../../scripts/testdata/moto.yaml")
			e.Setenv("QUICK", playbook) // the shipped playbook, settled after a second
			e.Setenv("HOME", filepath.Join(e.WorkDir, "home"))
			e.Setenv("USER", "ana")
			e.Setenv("IRCONTAIN_STATE_DIR", filepath.Join(e.WorkDir, "state"))
			e.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "refused": refused, "incident": incidentEnv, "tamper": tamper, "hold": hold,
			"sandbox": startSandbox, "sign-with": signWith, "account": dumpAccount, "somebody": somebody, "interrupted": interrupted,
		},
	})
}

// exits runs ircontain and checks the exit code and the manners of a failure:
// exactly one line that says what is wrong, exactly one with the next thing to try.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec("ircontain", args[1:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	said := map[string]int{}
	for line := range strings.Lines(ts.ReadFile("stderr")) {
		said[strings.SplitN(line, ": ", 2)[0]]++
	}
	if once := min(want, 1); said["ircontain"] != once || said["hint"] != once {
		ts.Fatalf("%d lines say what is wrong and %d give a hint, want %d of each", said["ircontain"], said["hint"], once)
	}
}

// refused is exits for a command that must leave no trace.
func refused(ts *testscript.TestScript, neg bool, args []string) {
	before, writes := store(ts), accountWrites(ts)
	exits(ts, neg, args)
	if after := store(ts); after != before {
		ts.Fatalf("the incident store changed:\n%s\nbecame\n%s", before, after)
	}
	if n := accountWrites(ts); n != writes {
		ts.Fatalf("%d writes reached the account", n-writes)
	}
}

// store lists every file below the state directory with its size and digest.
func store(ts *testscript.TestScript) string {
	var list strings.Builder
	root := ts.Getenv("IRCONTAIN_STATE_DIR")
	_ = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			fmt.Fprintln(&list, path)
			return nil // a state directory that cannot be read is listed as just that
		}
		raw, err := os.ReadFile(path)
		fmt.Fprintf(&list, "%s %d %.16x %v\n", path, len(raw), raw, err)
		return nil
	})
	return list.String()
}

func incidentEnv(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: incident")
	}
	found, err := filepath.Glob(filepath.Join(ts.Getenv("IRCONTAIN_STATE_DIR"), "incidents", "*", journal.FileName))
	ts.Check(err)
	if len(found) != 1 {
		ts.Fatalf("%d incidents in the store, want one", len(found))
	}
	ts.Setenv("JOURNAL", found[0])
	ts.Setenv("INCIDENT", filepath.Base(filepath.Dir(found[0])))
}

var firstTime = regexp.MustCompile(`"t":"20`)

// tamper damages a journal as somebody with an editor would.
func tamper(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: tamper edit|remove|swap|tear LINE FILE")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	lines := bytes.SplitAfter([]byte(ts.ReadFile(args[2])), []byte("\n"))
	if n < 1 || n >= len(lines) {
		ts.Fatalf("the journal has no line %d", n)
	}
	switch i := n - 1; args[0] {
	case "edit":
		lines[i] = firstTime.ReplaceAll(lines[i], []byte(`"t":"19`))
	case "remove":
		lines = append(lines[:i], lines[i+1:]...)
	case "swap":
		lines[i], lines[i+1] = lines[i+1], lines[i]
	case "tear":
		lines = append(lines[:i], lines[i][:len(lines[i])/2])
	default:
		ts.Fatalf("tamper does not know %q", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), bytes.Join(lines, nil), 0o600))
}

// hold keeps a journal open for writing, as another ircontain would.
func hold(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hold FILE")
	}
	w, _, _, err := journal.Open(ts.MkAbs(args[0]), journal.Options{Clock: time.Now, Rand: rand.Reader})
	ts.Check(err)
	ts.Defer(func() { _ = w.Close() }) // nothing was written
}
