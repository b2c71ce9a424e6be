package trail

import "strings"

// ErrorFamily groups the errorCode values that mean the same to a responder.
type ErrorFamily string

// The families. Only [FamilyDenied] says that a permission is missing.
const (
	FamilyNone      ErrorFamily = ""
	FamilyDenied    ErrorFamily = "denied"
	FamilyThrottled ErrorFamily = "throttled"
	FamilyNotFound  ErrorFamily = "not_found"
	FamilyDryRun    ErrorFamily = "dry_run" // EC2: "would have been allowed", a silent probe
	FamilyOther     ErrorFamily = "other"
)

// FamilyOf classifies an errorCode. The denials are exactly the five the map
// contract names; throttling and absence are told apart because neither says
// anything about permissions.
func FamilyOf(code string) ErrorFamily {
	switch code {
	case "":
		return FamilyNone
	case "AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation",
		"UnauthorizedOperation", "VpceAccessDenied":
		return FamilyDenied
	case "Client.DryRunOperation", "DryRunOperation":
		return FamilyDryRun
	}
	bare := strings.TrimPrefix(strings.TrimPrefix(code, "Client."), "Server.")
	switch {
	case strings.HasPrefix(bare, "Throttl"), bare == "RequestLimitExceeded", bare == "TooManyRequestsException",
		bare == "SlowDown", bare == "RequestThrottled", bare == "RequestThrottledException",
		bare == "ProvisionedThroughputExceededException", bare == "PriorRequestNotComplete":
		return FamilyThrottled
	case strings.HasPrefix(bare, "NoSuch"), strings.Contains(bare, "NotFound"):
		return FamilyNotFound
	}
	return FamilyOther
}
