package trail

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAccountFromAccessKeyID(t *testing.T) {
	for id, want := range map[string]string{
		"ASIAY34FZKBOKMUTVV7A":  "609629065308", // published example
		"ASIAQNZGKIQY56JQ7WML":  "029608264753", // published example
		"AKIAIOSFODNN7EXAMPLE":  "",             // older generation
		"AROAY34FZKBOKMUTVV7A":  "",             // a principal
		"AKIAY34FZKBOKMUTVV7":   "",
		"AKIAY34FZKBOKMUTVV71":  "", // 1 is not base32
		"AKIA7777777777777777":  "", // more than twelve digits
		"":                      "",
		"ASIAY34FZKBOKMUTVV7AA": "",
	} {
		got, ok := AccountFromAccessKeyID(id)
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q %v, want %q", id, got, ok, want)
		}
	}
}

func TestKeyKind(t *testing.T) {
	for id, want := range map[string]CredentialKind{"AKIAX": KindLongTerm, "ASIAX": KindTemporary, "ABIAX": KindServiceSpecific,
		"ACCAX": KindServiceSpecific, "AIDAX": KindPrincipal, "AROAX": KindPrincipal, "0123": KindUnknown, "AK": KindUnknown} {
		if got := KeyKind(id); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
}

func TestParseTime(t *testing.T) {
	want := time.Date(2023, 7, 10, 12, 54, 47, 0, time.UTC)
	for _, s := range []string{"2023-07-10T12:54:47Z", "2023-07-10T12:54:47.000Z", "2023-07-10 23:54:47+11:00", "2023-07-10 12:54:47.000",
		"2023-07-10 12:54:47.000 UTC", "20230710T125447Z", "Jul 10, 2023, 12:54:47 PM", "Jul 10, 2023 12:54:47 PM", "1688993687", "1688993687.0", "1688993687000"} {
		if got, ok := parseTime(s); !ok || !got.Equal(want) {
			t.Errorf("%q: %v %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "yesterday", "0001-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "-5", "NaN", "Inf", "1e300"} {
		if got, ok := parseTime(s); ok {
			t.Errorf("%q passed as %v", s, got)
		}
	}
}

func TestParseRecordIsTolerant(t *testing.T) {
	r, err := ParseRecord([]byte(`{"eventName":"ListFunctions20150331","eventSource":"Lambda.amazonaws.com","eventID":null,"readOnly":"true",
		"sessionCredentialFromConsole":"true","eventTime":1688993687,"userIdentity":"{\"type\":\"Root\",\"accountId\":123}",
		"requestParameters":"{\"functionName\":\"f\"}","responseElements":"HIDDEN_DUE_TO_SECURITY_REASONS","resources":{},"addendum":7,
		"vpcEndpointId":"vpce-1","awsRegion":"eu-west-1","additionalEventData":[[]]}`))
	if err != nil {
		t.Fatal(err)
	}
	if r.EventID != "" || !r.ReadOnly || !r.ReadOnlyKnown || !r.FromConsole || r.Identity.Type != "Root" || r.Identity.AccountID != "123" ||
		r.RequestText("functionName") != "f" || r.ResponseElements != nil || r.EventSource != "lambda.amazonaws.com" || r.TimeFallback {
		t.Errorf("record %+v", r)
	}
	for text, want := range map[string]error{`{"a":1}`: ErrNotRecord, `[1]`: ErrNotRecord, `{"eventName":"x"`: ErrInvalidJSON, ``: ErrInvalidJSON,
		`{"eventName":"x"}`: ErrNotRecord, `{"eventName":{"a":1},"eventSource":"s"}`: ErrNotRecord} {
		if _, err := ParseRecord([]byte(text)); err != want {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
	}
}

func TestNestedRecordsInParametersAreNotRecords(t *testing.T) {
	forged := encode(t, newRec("forged", "iam", "CreateUser", monday()))
	r := newRec("e1", "ec2", "CreateTags", monday()).with("requestParameters", rec{"value": forged, "Records": []rec{newRec("forged2", "s3", "X", monday())}})
	if l := readText(t, records(t, r), encode(t, r.with("eventID", "e2"))); ids(l) != "e1 e2" {
		t.Errorf("records %s", ids(l))
	}
}

func TestIdentityJoinKeys(t *testing.T) {
	for text, want := range map[string]string{
		`{"type":"AssumedRole","arn":"arn:session","sessionContext":{"sessionIssuer":{"arn":"arn:role"}}}`: "arn:role",
		`{"type":"IAMUser","arn":"arn:user","sessionContext":{"sessionIssuer":{}}}`:                        "arn:user",
		`{"accountId":"1","invokedBy":"ec2.amazonaws.com"}`:                                                "ec2.amazonaws.com",
		`{"type":"AWSAccount","principalId":"AIDAX","accountId":"1"}`:                                      "AIDAX",
		`{"type":"IAMUser","accountId":"1","userName":"u","principalId":"AIDAX"}`:                          "arn:aws:iam::1:user/u",
		`{"type":"IdentityCenterUser","onBehalfOf":{"userId":"uid"},"credentialId":"c"}`:                   "uid",
	} {
		id := parseIdentity([]byte(text))
		if got := id.Principal(); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestOrigins(t *testing.T) {
	for source, want := range map[string]OriginKind{"198.51.100.7": OriginIP, "2001:db8::1": OriginIP, "ec2.amazonaws.com": OriginService,
		"delivery.logs.amazonaws.com": OriginService, "AWS Internal": OriginInternal, "AWS Internal/3": OriginInternal,
		"067.12.003.4": OriginUnparsed, "": OriginUnparsed, "junk": OriginUnparsed} {
		if got := KindOfOrigin(source); got != want {
			t.Errorf("%q is %s, want %s", source, got, want)
		}
	}
	for _, tt := range [][3]string{{"198.51.100.7", "", "198.51.100.0/24"}, {"::ffff:198.51.100.7", "", "198.51.100.0/24"},
		{"2001:db8:1:2::3", "", "2001:db8:1::/48"}, {"10.0.0.1", "vpce-1", "vpce-1"}, {"067.12.003.4", "", "067.12.003.4"}} {
		if got := Network(tt[0], tt[1]); got != tt[2] {
			t.Errorf("%v: %s", tt, got)
		}
	}
}

func TestClientFamily(t *testing.T) {
	const terraform = "APN/1.0 HashiCorp/1.0 Terraform/1.1.2 (+https://www.terraform.io) terraform-provider-aws/3.76.1 aws-sdk-go/1.44.157 (go1.19.3; linux; amd64)"
	for agent, want := range map[string]string{
		"[aws-cli/2.15.30 Python/3.11.8 Linux/6.1 exe/x86_64 prompt/off command/s3.sync]": "aws-cli/2 linux",
		"aws-cli/2.9.1 md/Botocore#1 ua/2.0 os/linux md/command#s3.cp":                    "aws-cli/2 linux",
		"Boto3/1.26.165 Python/3.10.6 Linux/5.19.0-46-generic Botocore/1.29.165":          "boto3/1 linux",
		terraform: "terraform/1 linux",
		terraform + " stratus-red-team_11a6ef34-e130-4579-a1d3-79c915cee6ec HashiCorp-terraform-exec/0.17.3": "terraform/1 linux",
		"stratus-red-team_11a6ef34-e130-4579-a1d3-79c915cee6ec":                                              "stratus-red-team",
		"stratus-red-team_beefbeef-beef-beef-beef-beefbeefbeef":                                              "stratus-red-team",
		"Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0":                     "browser/firefox linux",
		"Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/120 Safari/537 Edg/120":                            "browser/edge windows",
		"aws-sdk-go-v2/1.18.0 os/linux lang/go/1.19.8":                                                       "aws-sdk-go-v2/1 linux",
		"aws-sdk-java/1.12.488 Linux/5.10":                                                                   "aws-sdk-java/1 linux", "AWS Internal": "AWS Internal", "ec2.amazonaws.com": "ec2.amazonaws.com",
		"": "none", "[]": "none", "my-tool-8271/3.2": "my-tool/3", "S3 Browser/11.6.7 (https://s3browser.com)": "s3-browser/11",
	} {
		if got := ClientFamily(agent); got != want {
			t.Errorf("%q is %q, want %q", agent, got, want)
		}
	}
	if got := ClientFamily(strings.Repeat("é/", 4000)); len(got) > 80 {
		t.Errorf("family of %d bytes", len(got))
	}
}

func TestSessionPatternsFold(t *testing.T) {
	for name, want := range map[string]string{"i-0123456789abcdef0": "i-#", "run-8271": "run-#", "build-1-2-3": "build-#",
		"alice@example.com": "alice@example-com", "11a6ef34-e130-4579-a1d3-79c915cee6ec": "#"} {
		if got := foldIdentifiers(name); got != want {
			t.Errorf("%q folds to %q, want %q", name, got, want)
		}
	}
}

func TestActions(t *testing.T) {
	for _, tt := range []struct {
		source, event, want string
		provenance          Provenance
	}{
		{"s3.amazonaws.com", "ListBuckets", "s3:ListAllMyBuckets", ProvenanceOverride},
		{"s3.amazonaws.com", "HeadObject", "s3:GetObject", ProvenanceOverride},
		{"s3.amazonaws.com", "CopyObject", "s3:PutObject s3:GetObject", ProvenanceOverride},
		{"s3.amazonaws.com", "PutBucketReplication", "s3:PutReplicationConfiguration", ProvenanceOverride},
		{"s3.amazonaws.com", "PutBucketPolicy", "s3:PutBucketPolicy", ProvenanceRule},
		{"kms.amazonaws.com", "ReEncrypt", "kms:ReEncryptFrom kms:ReEncryptTo", ProvenanceOverride},
		{"lambda.amazonaws.com", "ListFunctions20150331", "lambda:ListFunctions", ProvenanceRule},
		{"lambda.amazonaws.com", "UpdateFunctionCode20150331v2", "lambda:UpdateFunctionCode", ProvenanceOverride},
		{"lambda.amazonaws.com", "Invoke", "lambda:InvokeFunction", ProvenanceOverride},
		{"monitoring.amazonaws.com", "PutMetricData", "cloudwatch:PutMetricData", ProvenanceRule},
		{"email.amazonaws.com", "SendEmail", "ses:SendEmail", ProvenanceRule},
		{"streams.dynamodb.amazonaws.com", "GetRecords", "dynamodb:GetRecords", ProvenanceRule},
		{"apigateway.amazonaws.com", "CreateRestApi", "apigateway:POST", ProvenanceOverride},
		{"signin.amazonaws.com", "ConsoleLogin", "", ProvenanceNone},
		{"newthing.amazonaws.com", "DoIt", "newthing:DoIt", ProvenanceGuess},
		{"cloudfront.amazonaws.com", "CreateDistribution2020_05_31", "cloudfront:CreateDistribution", ProvenanceRule},
	} {
		got := ActionOf(tt.source, tt.event)
		if strings.Join(got.All, " ") != tt.want || got.Provenance != tt.provenance {
			t.Errorf("%s %s: %v %s, want %s %s", tt.source, tt.event, got.All, got.Provenance, tt.want, tt.provenance)
		}
	}
}

func TestResources(t *testing.T) {
	for _, tt := range []struct {
		service, event, want string
		params               any
		resources            any
	}{
		{"s3", "GetBucketAcl", "arn:aws:s3:::b", rec{"bucketName": "b", "Host": "b.s3"}, nil},
		{"s3", "PutObject", "arn:aws:s3:::b/k/1", rec{"bucketName": "b", "key": "k/1"}, nil},
		{"s3", "ListObjects", "arn:aws:s3:::b arn:aws:s3:::b/*", rec{"bucketName": "b"}, []rec{{"ARN": "arn:aws:s3:::b"}, {"ARNPrefix": "arn:aws:s3:::b/"}}},
		{"s3", "GetObject", "arn:aws:s3:::b/x", nil, []rec{{"arn": "arn:aws:s3:::b/x", "type": "AWS::S3::Object"}}},
		{"iam", "GetUser", "arn:aws:iam::123456789012:user/u", rec{"userName": "u"}, nil},
		{"iam", "AttachRolePolicy", "arn:aws:iam::aws:policy/AdministratorAccess arn:aws:iam::123456789012:role/r",
			rec{"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess", "roleName": "r"}, nil},
		{"sts", "AssumeRole", "arn:aws:iam::1:role/x", rec{"roleArn": "arn:aws:iam::1:role/x", "roleSessionName": "s"}, nil},
		{"secretsmanager", "GetSecretValue", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db", rec{"secretId": "db"}, nil},
		{"ec2", "TerminateInstances", "arn:aws:ec2:eu-central-1:123456789012:instance/i-0123456789abcdef0",
			rec{"instancesSet": rec{"items": []rec{{"instanceId": "i-0123456789abcdef0"}}}}, nil},
		{"sqs", "SendMessage", "arn:aws:sqs:eu-central-1:123456789012:jobs", rec{"queueUrl": "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs"}, nil},
		{"kms", "Decrypt", "arn:aws:kms:eu-central-1:123456789012:alias/a", rec{"keyId": "alias/a"}, nil},
		{"dynamodb", "PutItem", "arn:aws:dynamodb:eu-central-1:123456789012:table/t", rec{"tableName": "t"}, nil},
		{"secretsmanager", "GetSecretValue", "", rec{"secretId": "HIDDEN_DUE_TO_SECURITY_REASONS"}, nil},
		{"ec2", "DescribeInstances", "", rec{"filterSet": rec{}, "maxResults": 5}, nil},
	} {
		r, err := ParseRecord([]byte(encode(t, newRec("e", tt.service, tt.event, monday()).with("requestParameters", tt.params, "resources", tt.resources))))
		if err != nil {
			t.Fatal(err)
		}
		got := resourcesOf(&r)
		slices.Sort(got)
		want := strings.Fields(tt.want)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s %s: %v, want %v", tt.service, tt.event, got, want)
		}
	}
}

func TestClassifyPath(t *testing.T) {
	for path, want := range map[string]pathKind{
		"pre/AWSLogs/o-1/1/CloudTrail/us-east-1/2026/01/01/x.json.gz": pathLog,
		"AWSLogs/1/CloudTrail-Digest/us-east-1/x.json.gz":             pathDigest,
		`C:\logs\CloudTrail-Insight\x.json.gz`:                        pathInsight,
		"1_CloudTrail-Digest_eu-west-1_t_eu-west-1_Z.json.gz":         pathDigest,
		"AWSLogs/1/CloudTrail-Aggregated/x.json.gz":                   pathAggregated,
		"README.md": pathUnknown, "-": pathUnknown,
	} {
		if got := classifyPath(path); got != want {
			t.Errorf("%s is %d, want %d", path, got, want)
		}
	}
}
