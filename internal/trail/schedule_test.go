package trail

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// nightly returns the calls of a job that starts at the same time every night,
// give or take jitter, and makes steps calls some seconds apart.
func nightly(nights, steps int, jitter time.Duration, rng *rand.Rand) []time.Time {
	var out []time.Time
	for n := range nights {
		start := monday().AddDate(0, 0, n)
		if jitter > 0 {
			start = start.Add(time.Duration(rng.Int64N(int64(jitter))))
		}
		for s := range steps {
			out = append(out, start.Add(time.Duration(s*7)*time.Second).Truncate(time.Second))
		}
	}
	return out
}

func TestScheduleNightlyCron(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	times := nightly(30, 12, 40*time.Second, rng)
	end := monday().AddDate(0, 0, 29).Add(12 * time.Hour)
	s := ScheduleOf(times, end, time.Time{})
	if s.Kind != ScheduleCron || s.Runs != 30 || s.Deviation > 0.01 || s.Missed != 0 {
		t.Errorf("schedule %+v", s)
	}
	if d := s.PeriodSeconds - 86400; d < -60 || d > 60 {
		t.Errorf("period %d", s.PeriodSeconds)
	}
	want := monday().AddDate(0, 0, 30)
	if d := s.NextDue.Sub(want); d < -2*time.Minute || d > 2*time.Minute {
		t.Errorf("next due %v, want about %v", s.NextDue, want)
	}
	now := monday().AddDate(0, 0, 33).Add(6 * time.Hour)
	if s = ScheduleOf(times, end, now); s.NextDue.Before(now) || s.NextDue.Sub(now) > 24*time.Hour {
		t.Errorf("next due %v is not the first after %v", s.NextDue, now)
	}
	if s = ScheduleOf(times, end.AddDate(0, 0, 3), time.Time{}); s.Missed != 3 {
		t.Errorf("missed %d, want 3", s.Missed)
	}
}

func TestScheduleSurvivesMissedRunsAndSlowSteps(t *testing.T) {
	times := nightly(30, 3, 0, nil)
	times = append(times[:15], times[18:]...) // one night without a run
	if s := ScheduleOf(times, times[len(times)-1], time.Time{}); s.Kind != ScheduleCron || s.PeriodSeconds != 86400 {
		t.Errorf("missed night: %+v", s)
	}
	var slow []time.Time
	for n := range 10 {
		for step := range 6 {
			slow = append(slow, monday().AddDate(0, 0, n).Add(time.Duration(step)*5*time.Minute))
		}
	}
	if s := ScheduleOf(slow, slow[len(slow)-1], time.Time{}); s.Kind != ScheduleCron || s.PeriodSeconds != 86400 || s.Runs != 10 {
		t.Errorf("steps five minutes apart: %+v", s)
	}
}

func TestScheduleMonthlyAndWeekdays(t *testing.T) {
	var monthly []time.Time
	for m := range 6 {
		monthly = append(monthly, time.Date(2026, time.Month(1+m), 1, 4, 0, 0, 0, time.UTC))
	}
	s := ScheduleOf(monthly, monthly[5], time.Time{})
	if s.Kind != ScheduleCron || s.PeriodSeconds < 28*86400 || s.PeriodSeconds > 31*86400 {
		t.Errorf("monthly: %+v", s)
	}
	if s := ScheduleOf(monthly[:3], monthly[2], time.Time{}); s.Kind != ScheduleSporadic {
		t.Errorf("three runs prove nothing: %+v", s)
	}
	var weekdays []time.Time
	for d := range 28 {
		day := monday().AddDate(0, 0, d)
		if w := day.Weekday(); w != time.Saturday && w != time.Sunday {
			weekdays = append(weekdays, day)
		}
	}
	s = ScheduleOf(weekdays, weekdays[len(weekdays)-1].Add(time.Hour), time.Time{})
	if s.Kind != ScheduleCron || s.PeriodSeconds != 86400 || s.NextDue.Weekday() != time.Monday || !s.WeekdaysOnly {
		t.Errorf("weekdays: %+v", s)
	}
}

func TestScheduleWithoutPeriod(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var runner []time.Time // a build runner: office hours, whenever somebody pushes
	for d := range 28 {
		day := monday().AddDate(0, 0, d)
		if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			continue
		}
		at := day.Add(6 * time.Hour)
		for at.Before(day.Add(15 * time.Hour)) {
			at = at.Add(time.Duration(5+rng.IntN(120)) * time.Minute)
			runner = append(runner, at)
		}
	}
	if s := ScheduleOf(runner, runner[len(runner)-1], time.Time{}); s.Kind != ScheduleSporadic || !s.NextDue.IsZero() || s.PeriodSeconds != 0 {
		t.Errorf("build runner: %+v", s)
	}
	var service []time.Time // a web service: all day and night
	for at := monday(); at.Before(monday().AddDate(0, 0, 5)); at = at.Add(time.Duration(150+rng.IntN(3000)) * time.Second) {
		service = append(service, at)
	}
	if s := ScheduleOf(service, service[len(service)-1], time.Time{}); s.Kind != ScheduleContinuous {
		t.Errorf("service: %+v", s)
	}
	var poller []time.Time // every 30 seconds: one endless run
	for i := range 5000 {
		poller = append(poller, monday().Add(time.Duration(i)*30*time.Second))
	}
	if s := ScheduleOf(poller, poller[len(poller)-1], time.Time{}); s.Kind != ScheduleContinuous {
		t.Errorf("poller: %+v", s)
	}
	if s := ScheduleOf([]time.Time{monday(), monday().Add(30 * time.Second)}, monday(), time.Time{}); s.Kind != ScheduleOneShot || s.Runs != 1 {
		t.Errorf("one shot: %+v", s)
	}
	if s := ScheduleOf(nil, monday(), time.Time{}); s.Kind != ScheduleOneShot {
		t.Errorf("nothing: %+v", s)
	}
	var person []time.Time // a person: every morning, more or less, and during the day
	for d := range 20 {
		at := monday().AddDate(0, 0, d).Add(6*time.Hour + time.Duration(rng.IntN(120))*time.Minute)
		for range 2 + rng.IntN(6) {
			person = append(person, at)
			at = at.Add(time.Duration(3+rng.IntN(200)) * time.Minute)
		}
	}
	if s := ScheduleOf(person, person[len(person)-1], time.Time{}); s.Kind == ScheduleCron {
		t.Errorf("person: %+v", s)
	}
}

func TestConsumersOfOneKey(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var recs []rec
	n := 0
	add := func(r rec) {
		n++
		recs = append(recs, r.with("eventID", fmt.Sprintf("e%d", n)))
	}
	for _, at := range nightly(30, 5, 30*time.Second, rng) { // backup
		add(newRec("", "s3", "ListBuckets", at).with("sourceIPAddress", "203.0.113.10", "userAgent", "[aws-cli/2.15.30 Python/3.11.8 Linux/6.1]"))
	}
	for d := range 28 { // build runner, rotating addresses in one network
		at := monday().AddDate(0, 0, d).Add(time.Duration(6+rng.IntN(9)) * time.Hour)
		for range 1 + rng.IntN(5) {
			at = at.Add(time.Duration(4+rng.IntN(140)) * time.Minute)
			add(newRec("", "ecr", "GetAuthorizationToken", at).with("sourceIPAddress", fmt.Sprintf("198.51.100.%d", rng.IntN(200))))
		}
	}
	theft := monday().AddDate(0, 0, 27).Add(13 * time.Hour)
	for i, name := range []string{"GetCallerIdentity", "ListUsers", "ListRoles", "ListAccessKeys", "GetAccountSummary",
		"ListPolicies", "ListGroups", "DescribeInstances", "ListAttachedUserPolicies", "CreateAccessKey"} {
		add(newRec("", "iam", name, theft.Add(time.Duration(i)*3*time.Second)).with("sourceIPAddress", "192.0.2.66", "userAgent", "aws-cli/2.15.30 Python/3.11 Linux/6.1 kali"))
	}
	u := analyze(t, readText(t, records(t, recs...)), Selector{AccessKey: testKey})
	if len(u.Consumers) != 3 || u.Totals.Events != n {
		t.Fatalf("%d consumers, %d of %d events", len(u.Consumers), u.Totals.Events, n)
	}
	byOrigin := map[string]Consumer{}
	for i, c := range u.Consumers {
		byOrigin[c.Origin] = c
		if c.ID != fmt.Sprintf("c%d", i+1) || (i > 0 && c.Events > u.Consumers[i-1].Events) {
			t.Errorf("consumer %d is %s with %d events", i, c.ID, c.Events)
		}
		if len(c.Reasons) == 0 {
			t.Errorf("%s has no reason", c.ID)
		}
	}
	for origin, want := range map[string]struct {
		kind  ScheduleKind
		label Label
	}{
		"203.0.113.0/24":  {ScheduleCron, LabelLegitimate},
		"198.51.100.0/24": {ScheduleSporadic, LabelUndecided},
		"192.0.2.0/24":    {ScheduleOneShot, LabelSuspicious},
	} {
		if c := byOrigin[origin]; c.Schedule.Kind != want.kind || c.Label != want.label {
			t.Errorf("%s: %s %s %v, want %v", origin, c.Schedule.Kind, c.Label, c.Reasons, want)
		}
	}
	if c := byOrigin["203.0.113.0/24"]; c.HoursOfWeek[26] == 0 || c.Client != "aws-cli/2 linux" {
		t.Errorf("client %q, hours %v", c.Client, c.HoursOfWeek)
	}
	u = analyze(t, readText(t, records(t, recs...)), Selector{AccessKey: testKey,
		Anchors: Anchors{Hostile: []string{"192.0.2.66"}, Trusted: []string{"198.51.100.0/24"}}})
	for _, c := range u.Consumers {
		if c.Origin == "198.51.100.0/24" && c.Label != LabelLegitimate || c.Origin == "192.0.2.0/24" && c.Label != LabelSuspicious {
			t.Errorf("anchors ignored: %s %s", c.Origin, c.Label)
		}
	}
}
