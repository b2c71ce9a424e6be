package trail

import "time"

// Record is one CloudTrail record with the fields dependency mapping needs.
// Absent, null and oddly typed fields are "" (or nil); nothing is invented.
type Record struct {
	EventVersion       string
	EventID            string
	SharedEventID      string // joins the copies of one cross-account call
	RecipientAccountID string // whose log this is; differs from Identity.AccountID across accounts
	EventTime          time.Time
	TimeFallback       bool // EventTime came from a wrapper or another field
	EventSource        string
	EventName          string
	EventType          string
	EventCategory      string
	Region             string
	SourceIPAddress    string // as logged: may be a service name, "AWS Internal" or junk
	UserAgent          string // as logged, caller-controlled
	ErrorCode          string
	ErrorMessage       string
	RequestID          string
	VPCEndpointID      string
	VPCEndpointAccount string // owner of the endpoint, since eventVersion 1.11
	TLS                bool   // tlsDetails is there; its absence proves nothing
	ReadOnly           bool
	ReadOnlyKnown      bool // readOnly may be absent
	FromConsole        bool // sessionCredentialFromConsole
	Identity           Identity
	RequestParameters  []byte // raw JSON object, nil when absent; valid until the next record
	ResponseElements   []byte // raw JSON object, nil when absent; valid until the next record
	Resources          []Resource
	Context            []byte // raw eventContext of CloudTrail Lake, nil when absent; valid until the next record
	Addendum           Addendum
	size               int
	checksum           uint32
	key                [16]byte // see dedupKey
}

// Identity is userIdentity. Its join key differs by type: see [Identity.Principal].
type Identity struct {
	Type           string
	ARN            string
	AccountID      string // owner of the principal
	PrincipalID    string
	UserName       string
	AccessKeyID    string // "" for sign-in events and when AWS withholds it
	InvokedBy      string
	SessionCreated string // as logged; basic and extended ISO forms occur
	MFA            string // "true", "false" or ""
	SourceIdentity string
	IMDSVersion    string // ec2RoleDelivery: "1.0" or "2.0"
	AssumedRoot    string // "true" in a session of AssumeRoot
	WebProvider    string // webIdFederationData.federatedProvider
	OnBehalfOf     string // IAM Identity Center user id
	CredentialID   string
	Issuer         Issuer
}

// Issuer is sessionContext.sessionIssuer. It is often present and empty for
// console sessions of IAM users, so presence says nothing.
type Issuer struct {
	Type        string
	ARN         string
	AccountID   string
	PrincipalID string
	UserName    string
}

// Resource is one entry of resources[]. ARN may be a prefix (S3 listings).
type Resource struct {
	ARN       string
	AccountID string
	Type      string
	Prefix    bool
}

// Addendum marks a record delivered late or to correct an earlier one.
type Addendum struct {
	Reason          string // DELIVERY_DELAY, UPDATED_DATA, SERVICE_OUTAGE
	UpdatedFields   string
	OriginalEventID string
}

// Principal is the stable name of who signed: the role behind a session, else
// the ARN, else what little the record has.
func (id *Identity) Principal() string {
	switch {
	case id.Issuer.ARN != "":
		return id.Issuer.ARN
	case id.ARN != "":
		return id.ARN
	case id.Type == "AWSService" || (id.Type == "" && id.InvokedBy != ""):
		return id.InvokedBy
	case id.UserName != "" && id.AccountID != "":
		return "arn:aws:iam::" + id.AccountID + ":user/" + id.UserName
	case id.OnBehalfOf != "":
		return id.OnBehalfOf
	}
	return id.PrincipalID
}

// SessionName is what follows the colon in a role session's principalId: an
// instance id, an email address, a CI run.
func (id *Identity) SessionName() string {
	for i := 0; i < len(id.PrincipalID); i++ {
		if id.PrincipalID[i] == ':' {
			return id.PrincipalID[i+1:]
		}
	}
	return ""
}

// Forwarded reports whether a service made the call on the principal's behalf
// (forward access session) or a console back end did. Such a call shows a
// permission the principal needs, not where the principal is.
func (r *Record) Forwarded() bool {
	return r.Identity.InvokedBy != "" || isServiceOrigin(r.SourceIPAddress)
}

// RequestText returns a scalar of requestParameters by path, or "".
func (r *Record) RequestText(path ...string) string {
	return text(lookup(r.RequestParameters, path...))
}

// ResponseText returns a scalar of responseElements by path, or "".
func (r *Record) ResponseText(path ...string) string {
	return text(lookup(r.ResponseElements, path...))
}
