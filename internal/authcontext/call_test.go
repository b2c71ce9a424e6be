package authcontext

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ircontain/ircontain/internal/policy"
)

func TestCalls(t *testing.T) {
	for _, tt := range []struct{ record, want string }{
		{`"eventName":"ListObjects"`, "s3:ListBucket user"},
		{`"eventName":"CopyObject"`, "s3:PutObject+s3:GetObject user"},
		{`"eventSource":"kms.amazonaws.com","eventName":"ReEncrypt"`, "kms:ReEncryptFrom+kms:ReEncryptTo user"},
		{`"eventSource":"dynamodb.amazonaws.com","eventName":"ExecuteStatement"`, "dynamodb:PartiQLSelect+dynamodb:PartiQLInsert+dynamodb:PartiQLUpdate+dynamodb:PartiQLDelete user any"},
		{`"eventSource":"brandnew.amazonaws.com","eventName":"DoIt"`, "brandnew:DoIt user guess"},
		{`"errorCode":"AccessDenied"`, "s3:ListBucket user denied"},
		{`"errorCode":"NoSuchBucket"`, "s3:ListBucket user"},
		{`"eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","eventType":"AwsConsoleSignIn"`, "skip: console sign-in"},
		{`"eventType":"AwsServiceEvent"`, "skip: an event that a service reports"},
		{`"eventSource":"sts.amazonaws.com","eventName":"AssumeRoleWithSAML"`, "skip: signed by an identity provider"},
		{`"eventSource":"sts.amazonaws.com","eventName":"AssumeRoleWithWebIdentity"`, "skip: signed by an identity provider"},
		{`"eventSource":"health.amazonaws.com","eventName":"X"`, "skip: no permission"},
		{role(""), "s3:ListBucket assumed-role:i-0abc"},
		{federated, "s3:ListBucket federated:arn:aws:iam::111122223333:user/ana"},
		{root, "s3:ListBucket root"},
		{ownService, "s3:ListBucket service:lambda.amazonaws.com"},
		{stranger, "s3:ListBucket anonymous"},
	} {
		if got := shown(FromCall(recorded(t, user, tt.record), Then)); got != tt.want && !(strings.HasPrefix(tt.want, "skip") && strings.HasPrefix(got, tt.want)) {
			t.Errorf("%s: %s, want %s", tt.record, got, tt.want)
		}
	}
}

func shown(c Call) string {
	if c.Skip != "" {
		return "skip: " + c.Skip
	}
	var actions []string
	for _, k := range c.Checks {
		actions = append(actions, k.Request.Action)
	}
	p := c.Checks[0].Request.Principal
	out := strings.Join(actions, "+")
	switch p.Kind {
	case policy.PrincipalUser:
		out += " user"
	case policy.PrincipalAssumedRole:
		out += " assumed-role:" + p.SessionName
	case policy.PrincipalFederatedUser:
		out += " federated:" + p.IssuedBy
	case policy.PrincipalRoot:
		out += " root"
	case policy.PrincipalService:
		out += " service:" + p.Name
	case policy.PrincipalAnonymous:
		out += " anonymous"
	}
	for _, flag := range []struct {
		set  bool
		name string
	}{{c.Any, "any"}, {c.Guess, "guess"}, {c.AlreadyDenied, "denied"}} {
		if flag.set {
			out += " " + flag.name
		}
	}
	return out
}

func TestResources(t *testing.T) {
	for _, tt := range []struct{ source, event, parameters, resources, want string }{
		{"s3", "ListObjects", `{"bucketName":"b"}`, ``, "[arn:aws:s3:::b]"},
		{"s3", "GetObject", `{"bucketName":"b","key":"k/1"}`, ``, "[arn:aws:s3:::b/k/1]"},
		{"s3", "GetObject", `{}`, `[{"ARN":"arn:aws:s3:::b/k"},{"ARN":"arn:aws:s3:::b"}]`, "[arn:aws:s3:::b/k]"},
		{"s3", "GetObject", `{}`, `[{"ARNPrefix":"arn:aws:s3:::b/k"}]`, "unknown"},
		{"s3", "DeleteObjects", `{"bucketName":"b"}`, ``, "unknown"},
		{"s3", "CopyObject", `{"bucketName":"b","key":"k"}`, ``, "unknown"},
		{"s3", "GetObject", `{"bucketName":"my-ap-abc-s3alias","key":"k"}`, ``, "unknown"},
		{"s3", "ListBuckets", `{}`, ``, "[]"},
		{"s3", "GetBucketPolicy", `{"bucketName":"b"}`, ``, "[arn:aws:s3:::b]"},
		{"sts", "AssumeRole", `{"roleArn":"arn:aws:iam::1:role/p/r","policyArns":["arn:aws:iam::1:policy/x"]}`, ``, "[arn:aws:iam::1:role/p/r]"},
		{"sts", "GetSessionToken", `{}`, ``, "[]"},
		{"secretsmanager", "GetSecretValue", `{"secretId":"my-secret"}`, ``, "unknown"},
		{"secretsmanager", "GetSecretValue", `{"secretId":"arn:aws:secretsmanager:eu-central-1:1:secret:db-AbC12x"}`, ``, "[arn:aws:secretsmanager:eu-central-1:1:secret:db-AbC12x]"},
		{"secretsmanager", "GetSecretValue", `{"secretId":"arn:aws:secretsmanager:eu-central-1:1:secret:db"}`, ``, "unknown"},
		{"iam", "PutUserPolicy", `{"userName":"ana"}`, ``, "[arn:aws:iam::111122223333:user/team/ana]"},
		{"iam", "PutUserPolicy", `{"userName":"bob"}`, ``, "unknown"},
		{"iam", "AddUserToGroup", `{"userName":"ana","groupName":"g"}`, ``, "unknown"},
		{"iam", "CreatePolicyVersion", `{"policyArn":"arn:aws:iam::1:policy/x"}`, ``, "[arn:aws:iam::1:policy/x]"},
		{"kms", "Decrypt", `{}`, `[{"ARN":"arn:aws:kms:eu-central-1:1:key/k"}]`, "[arn:aws:kms:eu-central-1:1:key/k]"},
		{"kms", "Encrypt", `{"keyId":"alias/a"}`, ``, "unknown"},
		{"kms", "CreateAlias", `{"targetKeyId":"k"}`, `[{"ARN":"arn:aws:kms:eu-central-1:1:key/k"}]`, "unknown"},
		{"ssm", "GetParameters", `{"names":["a","/b/c"]}`, ``, "[arn:aws:ssm:eu-central-1:111122223333:parameter/a arn:aws:ssm:eu-central-1:111122223333:parameter/b/c]"},
		{"ssm", "GetParameters", `{"names":["a","b:3"]}`, ``, "unknown"},
		{"ssm", "GetParametersByPath", `{"path":"/x"}`, ``, "unknown"},
		{"dynamodb", "Query", `{"tableName":"t"}`, ``, "[arn:aws:dynamodb:eu-central-1:111122223333:table/t]"},
		{"dynamodb", "Query", `{"tableName":"t","indexName":"i"}`, ``, "unknown"},
		{"sqs", "SendMessage", `{"queueUrl":"https://sqs.eu-central-1.amazonaws.com/1/q"}`, ``, "[arn:aws:sqs:eu-central-1:1:q]"},
		{"sns", "Publish", `{"topicArn":"arn:aws:sns:eu-central-1:1:t"}`, ``, "[arn:aws:sns:eu-central-1:1:t]"},
		{"lambda", "Invoke", `{"functionName":"f"}`, ``, "[arn:aws:lambda:eu-central-1:111122223333:function:f]"},
		{"lambda", "Invoke", `{"functionName":"f:live"}`, ``, "unknown"},
		{"lambda", "Invoke", `{"functionName":"f","qualifier":"1"}`, ``, "unknown"},
		{"ec2", "RunInstances", `{"subnetId":"subnet-0abc"}`, ``, "unknown"},
	} {
		record := fmt.Sprintf(`"eventSource":"%s.amazonaws.com","eventName":"%s","requestParameters":%s`, tt.source, tt.event, tt.parameters)
		if tt.resources != "" {
			record += `,"resources":` + tt.resources
		}
		check := FromCall(recorded(t, user, record), Then).Checks[0]
		got := "unknown"
		if check.Resources != nil {
			got = fmt.Sprint(check.Resources)
		}
		if got != tt.want || check.Request.WildcardOnly != (got == "[]") {
			t.Errorf("%s:%s %s: %s, want %s", tt.source, tt.event, tt.parameters, got, tt.want)
		}
	}
}

func TestBehind(t *testing.T) {
	check := FromCall(recorded(t, user), Then).Checks[0].Behind("kms:Decrypt")
	for key, want := range map[string]string{"kms:viaservice": "present", "aws:sourceip": "?", "aws:username": "=ana"} {
		if got := state(check.Request.Context.Get(key)); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	if check.Resources != nil || check.Request.Action != "kms:Decrypt" {
		t.Errorf("check %+v", check)
	}
}
