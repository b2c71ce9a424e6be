package collect

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ircontain/ircontain/internal/permission"
)

const (
	doc  = `{"Version":"2012-10-17","Statement":[]}`
	json = `{\"Version\":\"2012-10-17\",\"Statement\":[]}` // doc inside a JSON text
	here = ":eu-west-1:111122223333:"
)

// account answers like an account with two resources of each kind, on two
// pages, where each first one has a policy.
func account(q asked) (int, string) {
	second := strings.Contains(q.body, "page2") || q.query.Get("Marker") == "page2" || q.query.Get("continuation-token") == "page2"
	page := func(first, last string) (int, string) {
		if second {
			return 200, last
		}
		return 200, first
	}
	one := strings.Contains(q.body+q.path, "one")
	either := func(with, without string) (int, string) {
		if one {
			return 200, with
		}
		return 200, without
	}
	switch q.operation {
	case "kms:ListKeys":
		return page(`{"Keys":[{"KeyArn":"arn:aws:kms`+here+`key/one"}],"NextMarker":"page2","Truncated":true}`, `{"Keys":[{"KeyArn":"arn:aws:kms`+here+`key/two"}]}`)
	case "kms:GetKeyPolicy":
		return 200, `{"Policy":"` + json + `","PolicyName":"default"}`
	case "sqs:ListQueues":
		return page(`{"QueueUrls":["https://sqs.eu-west-1.amazonaws.com/111122223333/one"],"NextToken":"page2"}`, `{"QueueUrls":["https://sqs.eu-west-1.amazonaws.com/111122223333/two"]}`)
	case "sqs:GetQueueAttributes":
		return either(`{"Attributes":{"QueueArn":"arn:aws:sqs`+here+`one","Policy":"`+json+`"}}`, `{"Attributes":{"QueueArn":"arn:aws:sqs`+here+`two"}}`)
	case "sns:ListTopics":
		return page(snsTopics("page2", "arn:aws:sns"+here+"one"), snsTopics("", "arn:aws:sns"+here+"two"))
	case "sns:GetTopicAttributes":
		entry := "<entry><key>Policy</key><value>" + doc + "</value></entry>"
		if !one {
			entry = ""
		}
		return 200, `<GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><GetTopicAttributesResult><Attributes>` + entry + `</Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>`
	case "lambda:ListFunctions":
		return page(`{"Functions":[{"FunctionArn":"arn:aws:lambda`+here+`function:one"}],"NextMarker":"page2"}`, `{"Functions":[{"FunctionArn":"arn:aws:lambda`+here+`function:two"}]}`)
	case "lambda:GetPolicy":
		if !one {
			return 404, refusal(q, "ResourceNotFoundException")
		}
		return 200, `{"Policy":"` + json + `"}`
	case "secretsmanager:ListSecrets":
		return page(`{"SecretList":[{"ARN":"arn:aws:secretsmanager`+here+`secret:one"}],"NextToken":"page2"}`, `{"SecretList":[{"ARN":"arn:aws:secretsmanager`+here+`secret:two"}]}`)
	case "secretsmanager:GetResourcePolicy":
		return either(`{"ResourcePolicy":"`+json+`"}`, `{}`)
	case "s3:ListBuckets":
		bucket := func(name, region, rest string) string {
			return `<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Buckets><Bucket><Name>` + name + `</Name><BucketRegion>` + region + `</BucketRegion></Bucket></Buckets>` + rest + `</ListAllMyBucketsResult>`
		}
		return page(bucket("bucket-one", "us-west-2", "<ContinuationToken>page2</ContinuationToken>"), bucket("bucket-two", "eu-west-1", ""))
	case "s3:GetBucketPolicy":
		if strings.Contains(q.host, "two") {
			return 404, refusal(q, "NoSuchBucketPolicy")
		}
		return 200, doc
	}
	return 400, refusal(q, "UnknownOperationException")
}

func arnsOf(list []permission.ResourcePolicy) []string {
	var out []string
	for _, p := range list {
		out = append(out, p.ARN)
	}
	return out
}

func TestEveryServiceIsRead(t *testing.T) {
	t.Parallel()
	s := &stub{answer: account}
	got, unseen := ResourcePolicies(t.Context(), clientsOf(connected(t, s, nil)), Scope{Partition: "aws", Region: "eu-west-1"})
	want := []string{"arn:aws:kms" + here + "key/one", "arn:aws:kms" + here + "key/two", "arn:aws:lambda" + here + "function:one",
		"arn:aws:s3:::bucket-one", "arn:aws:secretsmanager" + here + "secret:one", "arn:aws:sns" + here + "one", "arn:aws:sqs" + here + "one"}
	if !slices.Equal(arnsOf(got), want) {
		t.Errorf("policies of\n%s\nwant\n%s", strings.Join(arnsOf(got), "\n"), strings.Join(want, "\n"))
	}
	for _, p := range got {
		if p.Text != doc {
			t.Errorf("%s: %q", p.ARN, p.Text)
		}
	}
	if len(unseen) != 2 || !strings.Contains(unseen[0].What, "outside eu-west-1") {
		t.Errorf("unseen %+v", unseen)
	}
	for _, q := range s.seen { // each bucket where it is
		if q.operation == "s3:GetBucketPolicy" && strings.Contains(q.host, "bucket-one") && !strings.Contains(q.host, "us-west-2") {
			t.Errorf("bucket-one was asked at %s", q.host)
		}
	}
	if len(s.seen) != 24 {
		t.Errorf("%d requests, want 2 lists and 2 reads of each of 6", len(s.seen))
	}
}

// Whatever one operation answers, it costs one line and nothing else.
func TestOneOperationFails(t *testing.T) {
	t.Parallel()
	whole, _ := ResourcePolicies(t.Context(), clientsOf(connected(t, &stub{answer: account}, nil)), Scope{Partition: "aws", Region: "eu-west-1"})
	operations := strings.Fields("kms:ListKeys kms:GetKeyPolicy sqs:ListQueues sqs:GetQueueAttributes sns:ListTopics sns:GetTopicAttributes lambda:ListFunctions lambda:GetPolicy secretsmanager:ListSecrets secretsmanager:GetResourcePolicy s3:ListBuckets s3:GetBucketPolicy")
	for _, op := range operations {
		service, _, _ := strings.Cut(op, ":")
		for _, c := range []struct {
			status       int
			code, phrase string
		}{
			{403, "AccessDenied", "was refused (AccessDenied)"},
			{400, "AccessDeniedException", "was refused (AccessDeniedException)"},
			{400, "UnknownOperationException", "is not known at this endpoint (UnknownOperationException)"},
			{500, "html", "is not known at this endpoint"},
		} {
			t.Run(op+" "+c.code, func(t *testing.T) {
				t.Parallel()
				s := &stub{answer: func(q asked) (int, string) {
					switch {
					case q.operation != op:
						return account(q)
					case c.code == "html":
						return 500, "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n"
					}
					return c.status, refusal(q, c.code)
				}}
				got, unseen := ResourcePolicies(t.Context(), clientsOf(connected(t, s, nil)), Scope{Partition: "aws", Region: "eu-west-1"})
				for _, p := range whole {
					if strings.HasPrefix(p.ARN, "arn:aws:"+service+":") == slices.Contains(got, p) {
						t.Errorf("%s: in the answer %v", p.ARN, slices.Contains(got, p))
					}
				}
				name := strings.Replace(op, "s3:ListBuckets", "s3:ListAllMyBuckets", 1)
				if len(unseen) != 3 || !strings.Contains(unseen[0].Why, name+" "+c.phrase) {
					t.Errorf("unseen %+v", unseen)
				}
			})
		}
	}
}

// keysOnly is an account with n keys and nothing else.
func keysOnly(n int, read func(q asked) (int, string)) func(asked) (int, string) {
	return func(q asked) (int, string) {
		switch q.operation {
		case "kms:ListKeys":
			var keys []string
			for i := range n {
				keys = append(keys, fmt.Sprintf(`{"KeyArn":"arn:aws:kms%skey/%03d"}`, here, i))
			}
			return 200, `{"Keys":[` + strings.Join(keys, ",") + `]}`
		case "kms:GetKeyPolicy":
			return read(q)
		}
		return nothing(q)
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	yes := func(asked) (int, string) { return 200, `{"Policy":"` + json + `"}` }
	no := func(code string) func(asked) (int, string) {
		return func(q asked) (int, string) { return 400, refusal(q, code) }
	}
	var pages atomic.Int32
	for name, c := range map[string]struct {
		answer     func(asked) (int, string)
		policies   int
		operation  string
		least      int
		most       int
		what, why  string
		unseenMore int
	}{
		"more than the bound": {keysOnly(30, yes), 20, "kms:GetKeyPolicy", 20, 20, "KMS keys beyond the first 20", "no more than 20", 0},
		"exactly the bound":   {keysOnly(20, yes), 20, "kms:GetKeyPolicy", 20, 20, "", "", -1},
		"all refused":         {keysOnly(20, no("AccessDeniedException")), 0, "kms:GetKeyPolicy", 20, 20, "policies of 20 KMS keys: arn:aws:kms" + here + "key/000, ", couldChange, 0},
		"credentials expired": {keysOnly(20, no("ExpiredTokenException")), 0, "kms:GetKeyPolicy", 1, 2, "policies of 20 KMS keys", "kms:GetKeyPolicy was refused (ExpiredTokenException)", 0},
		"operation not known": {keysOnly(20, no("UnknownOperationException")), 0, "kms:GetKeyPolicy", 1, 2, "and 15 more", "not known at this endpoint", 0},
		"answers that are not AWS's": {keysOnly(20, func(asked) (int, string) { return 200, "<html>sign in</html>" }), 0, "kms:GetKeyPolicy", maxUnclear, maxUnclear + 1,
			"policies of 20 KMS keys", "kms:GetKeyPolicy got no clear answer", 0},
		"the same key on two pages": {func(q asked) (int, string) {
			if q.operation == "kms:ListKeys" && !strings.Contains(q.body, "page2") {
				return 200, `{"Keys":[{"KeyArn":"arn:aws:kms` + here + `key/000"}],"NextMarker":"page2"}`
			}
			return keysOnly(1, yes)(q)
		}, 1, "kms:GetKeyPolicy", 1, 1, "", "", -1},
		"a key without policy": {keysOnly(1, func(asked) (int, string) { return 200, `{}` }), 0, "kms:GetKeyPolicy", 1, 1, "policies of 1 KMS keys", "answered without a policy", 0},
		"the same token for ever": {func(q asked) (int, string) {
			if q.operation == "sqs:ListQueues" {
				return 200, `{"NextToken":"again"}`
			}
			return nothing(q)
		}, 0, "sqs:ListQueues", 2, 2, "SQS queues beyond the first 0", "did not end", 0},
		"empty pages for ever": {func(q asked) (int, string) {
			if q.operation == "sqs:ListQueues" {
				return 200, fmt.Sprintf(`{"NextToken":"page%d"}`, pages.Add(1))
			}
			return nothing(q)
		}, 0, "sqs:ListQueues", maxPages, maxPages, "SQS queues beyond the first 0", "did not end", 0},
	} {
		s := &stub{answer: c.answer}
		got, unseen := ResourcePolicies(t.Context(), clientsOf(connected(t, s, nil)), Scope{Partition: "aws", Region: "eu-west-1", Resources: 20, Parallel: 2})
		if n := s.count(c.operation); len(got) != c.policies || n < c.least || n > c.most {
			t.Errorf("%s: %d policies, %d calls of %s", name, len(got), n, c.operation)
		}
		if len(unseen) != 3+c.unseenMore || !strings.Contains(unseen[0].What, c.what) || !strings.Contains(unseen[0].Why, c.why) {
			t.Errorf("%s: unseen %+v", name, unseen)
		}
	}
}

func TestCancelledBeforehand(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := &stub{answer: account}
	got, unseen := ResourcePolicies(ctx, clientsOf(connected(t, s, nil)), Scope{Partition: "aws", Region: "eu-west-1"})
	if len(got) != 0 || len(s.seen) != 0 || len(unseen) != 8 || !strings.Contains(unseen[0].Why, "was not sent") {
		t.Errorf("%d policies, %d requests, %+v", len(got), len(s.seen), unseen)
	}
}
