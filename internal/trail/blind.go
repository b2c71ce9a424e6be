package trail

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const dayLayout = "2006-01-02"

// isDataEvent recognises data-plane records, by category where the record has
// one (eventVersion 1.06 and later), else by the calls that only exist there.
func isDataEvent(a *API) bool {
	if a.Category != "" {
		return strings.EqualFold(a.Category, "Data")
	}
	switch ShortSource(a.EventSource) + ":" + a.EventName {
	case "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:HeadObject", "s3:ListObjects", "s3:DeleteObjects",
		"lambda:Invoke", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan":
		return true
	}
	return false
}

// missingDays lists the days without a single record between the first and the
// last event: a gap in collection looks exactly like a quiet day.
func missingDays(first, last time.Time, have map[string]bool) []string {
	const most = 3660
	out := []string{}
	if first.IsZero() {
		return out
	}
	for day, n := first.Truncate(24*time.Hour), 0; !day.After(last) && n < most; day, n = day.Add(24*time.Hour), n+1 {
		if name := day.Format(dayLayout); !have[name] {
			out = append(out, name)
		}
	}
	return out
}

// generalBlindSpots are those that hold whatever is selected.
func generalBlindSpots(l *Log) []BlindSpot {
	out := []BlindSpot{
		{"failed authentication", "requests signed with a deactivated, deleted or wrong key leave no cloudtrail record: no record is not no attempt"},
		{"iam:PassRole", "never logged as an event: infer it from role parameters"},
	}
	add := func(what, why string, args ...any) {
		out = append(out, BlindSpot{what, fmt.Sprintf(why, args...)})
	}
	f, cov := l.fold, l.coverage
	if cov.Records == 0 {
		add("everything", "no record was read")
		return out
	}
	for _, service := range []struct{ source, what string }{
		{"s3.amazonaws.com", "s3 object reads and writes"},
		{"lambda.amazonaws.com", "lambda invocations"},
		{"dynamodb.amazonaws.com", "dynamodb item access"},
	} {
		if f.dataEvents[service.source] == 0 {
			add(service.what, "no data event of %s in the log: data events are off by default and never in event history", ShortSource(service.source))
		}
	}
	if len(f.regions) == 1 {
		add("other regions", "every record is from %s", f.regions[0])
	}
	if len(f.regions) > 0 && !slices.Contains(f.regions, "us-east-1") && partitionOf(f.regions[0]) == "aws" {
		add("iam, sts global endpoint, cloudfront", "they log in us-east-1 only, and no record is from there")
	}
	if n := len(f.missing); n > 0 {
		add("days without any record", "%d of %d days: %s", n, n+f.days, shortList(f.missing, 10))
	}
	if cov.FallbackTimes > 0 {
		add("event times", "%d records have no eventTime: delivery or wrapper time stands in, %d have no time at all", cov.FallbackTimes, cov.Untimed)
	}
	if n := cov.Items.Malformed + cov.Items.Foreign; n > 0 || len(cov.FilesFailed) > 0 {
		add("damaged input", "%d faults in files, %d items rejected: see files_failed", len(cov.FilesFailed), n)
	}
	if cov.Items.Aggregated > 0 || cov.AggregatedFiles > 0 {
		add("aggregated events", "five-minute summaries carry no per-call record: counted, not mapped")
	}
	if cov.DigestFiles == 0 {
		add("proof of completeness", "no digest files: an absent record cannot be told from an undelivered one")
	}
	return out
}

// selectionBlindSpots are those of one selection.
func selectionBlindSpots(l *Log, u *Usage) []BlindSpot {
	var out []BlindSpot
	orphans := 0
	for _, k := range u.Keys {
		if k.Kind == string(KindTemporary) && !k.IssuerInData {
			orphans++
		}
	}
	if orphans > 0 {
		out = append(out, BlindSpot{"issuer not in data", fmt.Sprintf(
			"%d temporary keys were issued outside the window, region or account, or by the console", orphans)})
	}
	if n, keys := relatedCalls(l, u); n > 0 {
		out = append(out, BlindSpot{"same principal, other keys", fmt.Sprintf(
			"%d records of the same principal under %d keys that no record links to this one (console and forwarded sessions, other access keys)", n, keys)})
	}
	if window := u.Coverage.LastEvent.Sub(u.Coverage.FirstEvent.Time); !u.Coverage.FirstEvent.IsZero() {
		out = append(out, BlindSpot{"rare schedules", fmt.Sprintf(
			"the log spans %.1f days: a job needs %d runs in it to be recognised", window.Hours()/24, minRuns)})
	}
	return out
}

// relatedCalls counts what the same users did under keys outside the selection.
func relatedCalls(l *Log, u *Usage) (calls, keys int) {
	if u.Selector.AccessKey == "" {
		return 0, 0
	}
	in, principals, others := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, k := range u.Keys {
		in[k.AccessKey] = true
	}
	for _, c := range u.calls {
		if c.Identity.AccessKeyID == u.Selector.AccessKey && c.Identity.ARN != "" {
			principals[c.Identity.ARN] = true
		}
	}
	for i := range l.calls {
		id := l.calls[i].Identity
		if principals[id.ARN] && !in[id.AccessKeyID] {
			calls++
			others[id.AccessKeyID] = true
		}
	}
	return calls, len(others)
}

func shortList(items []string, n int) string {
	if len(items) <= n {
		return strings.Join(items, ", ")
	}
	return strings.Join(items[:n], ", ") + fmt.Sprintf(" and %d more", len(items)-n)
}
