package cli

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ircontain/ircontain/internal/awsconn"
)

// iamAction is the permission that an operation needs.
func iamAction(service, op string) string {
	if service == "S3" && op == "ListBuckets" {
		op = "ListAllMyBuckets" // the one operation here that needs an action of another name
	}
	return strings.ReplaceAll(strings.ToLower(service), " ", "") + ":" + op
}

// TestPublishedPermissionsAreTheAllowList keeps docs/permissions.md equal to
// what the connection lets through: nothing missing, nothing in excess.
func TestPublishedPermissionsAreTheAllowList(t *testing.T) {
	raw, err := os.ReadFile("../../docs/permissions.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "```json\n")
	block, _, _ := strings.Cut(rest, "```")
	var doc struct {
		Statement []struct {
			Sid    string
			Action []string
		}
	}
	if err := json.Unmarshal([]byte(block), &doc); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{}
	for service, client := range map[string]any{"IAM": &iam.Client{}, "STS": &sts.Client{}, "CloudTrail": &cloudtrail.Client{},
		"S3": &s3.Client{}, "KMS": &kms.Client{}, "SQS": &sqs.Client{}, "SNS": &sns.Client{}, "Lambda": &lambda.Client{},
		"Secrets Manager": &secretsmanager.Client{}, "Organizations": &organizations.Client{}} {
		typ := reflect.TypeOf(client)
		for i := range typ.NumMethod() {
			op := typ.Method(i).Name
			mutates, allowed := awsconn.Mutates(service, op)
			if !allowed {
				continue
			}
			sid := "Read"
			if mutates {
				sid = "Contain"
			}
			want[sid] = append(want[sid], iamAction(service, op))
		}
	}
	for _, s := range doc.Statement {
		if s.Sid == "NeverDestroy" {
			continue
		}
		slices.Sort(s.Action)
		slices.Sort(want[s.Sid])
		if !slices.Equal(s.Action, want[s.Sid]) {
			t.Errorf("%s:\ndocument  %v\nallow-list %v", s.Sid, s.Action, want[s.Sid])
		}
	}
}
