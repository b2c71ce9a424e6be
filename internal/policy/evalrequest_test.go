package policy

import (
	"strings"
	"testing"
)

func TestEvalCasesRefusesRequests(t *testing.T) {
	for _, c := range []struct{ action, resource, want string }{
		{"GetObject", bucket, "action"}, {":GetObject", bucket, "action"}, {"s3:", bucket, "action"}, {"*", bucket, "action"},
		{"s3:GetObject", "data/key", "resource"}, {"s3:GetObject", "arn:aws:s3", "resource"}, {"s3:GetObject", "bucket:a:b:c:d:e", "resource"},
		{"s3:GetObject", "**", "resource"}, {"s3:GetObject", bucket, ""}, {"s3:ListAllMyBuckets", "*", ""},
	} {
		_, out := run(t, evalBatch, `{"id":"q","policies":{},"request":{"principal":"`+bob+`","action":"`+c.action+`","resource":"`+c.resource+`"}}`)
		want := `{"schema_version":1,"id":"q","error":"bad-request: ` + c.want
		if c.want == "" {
			want = `{"schema_version":1,"id":"q","result":`
		}
		if !strings.HasPrefix(out[0], want) {
			t.Errorf("%s on %s: %s", c.action, c.resource, out[0])
		}
	}
}
