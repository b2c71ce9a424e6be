package policy

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// TestEveryCombination compiles all 2,047 sets of intents: each document obeys
// the parser and the linter, fits a managed policy, protects itself, explains
// every statement, and has a place.
func TestEveryCombination(t *testing.T) {
	all := Intents()
	places, largest := map[Where]int{}, 0
	for bits := 1; bits < 1<<len(all); bits++ {
		var intents []Intent
		for n, i := range all {
			if bits>>n&1 == 1 {
				intents = append(intents, i)
			}
		}
		spec := specOf(intents...)
		spec.ProtectPolicies = []string{"arn:aws:iam::111122223333:policy/team/deploy"}
		if slices.Equal(intents, []Intent{RevokeSessionsBefore, CarveOut}) {
			continue // refused: nothing to carve out of
		}
		g, p := guardrail(t, spec)
		for _, f := range Lint(p.Document()) {
			if f.Severity == SeverityError {
				t.Errorf("%v: %s", intents, f)
			}
		}
		where := Place(g.Size, 0, 0, false)
		places[where.Where]++
		largest = max(largest, g.Size)
		if where.Where != Inline && where.Where != Managed || where.Why == "" {
			t.Errorf("%v: %d characters at %+v", intents, g.Size, where)
		}
		lines := strings.Join(g.Explain(), "\n")
		for _, sid := range g.Sids {
			if sidPurpose(sid) == "" || !strings.Contains(lines, "statement "+sid+": ") {
				t.Errorf("%v: statement %s is not explained", intents, sid)
			}
		}
		for _, i := range spec.Intents {
			if i.Purpose() == "" || !strings.Contains(lines, "intent "+string(i)+": ") {
				t.Errorf("%v: intent %s is not explained", intents, i)
			}
		}
		for _, way := range []string{"iam:DeleteUserPolicy", "iam:DetachUserPolicy", "iam:CreateAccessKey"} {
			if got := effectOn(t, p, way, "aws:SourceIp=198.51.100.7"); got != ExplicitlyDenied {
				t.Errorf("%v: %s is %s", intents, way, got)
			}
		}
	}
	t.Logf("inline %d, managed %d, largest %d characters", places[Inline], places[Managed], largest)
}

// TestSizes is the table of what each intent costs, for a user with one managed
// policy of its own.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		intents []Intent
		most    int
		where   Where
	}{
		{[]Intent{FreezeSecrets}, 1200, Inline}, {[]Intent{FreezeIAM}, 330, Inline}, {[]Intent{FreezeAssume}, 850, Inline},
		{[]Intent{FreezeSessions}, 950, Inline}, {[]Intent{QuarantineV3}, 3150, Managed}, {[]Intent{RevokeSessionsBefore}, 920, Inline},
		{[]Intent{PinOrigin}, 1050, Inline}, {[]Intent{OnlyActions}, 870, Inline}, {[]Intent{DenyAll}, 110, Inline},
		{[]Intent{FreezeSecrets, FreezeIAM, FreezeAssume, FreezeSessions}, 1020, Inline},
		{[]Intent{FreezeSecrets, FreezeAssume, FreezeSessions, PinOrigin}, 1750, Inline},
		{[]Intent{FreezeSecrets, FreezeIAM, FreezeAssume, FreezeSessions, CarveOut}, 2048, Inline},
		{[]Intent{DenyAll, CarveOut}, 950, Inline},
	} {
		spec := specOf(c.intents...)
		spec.ProtectPolicies = []string{"arn:aws:iam::111122223333:policy/team/deploy"}
		g, _ := guardrail(t, spec)
		place := Place(g.Size, 0, 1, false)
		t.Logf("%v: %d characters, %s", c.intents, g.Size, place.Where)
		if g.Size > c.most || place.Where != c.where {
			t.Errorf("%v: %d characters, want at most %d; %s, want %s", c.intents, g.Size, c.most, place.Where, c.where)
		}
	}
}

// TestSizeWithSpares: four freezes that spare one resource of each service fit
// beside 254 characters taken.
func TestSizeWithSpares(t *testing.T) {
	spec := specOf(FreezeSecrets, FreezeIAM, FreezeAssume, FreezeSessions)
	for _, n := range []int{0, 1, 2, 3, 4} {
		spec.Spare = []string{"arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-a1b2c3", "arn:aws:iam::111122223333:role/deploy",
			"arn:aws:ssm:eu-west-1:111122223333:parameter/app/db", "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}[:n]
		g, _ := guardrail(t, spec)
		t.Logf("%d spared: %d characters", n, g.Size)
		if !g.FitsUserInline(254) {
			t.Errorf("%d spared: %d characters", n, g.Size)
		}
	}
}

func TestPlace(t *testing.T) {
	for _, c := range []struct {
		size, inline, attached int
		boundary               bool
		want                   Where
	}{
		{1000, 0, 0, false, Inline}, {1000, 1048, 10, true, Inline}, {2048, 0, 0, false, Inline},
		{1000, 1049, 9, true, Managed}, {2049, 0, 0, false, Managed}, {1000, -1, 0, false, Managed}, {6144, 0, 0, false, Managed},
		{1000, 2000, 10, false, Boundary}, {1000, -1, 12, false, Boundary}, {1000, 2000, -1, false, Boundary},
		{1000, 2000, 10, true, InGroup}, {6144, 0, 10, false, InGroup},
		{6145, 0, 0, false, Nowhere},
	} {
		got := Place(c.size, c.inline, c.attached, c.boundary)
		if got.Where != c.want || got.Why == "" {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}

func TestAsBoundary(t *testing.T) {
	g, _ := guardrail(t, specOf(FreezeSecrets))
	text, err := g.AsBoundary()
	if err != nil || !bytes.Contains(text, []byte(boundaryAllow)) {
		t.Fatalf("%s, %v", text, err)
	}
	b := compile(t, KindIdentity, string(text))
	all := identity(t, `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)
	for action, want := range map[string]Effect{"s3:GetObject": Allowed, "secretsmanager:GetSecretValue": ExplicitlyDenied, "sqs:SendMessage": ImplicitlyDenied} {
		r := Request{Principal: principal(t, bob), Action: action, Resource: bucket}
		if d := Evaluate(Layers{Identity: []*Policy{all}, Boundary: b}, r); d.Effect != want {
			t.Errorf("%s: %s", action, d.Effect)
		}
	}
	if _, err := (Guardrail{Document: []byte("{")}).AsBoundary(); err == nil {
		t.Error("a broken guardrail became a boundary")
	}
}

func TestQuarantinePresets(t *testing.T) {
	for i, name := range map[Intent]string{QuarantineV2: "AWSCompromisedKeyQuarantineV2", QuarantineV3: "AWSCompromisedKeyQuarantineV3"} {
		p, err := QuarantinePreset(i)
		if err != nil || p.Policy != name || p.Date != "2024-10-02" || p.Source == "" || p.Version == "" {
			t.Errorf("%+v, %v", p, err)
		}
		if n := len(p.Actions); n != 89 || len(slices.Compact(slices.Sorted(slices.Values(p.Actions)))) != 89 {
			t.Errorf("%s: %d actions", name, n)
		}
		count := map[string]int{}
		for _, a := range p.Actions {
			service, _, _ := strings.Cut(a, ":")
			count[service]++
		}
		for service, n := range map[string]int{"iam": 26, "s3": 15, "lambda": 10, "ec2": 6, "lightsail": 6, "bedrock": 5, "organizations": 3,
			"ecs": 3, "sts": 2, "ses": 2, "sagemaker": 2, "amplify": 2, "cloudtrail": 1, "mediapackagev2": 1} {
			if count[service] != n {
				t.Errorf("%s: %d actions of %s, want %d", name, count[service], service, n)
			}
		}
		d := compile(t, KindIdentity, string(p.Document())).Document()
		// AWS writes lists of one as lists, which costs four more: 2,378.
		if d.Size() != 2374 {
			t.Errorf("%s: %d characters", name, d.Size())
		}
		if place := Place(d.Size(), 0, 0, false); place.Where != Managed {
			t.Errorf("%s: %d characters go %s", name, d.Size(), place.Where)
		}
		_, guard := guardrail(t, specOf(i))
		for action, want := range map[string]Effect{"s3:GetObject": ExplicitlyDenied, "lightsail:CreateDisk": ExplicitlyDenied,
			"sts:AssumeRole": Allowed, "secretsmanager:GetSecretValue": Allowed, "iam:DeleteUserPolicy": ExplicitlyDenied} {
			if got := effectOn(t, guard, action, ""); got != want {
				t.Errorf("%s: %s is %s", name, action, got)
			}
		}
	}
	if _, err := QuarantinePreset(DenyAll); err == nil {
		t.Error("deny-all is a preset")
	}
}

// TestHostileNames puts texts from outside into every free field: they reach
// tags and sentences in a harmless form and the document not at all.
func TestHostileNames(t *testing.T) {
	for _, text := range []string{`"},{"Effect":"Allow","Action":"*"`, "a\nb\x00c", "\u202egrab", strings.Repeat("é", 400), "<script>", "${aws:username}", "\xff\xfe", "日本"} {
		spec := specOf(FreezeSecrets)
		plain, _ := guardrail(t, spec)
		spec.Incident, spec.Owner, spec.Reason, spec.User = text, text, text, text
		spec.Name = plain.Name
		g, _ := guardrail(t, spec)
		if !bytes.Equal(g.Document, plain.Document) {
			t.Errorf("%q changes the document", text)
		}
		for k, v := range g.Tags {
			if len(k) > 128 || utf8.RuneCountInString(v) > 256 || strings.ContainsAny(v, "\"<>{}$\n\x00\u202e\ufffd") || !utf8.ValidString(v) {
				t.Errorf("%q: tag %s=%q", text, k, v)
			}
		}
		spec.Name, spec.Role, spec.Group = "", text, text
		if _, err := CompileGuardrail(spec); err == nil {
			t.Errorf("%q became the name of a policy", text)
		}
	}
	spec := specOf(FreezeSecrets)
	spec.Owner, spec.ReviewAt = "Zoltan <z@example.com>", time.Date(2026, 11, 21, 14, 0, 0, 5, time.UTC)
	g, _ := guardrail(t, spec)
	want := map[string]string{"ircontain-incident": "20261121-brass-otter", "ircontain-owner": "Zoltan _z@example.com_", "ircontain-reason": "", "ircontain-review": "2026-11-21T14:00:00Z"}
	if fmt.Sprint(g.Tags) != fmt.Sprint(want) {
		t.Errorf("%v", g.Tags)
	}
}
