package simaws

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// state is one immutable version of the account. A write takes a copy, changes
// private copies of the entities it touches and commits; so an older version,
// which authorisation still sees during the propagation lag, stays as it was.
type state struct {
	account  string
	alias    string
	region   string
	users    map[string]*User
	groups   map[string]*Group
	roles    map[string]*Role
	policies map[string]*ManagedPolicy // by ARN
	buckets  map[string]*Bucket
	secrets  map[string]*Secret // by ARN
	keys     map[string]string  // access key id to user name
}

// version is a state and the world time of the write that made it.
type version struct {
	at    time.Time
	state *state
}

func (s *state) clone() *state {
	n := *s
	n.users = maps.Clone(s.users)
	n.groups = maps.Clone(s.groups)
	n.roles = maps.Clone(s.roles)
	n.policies = maps.Clone(s.policies)
	n.buckets = maps.Clone(s.buckets)
	n.secrets = maps.Clone(s.secrets)
	n.keys = maps.Clone(s.keys)
	return &n
}

// editUser replaces the user by a private copy and returns it. Only call it on
// a draft.
func (s *state) editUser(name string) *User {
	old, ok := s.users[name]
	if !ok {
		return nil
	}
	u := *old
	u.Tags, u.Inline = maps.Clone(old.Tags), maps.Clone(old.Inline)
	u.Keys, u.Attached = slices.Clone(old.Keys), slices.Clone(old.Attached)
	u.Groups, u.MFA = slices.Clone(old.Groups), slices.Clone(old.MFA)
	u.SSHKeys, u.Certificates = slices.Clone(old.SSHKeys), slices.Clone(old.Certificates)
	u.Services = slices.Clone(old.Services)
	if old.Login != nil {
		login := *old.Login
		u.Login = &login
	}
	s.users[name] = &u
	return &u
}

func (s *state) editGroup(name string) *Group {
	old, ok := s.groups[name]
	if !ok {
		return nil
	}
	g := *old
	g.Inline, g.Attached = maps.Clone(old.Inline), slices.Clone(old.Attached)
	s.groups[name] = &g
	return &g
}

func (s *state) editRole(name string) *Role {
	old, ok := s.roles[name]
	if !ok {
		return nil
	}
	r := *old
	r.Tags, r.Inline, r.Attached = maps.Clone(old.Tags), maps.Clone(old.Inline), slices.Clone(old.Attached)
	s.roles[name] = &r
	return &r
}

func (s *state) editPolicy(arn string) *ManagedPolicy {
	old, ok := s.policies[arn]
	if !ok {
		return nil
	}
	p := *old
	p.Tags, p.Versions = maps.Clone(old.Tags), slices.Clone(old.Versions)
	s.policies[arn] = &p
	return &p
}

// arn builds an ARN of a global service in this account.
func (s *state) arn(service, rest string) string {
	return "arn:aws:" + service + "::" + s.account + ":" + rest
}

func (s *state) userARN(u *User) string   { return s.arn("iam", "user"+u.Path+u.Name) }
func (s *state) groupARN(g *Group) string { return s.arn("iam", "group"+g.Path+g.Name) }
func (s *state) roleARN(r *Role) string   { return s.arn("iam", "role"+r.Path+r.Name) }

// roleByARN resolves a role ARN; like AWS it ignores nothing, path included.
func (s *state) roleByARN(arn string) *Role {
	name := arn[strings.LastIndexByte(arn, '/')+1:]
	if r, ok := s.roles[name]; ok && s.roleARN(r) == arn {
		return r
	}
	return nil
}

// document is the default version's text of a managed policy.
func (p *ManagedPolicy) document() string {
	for _, v := range p.Versions {
		if v.Default {
			return v.Document
		}
	}
	return ""
}

// attachments counts the users, groups and roles a managed policy hangs on.
func (s *state) attachments(arn string) (n, boundaries int) {
	for _, u := range s.users {
		if slices.Contains(u.Attached, arn) {
			n++
		}
		if u.Boundary == arn {
			boundaries++
		}
	}
	for _, g := range s.groups {
		if slices.Contains(g.Attached, arn) {
			n++
		}
	}
	for _, r := range s.roles {
		if slices.Contains(r.Attached, arn) {
			n++
		}
		if r.Boundary == arn {
			boundaries++
		}
	}
	return n, boundaries
}

// sorted is the entities of m in name order, the order IAM lists them in.
func sorted[T any](m map[string]T) []T {
	out := make([]T, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out
}
