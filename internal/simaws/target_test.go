package simaws

import (
	"net/http"
	"testing"
)

// TestJSONTargetOfTheStockCLI: the CLI names CloudTrail's operations with a
// Java package in front, the SDKs with the class alone. Both name LookupEvents.
func TestJSONTargetOfTheStockCLI(t *testing.T) {
	for _, target := range []string{"CloudTrail_20131101.LookupEvents", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"} {
		r, err := http.NewRequest(http.MethodPost, "https://cloudtrail.us-east-1.amazonaws.com/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Amz-Target", target)
		name, _, _, err := parse(r, destination{service: "cloudtrail"}, []byte("{}"))
		if err != nil || name != "LookupEvents" {
			t.Errorf("%s: %q, %v", target, name, err)
		}
	}
}
