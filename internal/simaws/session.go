package simaws

import (
	"strings"
	"time"
)

// sessionKind is how a set of temporary credentials came to be.
type sessionKind int

const (
	roleSession      sessionKind = iota + 1 // AssumeRole
	userSession                             // GetSessionToken: the user itself
	federatedSession                        // GetFederationToken: user policies ∩ session policy
)

// session is a set of temporary credentials. Sessions are not part of the
// versioned state: STS answers at once and nothing revokes them but their own
// end, a policy, or the loss of the user or role behind them.
type session struct {
	kind           sessionKind
	keyID          string
	arn            string
	owner          string // user or role name
	ownerID        string // AIDA or AROA id: a recreated namesake is somebody else
	name           string // role session name or federated user name
	policies       []string
	tags           map[string]string
	sourceIdentity string
	issued         time.Time
	expires        time.Time
	mfa            bool
	chained        bool // minted by another role session
	full           bool // a synthetic responder that may do everything
}

// mint issues temporary credentials for s; the key id is derived from the
// request that asked for them.
func (w *World) mint(s session, from string) *session {
	s.keyID = w.derive.uniqueID("ASIA", 20, "session", from)
	w.sessions[s.keyID] = &s
	return &s
}

// credentials is STS's Credentials structure.
func (w *World) credentials(s *session) object {
	return object{
		{"AccessKeyId", s.keyID}, {"SecretAccessKey", w.derive.secret(s.keyID)},
		{"SessionToken", w.derive.token(s.keyID)}, {"Expiration", s.expires},
	}
}

// principal is an authenticated caller.
type principal struct {
	key      string
	arn      string
	id       string // aws:userid
	user     *User  // nil for role sessions
	role     *Role
	session  *session // nil for long-term keys
	full     bool
	identity *identity
}

// userName is the caller's IAM user name, for calls that default to it.
func (p principal) userName() string {
	if p.user == nil || (p.session != nil && p.session.kind == federatedSession) {
		return ""
	}
	return p.user.Name
}

// authenticate resolves a key id to its principal in the effective state. It
// checks everything but the signature.
func (w *World) authenticate(keyID, service string) (principal, *apiError) {
	s := w.effective()
	if ses, ok := w.sessions[keyID]; ok {
		return w.authenticateSession(s, ses, service)
	}
	name, ok := s.keys[keyID]
	if !ok {
		return principal{}, unknownCredential(service)
	}
	u := s.users[name]
	for _, k := range u.Keys {
		if k.ID == keyID && k.Status == statusActive {
			p := principal{key: keyID, arn: s.userARN(u), id: u.ID, user: u}
			p.identity = w.identityOf(s, p)
			return p, nil
		}
	}
	return principal{}, unknownCredential(service)
}

func (w *World) authenticateSession(s *state, ses *session, service string) (principal, *apiError) {
	if !w.now.Before(ses.expires) {
		return principal{}, expiredCredential(service)
	}
	p := principal{key: ses.keyID, arn: ses.arn, session: ses, full: ses.full}
	if ses.kind == roleSession {
		p.role = s.roles[ses.owner]
		p.id = ses.ownerID + ":" + ses.name
		if (p.role == nil || p.role.ID != ses.ownerID) && !ses.full {
			return principal{}, unknownCredential(service)
		}
		p.identity = w.identityOf(s, p)
		return p, nil
	}
	p.user = s.users[ses.owner]
	if (p.user == nil || p.user.ID != ses.ownerID) && !ses.full {
		return principal{}, unknownCredential(service)
	}
	p.id = ses.ownerID
	if ses.kind == federatedSession {
		p.id = s.account + ":" + ses.name
	}
	// Such sessions cannot call IAM at all (GetSessionToken: unless it was asked
	// for with MFA). AWS answers as if the token were worthless.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
	if service == "iam" && !ses.mfa && !ses.full {
		return principal{}, unknownCredential(service)
	}
	p.identity = w.identityOf(s, p)
	return p, nil
}

// noteUse records a successful authentication for GetAccessKeyLastUsed, which
// keeps the first use of every 15-minute span.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
func (w *World) noteUse(p principal, service, region string) {
	if p.session != nil {
		return
	}
	if last, ok := w.used[p.key]; ok && w.now.Sub(last.at) < 15*time.Minute {
		return
	}
	w.used[p.key] = keyUse{w.now, service, region}
}

// roleSessionARN drops the role's path, as STS does.
func roleSessionARN(account, role, session string) string {
	return strings.Join([]string{"arn:aws:sts:", account, "assumed-role/" + role + "/" + session}, ":")
}
