package trail

import (
	"cmp"
	"slices"
	"strings"
)

// Log is everything read, deduplicated and in time order. It is immutable; get
// one from [Reader.Log].
type Log struct {
	calls    []Call
	births   []Birth
	coverage Coverage
	fold     *foldedLog
}

// Calls returns the unique calls by time, then eventID. Calls in one second are
// tied: CloudTrail does not say which came first. Do not modify the slice.
func (l *Log) Calls() []Call { return l.calls }

// Births returns the key births seen, by time. Do not modify the slice.
func (l *Log) Births() []Birth { return l.births }

// Coverage returns what was read, with the blind spots that hold for any
// selection.
func (l *Log) Coverage() Coverage {
	c := l.coverage
	c.Blind = generalBlindSpots(l)
	return c
}

// foldedLog is what one pass over the calls yields for coverage and blind spots.
type foldedLog struct {
	regions    []string
	sources    []string
	missing    []string // days without any record inside the window
	dataEvents map[string]int
	days       int
}

// logBuilder owns the log while it grows. One goroutine uses it.
type logBuilder struct {
	calls      []Call
	seen       map[[16]byte]int32
	births     map[Birth]struct{}
	identities map[Identity]*Identity
	apis       map[API]*API
	clients    map[Client]*Client
	words      map[string]string
	coverage   Coverage
}

func newLogBuilder() *logBuilder {
	return &logBuilder{
		seen:       map[[16]byte]int32{},
		births:     map[Birth]struct{}{},
		identities: map[Identity]*Identity{},
		apis:       map[API]*API{},
		clients:    map[Client]*Client{},
		words:      map[string]string{},
	}
}

// add takes one record in. Of two copies of a record the larger wins, then the
// one with the higher checksum: a rule that does not depend on arrival order.
func (b *logBuilder) add(e entry) {
	for _, birth := range e.births {
		b.births[birth] = struct{}{}
	}
	at, dup := b.seen[e.key]
	if dup {
		have := &b.calls[at]
		if cmp.Or(cmp.Compare(e.call.size, have.size), cmp.Compare(e.call.checksum, have.checksum)) > 0 {
			*have = b.share(e.call)
		}
		return
	}
	b.seen[e.key] = int32(len(b.calls))
	b.calls = append(b.calls, b.share(e.call))
}

func (b *logBuilder) share(c Call) Call {
	c.Identity = shared(b.identities, c.Identity)
	c.API = shared(b.apis, c.API)
	c.Client = shared(b.clients, c.Client)
	c.ErrorCode = b.word(c.ErrorCode)
	c.RecipientAccountID = b.word(c.RecipientAccountID)
	c.ResourceAccountID = b.word(c.ResourceAccountID)
	c.Facts = Facts(b.word(string(c.Facts)))
	for i, r := range c.Resources {
		c.Resources[i] = b.word(r)
	}
	return c
}

func shared[T comparable](known map[T]*T, v *T) *T {
	if have, ok := known[*v]; ok {
		return have
	}
	known[*v] = v
	return v
}

func (b *logBuilder) word(s string) string {
	if have, ok := b.words[s]; ok {
		return have
	}
	s = strings.Clone(s)
	b.words[s] = s
	return s
}

// log finishes: order, addenda, totals. The builder can go on afterwards.
func (b *logBuilder) log() *Log {
	l := &Log{calls: slices.Clone(b.calls), coverage: b.coverage}
	slices.SortFunc(l.calls, compareCalls)
	l.coverage.RecordsUnique = len(l.calls)
	l.mergeAddenda()
	for birth := range b.births {
		l.births = append(l.births, birth)
	}
	slices.SortFunc(l.births, compareBirths)
	l.coverage.FilesFailed = slices.Concat([]Fault{}, b.coverage.FilesFailed)
	l.coverage.FilesSkipped = slices.Concat([]Skip{}, b.coverage.FilesSkipped)
	sortFaults(l.coverage.FilesFailed)
	sortSkips(l.coverage.FilesSkipped)
	l.summarise()
	return l
}

func compareCalls(a, b Call) int {
	return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.EventID, b.EventID),
		cmp.Compare(a.RecipientAccountID, b.RecipientAccountID), cmp.Compare(a.checksum, b.checksum))
}

// mergeAddenda folds corrections (addendum.reason UPDATED_DATA, which names the
// original event) into the record they correct. An addendum whose original is
// not in the data stays as a record of its own.
func (l *Log) mergeAddenda() {
	originals := map[[2]string]int{}
	for i := range l.calls {
		if c := &l.calls[i]; c.EventID != "" && c.addendum.OriginalEventID == "" {
			originals[[2]string{c.EventID, c.RecipientAccountID}] = i
		}
	}
	drop := map[int]bool{}
	for i := range l.calls {
		c := &l.calls[i]
		if c.addendum.OriginalEventID == "" {
			continue
		}
		at, ok := originals[[2]string{c.addendum.OriginalEventID, c.RecipientAccountID}]
		if !ok {
			continue
		}
		l.calls[at].correct(c)
		drop[i] = true
	}
	if len(drop) == 0 {
		return
	}
	kept := l.calls[:0]
	for i, c := range l.calls {
		if !drop[i] {
			kept = append(kept, c)
		}
	}
	l.calls = kept
	l.coverage.AddendaMerged = len(drop)
}

// correct takes over what an addendum says better; its time stays its own.
func (c *Call) correct(by *Call) {
	if by.Identity.Principal() != "" || by.Identity.AccessKeyID != "" {
		c.Identity = by.Identity
		c.Forwarded = by.Forwarded
	}
	if by.Client.SourceIPAddress != "" {
		c.Client = by.Client
		c.Forwarded = by.Forwarded
	}
	if by.ErrorCode != "" || strings.Contains(by.addendum.UpdatedFields, "errorCode") {
		c.ErrorCode = by.ErrorCode
	}
	if len(by.Resources) > 0 {
		c.Resources, c.ResourceAccountID = by.Resources, by.ResourceAccountID
	}
}

// summarise computes what coverage and blind spots need, in one pass.
func (l *Log) summarise() {
	regions, sources, days := map[string]bool{}, map[string]bool{}, map[string]bool{}
	f := &foldedLog{dataEvents: map[string]int{}}
	cov := &l.coverage
	for i := range l.calls {
		c := &l.calls[i]
		if c.API.Region != "" {
			regions[c.API.Region] = true
		}
		if c.API.EventSource != "" {
			sources[c.API.EventSource] = true
		}
		if isDataEvent(c.API) {
			f.dataEvents[c.API.EventSource]++
		}
		if c.TimeFallback {
			cov.FallbackTimes++
		}
		if c.Time.IsZero() {
			cov.Untimed++
			continue
		}
		if cov.FirstEvent.IsZero() {
			cov.FirstEvent = Instant{c.Time}
		}
		cov.LastEvent = Instant{c.Time}
		days[c.Time.Format(dayLayout)] = true
	}
	f.regions, f.sources = sortedKeys(regions), sortedKeys(sources)
	f.days, f.missing = len(days), missingDays(cov.FirstEvent.Time, cov.LastEvent.Time, days)
	cov.Regions, cov.EventSourceNames, cov.EventSources = f.regions, f.sources, len(f.sources)
	l.fold = f
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
