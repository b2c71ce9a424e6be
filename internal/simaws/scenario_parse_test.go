package simaws

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestScenarioErrors(t *testing.T) {
	good := string(must(scenarioFiles.ReadFile("scenarios/forgotten-key.yaml"))(t))
	lineOf := func(text string) int { return strings.Count(good[:strings.Index(good, text)], "\n") + 1 }
	edit := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("scenario has no %q", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	cases := []struct {
		name, text string
		line       int
		want       string
	}{
		{"unknown field", edit("title: The", "titel: The"), lineOf("title: The"), `unknown field "titel"`},
		{"unknown nested field", edit("    tier: 2", "    teer: 2"), lineOf("    tier: 2"), `unknown field "teer"`},
		{"duplicate field", edit("title: The", "name: again\ntitle: The"), lineOf("title: The"), "already defined"},
		{"wrong type", edit("days: 90", "days: many"), lineOf("days: 90"), ""},
		{"anchor", edit("days: 90", "days: &d 90"), lineOf("days: 90"), "anchors and aliases"},
		{"alias", edit("title: The", "title: *x"), lineOf("title: The"), ""},
		{"unknown operation", edit(`call: "s3:PutObject"`, `call: "s3:Explode"`), lineOf(`call: "s3:PutObject"`), `unknown operation "s3:Explode"`},
		{"target not in account", edit("target: AKIASIMT5KQ3WJHN7QZX", "target: AKIANOBODYNOBODYNOB1"), lineOf("target: AKIA"), "not an access key of the account"},
		{"credential nobody saved", edit("as: role", "as: roll"), lineOf("as: role"), `"roll" is used before any call saves it`},
		{"two schedules", edit(`{daily: "03:00",`, `{every: 1h, daily: "03:00",`), lineOf(`schedule: {daily`), "exactly one of"},
		{"bad time", edit(`daily: "03:00"`, `daily: "3 am"`), lineOf(`schedule: {daily`), "not a time"},
		{"bad trigger", edit("- on: refused", "- on: tuesday"), lineOf("- on: refused"), "tuesday"},
		{"dangling policy", edit("policy/ir-operator", "policy/ir-operators"), lineOf("account:") + 1, "ir-operators"},
		{"not yaml", "a: [", 1, ""},
		{"empty", "", 1, ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			_, err := ParseScenario([]byte(tc.text), "x.yaml")
			if err == nil {
				t.Fatal("no error")
			}
			prefix := fmt.Sprintf("x.yaml:%d:", tc.line)
			if !strings.HasPrefix(err.Error(), prefix) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got  %v\nwant %s ... %s", err, prefix, tc.want)
			}
		})
	}
	if _, err := LoadScenario("none"); err == nil || !strings.Contains(err.Error(), "no such scenario") {
		t.Errorf("got %v", err)
	}
}

func TestSchedules(t *testing.T) {
	at := start // Sunday 2026-03-01T12:00Z
	cases := []struct {
		s     Schedule
		first string
		next  string
	}{
		{Schedule{Daily: "03:00"}, "2026-03-02T03:00:00Z", "2026-03-03T03:00:00Z"},
		{Schedule{Daily: "13:00"}, "2026-03-01T13:00:00Z", "2026-03-02T13:00:00Z"},
		{Schedule{Weekly: "Sunday 11:00"}, "2026-03-08T11:00:00Z", "2026-03-15T11:00:00Z"},
		{Schedule{Monthly: "1 01:10"}, "2026-04-01T01:10:00Z", "2026-05-01T01:10:00Z"},
	}
	for _, tc := range cases {
		if err := tc.s.check(); err != nil {
			t.Errorf("%+v: %v", tc.s, err)
		}
		first := tc.s.after(at, 1, deriver{}, "x")
		if clockText(first) != tc.first || clockText(tc.s.after(first, 2, deriver{}, "x")) != tc.next {
			t.Errorf("%+v: %s", tc.s, first)
		}
	}
	for _, bad := range []Schedule{{}, {Weekly: "Someday 01:00"}, {Monthly: "31 01:00"}, {Every: -1}, {Every: 1}, {Every: time.Hour, Spread: 1}} {
		if bad.check() == nil {
			t.Errorf("%+v accepted", bad)
		}
	}
}
