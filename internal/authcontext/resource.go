package authcontext

import (
	"strings"

	"github.com/ircontain/ircontain/internal/trail"
)

// maxResources is how many a record's list is cut at.
const maxResources = 16

// resourcesOf names what a check was about in the form IAM compares, nil where
// the record does not settle that, and an empty list for an action that has no
// resource types. One record may list several things (an object and its bucket,
// a role and its policy); only those of the action's own type count.
func resourcesOf(action string, c *trail.Call) []string {
	service, name, _ := strings.Cut(action, ":")
	if wildcardOnly(action) {
		return []string{}
	}
	if len(c.Resources) >= maxResources {
		return nil
	}
	switch service {
	case "s3":
		return storage(name, c)
	case "iam":
		return identity(name, c)
	case "sts":
		if name == "AssumeRole" {
			return ofType(c.Resources, func(p []string) bool { return p[2] == "iam" && strings.HasPrefix(p[5], "role/") })
		}
	case "kms":
		if usesOneKey(name) && c.API.EventName != "ReEncrypt" {
			return ofType(c.Resources, func(p []string) bool { return p[2] == "kms" && strings.HasPrefix(p[5], "key/") })
		}
	case "secretsmanager":
		return secret(c)
	case "ssm":
		if strings.HasPrefix(name, "GetParameter") && name != "GetParametersByPath" {
			return whole(c.Resources, func(p []string) bool { return strings.HasPrefix(p[5], "parameter/") && !strings.Contains(p[5], ":") })
		}
	case "dynamodb":
		if _, index := c.Facts.Parameter("indexName"); !index && usesTable(name) {
			return whole(c.Resources, func(p []string) bool { return strings.HasPrefix(p[5], "table/") && strings.Count(p[5], "/") == 1 })
		}
	case "sqs":
		return whole(c.Resources, func(p []string) bool { return p[2] == "sqs" })
	case "sns":
		return whole(c.Resources, func(p []string) bool { return p[2] == "sns" && !strings.ContainsAny(p[5], ":/") })
	case "lambda":
		if _, version := c.Facts.Parameter("qualifier"); !version && strings.HasSuffix(name, "Function") {
			return whole(c.Resources, func(p []string) bool {
				return strings.HasPrefix(p[5], "function:") && strings.Count(p[5], ":") == 1
			})
		}
	}
	return nil
}

// usesOneKey lists the KMS actions that are checked on one key and nothing else;
// those about aliases are checked on the alias too.
func usesOneKey(name string) bool {
	switch name {
	case "Decrypt", "Encrypt", "DescribeKey", "CreateGrant", "ListGrants", "RevokeGrant", "PutKeyPolicy", "GetKeyPolicy",
		"DisableKey", "EnableKey", "ScheduleKeyDeletion", "CancelKeyDeletion", "Sign", "Verify", "GetPublicKey":
		return true
	}
	return strings.HasPrefix(name, "GenerateDataKey")
}

// usesTable lists the DynamoDB actions that are checked on tables.
func usesTable(name string) bool {
	switch name {
	case "GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem",
		"DescribeTable", "DeleteTable", "UpdateTable":
		return true
	}
	return false
}

// wildcardOnly lists actions without resource types that containment often
// meets. The action catalogue knows them all; this package does not need it.
func wildcardOnly(action string) bool {
	switch action {
	case "s3:ListAllMyBuckets", "sts:GetCallerIdentity", "sts:GetSessionToken", "secretsmanager:ListSecrets",
		"secretsmanager:BatchGetSecretValue", "secretsmanager:GetRandomPassword", "iam:GetAccountSummary",
		"iam:GetAccountAuthorizationDetails", "iam:ListAccountAliases", "iam:GetAccountPasswordPolicy":
		return true
	}
	return false
}

// ofType keeps the ARNs of one type; nil if there is none, or if one of the list
// is cut short or no ARN at all: half a list would answer for the whole.
func ofType(arns []string, is func(parts []string) bool) []string {
	var out []string
	for _, arn := range arns {
		parts := strings.SplitN(arn, ":", 6)
		if len(parts) != 6 || parts[0] != "arn" || parts[5] == "" || strings.ContainsAny(arn, "*?") {
			return nil
		}
		if is(parts) {
			out = append(out, arn)
		}
	}
	return out
}

// whole is ofType where every ARN has to be of the type.
func whole(arns []string, is func(parts []string) bool) []string {
	if out := ofType(arns, is); len(out) == len(arns) {
		return out
	}
	return nil
}

// storage tells object checks from bucket checks. An access point, by ARN or
// alias, is checked under a name the record does not have.
func storage(name string, c *trail.Call) []string {
	object := false
	switch name {
	case "GetObject", "PutObject", "DeleteObject", "GetObjectAcl", "PutObjectAcl", "GetObjectTagging", "PutObjectTagging",
		"DeleteObjectTagging", "RestoreObject", "AbortMultipartUpload", "ListMultipartUploadParts", "GetObjectAttributes":
		object = true
		if strings.Contains(c.API.EventName, "Copy") {
			return nil // source and target are two objects, the record may name one
		}
	case "ListBucket", "ListBucketVersions", "ListBucketMultipartUploads", "CreateBucket", "DeleteBucket":
	default:
		if !strings.Contains(name, "Bucket") && !strings.HasSuffix(name, "Configuration") || strings.Contains(name, "Account") {
			return nil
		}
	}
	return ofType(c.Resources, func(p []string) bool {
		bucket, _, key := strings.Cut(p[5], "/")
		return p[2] == "s3" && p[4] == "" && key == object && !strings.HasSuffix(bucket, "-s3alias") && !strings.HasPrefix(p[5], "arn:")
	})
}

// identity names users only where the caller acts on itself, whose path its own
// ARN shows, and policies by the ARN the request gives. Names of other users,
// roles and groups may hide a path.
func identity(name string, c *trail.Call) []string {
	switch name {
	case "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "SetDefaultPolicyVersion", "GetPolicy",
		"GetPolicyVersion", "ListPolicyVersions", "ListEntitiesForPolicy", "TagPolicy", "UntagPolicy":
		return ofType(c.Resources, func(p []string) bool { return strings.HasPrefix(p[5], "policy/") })
	case "CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey", "ListAccessKeys", "PutUserPolicy", "DeleteUserPolicy",
		"AttachUserPolicy", "DetachUserPolicy", "GetUser", "GetUserPolicy", "ListUserPolicies", "ListAttachedUserPolicies",
		"CreateLoginProfile", "UpdateLoginProfile", "DeleteLoginProfile", "PutUserPermissionsBoundary",
		"DeleteUserPermissionsBoundary", "UpdateUser", "DeleteUser", "TagUser", "UntagUser":
	default:
		return nil
	}
	own := c.Identity.ARN
	user, given := c.Facts.Parameter("userName")
	if c.Identity.Type != "IAMUser" || !given || !strings.HasSuffix(own, "/"+user) {
		return nil
	}
	return ofType([]string{own}, func(p []string) bool { return strings.HasPrefix(p[5], "user/") })
}

// secret accepts a whole ARN in the request. A secret's ARN ends in a hyphen and
// six characters that its name does not have; Secrets Manager itself reads an
// ARN of that shape as a whole one.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
func secret(c *trail.Call) []string {
	id, _ := c.Facts.Parameter("secretId")
	return ofType([]string{id}, func(p []string) bool {
		at := len(p[5]) - 7
		if p[2] != "secretsmanager" || at < 0 || p[5][at] != '-' {
			return false
		}
		for _, r := range p[5][at+1:] {
			if r < '0' || r > '9' && r < 'A' || r > 'Z' && r < 'a' || r > 'z' {
				return false
			}
		}
		return true
	})
}

// stemOf is the ARN of a secret that was asked for by name, or by an ARN without
// its end. A name always means a secret of the caller's own account and region.
func stemOf(action string, resources []string, c *trail.Call) string {
	id, ok := c.Facts.Parameter("secretId")
	if resources != nil || !ok || !strings.HasPrefix(action, "secretsmanager:") || strings.ContainsAny(id, "*?") {
		return ""
	}
	for _, arn := range c.Resources {
		if strings.HasPrefix(arn, "arn:") && (arn == id || strings.HasSuffix(arn, ":secret:"+id)) {
			return arn
		}
	}
	return ""
}
