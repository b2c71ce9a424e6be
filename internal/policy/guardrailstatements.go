package policy

import (
	"slices"
	"strings"
)

// statements returns the deny statements in a fixed order. Wildcards are the
// shortest that stay exact: they name every listed action and no read.
func (s *GuardrailSpec) statements() []Statement {
	if s.has(DenyAll) {
		return []Statement{denyOn("DenyAll", []string{"*"}, "*")}
	}
	var out []Statement
	if s.has(FreezeIAM) {
		out = append(out, freezeIAM())
	} else {
		out = append(out, protectGuardrail(), s.protectPolicies())
		if s.Role != "" {
			out = append(out, protectRole())
		}
	}
	if s.has(FreezeSecrets) {
		out = append(out, freezeSecrets()...)
	}
	if s.has(FreezeAssume) {
		out = append(out, s.freezeAssume())
	}
	if s.has(FreezeSessions) {
		out = append(out, freezeSessions())
	}
	return out
}

// spare turns a freeze into one that leaves the listed resources alone.
// Actions without resource types stay denied: nothing but "*" names them, and
// "*" is not on the list.
func (s *GuardrailSpec) spare(frozen Statement) Statement {
	var arns []string
	for _, arn := range s.Spare {
		if parts, _ := splitARN(arn); s.freezes(parts) == frozen.Sid {
			arns = append(arns, arn)
		}
	}
	if len(arns) > 0 {
		slices.Sort(arns)
		frozen.Resource, frozen.NotResource = nil, slices.Compact(arns)
	}
	return frozen
}

func denyOn(sid string, actions []string, resources ...string) Statement {
	return Statement{Sid: sid, Effect: Deny, Action: actions, Resource: resources}
}

// protectGuardrail denies the ways around a guardrail that the principal could
// take by itself, on any resource: a key made for a second user is a way
// around just as a key for the first one is. Each pattern, and what it names:
//
//	PutUser*       PutUserPolicy, PutUserPermissionsBoundary
//	DeleteUser*    DeleteUser, DeleteUserPolicy, DeleteUserPermissionsBoundary
//	*tachUser*     AttachUserPolicy, DetachUserPolicy
//	UpdateUser     renames the user away from the name in the case file
//	*User*Group    AddUserToGroup, RemoveUserFromGroup
//	*teAccessKey   CreateAccessKey, UpdateAccessKey, DeleteAccessKey
//	*teLogin*      CreateLoginProfile, UpdateLoginProfile, DeleteLoginProfile
//	*SpecificCredential     Create-, Update-, Reset-, DeleteServiceSpecificCredential
//	Up*SSHPublicKey         UploadSSHPublicKey, UpdateSSHPublicKey
//	*SigningCertificate     Upload-, Update-, DeleteSigningCertificate
//	EnableMFA* DeactivateMFA* ResyncMFA*    the MFA device of a user
//	*VirtualMFADevice       CreateVirtualMFADevice, DeleteVirtualMFADevice
//
// The lists that read the same objects end in a plural s and stay allowed.
func protectGuardrail() Statement {
	return denyOn("ProtectGuardrail", []string{
		"iam:PutUser*", "iam:DeleteUser*", "iam:*tachUser*", "iam:UpdateUser", "iam:*User*Group",
		"iam:*teAccessKey", "iam:*teLogin*", "iam:ChangePassword",
		"iam:*SpecificCredential", "iam:Up*SSHPublicKey", "iam:*SigningCertificate",
		"iam:EnableMFA*", "iam:DeactivateMFA*", "iam:ResyncMFA*", "iam:*VirtualMFADevice",
	}, "*")
}

// protectRole denies changes to any role's policies, boundary and trust:
// PutRolePolicy, PutRolePermissionsBoundary; DeleteRole, DeleteRolePolicy,
// DeleteRolePermissionsBoundary; AttachRolePolicy, DetachRolePolicy;
// UpdateRole, UpdateRoleDescription; UpdateAssumeRolePolicy.
func protectRole() Statement {
	return denyOn("ProtectRole", []string{
		"iam:PutRole*", "iam:DeleteRole*", "iam:*tachRole*", "iam:UpdateRole*", "iam:UpdateAssumeRolePolicy",
	}, "*")
}

// protectPolicies denies changes of version on every guardrail, which may be
// attached as a managed policy, and on the managed policies the principal
// holds. Policies AWS owns cannot be changed and cost no characters here.
func (s *GuardrailSpec) protectPolicies() Statement {
	resources := []string{"arn:" + s.Partition + ":iam::" + s.Account + ":policy/" + GuardrailPrefix + "*"}
	for _, arn := range s.ProtectPolicies {
		parts, _ := splitARN(arn)
		if parts[4] != "aws" && !strings.HasPrefix(parts[5], "policy/"+GuardrailPrefix) {
			resources = append(resources, arn)
		}
	}
	slices.Sort(resources[1:])
	return denyOn("ProtectPolicies",
		[]string{"iam:CreatePolicyVersion", "iam:DeletePolicy*", "iam:SetDefaultPolicyVersion"},
		slices.Compact(resources)...)
}

// freezeIAM denies every IAM action that is not a read. IAM reads start with
// Generate, Get, List or Simulate; the initials below cover all other verbs:
// Accept, Add, Associate, Attach; Change, Create; Deactivate, Delete, Detach,
// Disable; Enable; PassRole, Put; Reject, Remove, Reset, Resync; Send, Set;
// Tag; Untag, Update, Upload. Everything protectGuardrail and protectPolicies
// name is among them.
func freezeIAM() Statement {
	return denyOn("FreezeIAM", []string{
		"iam:A*", "iam:C*", "iam:D*", "iam:E*", "iam:P*", "iam:R*", "iam:Se*", "iam:T*", "iam:U*",
	}, "*")
}

// freezeSecrets denies reading secrets and parameters and handing them out.
// Decryption is denied only when the caller asks KMS itself: kms:ViaService is
// absent then. Secrets Manager and Parameter Store are closed at their own
// door, and denying Decrypt through other services would break every reader of
// an encrypted bucket or queue.
func freezeSecrets() []Statement {
	kms := denyOn("FreezeDecrypt", []string{
		"kms:CreateGrant", "kms:Decrypt", "kms:PutKeyPolicy", "kms:ReEncryptFrom",
	}, "*")
	kms.Conditions = []Condition{{Operator: "Null", Key: "kms:ViaService", Values: []string{"true"}}}
	return []Statement{
		denyOn("FreezeSecrets", []string{
			"secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue",
			"secretsmanager:PutResourcePolicy", "ssm:GetParameter*",
		}, "*"),
		kms,
	}
}

// freezeAssume denies becoming a role and handing a role to a service.
// sts:Assume* also covers AssumeRoot. PassRole is an IAM write and already
// denied when IAM is frozen.
func (s *GuardrailSpec) freezeAssume() Statement {
	actions := []string{"sts:Assume*"}
	if !s.has(FreezeIAM) {
		actions = append(actions, "iam:PassRole")
	}
	return denyOn("FreezeAssume", actions, "*")
}

// freezeSessions denies minting further credentials. sts:Get*nToken names
// GetSessionToken and GetFederationToken and spares GetServiceBearerToken,
// which package repositories need. sts:GetWebIdentityToken proves the identity
// to parties outside AWS. signin:*OAuth2* names AuthorizeOAuth2Access and
// CreateOAuth2Token, by which a console sign-in becomes command-line
// credentials.
func freezeSessions() Statement {
	return denyOn("FreezeSessions", []string{
		"signin:*OAuth2*", "sts:Get*nToken", "sts:GetWebIdentityToken",
	}, "*")
}
