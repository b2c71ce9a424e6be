package simaws

import (
	"slices"
)

func groupOperations() []operation {
	ops := []operation{
		{service: "iam", name: "GetGroup", target: onGroup, run: getGroup},
		{service: "iam", name: "ListGroups", target: onAll("group/"), run: listGroups},
		{service: "iam", name: "AddUserToGroup", write: true, target: onGroup, run: addUserToGroup},
		{service: "iam", name: "RemoveUserFromGroup", write: true, target: onGroup, run: removeUserFromGroup},
	}
	return append(ops, holderOperations("Group", onGroup, groupHolder)...)
}

func groupObject(s *state, g *Group) object {
	return object{
		{"Path", g.Path}, {"GroupName", g.Name}, {"GroupId", g.ID}, {"Arn", s.groupARN(g)}, {"CreateDate", g.Created},
	}
}

func listGroups(c *call) (object, *apiError) {
	s := c.read()
	return listing(c, "Groups", sorted(s.groups), func(g *Group) any { return groupObject(s, g) })
}

func getGroup(c *call) (object, *apiError) {
	g, err := c.namedGroup()
	if err != nil {
		return nil, err
	}
	s := c.read()
	var members []*User
	for _, u := range sorted(s.users) {
		if slices.Contains(u.Groups, g.Name) {
			members = append(members, u)
		}
	}
	out, err := listing(c, "Users", members, func(u *User) any { return userObject(s, u, false) })
	if err != nil {
		return nil, err
	}
	return append(object{{"Group", groupObject(s, g)}}, out...), nil
}

// addUserToGroup is idempotent, as AWS is.
func addUserToGroup(c *call) (object, *apiError) {
	g, err := c.namedGroup()
	if err != nil {
		return nil, err
	}
	u, ok := c.read().users[c.args["UserName"]]
	if !ok {
		return nil, noUser(c.args["UserName"])
	}
	if slices.Contains(u.Groups, g.Name) {
		return nil, nil
	}
	if len(u.Groups) >= 10 {
		return nil, overQuota("Cannot exceed quota for GroupsPerUser: 10")
	}
	own := c.edit().editUser(u.Name)
	own.Groups = append(own.Groups, g.Name)
	return nil, nil
}

func removeUserFromGroup(c *call) (object, *apiError) {
	g, err := c.namedGroup()
	if err != nil {
		return nil, err
	}
	u, ok := c.read().users[c.args["UserName"]]
	if !ok {
		return nil, noUser(c.args["UserName"])
	}
	i := slices.Index(u.Groups, g.Name)
	if i < 0 {
		return nil, noSuch("User %s is not in group %s.", u.Name, g.Name)
	}
	own := c.edit().editUser(u.Name)
	own.Groups = slices.Delete(own.Groups, i, i+1)
	return nil, nil
}
