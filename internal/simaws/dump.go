package simaws

import "maps"

// Dump is a deep copy of the account as reads see it now, in name order, for
// before-and-after comparison. The AWS managed policies every world has are left out.
func (w *World) Dump() Account {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.catchUp()
	s := w.current()
	c := s.clone()
	a := Account{ID: s.account, Alias: s.alias, Region: s.region}
	for _, u := range sorted(s.users) {
		a.Users = append(a.Users, *c.editUser(u.Name))
	}
	for _, g := range sorted(s.groups) {
		a.Groups = append(a.Groups, *c.editGroup(g.Name))
	}
	for _, r := range sorted(s.roles) {
		a.Roles = append(a.Roles, *c.editRole(r.Name))
	}
	builtIn := map[string]bool{}
	for _, p := range awsManaged() {
		builtIn[p.ARN] = true
	}
	for _, p := range sorted(s.policies) {
		if !builtIn[p.ARN] {
			a.Policies = append(a.Policies, *c.editPolicy(p.ARN))
		}
	}
	for _, b := range sorted(s.buckets) {
		own := *b
		own.Objects = maps.Clone(b.Objects)
		a.Buckets = append(a.Buckets, own)
	}
	for _, x := range sorted(s.secrets) {
		own := *x
		own.Tags = maps.Clone(x.Tags)
		a.Secrets = append(a.Secrets, own)
	}
	return a
}
