package policy

// Size quotas in characters without white space. The inline ones hold for the
// sum of all inline documents of one entity, which is why a guardrail must be
// measured together with what is already there.
const (
	UserInlineQuota  = 2048
	GroupInlineQuota = 5120
	RoleInlineQuota  = 10240
	ManagedQuota     = 6144
	TrustQuota       = 2048
	SessionQuota     = 2048
	SCPQuota         = 5120
	RCPQuota         = 5120
)
