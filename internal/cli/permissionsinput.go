package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ircontain/ircontain/internal/permission"
	"github.com/ircontain/ircontain/internal/simaws"
)

// around describes the account around one principal.
func (s *accountSnapshot) around(who wanted) (permission.Input, error) {
	if err := who.of(s.Account.ID); err != nil {
		return permission.Input{}, err
	}
	d := s.describer()
	var in permission.Input
	for _, g := range s.Account.Groups {
		in.Groups = append(in.Groups, d.groups[g.Name])
	}
	found := false
	take := func(kind, name string, p permission.Principal) {
		if who.kind == kind && strings.EqualFold(who.name, name) && (who.arn == "" || who.arn == p.ARN) {
			in.Principal, found = p, true
		}
	}
	for _, u := range s.Account.Users {
		p := d.user(u)
		in.Users = append(in.Users, p.ARN)
		take("user", u.Name, p)
	}
	for _, r := range s.Account.Roles {
		p := permission.Principal{ARN: d.arn("role", r.Path, r.Name), UserID: r.ID, Tags: r.Tags, Boundary: d.boundary(r.Boundary),
			Documents: d.documents("", r.Inline, r.Attached)}
		in.Roles = append(in.Roles, permission.Role{Principal: p, Trust: r.Trust})
		take("role", r.Name, p)
	}
	if !found {
		return in, usage(fmt.Sprintf("no %s %.80q in account %s", who.kind, who.name, s.Account.ID), "IAM tells path and name apart: check the spelling, or give user/NAME or role/NAME")
	}
	for _, b := range s.Account.Buckets {
		if b.Policy != "" {
			in.Resources = append(in.Resources, permission.ResourcePolicy{ARN: "arn:" + s.Partition + ":s3:::" + b.Name, Text: b.Policy})
		}
	}
	for _, x := range s.Account.Secrets {
		if x.Policy != "" && x.ARN != "" {
			in.Resources = append(in.Resources, permission.ResourcePolicy{ARN: x.ARN, Text: x.Policy})
		}
	}
	s.Collected.into(&in)
	return in, nil
}

// describer turns an account into documents with the names the report uses.
type describer struct {
	partition, account string
	policies           map[string]string // default documents by ARN
	notRead            map[string]string
	byName             map[string]simaws.Group
	groups             map[string]string // ARNs by name
}

func (s *accountSnapshot) describer() describer {
	d := describer{partition: s.Partition, account: s.Account.ID, policies: map[string]string{}, notRead: s.NotRead,
		byName: map[string]simaws.Group{}, groups: map[string]string{}}
	for _, p := range s.Account.Policies {
		arn := p.ARN
		if arn == "" {
			arn = d.arn("policy", p.Path, p.Name)
		}
		for _, v := range p.Versions { // a placeholder of the dry run has none
			if v.Default {
				d.policies[arn] = v.Document
			}
		}
	}
	for _, g := range s.Account.Groups {
		d.byName[g.Name] = g
		d.groups[g.Name] = d.arn("group", g.Path, g.Name)
	}
	return d
}

func (d describer) arn(kind, path, name string) string {
	if path == "" {
		path = "/"
	}
	return "arn:" + d.partition + ":iam::" + d.account + ":" + kind + path + name
}

func (d describer) user(u simaws.User) permission.Principal {
	p := permission.Principal{ARN: d.arn("user", u.Path, u.Name), UserID: u.ID, Tags: u.Tags, Boundary: d.boundary(u.Boundary),
		Documents: d.documents("", u.Inline, u.Attached)}
	for _, name := range slices.Sorted(slices.Values(u.Groups)) {
		g, ok := d.byName[name]
		if !ok {
			p.Documents = append(p.Documents, permission.Document{Name: "group " + name, Missing: "the snapshot does not hold this group"})
			continue
		}
		p.Groups = append(p.Groups, d.groups[name])
		p.Documents = append(p.Documents, d.documents("group "+name+" ", g.Inline, g.Attached)...)
	}
	return p
}

func (d describer) documents(prefix string, inline map[string]string, attached []string) []permission.Document {
	var out []permission.Document
	for _, name := range slices.Sorted(maps.Keys(inline)) {
		out = append(out, permission.Document{Name: prefix + "inline " + name, Text: inline[name]})
	}
	for _, arn := range slices.Sorted(slices.Values(attached)) {
		out = append(out, d.managed(prefix+"managed "+arn, arn))
	}
	return out
}

func (d describer) managed(name, arn string) permission.Document {
	out := permission.Document{Name: name, ARN: arn}
	text, ok := d.policies[arn]
	switch {
	case ok:
		out.Text = text
	case d.notRead[arn] != "":
		out.Missing = d.notRead[arn]
	default:
		out.Missing = "the snapshot does not hold this document"
	}
	return out
}

func (d describer) boundary(arn string) *permission.Document {
	if arn == "" {
		return nil
	}
	b := d.managed(arn, arn)
	return &b
}
