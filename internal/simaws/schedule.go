package simaws

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Schedule says when a workload runs: every day, week or month at a time (UTC),
// or every so often. Jitter and Spread are seeded, so they repeat.
type Schedule struct {
	Daily   string        `yaml:"daily"`   // "03:00"
	Weekly  string        `yaml:"weekly"`  // "Monday 05:30"
	Monthly string        `yaml:"monthly"` // "1 05:30": day of month and time
	Every   time.Duration `yaml:"every"`
	Jitter  time.Duration `yaml:"jitter"` // added, from nothing to this much
	Spread  float64       `yaml:"spread"` // varies Every by this fraction either way
}

// calendar is a schedule's fixed points.
type calendar struct {
	weekday time.Weekday
	weekly  bool
	day     int // of the month, 0 for none
	clock   time.Duration
}

func (s Schedule) calendar() (calendar, error) {
	var c calendar
	var clock string
	switch {
	case s.Daily != "":
		clock = s.Daily
	case s.Weekly != "":
		var day string
		if _, err := fmt.Sscan(s.Weekly, &day, &clock); err != nil {
			return c, fmt.Errorf("weekly %q is not a weekday and a time", s.Weekly)
		}
		c.weekly = true
		for c.weekday = time.Sunday; c.weekday.String() != day; c.weekday++ {
			if c.weekday == time.Saturday {
				return c, fmt.Errorf("weekly %q does not begin with a weekday", s.Weekly)
			}
		}
	case s.Monthly != "":
		if _, err := fmt.Sscan(s.Monthly, &c.day, &clock); err != nil || c.day < 1 || c.day > 28 {
			return c, fmt.Errorf("monthly %q is not a day from 1 to 28 and a time", s.Monthly)
		}
	}
	t, err := time.Parse("15:04", clock)
	if err != nil {
		return c, fmt.Errorf("%q is not a time such as 03:00", clock)
	}
	c.clock = time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	return c, nil
}

func (s Schedule) check() error {
	n := 0
	for _, set := range []bool{s.Daily != "", s.Weekly != "", s.Monthly != "", s.Every != 0} {
		if set {
			n++
		}
	}
	switch {
	case n != 1:
		return errors.New("schedule needs exactly one of daily, weekly, monthly and every")
	case s.Every != 0 && s.Every < time.Second, s.Jitter < 0, s.Spread < 0, s.Spread >= 1:
		return errors.New("schedule has an interval under a second, a negative jitter or a spread outside 0 to 1")
	case s.Every > 0:
		return nil
	}
	_, err := s.calendar()
	return err
}

// after is the first fixed point later than t. For an interval it is the next
// irregular step, numbered n so that its length repeats.
func (s Schedule) after(t time.Time, n int, d deriver, name string) time.Time {
	if s.Every > 0 {
		return t.Add(vary(s.Every, s.Spread, d, name, n))
	}
	c, err := s.calendar()
	if err != nil {
		return t.AddDate(1000, 0, 0) // refused when the scenario was parsed
	}
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	for {
		at := day.Add(c.clock)
		if at.After(t) && (!c.weekly || day.Weekday() == c.weekday) && (c.day == 0 || day.Day() == c.day) {
			return at
		}
		day = day.AddDate(0, 0, 1)
	}
}

// late is how far behind its fixed point run n starts.
func (s Schedule) late(n int, d deriver, name string) time.Duration {
	return time.Duration(float64(s.Jitter) * d.fraction("jitter", name, strconv.Itoa(n))).Truncate(time.Millisecond)
}

func vary(every time.Duration, spread float64, d deriver, name string, n int) time.Duration {
	f := 1 + spread*(2*d.fraction("spread", name, strconv.Itoa(n))-1)
	return time.Duration(float64(every) * f).Truncate(time.Millisecond)
}
