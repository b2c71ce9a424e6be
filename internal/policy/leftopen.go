package policy

// leftOpen lists what a guardrail of these intents does not stop. A responder
// reads it before relying on the guardrail, so it names routes, not caveats.
func (s *GuardrailSpec) leftOpen() []string {
	out := []string{
		"sessions of roles the principal assumed before: revoke them on each role",
		"grants made to others: keys of other users, KMS grants, resource policies already changed",
		"calls in the first seconds after attaching, until IAM has spread the change",
		"sts:GetCallerIdentity answers whatever a policy says: do not use it to verify",
		"the root user and service-linked roles, which no policy of a user or role reaches",
	}
	limit := ""
	if !s.has(DenyAll) && (s.has(PinOrigin) || s.has(OnlyActions)) {
		limit = ", as far as nothing else here stops it"
	}
	for _, arn := range s.Spare {
		out = append(out, "use of "+arn+", spared on request"+limit+": by the intruder just as by the job that needs it; sharing it is still stopped")
	}
	out = append(out, s.leftByLimits()...)
	switch {
	case s.has(DenyAll):
		return out
	case s.has(OnlyActions):
		return append(out, "the listed actions, on any resource: by the intruder just as by the jobs seen to need them")
	case s.has(PinOrigin):
		out = append(out, "calls from "+s.Origin.String()+", as far as nothing else here stops them: an intruder inside is not stopped",
			"what a service does on the principal's behalf, once a call from the right place set it to work")
	}
	return append(out, s.leftByFreezes()...)
}

func (s *GuardrailSpec) leftByLimits() []string {
	var out []string
	if s.has(CarveOut) {
		out = append(out, "anything from "+s.Consumer.String()+", carved out on request, except removing this guardrail")
	}
	if !s.ExpireAt.IsZero() {
		out = append(out, "anything from "+stampUp(s.ExpireAt)+" on, except removing this guardrail: it fails open")
	}
	if s.has(RevokeSessionsBefore) {
		out = append(out, "sessions issued from "+stampUp(s.RevokeBefore)+" on, and the long-term key itself (revoke-sessions-before)")
	}
	return out
}

func (s *GuardrailSpec) leftByFreezes() []string {
	var out []string
	if !s.has(FreezeSecrets) {
		out = append(out, "reading secrets, parameters and anything encrypted with KMS (freeze-secrets)")
	} else {
		out = append(out, "decryption that a service does on the principal's behalf, such as reading an encrypted object",
			"secrets kept elsewhere: function environments, instance user data, objects, repositories")
	}
	if !s.has(FreezeIAM) {
		out = append(out, "other IAM changes: new roles, trust policies, group policies, identity providers (freeze-iam)")
	} else {
		out = append(out, "IAM writes AWS may add under a new verb")
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
		out = append(out, "sts:GetSessionToken, if STS keeps to its documentation that policies cannot control it; its sessions carry this guardrail",
			"credentials that services hand out for themselves: databases, registries, S3 access grants, Lake Formation, notebooks")
	}
	return append(out, "everything else the principal's policies allow, data access included (deny-all)")
}
