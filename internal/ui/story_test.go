package ui

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/ircontain/ircontain/internal/incident"
)

const storyKey = incident.AccessKeyID("AKIAQ3EGTR5W2N7K7QZX")

func at(clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", "2026-03-01 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

// teller writes facts as the engine would, with made-up hashes.
type teller struct {
	now   time.Time
	seq   uint64
	facts []incident.Fact
}

func (t *teller) say(after time.Duration, events ...incident.Event) {
	for _, e := range events {
		t.now = t.now.Add(after)
		t.facts = append(t.facts, incident.Fact{Seq: t.seq, Time: t.now, Session: "s1", Hash: fmt.Sprintf("%064x", (t.seq+1)*0x9e3779b97f4a7c15), Event: e})
		t.seq++
	}
}

func storyOutline() []incident.StageOutline {
	step := func(id, title, action, gate string) incident.StepOutline {
		return incident.StepOutline{ID: incident.StepID(id), Title: title, Action: action, Gate: gate}
	}
	return []incident.StageOutline{
		{ID: "identify", Title: "Identify", Steps: []incident.StepOutline{
			step("identify.card", "Credential card", "read-credential", "auto"),
			step("identify.usage", "Recent use", "read-usage", "auto"),
		}},
		{ID: "guard", Title: "Guardrail", Steps: []incident.StepOutline{
			step("guard.attach", "Attach the guardrail", "attach-guardrail", "typed"),
			step("guard.observe", "Watch who is denied", "observe-denials", "auto"),
		}},
		{ID: "cut", Title: "Cut the key", Steps: []incident.StepOutline{step("cut.deactivate", "Deactivate the access key", "deactivate-access-key", "typed")}},
		{ID: "sessions", Title: "Sessions", Steps: []incident.StepOutline{
			step("sessions.user", "End user-derived sessions", "revoke-user-sessions", "confirm"),
			step("sessions.roles", "End role sessions", "revoke-role-sessions", "typed"),
		}},
		{ID: "map", Title: "Map dependencies", Steps: []incident.StepOutline{step("map.consumers", "Map the consumers", "map-consumers", "auto")}},
		{ID: "verify", Title: "Verify", Steps: []incident.StepOutline{
			step("verify.levers", "Judge the levers", "verify-levers", "auto"),
			step("verify.sweep", "Sweep for persistence", "sweep-persistence", "auto"),
		}},
		{ID: "close", Title: "Roll back or close", Steps: []incident.StepOutline{step("close.close", "Close the incident", "close-incident", "typed")}},
	}
}

func storyCard() *incident.Card {
	return &incident.Card{
		AccessKey: storyKey, KeyKind: "long_term", KeyStatus: "Active", Account: "111122223333", AccountAlias: "prod-core", Partition: "aws",
		Principal: "arn:aws:iam::111122223333:user/svc-billing-export", User: "svc-billing-export", UserID: "AIDAQ3EGTR5W2N7KAAAA",
		ReadAt: at("02:16:03"), LastUsed: at("02:11:00"), LastUsedFor: "s3 in us-east-1",
		Credentials: []incident.Credential{
			{Kind: "access key", ID: string(storyKey), Status: "Active", Created: at("01:00:00").AddDate(-3, 0, 0), Handling: "target"},
			{Kind: "access key", ID: "AKIAQ3EGTR5W2N7KM2LD", Status: "Active", Created: at("01:52:10"), Handling: "containable", Note: "made 24 minutes before this incident, by this user itself"},
			{Kind: "console password", Status: "absent", Handling: "absent"},
			{Kind: "SSH public key", ID: "APKAEXAMPLE00000001", Status: "Active", Handling: "not containable", Note: "CodeCommit only"},
		},
		Groups: []string{"exporters"}, Attached: []string{"AmazonS3ReadOnlyAccess"}, GroupPolicies: []string{"exporters/SecretsManagerReadWrite"},
		Inline: []incident.InlinePolicy{{Name: "temporary-2023", Size: 412}}, InlineSize: 412, Tags: map[string]string{"team": "billing"},
		Evidence: []string{"sts:GetAccessKeyInfo names account 111122223333", "iam:GetAccessKeyLastUsed names the user"},
		Unseen:   []incident.Unseen{{What: "service control policies", Why: "organizations:ListPolicies was denied"}},
	}
}

func storyUsage() *incident.Usage {
	return &incident.Usage{
		Basis: "CloudTrail event history, us-east-1", From: at("02:12:29").AddDate(0, 0, -30), To: at("02:16:00"), Records: 20514, Matched: 1822, Denied: 12, Complete: true, Newest: at("02:12:29"),
		Consumers: []incident.Consumer{
			{ID: "c1", Origin: "10.4.2.19", Client: "aws-cli/1.18 Python/3.6", AccessKeys: []string{string(storyKey)}, Operations: []string{"s3:PutObject", "s3:ListBucket"}, Events: 1520, First: at("03:00:00").AddDate(0, 0, -30), Last: at("03:00:04").AddDate(0, 0, -1), Schedule: "cron", Period: 24 * time.Hour, NextDue: at("03:00:00"), Label: "legitimate", Reasons: []string{"30 of 30 days at 03:00Z", "inside the company network"}},
			{ID: "c2", Origin: "203.0.113.7", Client: "Boto3/1.9 (jenkins)", Operations: []string{"ecr:GetAuthorizationToken"}, Events: 60, First: at("09:12:00").AddDate(0, 0, -28), Last: at("17:40:00").AddDate(0, 0, -1), Schedule: "sporadic", Label: "undecided", Reasons: []string{"no fixed time", "owner unknown"}},
			{ID: "c3", Origin: "198.51.100.44", Client: "Boto3/1.34 (linux)", Operations: []string{"sts:GetCallerIdentity", "iam:ListUsers", "sts:AssumeRole"}, Events: 212, Denied: 12, First: at("01:31:00"), Last: at("02:12:29"), Schedule: "continuous", Label: "suspicious", Reasons: []string{"network never seen before", "burst of list calls"}},
		},
		Operations: []incident.Operation{
			{Action: "s3:PutObject", Event: "PutObject", Events: 1490, Resources: []string{"arn:aws:s3:::billing-out"}, First: at("03:00:00").AddDate(0, 0, -30), Last: at("03:00:04").AddDate(0, 0, -1)},
			{Action: "sts:AssumeRole", Event: "AssumeRole", Events: 4, First: at("01:33:00"), Last: at("01:52:00")},
		},
		Sessions: []incident.Session{
			{AccessKey: "ASIAQ3EGTR5W2N7KS001", Parent: string(storyKey), IssuedBy: "sts:AssumeRole", IssuedAt: at("01:33:00"), Principal: "arn:aws:sts::111122223333:assumed-role/maint-admin/x", Events: 40, Last: at("02:10:00")},
			{AccessKey: "ASIAQ3EGTR5W2N7KS002", Parent: "ASIAQ3EGTR5W2N7KS001", IssuedBy: "sts:AssumeRole", IssuedAt: at("01:52:00"), Principal: "arn:aws:sts::111122223333:assumed-role/deploy/x", Events: 3, Last: at("02:09:00")},
		},
		Roles: []incident.RoleUse{{ARN: "arn:aws:iam::111122223333:role/maint-admin", Count: 4, Last: at("01:52:00"), Others: []string{"user/ops-lead"}}},
		Blind: []string{"S3 data events are not logged", "only us-east-1 was read"},
	}
}

const guardrailDocument = `{"Version":"2012-10-17","Statement":[{"Sid":"IrcontainDenyEscalation","Effect":"Deny","Action":["iam:*","sts:AssumeRole","secretsmanager:GetSecretValue"],"Resource":"*"},{"Sid":"IrcontainPinOrigin","Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":["10.4.0.0/16"]},"Bool":{"aws:ViaAWSService":"false"}}}]}`

func guardPlan() incident.Plan {
	return incident.Plan{
		Intent: "deny what the intruder needs while the key still works, so that refused calls show who uses it",
		Changes: []incident.Change{
			{ID: "guard.attach/1", Step: "guard.attach", Kind: incident.UserInlinePolicy, Resource: "arn:aws:iam::111122223333:user/svc-billing-export", Attribute: "inline policy ircontain-guardrail-7QZX of user svc-billing-export", After: guardrailDocument, Call: "iam:PutUserPolicy user=svc-billing-export policy=ircontain-guardrail-7QZX", CLI: "aws iam put-user-policy --user-name svc-billing-export --policy-name ircontain-guardrail-7QZX --policy-document file://guardrail.json", Undo: "iam:DeleteUserPolicy ircontain-guardrail-7QZX", Guardrail: true},
			{ID: "guard.attach/2", Step: "guard.attach", Kind: incident.UserTags, Resource: "arn:aws:iam::111122223333:user/svc-billing-export", Attribute: "tags of user svc-billing-export", After: `{"ircontain":"20260301-amber-heron"}`, Call: "iam:TagUser user=svc-billing-export ircontain=20260301-amber-heron", Undo: "iam:UntagUser ircontain", Batch: 1},
		},
		DoesNotStop: []string{"2 sessions already minted from 7QZX, valid up to 09:40Z", "calls that AWS services forward for this user"},
		Advice:      []string{"The user can write IAM: the guardrail goes before the key, else the intruder can mint another key."},
		AlsoHits:    []string{"nobody else: the policy is inline on this user"},
		Checks:      []incident.Check{{Text: "the target is not the responder's own principal", OK: true}, {Text: "nothing is deleted", OK: true}, {Text: "the second key M2LD is in the plan", OK: false}},
		Forecast: &incident.Forecast{
			Basis: "event history, 30 days, 20,514 records", From: at("02:12:29").AddDate(0, 0, -30), To: at("02:12:29"), Confidence: "MED",
			Lines: []incident.ForecastLine{
				{Consumer: "10.4.2.19 aws-cli", Verdict: "unaffected", Detail: "inside the pinned network", NextDue: at("03:00:00")},
				{Consumer: "203.0.113.7 jenkins", Verdict: "break", Detail: "outside the pinned network, about 2 calls a day"},
				{Consumer: "198.51.100.44", Verdict: "attacker", Detail: "212 calls since 01:31Z"},
			},
			Blind: []string{"S3 data events are not logged"},
		},
		Owner: "lee@example.com", Reason: "leaked key, ticket SEC-4411", ReviewAt: at("06:20:00"),
		Calls: []incident.Call{{Service: "iam", Operation: "GetUserPolicy", RequestID: "7a1c0e52-0001", Status: 200, Millis: 88}},
	}
}

func (t *teller) open(mode incident.Mode) {
	t.now = at("02:15:30")
	o := incident.IncidentOpened{
		ID: "20260301-amber-heron", Nonce: "00", Mode: mode, Account: "111122223333", Caller: "arn:aws:sts::111122223333:assumed-role/IR-Operator/ana", AccessKey: storyKey,
		Playbook: incident.PlaybookRef{Name: "leaked-access-key", Version: "1", Digest: "ab"}, Outline: storyOutline(),
		Owner: "lee@example.com", Reason: "leaked key, ticket SEC-4411", ReviewAt: at("06:20:00"),
		Alert: "GuardDuty 02:14Z: UnauthorizedAccess:IAMUser from 198.51.100.44, user svc-billing-export", Logs: []string{"event history"},
	}
	if mode == incident.ModeRehearsal {
		o.Scenario, o.Seed = "forgotten-key", 7
	}
	t.say(0, o)
	t.say(time.Second, incident.SessionOpened{Session: "s1", Operator: "ana", Caller: o.Caller, Version: "dev"})
}

func (t *teller) identify() {
	t.say(time.Second, incident.StepStarted{Step: "identify.card"})
	t.say(2*time.Second, incident.StepPlanned{Step: "identify.card", Gate: "auto", Digest: "1c2d3e4f5a6b", Plan: incident.Plan{
		Intent: "read who owns the key and every other credential of that user", Observed: &incident.Observation{Card: storyCard()},
		Calls: []incident.Call{
			{Service: "sts", Operation: "GetAccessKeyInfo", RequestID: "7a1c0e52-9001", Status: 200, Millis: 61},
			{Service: "iam", Operation: "ListAccessKeys", RequestID: "7a1c0e52-9002", Status: 200, Millis: 184},
			{Service: "organizations", Operation: "ListPolicies", RequestID: "7a1c0e52-9003", Status: 400, Error: "AccessDeniedException", Millis: 97},
		}}})
	t.say(time.Second, incident.StepFinished{Step: "identify.card", Status: incident.StepDone, Detail: "user svc-billing-export, 2 access keys"})
	t.say(time.Second, incident.StepStarted{Step: "identify.usage"})
	t.say(3*time.Second, incident.StepPlanned{Step: "identify.usage", Gate: "auto", Digest: "2c2d3e4f5a6b", Plan: incident.Plan{
		Intent: "read who used the key in the last 30 days", Observed: &incident.Observation{Usage: storyUsage()},
		Calls: []incident.Call{{Service: "cloudtrail", Operation: "LookupEvents", RequestID: "7a1c0e52-9004", Status: 200, Millis: 412}}}})
	t.say(time.Second, incident.StepFinished{Step: "identify.usage", Status: incident.StepDone, Detail: "3 consumers, 2 sessions"})
}

func (t *teller) planGuard() {
	t.say(time.Second, incident.StepStarted{Step: "guard.attach"})
	t.say(time.Second, incident.StepPlanned{Step: "guard.attach", Gate: "typed", Digest: "7f3a91c2d4e5", Plan: guardPlan()})
}

func (t *teller) apply(c incident.Change, request string) {
	t.say(100*time.Millisecond, incident.ChangeIntended{Change: c}, incident.AttemptSent{Change: c.ID, Attempt: 1})
	t.say(400*time.Millisecond, incident.ChangeApplied{Change: c.ID, Receipt: incident.Receipt{RequestID: request, Calls: []incident.Call{{Service: "iam", Operation: strings.TrimPrefix(strings.Fields(c.Call)[0], "iam:"), RequestID: request, Status: 200, Millis: 312}}}})
	t.say(time.Second, incident.ChangeVerified{Change: c.ID, Rung: incident.RungReadBack, Evidence: incident.Evidence{Observed: c.After, Matches: true}})
}

func (t *teller) guard() {
	t.say(20*time.Second, incident.StepApproved{Step: "guard.attach", Digest: "7f3a91c2d4e5", By: "ana", How: "typed"})
	for i, c := range guardPlan().Changes {
		t.apply(c, fmt.Sprintf("b2f0c9d1-000%d", i+1))
	}
	t.say(time.Second, incident.StepFinished{Step: "guard.attach", Status: incident.StepDone, Detail: "2 changes read back as asked"})
	t.say(time.Second, incident.StepStarted{Step: "guard.observe"})
	t.say(time.Second, incident.StepPlanned{Step: "guard.observe", Gate: "auto", Digest: "8f3a91c2d4e5", Plan: incident.Plan{Intent: "watch for two minutes who is denied"}})
	t.say(time.Minute, incident.StepObserved{Step: "guard.observe", Observation: incident.Observation{
		Denials:  []incident.Denial{{Origin: "203.0.113.7", Client: "Boto3/1.9 (jenkins)", Operation: "ecr:GetAuthorizationToken", Count: 3, First: at("02:16:50"), Last: at("02:17:20"), Lever: "guard.attach/1"}},
		Verdicts: []incident.Verdict{{Change: "guard.attach/1", Verdict: incident.Blind, Rung: incident.RungEffective, Effective: at("02:16:50"), Detail: "first denial seen; not settled yet"}},
	}})
	t.say(time.Second, incident.StepFinished{Step: "guard.observe", Status: incident.StepDone, Detail: "1 caller denied"})
}

func cutChange() incident.Change {
	return incident.Change{ID: "cut.deactivate/1", Step: "cut.deactivate", Kind: incident.AccessKeyStatus, Resource: "arn:aws:iam::111122223333:user/svc-billing-export",
		Attribute: "status of access key AKIA....7QZX", Before: "Active", After: "Inactive", Call: "iam:UpdateAccessKey user=svc-billing-export key=AKIAQ3EGTR5W2N7K7QZX status=Inactive",
		Undo: "iam:UpdateAccessKey status=Active", Rearms: true}
}

func (t *teller) cut() {
	t.say(time.Second, incident.StepStarted{Step: "cut.deactivate"})
	t.say(time.Second, incident.StepPlanned{Step: "cut.deactivate", Gate: "typed", Digest: "9f3a91c2d4e5", Plan: incident.Plan{
		Intent: "stop new calls signed with this key; one call, reversible", Changes: []incident.Change{cutChange()}, DoesNotStop: []string{"2 sessions already minted from 7QZX -> 4.1, 4.2"}}})
	t.say(9*time.Second, incident.StepApproved{Step: "cut.deactivate", Digest: "9f3a91c2d4e5", By: "ana", How: "typed"})
	t.apply(cutChange(), "c1d2e3f4-0001")
	t.say(time.Second, incident.StepFinished{Step: "cut.deactivate", Status: incident.StepDone, Detail: "the key is Inactive"})
}

func (t *teller) rest() {
	for _, id := range []incident.StepID{"sessions.user", "sessions.roles"} {
		t.say(time.Second, incident.StepStarted{Step: id}, incident.StepPlanned{Step: id, Gate: "typed", Digest: "aa", Plan: incident.Plan{Intent: "end sessions"}})
		t.say(5*time.Second, incident.StepSkipped{Step: id, By: "ana", Reason: "no live session is left"})
	}
	t.say(time.Second, incident.StepStarted{Step: "map.consumers"}, incident.StepFinished{Step: "map.consumers", Status: incident.StepDone})
	t.say(time.Second, incident.StepStarted{Step: "verify.levers"})
	t.say(time.Second, incident.StepObserved{Step: "verify.levers", Observation: incident.Observation{Verdicts: []incident.Verdict{
		{Change: "guard.attach/1", Verdict: incident.Held, Rung: incident.RungHeld, Detail: "denials seen, none passed"},
		{Change: "cut.deactivate/1", Verdict: incident.Blind, Rung: incident.RungReadBack, Detail: "an inactive key leaves no trace in the logs"},
	}}})
	t.say(time.Second, incident.StepFinished{Step: "verify.levers", Status: incident.StepDone}, incident.StepStarted{Step: "verify.sweep"})
	t.say(time.Second, incident.StepObserved{Step: "verify.sweep", Observation: incident.Observation{Findings: []incident.Finding{{What: "access key AKIA....M2LD of svc-billing-export created 01:52Z", By: "svc-billing-export", At: at("01:52:10"), Handling: "decide", Detail: "made with the leaked key"}}}})
	t.say(time.Second, incident.StepFinished{Step: "verify.sweep", Status: incident.StepDone, Detail: "1 finding"})
	t.say(time.Second, incident.NoteAdded{By: "ana", Text: "billing owner lee paged", Star: true})
	t.say(time.Second, incident.StepStarted{Step: "close.close"})
	t.say(time.Second, incident.StepPlanned{Step: "close.close", Gate: "typed", Digest: "cc11", Plan: incident.Plan{
		Intent: "close the incident; guardrails that stay become debts with an owner", Advice: []string{"stays: inline policy ircontain-guardrail-7QZX, review 06:20Z"}, Checks: []incident.Check{{Text: "every lever has a verdict", OK: true}, {Text: "finding M2LD is decided", OK: false}}}})
}

func (t *teller) close() {
	t.say(30*time.Second, incident.StepApproved{Step: "close.close", Digest: "cc11", By: "ana", How: "typed"})
	t.say(time.Second, incident.StepFinished{Step: "close.close", Status: incident.StepDone}, incident.IncidentClosed{By: "ana", Debts: []incident.Debt{{Change: "guard.attach/1", What: "inline policy ircontain-guardrail-7QZX", Owner: "lee@example.com", ReviewAt: at("06:20:00")}}})
	t.say(time.Second, incident.SessionSealed{Session: "s1", Why: "closed"})
}

// chapters are the story told up to a named point.
func chapter(name string) []incident.Fact {
	t := &teller{}
	t.open(incident.ModeRehearsal)
	for _, part := range []struct {
		name string
		tell func()
	}{{"opened", func() {}}, {"identified", t.identify}, {"guard planned", t.planGuard}, {"guarded", t.guard}, {"cut", t.cut}, {"to close", t.rest}, {"closed", t.close}} {
		part.tell()
		if part.name == name {
			return t.facts
		}
	}
	panic("no chapter " + name)
}

// recorder is a Decider that remembers.
type recorder struct {
	got []incident.Decision
	err error
}

func (r *recorder) Decide(_ context.Context, d incident.Decision) error {
	r.got = append(r.got, d)
	return r.err
}

// quiet is a feed that never says anything; facts are handed over as messages.
type quiet struct{}

func (quiet) Next(ctx context.Context) (incident.Fact, error) {
	<-ctx.Done()
	return incident.Fact{}, io.EOF
}

// desk is a model under test with its clock.
type desk struct {
	t    *testing.T
	m    *Model
	rec  *recorder
	wall time.Time
}

func seat(t *testing.T, facts []incident.Fact, change func(*Options)) *desk {
	t.Helper()
	d := &desk{t: t, rec: &recorder{}, wall: at("02:17:00")}
	last := at("02:17:00")
	if len(facts) > 0 {
		last = facts[len(facts)-1].Time.Add(12 * time.Second)
	}
	o := Options{Operator: "ana", Clock: func() time.Time { return last }, Wall: func() time.Time { return d.wall }, JournalPath: "~/.local/state/ircontain/20260301-amber-heron/journal.jsonl", Version: "dev"}
	if change != nil {
		change(&o)
	}
	d.m = New(quiet{}, d.rec, o)
	d.m.Init()
	d.m.Update(factsMsg{facts: facts})
	return d
}

func (d *desk) size(w, h int) *desk { d.m.Update(tea.WindowSizeMsg{Width: w, Height: h}); return d }

// press sends keys one by one, half a second apart, and runs what they start.
func (d *desk) press(keys ...string) *desk {
	d.t.Helper()
	for _, k := range keys {
		d.wall = d.wall.Add(500 * time.Millisecond)
		d.tap(k)
	}
	return d
}

func (d *desk) tap(k string) tea.Cmd {
	_, cmd := d.m.Update(keyOf(k))
	if cmd == nil {
		return nil
	}
	if len(d.m.sending) > 0 {
		if msg, ok := cmd().(decidedMsg); ok {
			_, cmd = d.m.Update(msg)
		}
	}
	return cmd
}

// again is a copy of the desk as it stands, with nothing decided yet.
func (d *desk) again() *desk {
	m := *d.m
	m.scroll, m.chosen, m.sending = maps.Clone(m.scroll), maps.Clone(m.chosen), maps.Clone(m.sending)
	if m.dialog != nil {
		dialog := *m.dialog
		dialog.fields = slices.Clone(dialog.fields)
		m.dialog = &dialog
	}
	c := &desk{t: d.t, m: &m, rec: &recorder{}, wall: d.wall}
	m.decider = c.rec
	m.o.Wall = func() time.Time { return c.wall }
	return c
}

func (d *desk) text() string { return ansi.Strip(d.m.View().Content) }

func keyOf(k string) tea.KeyPressMsg {
	special := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "backspace": tea.KeyBackspace, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd}
	switch {
	case k == "space":
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	case k == "shift+tab":
		return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}
	case strings.HasPrefix(k, "ctrl+"):
		return tea.KeyPressMsg{Code: rune(k[5]), Mod: tea.ModCtrl}
	}
	if code, ok := special[k]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	return tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
}
