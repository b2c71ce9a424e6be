package ui

import (
	"fmt"
	"time"
)

// clockTime is a time of day in UTC; times on screens are never local.
func clockTime(t time.Time) string {
	if t.IsZero() {
		return "--"
	}
	return t.UTC().Format("15:04:05") + "Z"
}

// dayTime is a date and time in UTC, to the minute.
func dayTime(t time.Time) string {
	if t.IsZero() {
		return "--"
	}
	return t.UTC().Format("2006-01-02 15:04") + "Z"
}

// near is the time of day when t is within a day of now, else the date.
func near(t, now time.Time) string {
	if t.IsZero() {
		return "--"
	}
	if d := now.Sub(t).Abs(); d < 20*time.Hour {
		return t.UTC().Format("15:04") + "Z"
	}
	return t.UTC().Format("01-02")
}

// span is a duration as a responder reads it: 42s, 4m12s, 3h05m, 2d04h.
func span(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	d = d.Truncate(time.Second)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%s%ds", sign, int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%s%dm%02ds", sign, int(d.Minutes()), int(d.Seconds())%60)
	case d < 24*time.Hour:
		return fmt.Sprintf("%s%dh%02dm", sign, int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%s%dd%02dh", sign, int(d.Hours())/24, int(d.Hours())%24)
}

// count is a number with its thousands apart.
func count(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// until is a countdown: "in 43m10s", or how long ago it was due.
func until(t, now time.Time) string {
	if d := t.Sub(now); d >= 0 {
		return "in " + span(d)
	}
	return "due " + span(now.Sub(t)) + " ago"
}

// elapsed is the clock of the incident since it was opened.
func elapsed(from, now time.Time) string {
	d := now.Sub(from)
	if from.IsZero() || d < 0 {
		d = 0
	}
	s := int(d.Seconds())
	return fmt.Sprintf("T+%02d:%02d:%02d", s/3600, s/60%60, s%60)
}
