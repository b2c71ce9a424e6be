package awsconn

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ircontain/ircontain/internal/policy"
)

// TagPrefix starts the key of every tag that ircontain writes.
const TagPrefix = "ircontain-"

// Mutates says, for one service and operation, whether the operation is on the
// allow-list and whether it changes anything.
func Mutates(service, operation string) (mutates, allowed bool) {
	name := service + ":" + operation
	if writes(name) {
		return true, true
	}
	return false, reads(name)
}

// writes is the whole list of mutating operations. Each is narrowed further by
// checkInput. What is not here cannot be sent.
func writes(name string) bool {
	switch name {
	case "IAM:UpdateAccessKey",
		"IAM:PutUserPolicy", "IAM:DeleteUserPolicy",
		"IAM:PutRolePolicy", "IAM:DeleteRolePolicy",
		"IAM:CreatePolicy", "IAM:DeletePolicy",
		"IAM:AttachUserPolicy", "IAM:DetachUserPolicy",
		"IAM:TagUser", "IAM:UntagUser":
		return true
	}
	return false
}

func reads(name string) bool {
	switch name {
	case "STS:GetCallerIdentity", "STS:GetAccessKeyInfo",
		"CloudTrail:LookupEvents", "CloudTrail:DescribeTrails", "CloudTrail:GetTrailStatus",
		"IAM:GetUser", "IAM:ListUsers", "IAM:ListUserTags",
		"IAM:ListAccessKeys", "IAM:GetAccessKeyLastUsed",
		"IAM:GetLoginProfile", "IAM:ListMFADevices", "IAM:ListSSHPublicKeys",
		"IAM:ListSigningCertificates", "IAM:ListServiceSpecificCredentials",
		"IAM:ListGroupsForUser", "IAM:GetGroup", "IAM:ListGroupPolicies", "IAM:GetGroupPolicy", "IAM:ListAttachedGroupPolicies",
		"IAM:ListUserPolicies", "IAM:GetUserPolicy", "IAM:ListAttachedUserPolicies",
		"IAM:GetPolicy", "IAM:GetPolicyVersion", "IAM:ListPolicyVersions", "IAM:ListEntitiesForPolicy",
		"IAM:ListRoles", "IAM:GetRole", "IAM:ListRolePolicies", "IAM:GetRolePolicy", "IAM:ListAttachedRolePolicies", "IAM:ListRoleTags",
		"IAM:GetAccountSummary", "IAM:ListAccountAliases", "IAM:GetAccountAuthorizationDetails":
		return true
	}
	return readsPolicy(name)
}

// readsPolicy lists what a review of permissions reads beyond IAM: which
// resources there are, and their policies. Never the contents of one: no
// object, message, secret value or function code.
func readsPolicy(name string) bool {
	switch name {
	case "S3:ListBuckets", "S3:GetBucketPolicy",
		"KMS:ListKeys", "KMS:GetKeyPolicy",
		"SQS:ListQueues", "SQS:GetQueueAttributes",
		"SNS:ListTopics", "SNS:GetTopicAttributes",
		"Lambda:ListFunctions", "Lambda:GetPolicy",
		"Secrets Manager:ListSecrets", "Secrets Manager:GetResourcePolicy",
		"Organizations:DescribeOrganization", "Organizations:ListParents",
		"Organizations:ListPoliciesForTarget", "Organizations:DescribePolicy":
		return true
	}
	return false
}

// checkInput narrows the mutating operations to what containment needs: the
// target is always named, and policies and tags are only ever ours.
func checkInput(in any) error {
	switch in := in.(type) {
	case *iam.UpdateAccessKeyInput:
		// Without UserName IAM acts on the signer's own user.
		return need(aws.ToString(in.UserName) != "", "UpdateAccessKey without a user name would act on the caller")
	case *iam.PutUserPolicyInput:
		return ours(in.PolicyName)
	case *iam.DeleteUserPolicyInput:
		return ours(in.PolicyName)
	case *iam.PutRolePolicyInput:
		return ours(in.PolicyName)
	case *iam.DeleteRolePolicyInput:
		return ours(in.PolicyName)
	case *iam.CreatePolicyInput:
		return ours(in.PolicyName)
	case *iam.DeletePolicyInput:
		return oursARN(in.PolicyArn)
	case *iam.AttachUserPolicyInput:
		return oursARN(in.PolicyArn)
	case *iam.DetachUserPolicyInput:
		return oursARN(in.PolicyArn)
	case *iam.TagUserInput:
		for _, t := range in.Tags {
			if err := oursTag(aws.ToString(t.Key)); err != nil {
				return err
			}
		}
	case *iam.UntagUserInput:
		for _, k := range in.TagKeys {
			if err := oursTag(k); err != nil {
				return err
			}
		}
	}
	return nil
}

func ours(name *string) error {
	return need(strings.HasPrefix(aws.ToString(name), policy.GuardrailPrefix),
		fmt.Sprintf("policy %q does not carry the prefix %s", aws.ToString(name), policy.GuardrailPrefix))
}

func oursARN(arn *string) error {
	_, name, _ := strings.Cut(aws.ToString(arn), ":policy/")
	// A slash would make the prefix the path of a policy with any name.
	return need(strings.HasPrefix(name, policy.GuardrailPrefix) && !strings.Contains(name, "/"),
		fmt.Sprintf("policy %q does not carry the prefix %s", aws.ToString(arn), policy.GuardrailPrefix))
}

func oursTag(key string) error {
	return need(strings.HasPrefix(key, TagPrefix), fmt.Sprintf("tag %q does not carry the prefix %s", key, TagPrefix))
}

func need(ok bool, why string) error {
	if ok {
		return nil
	}
	return fmt.Errorf("refused by the connection: %s", why)
}
