package catalogue

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/ircontain/ircontain/internal/policy"
)

// TestIntentsAreExact compares, for every intent, what its guardrail stops with
// what it means to stop, over the whole catalogue.
func TestIntentsAreExact(t *testing.T) {
	c := load(t)
	for _, i := range policy.Intents() {
		intents := []policy.Intent{i}
		if i == policy.CarveOut {
			intents = append(intents, policy.FreezeSecrets)
		}
		want := setOf(protection(), intended(c, i))
		if i == policy.CarveOut {
			want = setOf(protection(), intended(c, policy.FreezeSecrets))
		}
		_, p := compile(t, specOf(intents))
		got := denied(c, p)
		assertDenies(t, string(i), got, want)
		t.Logf("%s: %d actions", i, len(got))
	}
	spec := specOf([]policy.Intent{policy.FreezeSecrets})
	spec.Role, spec.Group = "app", "quarantine"
	_, p := compile(t, spec)
	assertDenies(t, "role and group", denied(c, p),
		setOf(protection(), roleProtection(), groupProtection(), intended(c, policy.FreezeSecrets)))
}

// TestCombinationsAreExact does the same for every combination of the intents
// that differ in the set of actions: the whole stops what the parts stop.
func TestCombinationsAreExact(t *testing.T) {
	c := load(t)
	parts := []policy.Intent{policy.FreezeSecrets, policy.FreezeIAM, policy.FreezeAssume, policy.FreezeSessions, policy.QuarantineV3, policy.OnlyActions}
	for bits := 1; bits < 1<<len(parts); bits++ {
		var intents []policy.Intent
		want := setOf(protection())
		for n, i := range parts {
			if bits>>n&1 == 1 {
				intents = append(intents, i)
				maps.Copy(want, setOf(intended(c, i)))
			}
		}
		_, p := compile(t, specOf(intents))
		if testing.Short() && bits%7 != 0 {
			continue
		}
		assertDenies(t, fmt.Sprint(intents), denied(c, p), want)
	}
}

// TestPresetNamesActions catches a slip of the pen in the table. Case may
// differ, as AWS's own policy differs from its reference (s3:PutBucketCors).
func TestPresetNamesActions(t *testing.T) {
	c := load(t)
	p, err := policy.QuarantinePreset(policy.QuarantineV3)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range p.Actions {
		if names := c.Expand(entry); len(names) == 0 || len(names) == 1 && !strings.EqualFold(names[0], entry) {
			t.Errorf("%s: %v", entry, names)
		}
	}
}

// TestFreezeIAMSparesReads keeps the wildcards of freeze-iam clear of the verbs
// by which AWS's services read, should IAM ever use one.
func TestFreezeIAMSparesReads(t *testing.T) {
	c := load(t)
	reads, writes := map[string]int{}, map[string]int{}
	for a := range c.Actions() {
		end := 1
		for end < len(a.Name) && !wordStarts(a.Name, end) {
			end++
		}
		if a.Level.Mutates() {
			writes[a.Name[:end]]++
		} else {
			reads[a.Name[:end]]++
		}
	}
	_, p := compile(t, specOf([]policy.Intent{policy.FreezeIAM}))
	n := 0
	for verb, count := range reads {
		if count < 3 || count <= 9*writes[verb] {
			continue
		}
		n++
		r := policy.Request{Action: "iam:" + verb + "Something"}
		if v := policy.ForecastDeny(p, r, nil).Verdict; v != policy.VerdictNotDenied {
			t.Errorf("freeze-iam would stop %s", r.Action)
		}
	}
	if n < 10 {
		t.Errorf("only %d reading verbs found", n)
	}
}

// BenchmarkGuardrailOverCatalogue is one review of every action through the
// longest guardrail there is; the target is 100 ms.
func BenchmarkGuardrailOverCatalogue(b *testing.B) {
	c := load(b)
	names := c.Expand("*")
	_, p := compile(b, specOf([]policy.Intent{policy.FreezeSecrets, policy.FreezeIAM, policy.FreezeAssume, policy.FreezeSessions, policy.QuarantineV3, policy.PinOrigin}))
	ctx := policy.NewMapContext(map[string][]string{"aws:SourceIp": {"192.0.2.9"}, "aws:ViaAWSService": {"false"}})
	b.ReportAllocs()
	for b.Loop() {
		for _, name := range names {
			policy.ForecastDeny(p, policy.Request{Action: name, Context: ctx}, nil)
		}
	}
}
