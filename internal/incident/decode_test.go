package incident

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ircontain/ircontain/internal/journal"
)

var at = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// everyEvent holds one event of each type, with its name in the journal and a
// phrase of its summary.
func everyEvent() []struct {
	kind    string
	event   Event
	summary string
} {
	ev := Evidence{Observed: "Inactive", Matches: true, Calls: []Call{{Service: "IAM", Operation: "ListAccessKeys", Status: 200}}}
	return []struct {
		kind    string
		event   Event
		summary string
	}{
		{"genesis", IncidentOpened{ID: "20260304-calm-otter", Nonce: "00", Mode: ModeLive, Account: "111122223333", AccessKey: "AKIAIOSFODNN7EXAMPLE",
			Outline: []StageOutline{{ID: "cut", Steps: []StepOutline{{ID: "cut", Action: "a", Gate: "typed"}}}}, ReviewAt: at, Seed: 1 << 63}, "AKIA....MPLE"},
		{"session_opened", SessionOpened{Session: "s", Operator: "ana", Caller: "arn", Version: "1"}, "sitting opened by ana"},
		{"step_started", StepStarted{Step: "cut"}, "cut started"},
		{"step_planned", StepPlanned{Step: "cut", Plan: Plan{Changes: []Change{{ID: "cut/1"}}}, Digest: "0123456789", Gate: "typed"}, "1 change(s), plan 01234567"},
		{"step_approved", StepApproved{Step: "cut", Digest: "d", By: "ana", How: "typed"}, "approved by ana (typed)"},
		{"change_intended", ChangeIntended{Change: Change{ID: "cut/1", Call: "iam:UpdateAccessKey"}}, "INTENT cut/1: iam:UpdateAccessKey"},
		{"attempt_sent", AttemptSent{Change: "cut/1", Attempt: 2}, "attempt 2"},
		{"change_applied", ChangeApplied{Change: "cut/1", Receipt: Receipt{RequestID: "r"}}, "accepted by AWS, request r"},
		{"change_verified", ChangeVerified{Change: "cut/1", Evidence: ev, Rung: RungReadBack}, "read back as asked"},
		{"change_failed", ChangeFailed{Change: "cut/1", Error: "AccessDenied"}, "REFUSED by AWS: AccessDenied"},
		{"change_in_doubt", ChangeInDoubt{Change: "cut/1", Reason: "no answer"}, "IN DOUBT: no answer"},
		{"change_settled", ChangeSettled{Change: "cut/1", Outcome: "applied", Evidence: ev}, "settled: applied"},
		{"change_drifted", ChangeDrifted{Change: "cut/1", Want: "a", Now: "b", During: "verify"}, "changed by unknown during verify"},
		{"change_rolled_back", ChangeRolledBack{Change: "cut/1", Receipt: Receipt{RequestID: "r"}, Evidence: ev}, "rolled back and read back"},
		{"rollback_refused", RollbackRefused{Change: "cut/1", Reason: "drift", Found: "a", Applied: "b", Now: "c", Drift: true}, "refused: drift"},
		{"step_observed", StepObserved{Step: "cut", Observation: Observation{Findings: []Finding{{What: "w", Handling: "decide"}}}}, "1 finding(s)"},
		{"step_finished", StepFinished{Step: "cut", Status: StepDone, Detail: "ok"}, "cut done: ok"},
		{"step_skipped", StepSkipped{Step: "cut", By: "ana", Reason: "why"}, "skipped by ana: why"},
		{"capability_absent", CapabilityAbsent{Step: "cut", Operation: "IAM:X", Detail: "501"}, "capability absent: IAM:X"},
		{"note_added", NoteAdded{By: "ana", Text: "\x1b[2J", Star: true}, "NOTE * ana"},
		{"consumer_labelled", ConsumerLabelled{Consumer: "c1", Label: "legitimate", By: "ana"}, "c1 labelled legitimate"},
		{"hold_set", HoldSet{By: "ana"}, "HOLD set by ana"},
		{"hold_lifted", HoldLifted{By: "ana", Reason: "fine"}, "lifted by ana: fine"},
		{"incident_closed", IncidentClosed{By: "ana", Debts: []Debt{{Change: "guard/1", Owner: "bo", ReviewAt: at}}}, "1 guardrail(s) stay"},
		{"session_sealed", SessionSealed{Session: "s", Why: "left"}, "sealed: left"},
		{"recovered", TailRecovered{SHA256: "0123456789abcdef", Bytes: 9}, "9 torn byte(s)"},
	}
}

func TestEveryEventSurvivesTheJournal(t *testing.T) {
	t.Parallel()
	for _, c := range everyEvent() {
		body, err := json.Marshal(c.event)
		if err != nil {
			t.Fatal(err)
		}
		e := journal.Entry{Seq: 3, Time: at, Session: "s", Kind: c.kind, Body: body, Hash: journal.Hash{1}}
		f := FromEntry(e)
		if !reflect.DeepEqual(f.Event, c.event) {
			t.Errorf("%s: decoded %#v, want %#v", c.kind, f.Event, c.event)
		}
		if c.event.Kind() != c.kind || !strings.Contains(c.event.Summary(), c.summary) {
			t.Errorf("%T: kind %q, summary %q", c.event, c.event.Kind(), c.event.Summary())
		}
		if f.Seq != 3 || !f.Time.Equal(at) || f.Session != "s" || f.Hash != e.Hash.String() {
			t.Errorf("%s: fact %+v", c.kind, f)
		}
		// A known kind with a body that is not an object is kept, not dropped.
		if u, ok := FromEntry(journal.Entry{Kind: c.kind, Body: []byte(`[1]`)}).Event.(UnknownEvent); !ok || u.Kind() != c.kind || u.Problem == "" {
			t.Errorf("%s with a list for a body: %#v", c.kind, u)
		}
	}
}

// The table is complete when it holds every type of this package with a Kind.
func TestEveryEventIsInTheTable(t *testing.T) {
	t.Parallel()
	inTable := map[string]bool{"UnknownEvent": true}
	for _, c := range everyEvent() {
		inTable[strings.TrimPrefix(fmt.Sprintf("%T", c.event), "incident.")] = true
	}
	found := 0
	for _, name := range []string{"summary.go", "decode.go", "event.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name != "Kind" || fn.Recv == nil {
				continue
			}
			found++
			recv := fn.Recv.List[0].Type.(*ast.Ident).Name
			if !inTable[recv] {
				t.Errorf("event %s is not in the table of this test", recv)
			}
		}
	}
	if found != len(inTable) {
		t.Errorf("%d events in the source, %d in the table", found, len(inTable))
	}
}

func TestUnknownKindIsKeptVisible(t *testing.T) {
	t.Parallel()
	f := FromEntry(journal.Entry{Seq: 4, Time: at, Kind: "from_the_future", Body: []byte(`{"x":1}`)})
	s := Reduce(State{}, f)
	if s.Unknown != 1 || s.Entries != 1 || len(s.Lines) != 1 || s.Lines[0].Kind != "from_the_future" || !strings.Contains(s.Lines[0].Text, "not understood") {
		t.Errorf("%+v", s)
	}
}
