package authcontext

import (
	"strings"

	"github.com/ircontain/ircontain/internal/policy"
)

// parameter holds the keys that repeat a request parameter, for the actions
// where the two are the same text. A parameter that was not recorded leaves its
// key unknown: some services log fewer parameters than they receive.
// https://docs.aws.amazon.com/service-authorization/latest/reference/
func (c Context) parameter(folded string) policy.Value {
	if tag, ok := strings.CutPrefix(folded, "aws:requesttag/"); ok {
		v, ok := c.call.Facts.Tag(tag)
		if !ok {
			return policy.UnknownValue()
		}
		return policy.SingleValue(v)
	}
	name := ""
	switch folded {
	case "sts:externalid":
		name = c.of("sts:assumerole", "externalId")
	case "sts:rolesessionname":
		name = c.of("sts:assumerole", "roleSessionName")
	case "sts:sourceidentity":
		name = c.of("sts:assumerole", "sourceIdentity")
	case "iam:policyarn":
		if strings.HasPrefix(c.action, "iam:attach") || strings.HasPrefix(c.action, "iam:detach") {
			name = "policyArn"
		}
	case "iam:permissionsboundary":
		switch c.action {
		case "iam:createuser", "iam:createrole", "iam:putuserpermissionsboundary", "iam:putrolepermissionsboundary":
			name = "permissionsBoundary"
		}
	case "iam:awsservicename":
		name = c.of("iam:createservicelinkedrole", "aWSServiceName")
	case "s3:prefix", "s3:delimiter":
		if c.action == "s3:listbucket" || c.action == "s3:listbucketversions" {
			name = folded[len("s3:"):]
		}
	case "s3:x-amz-acl", "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id":
		name = c.of("s3:putobject", folded[len("s3:"):])
	case "secretsmanager:secretid":
		if strings.HasPrefix(c.action, "secretsmanager:") {
			name = "secretId"
		}
	case "secretsmanager:versionstage":
		name = c.of("secretsmanager:getsecretvalue", "versionStage")
	case "secretsmanager:name":
		name = c.of("secretsmanager:createsecret", "name")
	}
	if name == "" {
		return policy.UnknownValue()
	}
	v, _ := c.call.Facts.Parameter(name)
	return known(v)
}

// of is the parameter if the check is about that action.
func (c Context) of(action, parameter string) string {
	if c.action == action {
		return parameter
	}
	return ""
}
