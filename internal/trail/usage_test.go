package trail

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestDuplicatesCountOnce(t *testing.T) {
	r := newRec("e1", "sts", "AssumeRole", monday()).with("sharedEventID", "s")
	other := newRec("e1", "sts", "AssumeRole", monday()).with("recipientAccountId", "999999999999")
	noID := newRec("", "s3", "ListBuckets", monday())
	noID2 := newRec("", "s3", "ListBuckets", monday().Add(time.Second))
	l := readText(t, records(t, r, r, other), records(t, r, noID, noID2), records(t, noID))
	c := l.Coverage()
	if c.Records != 7 || c.RecordsUnique != 4 {
		t.Errorf("records %d unique %d, want 7 and 4", c.Records, c.RecordsUnique)
	}
}

func TestAddendaAreMerged(t *testing.T) {
	orig := newRec("e1", "s3", "GetBucketAcl", monday())
	upd := newRec("e2", "s3", "GetBucketAcl", monday().Add(time.Hour)).with("errorCode", "AccessDenied",
		"addendum", rec{"reason": "UPDATED_DATA", "updatedFields": "errorCode", "originalEventID": "e1"})
	late := newRec("e3", "s3", "GetBucketAcl", monday()).with("addendum", rec{"reason": "DELIVERY_DELAY"})
	lost := newRec("e4", "s3", "GetBucketAcl", monday()).with("addendum", rec{"reason": "UPDATED_DATA", "originalEventID": "nowhere"})
	for _, text := range [][]string{{records(t, orig, upd, late, lost)}, {records(t, upd), records(t, lost, late, orig)}} {
		l := readText(t, text...)
		u := analyze(t, l, Selector{AccessKey: testKey})
		if u.Totals.Events != 3 || u.Totals.Denied != 1 || l.Coverage().AddendaMerged != 1 || l.Coverage().RecordsUnique != 4 {
			t.Errorf("totals %+v merged %d unique %d", u.Totals, l.Coverage().AddendaMerged, l.Coverage().RecordsUnique)
		}
		if c := u.Calls()[0]; c.EventID != "e1" || c.ErrorCode != "AccessDenied" || !c.Time.Equal(monday()) {
			t.Errorf("original not corrected: %+v", c)
		}
	}
}

func TestGenealogyIsOrderSafe(t *testing.T) {
	at := monday()
	recs := []rec{
		newRec("e5", "s3", "ListBuckets", at.Add(4*time.Second)).session("ASIAGRANDCHILD000000", "deep", "x"),
		newRec("e4", "sts", "AssumeRole", at.Add(3*time.Second)).session("ASIACHILD00000000000", "app", "y").issues("ASIAGRANDCHILD000000"),
		newRec("e3", "sts", "AssumeRole", at.Add(2*time.Second)).with("requestParameters", rec{"roleArn": "arn:aws:iam::1:role/app"}).issues("ASIACHILD00000000000"),
		newRec("e2", "iam", "CreateAccessKey", at.Add(time.Second)).with("responseElements",
			rec{"accessKey": rec{"accessKeyId": "AKIABORN000000000000", "userName": "backdoor", "status": "Active"}}),
		newRec("e1", "iam", "ListUsers", at).identity("accessKeyId", "AKIABORN000000000000", "arn", "arn:aws:iam::123456789012:user/backdoor", "userName", "backdoor"),
		newRec("e6", "sts", "GetSessionToken", at).issues("ASIAUNUSED0000000000"),
		newRec("e7", "sts", "AssumeRole", at).with("errorCode", "AccessDenied").issues("ASIAFORGED0000000000"),
		newRec("e8", "s3", "ListBuckets", at).session("ASIASTRANGER00000000", "app", "z"),
	}
	slices.Reverse(recs)
	u := analyze(t, readText(t, records(t, recs...)), Selector{AccessKey: testKey})
	if u.Totals.Events != 7 {
		t.Errorf("events %d, want 7", u.Totals.Events)
	}
	parents := map[string]string{}
	for _, k := range u.Keys {
		if k.Parent != nil {
			parents[k.AccessKey] = *k.Parent + " " + *k.IssuedBy
		} else {
			parents[k.AccessKey] = ""
		}
	}
	for key, want := range map[string]string{
		testKey: "", "ASIACHILD00000000000": testKey + " AssumeRole", "AKIABORN000000000000": testKey + " CreateAccessKey",
		"ASIAGRANDCHILD000000": "ASIACHILD00000000000 AssumeRole", "ASIAUNUSED0000000000": testKey + " GetSessionToken",
	} {
		if got, ok := parents[key]; !ok || got != want {
			t.Errorf("parent of %s is %q (listed %v), want %q", key, got, ok, want)
		}
	}
	if len(parents) != 5 {
		t.Errorf("keys %v", parents)
	}
	if u.Keys[0].AccessKey != testKey {
		t.Errorf("first key is %s", u.Keys[0].AccessKey)
	}
}

func TestForgedCyclesEnd(t *testing.T) {
	a := newRec("e1", "sts", "AssumeRole", monday()).identity("accessKeyId", "ASIAA").issues("ASIAB")
	b := newRec("e2", "sts", "AssumeRole", monday()).identity("accessKeyId", "ASIAB").issues("ASIAA")
	self := newRec("e3", "sts", "AssumeRole", monday()).identity("accessKeyId", "ASIAA").issues("ASIAA")
	u := analyze(t, readText(t, records(t, a, b, self)), Selector{AccessKey: "ASIAA"})
	if u.Totals.Events != 3 || len(u.Keys) != 2 {
		t.Errorf("events %d keys %d", u.Totals.Events, len(u.Keys))
	}
}

func TestCrossAccountTwinsJoin(t *testing.T) {
	caller := newRec("e1", "sts", "AssumeRole", monday()).with("sharedEventID", "s1") // no response in this copy
	twin := newRec("e2", "sts", "AssumeRole", monday()).with("sharedEventID", "s1", "recipientAccountId", "999999999999",
		"userIdentity", rec{"type": "AWSAccount", "principalId": "AIDAEXAMPLE", "accountId": testAccount}).issues("ASIATHERE00000000000")
	use := newRec("e3", "s3", "ListBuckets", monday()).session("ASIATHERE00000000000", "far", "x")
	u := analyze(t, readText(t, records(t, twin, use, caller)), Selector{AccessKey: testKey})
	if u.Totals.Events != 2 {
		t.Errorf("events %d, want the call and the session's use", u.Totals.Events)
	}
}

func TestForwardedCallsAreKeptApart(t *testing.T) {
	at := monday()
	recs := []rec{
		newRec("e1", "s3", "PutBucketAcl", at),
		newRec("e2", "kms", "Decrypt", at).identity("invokedBy", "s3.amazonaws.com"),
		newRec("e3", "kms", "Decrypt", at).with("sourceIPAddress", "AWS Internal"),
		newRec("e4", "kms", "Decrypt", at).with("sourceIPAddress", "AWS Internal/2"),
		newRec("e5", "kms", "Decrypt", at).with("sourceIPAddress", "secretsmanager.amazonaws.com", "errorCode", "AccessDenied"),
		newRec("e6", "kms", "Decrypt", at),
	}
	u := analyze(t, readText(t, records(t, recs...)), Selector{AccessKey: testKey})
	direct := 0
	for _, o := range u.Origins {
		direct += o.Events
	}
	clients, consumers := 0, 0
	for _, c := range u.Clients {
		clients += c.Events
	}
	for _, c := range u.Consumers {
		consumers += c.Events
	}
	if u.Totals.Events != 6 || u.Totals.Forwarded != 4 || direct != 2 || clients != 2 || consumers != 2 || u.Keys[0].Events != 2 {
		t.Errorf("totals %+v direct %d clients %d consumers %d key %d", u.Totals, direct, clients, consumers, u.Keys[0].Events)
	}
	var forwarded, plain OperationUse
	for _, o := range u.Operations {
		switch {
		case o.EventName == "Decrypt" && o.Forwarded:
			forwarded = o
		case o.EventName == "Decrypt":
			plain = o
		}
	}
	if forwarded.Events != 4 || forwarded.Denied != 1 || plain.Events != 1 || len(forwarded.InvokedBy) != 4 {
		t.Errorf("forwarded %+v direct %+v", forwarded, plain)
	}
}

func TestPrincipalSelection(t *testing.T) {
	noARN := newRec("e2", "signin", "CheckMfa", monday()).with("userIdentity",
		rec{"type": "IAMUser", "accountId": testAccount, "principalId": "AIDAEXAMPLE", "userName": "ci-deploy", "accessKeyId": ""})
	otherAccount := newRec("e3", "signin", "CheckMfa", monday()).with("userIdentity",
		rec{"type": "IAMUser", "accountId": "999999999999", "principalId": "AIDAOTHER", "userName": "ci-deploy"})
	session := newRec("e4", "s3", "ListBuckets", monday()).session("ASIACHILD00000000000", "app", "run-17")
	assume := newRec("e5", "sts", "AssumeRole", monday()).issues("ASIACHILD00000000000")
	federated := newRec("e6", "s3", "ListBuckets", monday()).with("userIdentity", rec{"type": "FederatedUser",
		"arn": "arn:aws:sts::123456789012:federated-user/bob", "accessKeyId": "ASIAFED", "sessionContext": rec{"sessionIssuer": rec{"type": "IAMUser", "arn": testUser}}})
	l := readText(t, records(t, newRec("e1", "s3", "ListBuckets", monday()), noARN, otherAccount, session, assume, federated))
	for _, tt := range []struct {
		selector Selector
		want     int
	}{
		{Selector{Principal: testUser}, 4},
		{Selector{Principal: testUser, Descend: true}, 5},
		{Selector{Principal: "arn:aws:iam::123456789012:role/app"}, 1},
		{Selector{Principal: "arn:aws:sts::123456789012:assumed-role/app/run-17"}, 1},
		{Selector{Principal: "arn:aws:sts::123456789012:federated-user/bob"}, 1},
		{Selector{Principal: "arn:aws:iam::123456789012:user/nobody"}, 0},
		{Selector{AccessKey: testKey}, 3},
	} {
		if u := analyze(t, l, tt.selector); u.Totals.Events != tt.want {
			t.Errorf("%+v: %d events, want %d", tt.selector, u.Totals.Events, tt.want)
		}
	}
	for _, s := range []Selector{{}, {AccessKey: "A", Principal: "arn:x"}, {Principal: "bob"}, {AccessKey: "AIDAEXAMPLE"}} {
		if _, err := Analyze(l, s); !errors.Is(err, ErrSelector) {
			t.Errorf("%+v: err %v", s, err)
		}
	}
}

func TestErrorFamilies(t *testing.T) {
	for code, want := range map[string]ErrorFamily{
		"": FamilyNone, "AccessDenied": FamilyDenied, "AccessDeniedException": FamilyDenied, "Client.UnauthorizedOperation": FamilyDenied,
		"UnauthorizedOperation": FamilyDenied, "VpceAccessDenied": FamilyDenied, "ThrottlingException": FamilyThrottled,
		"Throttling": FamilyThrottled, "Client.RequestLimitExceeded": FamilyThrottled, "RequestLimitExceeded": FamilyThrottled,
		"NoSuchBucket": FamilyNotFound, "Client.InvalidVpcID.NotFound": FamilyNotFound, "Client.DryRunOperation": FamilyDryRun,
		"ValidationException": FamilyOther, "InvalidClientTokenId": FamilyOther,
	} {
		if got := FamilyOf(code); got != want {
			t.Errorf("%q is %q, want %q", code, got, want)
		}
	}
}

func TestFailedSignInIsNoErrorCode(t *testing.T) {
	r := newRec("e1", "signin", "ConsoleLogin", monday()).with("errorMessage", "Failed authentication", "responseElements", rec{"ConsoleLogin": "Failure"})
	u := analyze(t, readText(t, records(t, r)), Selector{Principal: testUser})
	if u.Totals.Errors != 0 || u.Totals.FailedSignIns != 1 {
		t.Errorf("totals %+v", u.Totals)
	}
}

func TestReportMatchesTheContract(t *testing.T) {
	recs := records(t, newRec("e1", "s3", "ListBuckets", monday()), newRec("e2", "sts", "AssumeRole", monday().Add(time.Minute)).issues("ASIACHILD00000000000"))
	u := analyze(t, readText(t, recs, "oops {"), Selector{AccessKey: testKey})
	var got map[string]any
	if err := json.Unmarshal([]byte(encode(t, u.Report())), &got); err != nil {
		t.Fatal(err)
	}
	wantMembers(t, got, "", "schema_version coverage totals keys operations origins clients consumers")
	wantMembers(t, got["coverage"], "coverage", "files files_failed records records_unique matched first_event last_event regions event_sources digest_files blind")
	wantMembers(t, got["totals"], "totals", "events denied errors throttled")
	wantMembers(t, first(t, got["keys"]), "keys", "access_key kind parent issued_by issued_at principal events first_seen last_seen")
	wantMembers(t, first(t, got["operations"]), "operations", "event_source event_name iam_action events denied errors first_seen last_seen resources forwarded")
	wantMembers(t, first(t, got["origins"]), "origins", "source_ip kind events denied first_seen last_seen")
	wantMembers(t, first(t, got["clients"]), "clients", "family raw_sample events")
	consumer := first(t, got["consumers"])
	wantMembers(t, consumer, "consumers", "id origin client access_keys operations events denied first_seen last_seen schedule label reasons")
	wantMembers(t, consumer["schedule"], "schedule", "kind period_seconds deviation next_due")
	coverage := got["coverage"].(map[string]any)
	wantMembers(t, first(t, coverage["files_failed"]), "files_failed", "path offset error")
	wantMembers(t, first(t, coverage["blind"]), "blind", "what why")
	if coverage["first_event"] != "2026-03-02T02:00:00Z" || coverage["matched"] != 2.0 || coverage["event_sources"] != 2.0 {
		t.Errorf("coverage %v", coverage)
	}
	empty := encode(t, analyze(t, readText(t), Selector{AccessKey: testKey}).Report())
	for _, name := range strings.Fields("operations origins clients consumers files_failed regions") {
		if !strings.Contains(empty, `"`+name+`":[]`) {
			t.Errorf("%s is not an empty array in %s", name, empty)
		}
	}
}

func first(t *testing.T, list any) map[string]any {
	t.Helper()
	items, ok := list.([]any)
	if !ok || len(items) == 0 {
		t.Fatalf("not a filled array: %v", list)
	}
	return items[0].(map[string]any)
}

func wantMembers(t *testing.T, object any, name, members string) {
	t.Helper()
	for _, m := range strings.Fields(members) {
		if _, ok := object.(map[string]any)[m]; !ok {
			t.Errorf("%s lacks %q", name, m)
		}
	}
}

func TestBlindSpots(t *testing.T) {
	recs := records(t, newRec("e1", "s3", "ListBuckets", monday()), newRec("e2", "s3", "ListBuckets", monday().AddDate(0, 0, 3)),
		newRec("e3", "s3", "ListBuckets", monday()).session("ASIASTRANGER00000000", "app", "z"),
		newRec("e4", "s3", "ListBuckets", monday()).identity("accessKeyId", "ASIACONSOLE000000000"))
	has := func(u *Usage, what string) bool {
		return slices.ContainsFunc(u.Coverage.Blind, func(b BlindSpot) bool { return strings.Contains(b.What+" "+b.Why, what) })
	}
	u := analyze(t, readText(t, recs), Selector{AccessKey: testKey})
	for _, want := range []string{"failed authentication", "PassRole", "object reads", "other regions", "us-east-1", "2026-03-03, 2026-03-04", "same principal", "digest", "rare schedules"} {
		if !has(u, want) {
			t.Errorf("no blind spot says %q: %v", want, u.Coverage.Blind)
		}
	}
	if has(u, "issuer not in data") {
		t.Error("the selected key is long-term: no issuer is missing")
	}
	if u := analyze(t, readText(t, recs), Selector{AccessKey: "ASIASTRANGER00000000"}); !has(u, "issuer not in data") {
		t.Errorf("issuer not reported missing: %v", u.Coverage.Blind)
	}
	data := newRec("e9", "s3", "GetObject", monday()).with("eventCategory", "Data", "awsRegion", "us-east-1")
	if u := analyze(t, readText(t, recs, records(t, data)), Selector{AccessKey: testKey}); has(u, "object reads") || has(u, "us-east-1 only") || has(u, "other regions") {
		t.Errorf("stale blind spots: %v", u.Coverage.Blind)
	}
}

// Rotating addresses and busy issuers must not make the analysis quadratic.
func TestManyConsumersAndChildren(t *testing.T) {
	const n = 8000
	var recs []rec
	for i := range n {
		at := monday().Add(time.Duration(i) * time.Second)
		recs = append(recs, newRec(fmt.Sprintf("a%d", i), "sts", "AssumeRole", at).issues(fmt.Sprintf("ASIA%016d", i)).
			with("sourceIPAddress", fmt.Sprintf("10.%d.%d.9", i/250, i%250)))
	}
	l := readText(t, records(t, recs...))
	start := time.Now()
	u := analyze(t, l, Selector{AccessKey: testKey})
	if len(u.Consumers) != n || len(u.Keys) != n+1 {
		t.Errorf("%d consumers, %d keys", len(u.Consumers), len(u.Keys))
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("analysis took %v", took)
	}
}

func TestSharedSessionsAreSuspicious(t *testing.T) {
	var recs []rec
	for i := range 5 {
		recs = append(recs, newRec(fmt.Sprintf("a%d", i), "s3", "ListBuckets", monday().Add(time.Duration(i)*time.Hour)).session("ASIASHARED0000000000", "app", "i-0123456789abcdef0"))
	}
	for i, name := range []string{"ListUsers", "CreateAccessKey"} {
		recs = append(recs, newRec(fmt.Sprintf("b%d", i), "iam", name, monday().Add(time.Duration(50+i)*time.Hour)).
			session("ASIASHARED0000000000", "app", "i-0123456789abcdef0").with("sourceIPAddress", "192.0.2.66"))
	}
	u := analyze(t, readText(t, records(t, recs...)), Selector{AccessKey: "ASIASHARED0000000000"})
	if len(u.Consumers) != 2 || u.Consumers[0].Label != LabelUndecided || u.Consumers[1].Label != LabelSuspicious {
		t.Errorf("%s %v, %s %v", u.Consumers[0].Label, u.Consumers[0].Reasons, u.Consumers[1].Label, u.Consumers[1].Reasons)
	}
}

func TestConsolesAndUserAgentsDoNotCondemn(t *testing.T) {
	var recs []rec
	for i := range 25 {
		recs = append(recs, newRec(fmt.Sprintf("a%d", i), "ec2", fmt.Sprintf("Describe%d", i), monday().Add(time.Duration(i)*time.Second)).
			with("sessionCredentialFromConsole", "true"))
		recs = append(recs, newRec(fmt.Sprintf("b%d", i), "ec2", fmt.Sprintf("Describe%d", i), monday().Add(time.Duration(i)*time.Second)).
			with("sourceIPAddress", "AWS Internal"))
	}
	recs = append(recs, newRec("c", "s3", "GetBucketAcl", monday()).with("userAgent", "pacu kali trufflehog"))
	u := analyze(t, readText(t, records(t, recs...)), Selector{AccessKey: testKey})
	for _, c := range u.Consumers {
		if c.Label != LabelUndecided {
			t.Errorf("%s is %s: %v", c.Client, c.Label, c.Reasons)
		}
	}
}
