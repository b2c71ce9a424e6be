package forecast

import (
	"fmt"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/trail"
)

// LeverKind says by what a lever stops calls.
type LeverKind string

// The kinds of lever.
const (
	LeverDeactivate LeverKind = "deactivate"
	LeverDeny       LeverKind = "deny"
	LeverBoundary   LeverKind = "boundary"
)

// Lever is one thing a responder could do to an identity.
type Lever struct {
	Name string
	Kind LeverKind
	// AccessKey is the key to deactivate.
	AccessKey string
	// Principal is the ARN of the user or role a document is attached to.
	Principal string

	denies *policy.Policy
	// allows is the boundary with each Allow turned into a Deny: asking whether
	// that denies a call is asking whether the boundary allows it, with what
	// the log does not know kept unknown.
	allows *policy.Policy
	needs  needs
}

// DeactivateKey is the lever that stops what the key itself signs. Sessions
// minted with it live on until they expire.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html
func DeactivateKey(id string) Lever {
	return Lever{Name: "deactivate " + id, Kind: LeverDeactivate, AccessKey: id}
}

// Deny is a document of explicit denies attached to a user or role: a guardrail.
func Deny(name, principal string, document []byte) (Lever, error) {
	d, err := policy.Parse(document)
	if err != nil {
		return Lever{}, fmt.Errorf("read the document of %s: %w", name, err)
	}
	return Lever{Name: name, Kind: LeverDeny, Principal: principal, denies: d.Compile(), needs: needsOf(d)}, nil
}

// Boundary is a document set as permissions boundary: it stops what it denies
// and what it does not allow.
func Boundary(name, principal string, document []byte) (Lever, error) {
	l, err := Deny(name, principal, document)
	if err != nil {
		return Lever{}, err
	}
	d := l.denies.Document()
	b := policy.Builder{Version: d.Version}
	if d.Version == "" {
		b.Version = policy.Version2008
	}
	for _, s := range d.Statements {
		if s.Effect == policy.Allow {
			s.Effect = policy.Deny
			b.Add(s)
		}
	}
	if len(b.Statements) > 0 {
		flipped, err := b.Document()
		if err != nil {
			return Lever{}, fmt.Errorf("read the document of %s: %w", name, err)
		}
		l.allows = flipped.Compile()
	}
	l.Kind = LeverBoundary
	return l, nil
}

// RevokeUserSessions is the lever that stops every session of a user, and
// nothing that its long-term keys sign.
func RevokeUserSessions(user string) (Lever, error) {
	return Deny("deny the sessions of "+shortName(user), user, policy.RevokeUserSessions())
}

// RevokeRoleSessions is the lever that stops the sessions of a role issued
// before a moment, whoever holds them.
func RevokeRoleSessions(role string, before time.Time) (Lever, error) {
	return Deny("deny the sessions of "+shortName(role), role, policy.RevokeRoleSessions(before))
}

// shortName is an ARN's resource: "user/name".
func shortName(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[5]
	}
	return arn
}

// reaches says whether a document attached to the lever's principal applies to
// calls of an identity. A deny on a user reaches its sessions from
// GetSessionToken and GetFederationToken, and no role session; a deny on a role
// reaches every session of it. Names are unique in an account whatever the
// path, so a record without an ARN still settles it by name.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func (l *Lever) reaches(id *trail.Identity) policy.Tri {
	account, kind, name := partsOf(l.Principal)
	who := id.ARN
	if id.Type == "AssumedRole" || id.Type == "FederatedUser" || id.Issuer.Type == "Role" {
		if id.Issuer.ARN != "" {
			who = id.Issuer.ARN
		}
	}
	if who != "" {
		a, k, n := partsOf(who)
		if k == "assumed-role" {
			k, n = "role", roleOfSession(who)
		}
		if k == "federated-user" {
			return policy.Unknown // its issuer is not in the record
		}
		return policy.TriOf(a == account && k == kind && n == name)
	}
	switch {
	case id.Type == "IAMUser" && id.UserName != "" && id.AccountID != "":
		return policy.TriOf(kind == "user" && id.UserName == name && id.AccountID == account)
	case id.Type == "Root" || id.Type == "AWSService":
		return policy.False
	}
	return policy.Unknown
}

// partsOf splits an ARN to account, kind and name without path.
func partsOf(arn string) (account, kind, name string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 {
		return "", "", arn
	}
	kind, _, _ = strings.Cut(parts[5], "/")
	return parts[4], kind, parts[5][strings.LastIndexByte(parts[5], '/')+1:]
}

func roleOfSession(arn string) string {
	rest := arn[strings.Index(arn, "assumed-role/")+len("assumed-role/"):]
	role, _, _ := strings.Cut(rest, "/")
	return role
}

// needs says what of a call a document looks at, so that calls alike in it are
// judged once.
type needs struct{ context, resource bool }

func needsOf(d *policy.Document) needs {
	var n needs
	for _, s := range d.Statements {
		every := len(s.Resource) == 1 && s.Resource[0] == "*"
		n.resource = n.resource || !every
		n.context = n.context || !every || len(s.Conditions) > 0
		for _, c := range s.Conditions {
			// The account of the resource is the one key read from the resource; a
			// variable may name it too.
			n.resource = n.resource || strings.EqualFold(c.Key, "aws:ResourceAccount") || strings.Contains(strings.Join(c.Values, ""), "${")
		}
	}
	return n
}
