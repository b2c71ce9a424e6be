package simaws

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// load builds the first state from a seed, filling in what the seed leaves to
// derivation (unique ids, paths, versions) and refusing what cannot exist.
func load(a Account, d deriver, born time.Time) (*state, error) {
	if !regexp.MustCompile(`^\d{12}$`).MatchString(a.ID) {
		return nil, fmt.Errorf("load account: id %q is not twelve digits", a.ID)
	}
	s := &state{
		account: a.ID, alias: a.Alias, region: or(a.Region, "us-east-1"),
		users: map[string]*User{}, groups: map[string]*Group{}, roles: map[string]*Role{},
		policies: map[string]*ManagedPolicy{}, buckets: map[string]*Bucket{}, secrets: map[string]*Secret{},
		keys: map[string]string{},
	}
	for _, p := range awsManaged() {
		s.policies[p.ARN] = &p
	}
	for _, p := range a.Policies {
		s.loadPolicy(p, d, born)
	}
	for _, g := range a.Groups {
		g.Path, g.ID = or(g.Path, "/"), or(g.ID, d.uniqueID("AGPA", 21, a.ID, g.Name))
		g.Created = orTime(g.Created, born)
		g.Inline, g.Attached = maps.Clone(g.Inline), slices.Clone(g.Attached)
		s.groups[g.Name] = &g
	}
	for _, r := range a.Roles {
		r.Path, r.ID = or(r.Path, "/"), or(r.ID, d.uniqueID("AROA", 21, a.ID, r.Name))
		r.Created = orTime(r.Created, born)
		r.Inline, r.Attached, r.Tags = maps.Clone(r.Inline), slices.Clone(r.Attached), maps.Clone(r.Tags)
		if r.MaxSession == 0 {
			r.MaxSession = 3600
		}
		s.roles[r.Name] = &r
	}
	for _, u := range a.Users {
		if err := s.loadUser(u, d, born); err != nil {
			return nil, err
		}
	}
	s.loadStores(a, d, born)
	return s, s.check()
}

func (s *state) loadPolicy(p ManagedPolicy, d deriver, born time.Time) {
	p.Path = or(p.Path, "/")
	p.ARN = or(p.ARN, s.arn("iam", "policy"+p.Path+p.Name))
	p.ID = or(p.ID, d.uniqueID("ANPA", 21, s.account, p.Name))
	p.Created = orTime(p.Created, born)
	p.Updated = orTime(p.Updated, p.Created)
	p.Versions, p.Tags = slices.Clone(p.Versions), maps.Clone(p.Tags)
	if len(p.Versions) == 0 {
		p.Versions = []PolicyVersion{{ID: "v1", Document: p.Document, Default: true}}
	}
	p.Document = ""
	for i := range p.Versions {
		v := &p.Versions[i]
		v.Created = orTime(v.Created, p.Created)
		if n, err := strconv.Atoi(strings.TrimPrefix(v.ID, "v")); err == nil {
			p.Newest = max(p.Newest, n)
		}
	}
	s.policies[p.ARN] = &p
}

func (s *state) loadUser(u User, d deriver, born time.Time) error {
	u.Path, u.ID = or(u.Path, "/"), or(u.ID, d.uniqueID("AIDA", 21, s.account, u.Name))
	u.Created = orTime(u.Created, born)
	s.users[u.Name] = &u
	own := s.editUser(u.Name)
	for i := range own.Keys {
		k := &own.Keys[i]
		k.Status, k.Created = or(k.Status, statusActive), orTime(k.Created, own.Created)
		if owner, ok := s.keys[k.ID]; ok {
			return fmt.Errorf("load account: access key %s belongs to both %s and %s", k.ID, owner, u.Name)
		}
		s.keys[k.ID] = u.Name
	}
	for i := range own.SSHKeys {
		own.SSHKeys[i].Status = or(own.SSHKeys[i].Status, statusActive)
	}
	for i := range own.Certificates {
		own.Certificates[i].Status = or(own.Certificates[i].Status, statusActive)
	}
	for i := range own.Services {
		own.Services[i].Status = or(own.Services[i].Status, statusActive)
	}
	return nil
}

func (s *state) loadStores(a Account, d deriver, born time.Time) {
	for _, b := range a.Buckets {
		b.Region, b.Created = or(b.Region, s.region), orTime(b.Created, born)
		b.Objects = maps.Clone(b.Objects)
		s.buckets[b.Name] = &b
	}
	for _, x := range a.Secrets {
		x.Region, x.Created = or(x.Region, s.region), orTime(x.Created, born)
		sum := d.uniqueID("", 6, "secret", x.Name)
		x.ARN = or(x.ARN, "arn:aws:secretsmanager:"+x.Region+":"+s.account+":secret:"+x.Name+"-"+sum)
		x.Tags = maps.Clone(x.Tags)
		s.secrets[x.ARN] = &x
	}
}

// check refuses a seed whose references lead nowhere: a rehearsal on an account
// that cannot exist teaches the wrong thing.
func (s *state) check() error {
	attached := func(owner string, arns ...string) error {
		for _, arn := range arns {
			if _, ok := s.policies[arn]; !ok && arn != "" {
				return fmt.Errorf("load account: %s refers to policy %s, which is not in the account", owner, arn)
			}
		}
		return nil
	}
	for _, u := range sorted(s.users) {
		if err := attached("user "+u.Name, append([]string{u.Boundary}, u.Attached...)...); err != nil {
			return err
		}
		for _, g := range u.Groups {
			if _, ok := s.groups[g]; !ok {
				return fmt.Errorf("load account: user %s is in group %s, which is not in the account", u.Name, g)
			}
		}
	}
	for _, g := range sorted(s.groups) {
		if err := attached("group "+g.Name, g.Attached...); err != nil {
			return err
		}
	}
	for _, r := range sorted(s.roles) {
		if err := attached("role "+r.Name, append([]string{r.Boundary}, r.Attached...)...); err != nil {
			return err
		}
	}
	return nil
}

func or(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

func orTime(t, fallback time.Time) time.Time {
	if t.IsZero() {
		return fallback
	}
	return t
}
