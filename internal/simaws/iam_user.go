package simaws

import (
	"maps"
	"slices"
	"strings"
)

func userOperations() []operation {
	return []operation{
		{service: "iam", name: "GetUser", target: onUser, run: getUser},
		{service: "iam", name: "ListUsers", target: onAll("user/"), run: listUsers},
		{service: "iam", name: "CreateUser", write: true, target: onNamedUser, run: createUser},
		{service: "iam", name: "DeleteUser", write: true, target: onNamedUser, run: deleteUser},
		{service: "iam", name: "TagUser", write: true, target: onNamedUser, run: tagUser},
		{service: "iam", name: "UntagUser", write: true, target: onNamedUser, run: untagUser},
		{service: "iam", name: "ListUserTags", target: onNamedUser, run: listUserTags},
		{service: "iam", name: "ListGroupsForUser", target: onNamedUser, run: listGroupsForUser},
	}
}

func userObject(s *state, u *User, full bool) object {
	o := object{
		{"Path", u.Path}, {"UserName", u.Name}, {"UserId", u.ID}, {"Arn", s.userARN(u)}, {"CreateDate", u.Created},
	}
	if full {
		o = o.with("PermissionsBoundary", boundaryObject(u.Boundary))
		if len(u.Tags) > 0 {
			o = append(o, field{"Tags", tagList(u.Tags)})
		}
	}
	return o
}

func boundaryObject(arn string) any {
	if arn == "" {
		return nil
	}
	return object{{"PermissionsBoundaryType", "Policy"}, {"PermissionsBoundaryArn", arn}}
}

func tagList(tags map[string]string) list {
	out := list{}
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, object{{"Key", k}, {"Value", tags[k]}})
	}
	return out
}

func getUser(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	return object{{"User", userObject(c.read(), u, true)}}, nil
}

// listUsers leaves out tags and boundary, as AWS does.
func listUsers(c *call) (object, *apiError) {
	var users []*User
	for _, u := range sorted(c.read().users) {
		if strings.HasPrefix(u.Path, or(c.args["PathPrefix"], "/")) {
			users = append(users, u)
		}
	}
	return listing(c, "Users", users, func(u *User) any { return userObject(c.read(), u, false) })
}

func createUser(c *call) (object, *apiError) {
	name := c.args["UserName"]
	if err := validName("userName", name, 64); err != nil {
		return nil, err
	}
	s := c.edit()
	for other := range s.users {
		if strings.EqualFold(other, name) {
			return nil, exists("User with name %s already exists.", name)
		}
	}
	boundary := c.args["PermissionsBoundary"]
	if _, ok := s.policies[boundary]; boundary != "" && !ok {
		return nil, noSuch("Scope ARN: %s does not exist or is not attachable.", boundary)
	}
	tags := c.args.tags()
	if err := checkTags(tags); err != nil {
		return nil, err
	}
	u := &User{
		Name: name, Path: or(c.args["Path"], "/"), Created: c.second(), Tags: tags, Boundary: boundary,
		ID: c.w.derive.uniqueID("AIDA", 21, c.requestID, name),
	}
	s.users[name] = u
	return object{{"User", userObject(s, u, true)}}, nil
}

// deleteUser refuses while anything still hangs on the user.
func deleteUser(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	for _, left := range []struct {
		first string
		any   bool
	}{
		{"delete login profile", u.Login != nil}, {"delete access keys", len(u.Keys) > 0}, {"delete policies", len(u.Inline) > 0},
		{"detach all policies", len(u.Attached) > 0}, {"remove users from group", len(u.Groups) > 0},
		{"delete MFA device", len(u.MFA) > 0}, {"delete SSH public keys", len(u.SSHKeys) > 0},
		{"delete signing certificates", len(u.Certificates) > 0}, {"delete service specific credentials", len(u.Services) > 0},
	} {
		if left.any {
			return nil, conflict("Cannot delete entity, must %s first.", left.first)
		}
	}
	delete(c.edit().users, u.Name)
	return nil, nil
}

func checkTags(tags map[string]string) *apiError {
	if len(tags) > 50 {
		return overQuota("The number of tags has reached the maximum limit of 50.")
	}
	for k, v := range tags {
		if k == "" || len(k) > 128 || len(v) > 256 || strings.HasPrefix(strings.ToLower(k), "aws:") {
			return invalid("Tag key or value is not valid: %s", k)
		}
	}
	return nil
}

// retag merges the request's tags into old.
func (c *call) retag(old map[string]string) (map[string]string, *apiError) {
	merged := maps.Clone(old)
	if merged == nil {
		merged = map[string]string{}
	}
	maps.Copy(merged, c.args.tags())
	return merged, checkTags(merged)
}

func (c *call) untag(old map[string]string) map[string]string {
	left := maps.Clone(old)
	for _, k := range c.args.strings("TagKeys") {
		delete(left, k)
	}
	return left
}

func tagUser(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	tags, err := c.retag(u.Tags)
	if err != nil {
		return nil, err
	}
	c.edit().editUser(u.Name).Tags = tags
	return nil, nil
}

func untagUser(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	c.edit().editUser(u.Name).Tags = c.untag(u.Tags)
	return nil, nil
}

func listUserTags(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	return listing(c, "Tags", tagList(u.Tags), func(t any) any { return t })
}

func listGroupsForUser(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	s := c.read()
	return listing(c, "Groups", slices.Sorted(slices.Values(u.Groups)), func(name string) any { return groupObject(s, s.groups[name]) })
}
