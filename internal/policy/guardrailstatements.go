package policy

import (
	"slices"
	"strings"
)

// The Sids of guardrail statements.
const (
	sidDenyAll        = "DenyAll"
	sidProtect        = "ProtectGuardrail"
	sidProtectRole    = "ProtectRole"
	sidProtectGroup   = "ProtectGroup"
	sidProtectPolicy  = "ProtectPolicies"
	sidFreezeIAM      = "FreezeIAM"
	sidFreezeSecrets  = "FreezeSecrets"
	sidFreezeDecrypt  = "FreezeDecrypt"
	sidFreezeAssume   = "FreezeAssume"
	sidFreezeSessions = "FreezeSessions"
	sidShareSecrets   = "FreezeSharing"
	sidShareKeys      = "FreezeKeySharing"
	sidPassRole       = "FreezePassRole"
	sidQuarantine     = "AWSQuarantine"
	sidPinOrigin      = "PinOrigin"
	sidOnly           = "OnlyObserved"
	sidRevoke         = "RevokeOlderSessions"
	sidHarden         = "Harden"
)

// statements returns the deny statements in a fixed order. Wildcards are the
// shortest that stay exact: they name every listed action and no other, which a
// test of the action catalogue proves for all actions AWS lists.
func (s *GuardrailSpec) statements() []Statement {
	limited := len(s.limits()) > 0
	var out []Statement
	// Protection is part of a freeze of IAM or a full deny only as long as
	// those hold without limits.
	if limited || !s.has(DenyAll) && !s.has(FreezeIAM) {
		out = s.protection()
	}
	for _, wide := range s.intended() {
		for _, part := range s.spare(wide) {
			out = append(out, s.limit(part))
		}
	}
	if s.has(RevokeSessionsBefore) && (limited || !s.has(DenyAll) || len(s.Spare) > 0) {
		out = append(out, s.revokeSessions())
	}
	if !s.HardenAt.IsZero() {
		out = append(out, s.harden())
	}
	return out
}

// intended are the statements the intents ask for, before limits.
func (s *GuardrailSpec) intended() []Statement {
	if s.has(DenyAll) {
		return []Statement{denyOn(sidDenyAll, []string{"*"}, "*")}
	}
	var out []Statement
	if s.has(FreezeIAM) {
		out = append(out, freezeIAM())
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
	if s.has(QuarantineV2) || s.has(QuarantineV3) {
		out = append(out, denyOn(sidQuarantine, quarantineActions(), "*"))
	}
	if s.has(PinOrigin) {
		out = append(out, s.pinOrigin())
	}
	if s.has(OnlyActions) {
		out = append(out, s.only())
	}
	return out
}

func denyOn(sid string, actions []string, resources ...string) Statement {
	return Statement{Sid: sid, Effect: Deny, Action: actions, Resource: resources}
}

// freezeIAM denies every IAM action that is not a read. The beginnings below
// cover these verbs, and any new one that starts like them:
// Accept, Add, Associate, Attach; Change, Create; Deactivate, Delete, Detach,
// Disable; Enable; PassRole, Put; Reject, Remove, Reset, Resync; Send, Set;
// Tag; Untag, Update, Upload. They are cut so as to spare the verbs by which
// other services read and IAM might one day: Analyze, Calculate, Describe,
// Detect, Read, Render, Scan, Search, Select. Everything the protection of a
// guardrail names is among them.
func freezeIAM() Statement {
	return denyOn(sidFreezeIAM, []string{
		"iam:Ac*", "iam:Ad*", "iam:As*", "iam:At*", "iam:Ch*", "iam:Cr*",
		"iam:Dea*", "iam:Del*", "iam:Deta*", "iam:Di*", "iam:E*", "iam:P*",
		"iam:Rej*", "iam:Rem*", "iam:Res*", "iam:Sen*", "iam:Set*", "iam:T*", "iam:U*",
	}, "*")
}

// freezeSecrets denies reading secrets and parameters and handing them out.
// Decryption is denied only when the caller asks KMS itself: kms:ViaService is
// absent then. Secrets Manager and Parameter Store are closed at their own
// door, and denying Decrypt through other services would break every reader of
// an encrypted bucket or queue. DeriveSharedSecret is the decryption of keys
// for key agreement; ReplicateKey gives the replica a key policy of the caller's
// choice (KMS API Reference, ReplicateKey).
func freezeSecrets() []Statement {
	kms := denyOn(sidFreezeDecrypt, []string{
		"kms:CreateGrant", "kms:Decrypt", "kms:DeriveSharedSecret", "kms:PutKeyPolicy", "kms:ReEncryptFrom", "kms:ReplicateKey",
	}, "*")
	kms.Conditions = []Condition{{Operator: "Null", Key: "kms:ViaService", Values: []string{"true"}}}
	return []Statement{
		denyOn(sidFreezeSecrets, []string{
			"secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue",
			"secretsmanager:PutResourcePolicy", "ssm:GetParameter*", "ssm:PutResourcePolicy",
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
	return denyOn(sidFreezeAssume, actions, "*")
}

// freezeSessions denies minting further credentials. sts:Get*nToken names
// GetSessionToken and GetFederationToken and spares GetServiceBearerToken,
// which package repositories need. sts:GetWebIdentityToken proves the identity
// to parties outside AWS; sts:GetDelegatedAccessToken trades a delegation for
// credentials. The two signin actions turn a console sign-in into command-line
// credentials.
func freezeSessions() Statement {
	return denyOn(sidFreezeSessions, []string{
		"signin:AuthorizeOAuth2Access", "signin:CreateOAuth2Token",
		"sts:Get*nToken", "sts:GetDelegatedAccessToken", "sts:GetWebIdentityToken",
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
	return denyOn(sidProtectPolicy,
		[]string{"iam:CreatePolicyVersion", "iam:DeletePolicy*", "iam:SetDefaultPolicyVersion"},
		slices.Compact(resources)...)
}
