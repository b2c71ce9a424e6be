package simaws

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// scenarioWorld has a few days of history; fullWorld has all of it.
func scenarioWorld(t testing.TB, edit ...func(*Options)) *World {
	t.Helper()
	return worldWithHistory(t, 3, edit...)
}

func fullWorld(t testing.TB) *World {
	t.Helper()
	return worldWithHistory(t, 90)
}

func worldWithHistory(t testing.TB, days int, edit ...func(*Options)) *World {
	t.Helper()
	s := must(LoadScenario("forgotten-key"))(t)
	s.History.Days = days
	o := Options{Seed: 7, Log: func(m string) { t.Error(m) }}
	for _, f := range edit {
		f(&o)
	}
	return must(New(s, o))(t)
}

func TestScenariosLoad(t *testing.T) {
	list := Scenarios()
	entries := must(scenarioFiles.ReadDir("scenarios"))(t)
	if len(list) != len(entries) {
		t.Fatalf("%d of %d scenarios parse", len(list), len(entries))
	}
	for _, info := range list {
		if info.Name == "" || info.Title == "" || info.Summary == "" {
			t.Errorf("incomplete scenario: %+v", info)
		}
	}
}

func TestForgottenKeyHistory(t *testing.T) {
	w := fullWorld(t)
	began := time.Now()
	w.Tick()
	t.Logf("history: %d events in %v", len(w.events), time.Since(began))
	codes := map[string]int{}
	for _, e := range w.events {
		codes[e.code]++
		if !json.Valid(e.json()) {
			t.Fatalf("invalid record: %s", e.json())
		}
	}
	if len(codes) != 1 {
		t.Errorf("history has errors: %v", codes)
	}
	alice := w.Dump().Users[2]
	if alice.Name != "svc-billing-export" || len(alice.Keys) != 2 || !strings.HasPrefix(w.Target(), "AKIA") || !strings.HasSuffix(w.Target(), "7QZX") {
		t.Errorf("unexpected state: %+v", alice)
	}
	t.Logf("%s", w.events[len(w.events)-1].json())
}

func BenchmarkNew(b *testing.B) {
	s := must(LoadScenario("forgotten-key"))(b)
	for b.Loop() {
		must(New(s, Options{Seed: 1}))(b)
	}
}

func BenchmarkHistory(b *testing.B) {
	s := must(LoadScenario("forgotten-key"))(b)
	for b.Loop() {
		must(New(s, Options{Seed: 1}))(b).Tick()
	}
}
