package policy

// protection is what keeps a guardrail in place. No limit ever applies to it.
func (s *GuardrailSpec) protection() []Statement {
	out := []Statement{protectGuardrail(), s.protectPolicies()}
	if s.Role != "" {
		out = append(out, protectRole())
	}
	if s.Group != "" {
		out = append(out, protectGroup())
	}
	return out
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
	return denyOn(sidProtect, []string{
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
	return denyOn(sidProtectRole, []string{
		"iam:PutRole*", "iam:DeleteRole*", "iam:*tachRole*", "iam:UpdateRole*", "iam:UpdateAssumeRolePolicy",
	}, "*")
}

// protectGroup denies changes to any group's policies: PutGroupPolicy;
// DeleteGroup, DeleteGroupPolicy; AttachGroupPolicy, DetachGroupPolicy;
// UpdateGroup, which renames. Membership is protectGuardrail's.
func protectGroup() Statement {
	return denyOn(sidProtectGroup, []string{
		"iam:PutGroup*", "iam:DeleteGroup*", "iam:*tachGroup*", "iam:UpdateGroup",
	}, "*")
}
