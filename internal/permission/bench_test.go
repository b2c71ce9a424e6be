package permission

import (
	"fmt"
	"testing"

	"github.com/ircontain/ircontain/internal/catalogue"
)

func load(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// BenchmarkReview reviews the whole catalogue: one document that allows all,
// and a user with twenty statements of every kind.
func BenchmarkReview(b *testing.B) {
	cat := load(b)
	for name, docs := range map[string][]string{
		"administrator": {`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`},
		"busy":          busy(),
	} {
		in := Input{Principal: Principal{ARN: "arn:aws:iam::111122223333:user/app"}, SCPs: [][]Document{}}
		for _, d := range docs {
			in.Principal.Documents = append(in.Principal.Documents, Document{Name: "inline x", Text: d})
		}
		s, err := Compile(in)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Review(cat)
			}
		})
	}
}

// BenchmarkReviewOfAnEstate has 300 buckets and 300 keys with policies.
func BenchmarkReviewOfAnEstate(b *testing.B) {
	cat := load(b)
	in := user(inline(doc(allow("*", "*", ""))))
	for i := range 300 {
		bucket, key := fmt.Sprintf("arn:aws:s3:::bucket-%d", i), fmt.Sprintf("arn:aws:kms:us-east-1:%s:key/%d", acct, i)
		in.Resources = append(in.Resources, ResourcePolicy{bucket, doc(`{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["` + bucket + `","` + bucket +
			`/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`)}, ResourcePolicy{key, doc(`{"Effect":"Allow","Principal":{"AWS":"` + acct + `"},"Action":"kms:*","Resource":"*"}`)})
	}
	s, err := Compile(in)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s.Review(cat)
	}
}

// busy is a user whose documents name many services and resources.
func busy() []string {
	return []string{
		`{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},
		{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["us-east-1","eu-west-1"]}}},
		{"Effect":"Deny","Action":["s3:Delete*","ec2:Terminate*","rds:Delete*","dynamodb:Delete*"],"Resource":["arn:aws:s3:::prod-*","arn:aws:s3:::prod-*/*","arn:aws:ec2:*:*:instance/*","arn:aws:rds:*:*:db:prod*","arn:aws:dynamodb:*:*:table/prod*"]},
		{"Effect":"Allow","Action":["iam:Get*","iam:List*"],"Resource":"*"},
		{"Effect":"Allow","Action":"iam:*AccessKey*","Resource":"arn:aws:iam::*:user/${aws:username}"},
		{"Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}]}`,
		`{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/app-*","Condition":{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}},
		{"Effect":"Allow","Action":["kms:*"],"Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}},
		{"Effect":"Deny","Action":"kms:ScheduleKeyDeletion","Resource":"*"},
		{"Effect":"Allow","Action":["sts:AssumeRole"],"Resource":["arn:aws:iam::111122223333:role/a","arn:aws:iam::444455556666:role/b"]},
		{"Effect":"Allow","Action":["secretsmanager:GetSecretValue"],"Resource":["arn:aws:secretsmanager:*:*:secret:app/*"],"Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}},
		{"Effect":"Deny","Action":["secretsmanager:*"],"Resource":"arn:aws:secretsmanager:*:*:secret:app/root*"},
		{"Effect":"Deny","NotResource":["arn:aws:sqs:*:*:app-*","arn:aws:sqs:*:*:dlq-*"],"Action":"sqs:*"}]}`,
	}
}
