package trail

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// timeLayouts are the spellings seen in records, exports and wrappers. Layouts
// without a zone are UTC, as CloudTrail times are.
func timeLayouts() []string {
	return []string{
		time.RFC3339Nano,
		"2006-01-02 15:04:05.999999999Z07:00",
		"2006-01-02 15:04:05.999999999 MST",
		"2006-01-02 15:04:05.999999999",
		"2006-01-02T15:04:05.999999999",
		"20060102T150405Z", // sessionContext.attributes.creationDate, basic form
		"Jan 2, 2006 3:04:05 PM",
		"Jan 2, 2006, 3:04:05 PM", // STS expiration, second shape
	}
}

// parseTime reads any of the spellings, or a count of seconds or milliseconds
// since 1970. It reports false for anything else, and for years a log cannot hold.
func parseTime(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}, false
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return plausible(t)
	}
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return parseEpoch(n)
	}
	for _, layout := range timeLayouts() {
		if t, err := time.Parse(layout, s); err == nil {
			return plausible(t)
		}
	}
	return time.Time{}, false
}

func parseEpoch(n float64) (time.Time, bool) {
	const milliseconds = 1e11 // seconds reach this in the year 5138
	if math.IsNaN(n) || n <= 0 || n > 1e15 {
		return time.Time{}, false
	}
	if n > milliseconds {
		return plausible(time.UnixMilli(int64(n)))
	}
	return plausible(time.Unix(0, int64(n*1e9)))
}

// plausible refuses years that time formatting or arithmetic would trip over.
func plausible(t time.Time) (time.Time, bool) {
	t = t.UTC()
	if y := t.Year(); y < 2000 || y > 2200 {
		return time.Time{}, false
	}
	return t, true
}
