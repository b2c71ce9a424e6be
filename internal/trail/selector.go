package trail

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Selector says whose usage to map: an access key with everything born from
// it, or a principal. Exactly one of AccessKey and Principal is set.
type Selector struct {
	AccessKey string
	// Principal is an ARN: a user, a role (its sessions), an assumed-role
	// session, a federated user or an account's root.
	Principal string
	// Descend adds, for a principal, the calls of every key its keys gave birth
	// to: roles it assumed, keys it created for others.
	Descend bool
	// Now dates "next due". Zero means the last event of the log.
	Now     time.Time
	Anchors Anchors
}

// Anchors are what the responder already knows. An origin is an IP address, a
// prefix or a VPC endpoint id.
type Anchors struct {
	Hostile []string
	Trusted []string
}

// ErrSelector wraps every complaint about a [Selector].
var ErrSelector = errors.New("bad selector")

func (s Selector) check() error {
	switch {
	case (s.AccessKey == "") == (s.Principal == ""):
		return fmt.Errorf("%w: give an access key or a principal", ErrSelector)
	case s.AccessKey != "" && KeyKind(s.AccessKey) == KindPrincipal:
		return fmt.Errorf("%w: %q is the id of a principal, not of a key", ErrSelector, clip(s.AccessKey, 64))
	case s.Principal != "" && !strings.HasPrefix(s.Principal, "arn:"):
		return fmt.Errorf("%w: principal %q is not an arn", ErrSelector, clip(s.Principal, 256))
	}
	return nil
}

// matcher decides which calls are in the selection.
type matcher struct {
	keys      map[string]bool
	principal *principalMatch
}

func (m *matcher) match(c *Call) bool {
	if c.Identity.AccessKeyID != "" && m.keys[c.Identity.AccessKeyID] {
		return true
	}
	return m.principal != nil && m.principal.match(c)
}

func newMatcher(l *Log, g *Genealogy, s Selector) *matcher {
	m := &matcher{}
	if s.AccessKey != "" {
		m.keys = g.Descendants(s.AccessKey)
		return m
	}
	m.principal = newPrincipalMatch(l, s.Principal)
	if s.Descend {
		m.keys = g.Descendants(m.principal.signingKeys(l)...)
	}
	return m
}

// principalMatch recognises one principal however the record names it. A user
// may lack its ARN (CheckMfa has only userName and principalId), so grouping by
// ARN alone would lose calls; a role is known by the issuer of its sessions.
type principalMatch struct {
	arn     string
	account string
	name    string // last part of the path
	kind    string // user, role, assumed-role, ...
	ids     map[string]bool
}

func newPrincipalMatch(l *Log, arn string) *principalMatch {
	p := &principalMatch{arn: arn, ids: map[string]bool{}}
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		p.account = parts[4]
		p.kind, _, _ = strings.Cut(parts[5], "/")
		p.name = parts[5][strings.LastIndexByte(parts[5], '/')+1:]
	}
	for i := range l.calls {
		id := l.calls[i].Identity
		if id.ARN == arn && p.kind == "user" && id.PrincipalID != "" {
			p.ids[id.PrincipalID] = true
		}
	}
	return p
}

func (p *principalMatch) match(c *Call) bool {
	id := c.Identity
	if id.ARN == p.arn || id.Issuer.ARN == p.arn {
		return true
	}
	if id.ARN != "" {
		return p.kind == "role" && id.Issuer.ARN == "" && p.sessionOf(id.ARN)
	}
	if p.kind != "user" || id.Issuer.ARN != "" {
		return false
	}
	if id.PrincipalID != "" && p.ids[id.PrincipalID] {
		return true
	}
	account := id.AccountID
	if account == "" {
		account = c.RecipientAccountID
	}
	return id.UserName == p.name && p.name != "" && account == p.account &&
		(id.Type == "IAMUser" || id.Type == "")
}

// sessionOf reports whether an assumed-role ARN belongs to the role, for records
// without a session issuer. Assumed-role ARNs drop the role's path.
func (p *principalMatch) sessionOf(arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[4] != p.account {
		return false
	}
	return strings.HasPrefix(parts[5], "assumed-role/"+p.name+"/")
}

func (p *principalMatch) signingKeys(l *Log) []string {
	keys := map[string]bool{}
	for i := range l.calls {
		c := &l.calls[i]
		if c.Identity.AccessKeyID != "" && !c.Forwarded && p.match(c) {
			keys[c.Identity.AccessKeyID] = true
		}
	}
	return sortedKeys(keys)
}

// covers reports whether one of the anchors names the origin of a call.
func covers(anchors []string, client *Client) bool {
	addr, addrErr := netip.ParseAddr(client.SourceIPAddress)
	for _, a := range anchors {
		if a != "" && (a == client.SourceIPAddress || a == client.VPCEndpointID) {
			return true
		}
		if addrErr != nil {
			continue
		}
		if want, err := netip.ParseAddr(a); err == nil && want.Unmap() == addr.Unmap() {
			return true
		}
		if prefix, err := netip.ParsePrefix(a); err == nil && prefix.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}
