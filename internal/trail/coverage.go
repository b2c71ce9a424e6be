package trail

import (
	"cmp"
	"slices"
	"time"
)

// Instant is a time that marshals as RFC 3339 in UTC with whole seconds, the
// resolution CloudTrail has, and as null when it is not known.
type Instant struct{ time.Time }

// MarshalJSON implements [json.Marshaler].
func (t Instant) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + t.UTC().Format(time.RFC3339) + `"`), nil
}

// String is the same text as the JSON, or "-".
func (t Instant) String() string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}

// Fault is something that could not be read. Offset counts bytes of the
// decompressed text, where an editor would find it.
type Fault struct {
	Path   string `json:"path"`
	Offset int64  `json:"offset"`
	Err    string `json:"error"`
}

// Skip is a file left alone because it is no log.
type Skip struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

// BlindSpot is something this log cannot show, and why.
type BlindSpot struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Items accounts for everything the containers held.
type Items struct {
	Read       int `json:"read"`
	Records    int `json:"records"`
	Insights   int `json:"insights"`
	Aggregated int `json:"aggregated"`
	Digests    int `json:"digests"`
	Foreign    int `json:"foreign"`   // valid JSON that is no record
	Malformed  int `json:"malformed"` // not JSON, too large or too deep
}

// Coverage says what was read, and so what the answer rests on.
type Coverage struct {
	Files            int         `json:"files"` // log files read, failed ones included; skipped and digest files are not
	FilesFailed      []Fault     `json:"files_failed"`
	Records          int         `json:"records"`        // records parsed, duplicates included
	RecordsUnique    int         `json:"records_unique"` // by eventID and recipient account
	Matched          int         `json:"matched"`        // unique records of the selection; 0 before [Analyze]
	FirstEvent       Instant     `json:"first_event"`
	LastEvent        Instant     `json:"last_event"`
	Regions          []string    `json:"regions"`
	EventSources     int         `json:"event_sources"`
	DigestFiles      int         `json:"digest_files"`
	Blind            []BlindSpot `json:"blind"`
	EventSourceNames []string    `json:"event_source_names"`
	FilesSkipped     []Skip      `json:"files_skipped"`
	InsightFiles     int         `json:"insight_files"`
	AggregatedFiles  int         `json:"aggregated_files"`
	Items            Items       `json:"items"`
	AddendaMerged    int         `json:"addenda_merged"`
	FallbackTimes    int         `json:"fallback_times"` // unique records whose time is not eventTime
	Untimed          int         `json:"untimed"`        // unique records without any time
	HistoryRequests  int         `json:"history_requests"`
}

// Balanced reports whether every item read is accounted for. It is an invariant
// of this package, exposed so that reports can assert it.
func (c Coverage) Balanced() bool {
	i := c.Items
	return i.Read == i.Records+i.Insights+i.Aggregated+i.Digests+i.Foreign+i.Malformed &&
		c.Records == i.Records && c.RecordsUnique <= c.Records
}

func (i *Items) add(other Items) {
	i.Read += other.Read
	i.Records += other.Records
	i.Insights += other.Insights
	i.Aggregated += other.Aggregated
	i.Digests += other.Digests
	i.Foreign += other.Foreign
	i.Malformed += other.Malformed
}

func sortFaults(faults []Fault) {
	slices.SortFunc(faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Err, b.Err))
	})
}

func sortSkips(skips []Skip) {
	slices.SortFunc(skips, func(a, b Skip) int { return cmp.Compare(a.Path, b.Path) })
}
