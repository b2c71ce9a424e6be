package policy

// leftOpen lists what a guardrail of these intents does not stop. A responder
// reads it before relying on the guardrail, so it names routes, not caveats.
func (s *GuardrailSpec) leftOpen() []string {
	out := []string{
		"sessions of roles the principal assumed before: revoke them on each role",
		"grants made to others: keys of other users, KMS grants, resource policies already changed",
		"calls in the first seconds after attaching, until IAM has spread the change",
		"sts:GetCallerIdentity answers whatever a policy says: do not use it to verify",
	}
	for _, arn := range s.Spare {
		out = append(out, "use of "+arn+", spared on request: by the intruder just as by the job that needs it")
	}
	if s.has(DenyAll) {
		return out
	}
	if !s.has(FreezeSecrets) {
		out = append(out, "reading secrets, parameters and anything encrypted with KMS (freeze-secrets)")
	} else {
		out = append(out, "decryption that a service does on the principal's behalf, such as reading an encrypted object",
			"secrets kept elsewhere: function environments, instance user data, objects, repositories")
	}
	if !s.has(FreezeIAM) {
		out = append(out, "other IAM changes: new roles, trust policies, group policies, identity providers (freeze-iam)")
	} else {
		out = append(out, "IAM writes AWS may add under a verb with a new initial")
	}
	if !s.has(FreezeAssume) {
		out = append(out, "assuming roles that trust the principal (freeze-assume)")
	}
	if !s.has(FreezeAssume) && !s.has(FreezeIAM) {
		out = append(out, "passing a role to a service that then works under it (freeze-assume)")
	}
	if !s.has(FreezeSessions) {
		out = append(out, "minting session tokens, which carry this guardrail with them (freeze-sessions)")
	} else {
		out = append(out, "sts:GetSessionToken, if STS keeps to its documentation that policies cannot control it; its sessions carry this guardrail")
	}
	return append(out, "everything else the principal's policies allow, data access included (deny-all)")
}
