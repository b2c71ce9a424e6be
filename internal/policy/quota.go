package policy

// Size quotas in characters without white space. The inline ones hold for the
// sum of all inline documents of one entity, which is why a guardrail must be
// measured together with what is already there.
//
// Sources: IAM User Guide, "IAM and AWS STS quotas"; Organizations User Guide,
// "Quotas and service limits"; AWS PrivateLink Guide, "Quotas". ResourceQuota
// is the largest of any service, that of a KMS key policy (KMS Developer Guide,
// "Resource quotas"); many services allow less. AWS raises TrustQuota to 4,096
// on request.
const (
	UserInlineQuota  = 2048
	GroupInlineQuota = 5120
	RoleInlineQuota  = 10240
	ManagedQuota     = 6144
	TrustQuota       = 2048
	SessionQuota     = 2048
	SCPQuota         = 5120
	RCPQuota         = 5120
	EndpointQuota    = 20480
	ResourceQuota    = 32768
)

// quota is the largest a document of this kind can be by itself; an inline one
// shares a smaller quota with its neighbours, which only the caller knows.
func (k Kind) quota() int {
	switch k {
	case KindTrust:
		return TrustQuota
	case KindSCP:
		return SCPQuota
	case KindRCP:
		return RCPQuota
	case KindEndpoint:
		return EndpointQuota
	case KindResource:
		return ResourceQuota
	}
	return RoleInlineQuota
}
