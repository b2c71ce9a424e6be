package trail

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// publicSet reads one of the public record sets, which this repository does not
// carry.
func publicSet(t *testing.T, name ...string) *Log {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "..", "shared", "data", "cloudtrail"}, name...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("public record set not present: %v", err)
	}
	return readPath(t, path)
}

// readPath reads a path and asserts the invariant every test relies on.
func readPath(t *testing.T, path string) *Log {
	t.Helper()
	src, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	l, err := Read(context.Background(), []Source{src}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	assertBalanced(t, l)
	return l
}

func assertBalanced(t *testing.T, l *Log) {
	t.Helper()
	if c := l.Coverage(); !c.Balanced() {
		t.Fatalf("records not accounted for: %+v records=%d unique=%d", c.Items, c.Records, c.RecordsUnique)
	}
}

func analyze(t *testing.T, l *Log, s Selector) *Usage {
	t.Helper()
	u, err := Analyze(l, s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestInvictusFigures(t *testing.T) {
	l := publicSet(t, "invictus")
	c := l.Coverage()
	if c.Records != 2900 || c.RecordsUnique != 2900 {
		t.Errorf("records %d, unique %d, want 2900", c.Records, c.RecordsUnique)
	}
	if c.Files != 55 {
		t.Errorf("files = %d, want 55", c.Files)
	}
	if len(c.FilesSkipped) != 1 || filepath.Base(c.FilesSkipped[0].Path) != "LICENSE" {
		t.Errorf("skipped = %v, want LICENSE only", c.FilesSkipped)
	}
	if len(c.FilesFailed) != 0 {
		t.Errorf("failed = %v", c.FilesFailed)
	}
	signing := map[string]bool{}
	families := map[ErrorFamily]int{}
	for _, call := range l.Calls() {
		if k := call.Identity.AccessKeyID; k != "" {
			signing[k] = true
		}
		families[call.Family()]++
	}
	g := l.Genealogy()
	issued, never := 0, 0
	for k := range signing {
		if KeyKind(k) != KindTemporary {
			continue
		}
		if _, ok := g.Birth(k); ok {
			issued++
		} else {
			never++
		}
	}
	if len(signing) != 133 || issued != 8 || never != 122 {
		t.Errorf("signing keys %d, issued %d, never %d; want 133, 8, 122", len(signing), issued, never)
	}
	if families[FamilyDenied] != 60 || families[FamilyThrottled] != 102 || families[FamilyNotFound] != 118 || families[FamilyOther] != 20 {
		t.Errorf("families %v, want denied 60, throttled 102, not found 118, other 20", families)
	}
}

func TestInvictusUser(t *testing.T) {
	l := publicSet(t, "invictus")
	const bert = "arn:aws:iam::123837392027:user/bert-jan"
	u := analyze(t, l, Selector{Principal: userARN(t, l, "bert-jan", bert)})
	byARN := 0
	for _, c := range u.Calls() {
		if c.Identity.ARN != "" {
			byARN++
		}
	}
	if u.Totals.Events != 2642 || byARN != 2641 {
		t.Errorf("events %d (by arn %d), want 2642 and 2641", u.Totals.Events, byARN)
	}
	t.Logf("totals %+v", u.Totals)
}

func userARN(t *testing.T, l *Log, name, want string) string {
	t.Helper()
	arns := map[string]bool{}
	for _, c := range l.Calls() {
		if c.Identity.UserName == name && c.Identity.ARN != "" {
			arns[c.Identity.ARN] = true
		}
	}
	if len(arns) != 1 || !arns[want] {
		t.Logf("arns of %s: %v", name, arns)
	}
	return sortedKeys(arns)[0]
}

// The figures of the key were worked out by a separate program.
func TestInvictusKey(t *testing.T) {
	l := publicSet(t, "invictus")
	u := analyze(t, l, Selector{AccessKey: "AKIATFQR7NSC8Q4X20BJ"})
	if got, want := u.Totals, (Totals{Events: 2151, Denied: 58, Errors: 271, Throttled: 102, NotFound: 92}); got != want {
		t.Errorf("totals %+v, want %+v", got, want)
	}
	if len(u.Keys) != 13 || u.Keys[0].Events != 2104 {
		t.Errorf("%d keys, the first with %d events; want 13 and 2104", len(u.Keys), u.Keys[0].Events)
	}
	for _, k := range u.Keys[1:] {
		if k.Parent == nil || *k.Parent != "AKIATFQR7NSC8Q4X20BJ" {
			t.Errorf("parent of %s is %v", k.AccessKey, k.Parent)
		}
		if k.Account != nil && *k.Account != "218007301253" {
			t.Errorf("%s decodes to account %s, not the one in the file names", k.AccessKey, *k.Account)
		}
	}
	if u.Consumers[0].Client != "terraform/1 linux" || u.Consumers[0].Origin != "192.168.10.0/24" {
		t.Errorf("first consumer %s from %s", u.Consumers[0].Client, u.Consumers[0].Origin)
	}
}

func TestInvictusStolenInstanceCredentials(t *testing.T) {
	l := publicSet(t, "invictus")
	role := ""
	for _, c := range l.Calls() {
		if c.Identity.Issuer.UserName == "stratus-red-team-ec2-steal-credentials-role" {
			role = c.Identity.Issuer.ARN
		}
	}
	u := analyze(t, l, Selector{Principal: role})
	got := map[string]int{}
	for _, c := range u.Consumers {
		for _, ip := range c.SourceIPs {
			got[ip] += c.Events
		}
		if !slices.ContainsFunc(c.Reasons, func(r string) bool { return len(r) > 3 && r[:3] == "R08" }) {
			t.Errorf("consumer %s from %s misses the shared session: %v", c.ID, c.Origin, c.Reasons)
		}
	}
	if got["3.225.16.109"] != 13 || got["192.168.10.20"] != 2 {
		t.Errorf("uses by origin %v, want 13 and 2", got)
	}
	for _, k := range u.Keys {
		if k.IssuedAt.String() != "2023-07-10T11:55:22Z" && k.Events > 0 {
			t.Errorf("key %s issued %s", k.AccessKey, k.IssuedAt)
		}
	}
}

func TestStratusSet(t *testing.T) {
	l := publicSet(t, "stratus")
	c := l.Coverage()
	if c.Records != 310 || c.Files != 35 || len(c.FilesFailed) != 0 {
		t.Errorf("records %d files %d failed %v", c.Records, c.Files, c.FilesFailed)
	}
	unparsed := 0
	for _, call := range l.Calls() {
		if KindOfOrigin(call.Client.SourceIPAddress) == OriginUnparsed {
			unparsed++
		}
	}
	if unparsed < 107 {
		t.Errorf("%d origins do not parse, want the 107 with leading zeros among them", unparsed)
	}
}

func TestPlasoSet(t *testing.T) {
	l := publicSet(t, "plaso-lookupevents")
	c := l.Coverage()
	if c.Records != 6 || len(c.FilesFailed) != 0 {
		t.Errorf("records %d failed %v", c.Records, c.FilesFailed)
	}
	for _, call := range l.Calls() {
		if call.TimeFallback || call.Time.Location().String() != "UTC" {
			t.Errorf("time of %s is %v (fallback %v)", call.EventID, call.Time, call.TimeFallback)
		}
	}
}

func TestTrailscraperSet(t *testing.T) {
	l := publicSet(t, "trailscraper-tests")
	c := l.Coverage()
	if c.RecordsUnique != 3 || len(c.FilesFailed) != 0 {
		t.Errorf("records %d unique %d failed %v", c.Records, c.RecordsUnique, c.FilesFailed)
	}
	const name = "111111111111_CloudTrail_eu-central-1_20171211T1505Z_A6kvhMoVeCsc7v8U.json"
	plainLog, zipped := publicSet(t, "trailscraper-tests", name), publicSet(t, "trailscraper-tests", name+".gz")
	if !slices.EqualFunc(plainLog.Calls(), zipped.Calls(), func(a, b Call) bool { return a.EventID == b.EventID && a.Time.Equal(b.Time) }) {
		t.Error("plain and gzip copies differ")
	}
}
