package trail

import "strings"

// pathKind is what a delivery path says a file holds.
type pathKind int

const (
	pathUnknown    pathKind = iota // decide by content
	pathLog                        // named like a log: failing to read it is a fault
	pathDigest                     // integrity digests, hourly
	pathInsight                    // Insights deliver other records
	pathAggregated                 // five-minute data event summaries
)

// classifyPath reads the folder CloudTrail delivers to (AWSLogs/ACCOUNT/X/...),
// found anywhere in the path because prefixes and organisation ids vary, and
// the file name otherwise. The account in the name is not used: copied sets
// carry another one than their records.
func classifyPath(path string) pathKind {
	slashed := strings.ReplaceAll(path, "\\", "/")
	for _, part := range strings.Split(slashed, "/") {
		switch strings.ToLower(part) {
		case "cloudtrail-digest":
			return pathDigest
		case "cloudtrail-insight":
			return pathInsight
		case "cloudtrail-aggregated":
			return pathAggregated
		}
	}
	base := slashed[strings.LastIndexByte(slashed, '/')+1:]
	switch {
	case strings.Contains(base, "_CloudTrail-Digest_"):
		return pathDigest
	case strings.Contains(base, "_CloudTrail-Insight_"):
		return pathInsight
	case strings.Contains(base, "_CloudTrail-Aggregated_"):
		return pathAggregated
	}
	base = strings.ToLower(base)
	for _, ext := range []string{".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz", ".gz", ".csv"} {
		if strings.HasSuffix(base, ext) {
			return pathLog
		}
	}
	return pathUnknown
}
