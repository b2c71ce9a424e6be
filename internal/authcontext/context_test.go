package authcontext

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/trail"
)

const base = `"eventVersion":"1.11","eventID":"e1","eventTime":"2026-03-02T02:00:00Z","eventSource":"s3.amazonaws.com","eventName":"ListObjects",
"awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","userAgent":"Boto3/1.34","eventType":"AwsApiCall","recipientAccountId":"111122223333"`

const (
	user       = `"userIdentity":{"type":"IAMUser","principalId":"AIDAX","arn":"arn:aws:iam::111122223333:user/team/ana","accountId":"111122223333","userName":"ana","accessKeyId":"AKIAX"}`
	userToken  = `"userIdentity":{"type":"IAMUser","principalId":"AIDAX","arn":"arn:aws:iam::111122223333:user/ana","accountId":"111122223333","accessKeyId":"ASIAX","sessionContext":{"attributes":{"creationDate":"20260302T010000Z","mfaAuthenticated":"true"}}}`
	forwardKey = `"userIdentity":{"type":"IAMUser","principalId":"AIDAX","arn":"arn:aws:iam::111122223333:user/ana","accountId":"111122223333","accessKeyId":"AKIAX","invokedBy":"athena.amazonaws.com","sessionContext":{"attributes":{"creationDate":"2026-03-02T01:00:00Z"}}}`
	root       = `"userIdentity":{"type":"Root","principalId":"111122223333","arn":"arn:aws:iam::111122223333:root","accountId":"111122223333","accessKeyId":"AKIAX","userName":"alias"}`
	federated  = `"userIdentity":{"type":"FederatedUser","principalId":"111122223333:bob","arn":"arn:aws:sts::111122223333:federated-user/bob","accountId":"111122223333","accessKeyId":"ASIAX","sessionContext":{"sessionIssuer":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ana","userName":"ana"},"attributes":{"creationDate":"2026-03-02T01:00:00Z","mfaAuthenticated":"false"}}}`
	ownService = `"userIdentity":{"type":"AWSService","invokedBy":"lambda.amazonaws.com"}`
	stranger   = `"userIdentity":{"type":"AWSAccount","principalId":"AIDAY","accountId":"444455556666"}`
)

func role(more string) string {
	return `"userIdentity":{"type":"AssumedRole","principalId":"AROAX:i-0abc","arn":"arn:aws:sts::111122223333:assumed-role/app/i-0abc","accountId":"111122223333","accessKeyId":"ASIAX",
	"sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::111122223333:role/path/app","userName":"app"},"attributes":{"creationDate":"2026-03-02T01:00:00Z","mfaAuthenticated":"false"}` + more + `}}`
}

// recorded reads one record: later members replace earlier ones.
func recorded(t testing.TB, parts ...string) *trail.Call {
	t.Helper()
	merged := map[string]json.RawMessage{}
	for _, p := range append([]string{base}, parts...) {
		if err := json.Unmarshal([]byte("{"+p+"}"), &merged); err != nil {
			t.Fatalf("%s: %v", p, err)
		}
	}
	text, err := json.Marshal(map[string]any{"Records": []any{merged}})
	if err != nil {
		t.Fatal(err)
	}
	src, err := trail.Open("-", strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	log, err := trail.Read(context.Background(), []trail.Source{src}, trail.Options{})
	if err != nil || len(log.Calls()) != 1 {
		t.Fatalf("%d calls from %s: %v", len(log.Calls()), text, err)
	}
	return &log.Calls()[0]
}

// state is a value as a table shows it: "=text", "absent", "present" or "?".
func state(v policy.Value) string {
	switch {
	case v.Known():
		return "=" + strings.Join(v.Values(), ",")
	case v.Absent():
		return "absent"
	}
	// There is no asking a Value whether it is opaque, so ask a policy: Null is
	// false for a key that is there, and open for one that may not be.
	p, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Null":{"aws:x":"false"}}}}`))
	if err != nil {
		panic(err)
	}
	ctx := policy.NewPartialValueContext(map[string]policy.Value{"aws:x": v}, nil, nil)
	f := policy.ForecastDeny(p.Compile(), policy.Request{Action: "a:b", Context: ctx}, nil)
	if f.Verdict == policy.VerdictDenied {
		return "present"
	}
	return "?"
}

// TestRows has one or more cases for each row of the table: which key, from
// which members of the record, with which claim.
func TestRows(t *testing.T) {
	endpoint := `"vpcEndpointId":"vpce-1"`
	service := `"sourceIPAddress":"athena.amazonaws.com","userAgent":"athena.amazonaws.com"`
	assume := `"eventSource":"sts.amazonaws.com","eventName":"AssumeRole","requestParameters":{"roleArn":"arn:aws:iam::111122223333:role/app","externalId":"x1","roleSessionName":"s","tags":[{"key":"Team","value":"red"}]}`
	for _, tt := range []struct {
		key, want string
		record    []string
	}{
		{"aws:PrincipalArn", "=arn:aws:iam::111122223333:user/team/ana", []string{user}},
		{"aws:PrincipalArn", "=arn:aws:iam::111122223333:role/path/app", []string{role("")}},
		{"aws:PrincipalArn", "=arn:aws:sts::111122223333:federated-user/bob", []string{federated}},
		{"aws:PrincipalArn", "=arn:aws:iam::111122223333:root", []string{root}},
		{"aws:PrincipalArn", "?", []string{stranger}},
		{"aws:PrincipalAccount", "=111122223333", []string{role("")}},
		{"aws:PrincipalType", "=User", []string{user}},
		{"aws:PrincipalType", "=AssumedRole", []string{role("")}},
		{"aws:PrincipalType", "=Account", []string{root}},
		{"aws:userid", "=AROAX:i-0abc", []string{role("")}},
		{"aws:username", "=ana", []string{user}},
		{"aws:username", "=ana", []string{userToken}},
		{"aws:username", "absent", []string{role("")}},
		{"aws:username", "absent", []string{root}},
		{"aws:username", "absent", []string{federated}},
		{"aws:TokenIssueTime", "absent", []string{user}},
		{"aws:TokenIssueTime", "=2026-03-02T01:00:00Z", []string{userToken}},
		{"aws:TokenIssueTime", "=2026-03-02T01:00:00Z", []string{role("")}},
		{"aws:TokenIssueTime", "?", []string{forwardKey}},
		{"aws:TokenIssueTime", "?", []string{stranger}},
		{"aws:MultiFactorAuthPresent", "absent", []string{user}},
		{"aws:MultiFactorAuthPresent", "=true", []string{userToken}},
		{"aws:MultiFactorAuthPresent", "=false", []string{role("")}},
		{"aws:MultiFactorAuthAge", "absent", []string{user}},
		{"aws:MultiFactorAuthAge", "absent", []string{role("")}},
		{"aws:MultiFactorAuthAge", "present", []string{userToken}},
		{"aws:SourceIdentity", "=ana", []string{role(`,"sourceIdentity":"ana"`)}},
		{"aws:SourceIdentity", "absent", []string{role("")}},
		{"aws:AssumedRoot", "=true", []string{role(`,"assumedRoot":"true"`)}},
		{"aws:AssumedRoot", "absent", []string{role("")}},
		{"aws:FederatedProvider", "=accounts.google.com", []string{role(`,"webIdFederationData":{"federatedProvider":"accounts.google.com"}`)}},
		{"aws:FederatedProvider", "?", []string{role("")}},
		{"aws:FederatedProvider", "absent", []string{user}},
		{"aws:SourceIp", "=198.51.100.7", []string{user}},
		{"aws:SourceIp", "absent", []string{user, endpoint}},
		{"aws:SourceIp", "?", []string{user, service}},
		{"aws:SourceIp", "?", []string{user, `"sourceIPAddress":"AWS Internal"`}},
		{"aws:VpcSourceIp", "=198.51.100.7", []string{user, endpoint}},
		{"aws:VpcSourceIp", "absent", []string{user}},
		{"aws:SourceVpce", "=vpce-1", []string{user, endpoint}},
		{"aws:SourceVpce", "absent", []string{user}},
		{"aws:VpceAccount", "=999", []string{user, endpoint, `"vpcEndpointAccountId":"999"`}},
		{"aws:VpceAccount", "?", []string{user, endpoint}},
		{"aws:VpceAccount", "absent", []string{user}},
		{"aws:SourceVpc", "present", []string{user, endpoint}},
		{"aws:SourceVpc", "absent", []string{user}},
		{"aws:VpceOrgID", "?", []string{user, endpoint}},
		{"aws:VpceOrgPaths", "absent", []string{user}},
		{"aws:UserAgent", "=Boto3/1.34", []string{user}},
		{"aws:UserAgent", "?", []string{user, `"userAgent":"` + strings.Repeat("x", 1024) + `"`}},
		{"aws:UserAgent", "?", []string{user, service}},
		{"aws:RequestedRegion", "=eu-central-1", []string{user}},
		{"aws:CurrentTime", "=2026-03-02T02:00:00Z", []string{user}},
		{"aws:EpochTime", "=1772416800", []string{user}},
		{"aws:SecureTransport", "=true", []string{user, `"tlsDetails":{"tlsVersion":"TLSv1.3"}`}},
		{"aws:SecureTransport", "?", []string{user}},
		{"aws:ViaAWSService", "=false", []string{user}},
		{"aws:ViaAWSService", "=true", []string{forwardKey, service}},
		{"aws:CalledVia", "absent", []string{user}},
		{"aws:CalledVia", "present", []string{forwardKey, service}},
		{"aws:CalledViaFirst", "present", []string{forwardKey, service}},
		{"aws:CalledViaLast", "=athena.amazonaws.com", []string{forwardKey, service}},
		{"aws:CalledVia", "?", []string{strings.ReplaceAll(forwardKey, "athena", "secretsmanager")}},
		{"kms:ViaService", "absent", []string{user}},
		{"kms:ViaService", "present", []string{forwardKey, service}},
		{"kms:ViaService", "?", []string{user, `"sourceIPAddress":"AWS Internal"`}},
		{"aws:PrincipalIsAWSService", "=false", []string{user}},
		{"aws:PrincipalIsAWSService", "=true", []string{ownService}},
		{"aws:SourceArn", "absent", []string{user}},
		{"aws:SourceAccount", "?", []string{ownService}},
		{"aws:SourceOrgID", "absent", []string{role("")}},
		{"ec2:RoleDelivery", "=2.0", []string{role(`,"ec2RoleDelivery":"2.0"`)}},
		{"ec2:RoleDelivery", "absent", []string{user}},
		{"ec2:SourceInstanceARN", "present", []string{role(`,"ec2RoleDelivery":"2.0"`)}},
		{"aws:Ec2InstanceSourceVpc", "absent", []string{role("")}},
		{"aws:Ec2InstanceSourcePrivateIPv4", "absent", []string{user}},
		{"aws:ResourceAccount", "=444455556666", []string{user, `"resources":[{"ARN":"arn:aws:s3:::b","accountId":"444455556666"}]`}},
		{"aws:ResourceAccount", "?", []string{user, `"requestParameters":{"bucketName":"b"}`}},
		{"aws:ResourceAccount", "=111122223333", []string{user, assume}},
		{"sts:ExternalId", "=x1", []string{user, assume}},
		{"sts:RoleSessionName", "=s", []string{user, assume}},
		{"sts:SourceIdentity", "?", []string{user, assume}},
		{"aws:RequestTag/team", "=red", []string{user, assume}},
		{"aws:RequestTag/other", "?", []string{user, assume}},
		{"aws:TagKeys", "?", []string{user, assume}},
		{"s3:prefix", "=in/", []string{user, `"requestParameters":{"bucketName":"b","prefix":"in/"}`}},
		{"s3:prefix", "?", []string{user}},
		{"iam:PolicyARN", "=arn:aws:iam::aws:policy/X", []string{user, `"eventSource":"iam.amazonaws.com","eventName":"AttachUserPolicy","requestParameters":{"userName":"b","policyArn":"arn:aws:iam::aws:policy/X"}`}},
		{"secretsmanager:SecretId", "=db", []string{user, `"eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","requestParameters":{"secretId":"db"}`}},
		{"aws:PrincipalTag/team", "?", []string{user}},
		{"aws:PrincipalTag/team", "=red", []string{user, `"eventContext":{"tagContext":{"principalTags":{"Team":"red"}}}`}},
		{"aws:ResourceTag/team", "?", []string{user}},
		{"aws:PrincipalOrgID", "?", []string{user}},
		{"aws:PrincipalOrgID", "=o-1", []string{user, `"eventContext":{"requestContext":{"aws:PrincipalOrgID":"o-1"}}`}},
		{"aws:SomethingNew", "?", []string{user}},
	} {
		call := FromCall(recorded(t, tt.record...), Then)
		if len(call.Checks) == 0 {
			t.Errorf("%s: skipped: %s", tt.key, call.Skip)
			continue
		}
		if got := state(call.Checks[0].Request.Context.Get(policy.FoldKey(tt.key))); got != tt.want {
			t.Errorf("%s is %s, want %s, of %v", tt.key, got, tt.want, tt.record)
		}
	}
	next := FromCall(recorded(t, user), Next).Checks[0].Request.Context
	if got := state(next.Get("aws:currenttime")) + state(next.Get("aws:epochtime")); got != "presentpresent" {
		t.Errorf("the time of the next call is %s", got)
	}
}
