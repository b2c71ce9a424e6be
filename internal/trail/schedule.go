package trail

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// ScheduleKind is how a consumer spreads its calls over time.
type ScheduleKind string

// The kinds the map contract names.
const (
	ScheduleCron       ScheduleKind = "cron"
	ScheduleContinuous ScheduleKind = "continuous"
	ScheduleSporadic   ScheduleKind = "sporadic"
	ScheduleOneShot    ScheduleKind = "one_shot"
)

// Schedule is what the times of a consumer's calls say about the next one.
type Schedule struct {
	Kind          ScheduleKind `json:"kind"`
	PeriodSeconds int64        `json:"period_seconds"` // 0 unless cron
	Deviation     float64      `json:"deviation"`      // mean distance from the period, relative to it
	NextDue       Instant      `json:"next_due"`       // null unless cron
	Runs          int          `json:"runs"`
	Missed        int          `json:"missed"` // periods that ended without a run before the log ended
	WeekdaysOnly  bool         `json:"weekdays_only"`
}

const (
	runGap          = 2 * time.Minute // calls closer than this are one run
	minRuns         = 4
	maxDeviation    = 0.2
	coarseDeviation = 0.05 // demanded when runs are joined over longer gaps
	minPeriod       = runGap
)

// ScheduleOf detects a schedule in ascending call times. logEnd is the last
// moment the log covers; now dates the next due run (zero means logEnd).
//
// A run is a burst of calls. Jobs whose own steps lie minutes apart would fall
// into many runs, so wider joins are tried too, with a stricter deviation:
// people who come to work every morning must not pass for a cron job.
func ScheduleOf(times []time.Time, logEnd, now time.Time) Schedule {
	times = slices.DeleteFunc(slices.Clone(times), time.Time.IsZero)
	runs := runsOf(times, runGap)
	out := Schedule{Kind: ScheduleSporadic, Runs: len(runs)}
	if len(runs) == 0 {
		return Schedule{Kind: ScheduleOneShot}
	}
	if isBusy(runs) {
		out.Kind = ScheduleContinuous
		return out
	}
	if len(runs) == 1 {
		out.Kind = ScheduleOneShot
		return out
	}
	for _, join := range []struct {
		gap   time.Duration
		limit float64
	}{{runGap, maxDeviation}, {10 * time.Minute, coarseDeviation}, {time.Hour, coarseDeviation}} {
		joined := runsOf(times, join.gap)
		if p, ok := periodOf(joined, join.limit); ok {
			return p.schedule(joined, logEnd, now)
		}
	}
	if isContinuous(runs) {
		out.Kind = ScheduleContinuous
	}
	return out
}

// run is one burst of calls.
type run struct{ start, end time.Time }

func runsOf(times []time.Time, gap time.Duration) []run {
	var runs []run
	for _, t := range times {
		if n := len(runs); n > 0 && t.Sub(runs[n-1].end) < gap {
			runs[n-1].end = t
			continue
		}
		runs = append(runs, run{t, t})
	}
	return runs
}

// period is a detected rhythm.
type period struct {
	length    time.Duration
	deviation float64
	weekdays  [7]bool // days of week seen; used only when skipping
	skipping  bool    // daily, but not on every day of the week
}

func periodOf(runs []run, limit float64) (period, bool) {
	if len(runs) < minRuns {
		return period{}, false
	}
	gaps := make([]time.Duration, 0, len(runs)-1)
	for i := 1; i < len(runs); i++ {
		gaps = append(gaps, runs[i].start.Sub(runs[i-1].start))
	}
	p := period{length: medianOf(gaps)}
	if p.length < minPeriod {
		return period{}, false
	}
	p.deviation = deviationOf(gaps, p.length)
	if p.deviation < limit {
		return p, true
	}
	return weekdayPeriod(runs, gaps)
}

func medianOf(gaps []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(gaps))
	mid := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[mid]
	}
	return (sorted[mid-1] + sorted[mid]) / 2
}

func deviationOf(gaps []time.Duration, length time.Duration) float64 {
	var sum float64
	for _, g := range gaps {
		sum += math.Abs(float64(g - length))
	}
	return sum / float64(len(gaps)) / float64(length)
}

// weekdayPeriod recognises a daily job that rests on some days of the week: all
// gaps are whole days, nearly to the minute.
func weekdayPeriod(runs []run, gaps []time.Duration) (period, bool) {
	const day = 24 * time.Hour
	if len(runs) < 8 {
		return period{}, false
	}
	var sum float64
	for _, g := range gaps {
		days := math.Round(float64(g) / float64(day))
		if days < 1 || days > 4 {
			return period{}, false
		}
		sum += math.Abs(float64(g) - days*float64(day))
	}
	p := period{length: day, deviation: sum / float64(len(gaps)) / float64(day), skipping: true}
	for _, r := range runs {
		p.weekdays[r.start.Weekday()] = true
	}
	return p, p.deviation < 0.02
}

func (p period) schedule(runs []run, logEnd, now time.Time) Schedule {
	last := runs[len(runs)-1].start
	seconds := max(1, int64(math.Round(p.length.Seconds())))
	out := Schedule{Kind: ScheduleCron, PeriodSeconds: seconds, Runs: len(runs),
		Deviation: math.Round(p.deviation*1e4) / 1e4, WeekdaysOnly: p.skipping}
	tolerance := time.Duration(float64(p.length) * max(p.deviation, 0.05))
	from := now
	if from.IsZero() {
		from = logEnd
	}
	length := time.Duration(seconds) * time.Second
	due := p.after(last, length)
	for due.Before(from) || due.Equal(from) {
		if due.Add(tolerance).Before(logEnd) {
			out.Missed++
		} else if !p.skipping { // far from the log's end only the phase matters
			due = due.Add(from.Sub(due) / length * length)
		}
		due = p.after(due, length)
	}
	out.NextDue = Instant{due.Truncate(time.Second)}
	return out
}

// after returns the expected run behind t.
func (p period) after(t time.Time, length time.Duration) time.Time {
	due := t.Add(length)
	for range 6 {
		if !p.skipping || p.weekdays[due.Weekday()] {
			break
		}
		due = due.Add(length)
	}
	return due
}

// isBusy reports calls so dense that runs flow together.
func isBusy(runs []run) bool {
	total := runs[len(runs)-1].end.Sub(runs[0].start)
	if total < time.Hour {
		return false
	}
	var busy time.Duration
	for _, r := range runs {
		busy += r.end.Sub(r.start)
	}
	return float64(busy) >= 0.5*float64(total)
}

// isContinuous reports many runs round the clock without a period. Breaks of
// half a day (nights, weekends) mean people or a pipeline: sporadic.
func isContinuous(runs []run) bool {
	total := runs[len(runs)-1].end.Sub(runs[0].start)
	if len(runs) < 24 || total < 24*time.Hour {
		return false
	}
	gaps := make([]time.Duration, 0, len(runs)-1)
	for i := 1; i < len(runs); i++ {
		gaps = append(gaps, runs[i].start.Sub(runs[i-1].end))
	}
	slices.SortFunc(gaps, cmp.Compare[time.Duration])
	return gaps[len(gaps)*95/100] <= 2*time.Hour && gaps[len(gaps)-1] < 8*time.Hour
}
