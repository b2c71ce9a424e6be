package forecast_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/ircontain/ircontain/internal/catalogue"
	"github.com/ircontain/ircontain/internal/forecast"
	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/simaws"
	"github.com/ircontain/ircontain/internal/trail"
)

const target = "arn:aws:iam::000000000000:user/svc-billing-export"

// rehearsed is the usage of the target key in the shipped account, read from
// the files of its trail.
func rehearsed(t testing.TB) *trail.Usage {
	t.Helper()
	sc, err := simaws.LoadScenario("forgotten-key")
	if err != nil {
		t.Fatal(err)
	}
	w, err := simaws.New(sc, simaws.Options{Seed: 1, Clock: simaws.NewStepClock(sc.Start)})
	if err != nil {
		t.Fatal(err)
	}
	w.Tick()
	dir := t.TempDir()
	if err := w.WriteTrail(dir, sc.Start.AddDate(0, 0, -sc.History.Days), sc.Start); err != nil {
		t.Fatal(err)
	}
	src, err := trail.Open(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	log, err := trail.Read(context.Background(), []trail.Source{src}, trail.Options{})
	if err != nil {
		t.Fatal(err)
	}
	u, err := trail.Analyze(log, trail.Selector{AccessKey: w.Target()})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func guardrail(t testing.TB, intents ...policy.Intent) forecast.Lever {
	t.Helper()
	g, err := policy.CompileGuardrail(policy.GuardrailSpec{Incident: "20260331-quiet-heron", Intents: intents, User: "svc-billing-export"})
	if err != nil {
		t.Fatal(err)
	}
	return deny(t, string(intents[0]), target, string(g.Document))
}

func deny(t testing.TB, name, on, document string) forecast.Lever {
	t.Helper()
	l, err := forecast.Deny(name, on, []byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func fate(t *testing.T, f forecast.LeverForecast, client string) forecast.ConsumerForecast {
	t.Helper()
	var found []forecast.ConsumerForecast
	for _, c := range f.Consumers {
		if strings.Contains(c.Client+" from "+c.Origin, client) {
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		t.Fatalf("no consumer %s in %+v", client, f.Consumers)
	}
	return found[0]
}

func TestScenario(t *testing.T) {
	u := rehearsed(t)
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	replay := forecast.Replayer{Catalogue: cat}
	key := replay.Replay(u, forecast.DeactivateKey(u.Selector.AccessKey))
	freeze := replay.Replay(u, guardrail(t, policy.FreezeSecrets, policy.FreezeAssume))
	iam := replay.Replay(u, guardrail(t, policy.FreezeIAM))
	sessions, err := forecast.RevokeUserSessions(target)
	if err != nil {
		t.Fatal(err)
	}
	user := replay.Replay(u, sessions)
	deployer, err := forecast.RevokeRoleSessions("arn:aws:iam::000000000000:role/deploy-artifacts", u.Coverage.LastEvent.Time)
	if err != nil {
		t.Fatal(err)
	}
	role := replay.Replay(u, deployer)

	const export, intruder, runner = "aws-cli/1 linux", "kali from 198.51.100.0/24", "boto3/1 linux from 203.0.113.0/24"
	for _, tt := range []struct {
		lever  forecast.LeverForecast
		client string
		want   policy.Verdict
		denied int // of the consumer's calls; -1 for all
	}{
		{key, export, policy.VerdictDenied, -1},
		{key, runner, policy.VerdictDenied, -1},
		{freeze, intruder, policy.VerdictDenied, 5},
		{freeze, export, policy.VerdictDenied, 90}, // reads its secret, lists buckets
		{iam, intruder, policy.VerdictDenied, 1},
		{iam, export, policy.VerdictNotDenied, 0},
		{user, export, policy.VerdictNotDenied, 0},
	} {
		c := fate(t, tt.lever, tt.client)
		if tt.denied < 0 {
			tt.denied = c.Calls
		}
		if c.Verdict != tt.want || c.Denied != tt.denied || c.Unknown != 0 {
			t.Errorf("%s under %s: %+v, want %s with %d", tt.client, tt.lever.Lever, c, tt.want, tt.denied)
		}
	}
	if c := fate(t, key, export); c.NextDue.String() != "2026-03-31T03:00:06Z" || c.Label != trail.LabelLegitimate {
		t.Errorf("the nightly export: %+v", c)
	}
	// Sessions outlive the key, and cannot be issued again without it.
	for _, f := range []forecast.LeverForecast{key, freeze} {
		var later int
		for _, c := range f.Consumers {
			if c.Verdict == policy.VerdictNotDenied {
				later += c.EndsWithSession
			}
		}
		if later == 0 {
			t.Errorf("%s cuts no session off", f.Lever)
		}
	}
	var ended int
	for _, c := range role.Consumers {
		ended += c.Denied
	}
	if ended < 800 || fate(t, role, export).Denied != 0 {
		t.Errorf("the role's deny stops %d calls of sessions: %+v", ended, role)
	}
	ranked := forecast.Rank([]forecast.LeverForecast{user, iam, freeze, key})
	if ranked[0].Lever != key.Lever || ranked[1].Lever != freeze.Lever || ranked[3].Lever != user.Lever {
		t.Errorf("ranked %v", []string{ranked[0].Lever, ranked[1].Lever, ranked[2].Lever, ranked[3].Lever})
	}
	blind := forecast.Blind(u, ranked)
	for _, what := range []string{"iam:PassRole", "dependent actions", "s3 object reads and writes", "the next call"} {
		if !slices.ContainsFunc(blind, func(b trail.BlindSpot) bool { return b.What == what }) {
			t.Errorf("blind says nothing of %s: %v", what, blind)
		}
	}
}

func BenchmarkReplay(b *testing.B) {
	u := manyCalls(b, 100_000)
	l := guardrail(b, policy.FreezeSecrets, policy.FreezeIAM, policy.FreezeAssume, policy.FreezeSessions)
	b.ReportAllocs()
	for b.Loop() {
		if f := forecast.Replay(u, l); f.Consumers[0].Calls != 100_000 {
			b.Fatalf("%d calls", f.Consumers[0].Calls)
		}
	}
}

// BenchmarkReplayByResource cannot remember much: each call is on an object of
// its own, and the document looks at resources.
func BenchmarkReplayByResource(b *testing.B) {
	u := manyCalls(b, 100_000)
	l := deny(b, "by resource", caller, `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username}/*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}}`)
	b.ReportAllocs()
	for b.Loop() {
		forecast.Replay(u, l)
	}
}
