package simaws

import (
	"strings"
)

// validName checks for what IAM accepts in user, group, role and policy names.
func validName(kind, name string, limit int) *apiError {
	ok := name != "" && len(name) <= limit
	for _, r := range name {
		ok = ok && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_+=,.@-", r))
	}
	if !ok {
		return invalid("The specified value for %s is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-", kind)
	}
	return nil
}

// onUser is the target of calls about a user; without UserName they are about
// the caller, which only a user can leave out.
func onUser(c *call) (target, *apiError) {
	c.subject = c.args["UserName"]
	if c.subject == "" {
		c.subject = c.who.userName()
	}
	if c.subject == "" {
		return target{}, invalid("Must specify userName when calling with non-User credentials")
	}
	return c.userTarget(c.subject), nil
}

// onNamedUser is onUser for calls whose UserName is mandatory.
func onNamedUser(c *call) (target, *apiError) {
	c.subject = c.args["UserName"]
	if c.subject == "" {
		return target{}, missing("userName")
	}
	return c.userTarget(c.subject), nil
}

func missing(member string) *apiError {
	return invalid("1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null", member)
}

func (c *call) userTarget(name string) target {
	s := c.read()
	t := target{resource: s.arn("iam", "user/"+name), context: conditions{}}
	if u, ok := s.users[name]; ok {
		t.resource = s.userARN(u)
		resourceTags(t.context, u.Tags)
		if u.Boundary != "" {
			t.context["iam:permissionsboundary"] = []string{u.Boundary}
		}
	}
	c.policyContext(t.context)
	return t
}

// policyContext adds the condition keys of calls that hand in a policy.
func (c *call) policyContext(context conditions) {
	if arn := c.args["PolicyArn"]; arn != "" {
		context["iam:policyarn"] = []string{arn}
	}
	if arn := c.args["PermissionsBoundary"]; arn != "" {
		context["iam:permissionsboundary"] = []string{arn}
	}
	for k, v := range c.args.tags() {
		context["aws:requesttag/"+strings.ToLower(k)] = []string{v}
		context["aws:tagkeys"] = append(context["aws:tagkeys"], k)
	}
}

func resourceTags(context conditions, tags map[string]string) {
	for k, v := range tags {
		context["aws:resourcetag/"+strings.ToLower(k)] = []string{v}
		context["iam:resourcetag/"+strings.ToLower(k)] = []string{v}
	}
}

func onGroup(c *call) (target, *apiError) {
	s, name := c.read(), c.args["GroupName"]
	if name == "" {
		return target{}, missing("groupName")
	}
	t := target{resource: s.arn("iam", "group/"+name), context: conditions{}}
	if g, ok := s.groups[name]; ok {
		t.resource = s.groupARN(g)
	}
	c.policyContext(t.context)
	return t, nil
}

func onRole(c *call) (target, *apiError) {
	s, name := c.read(), c.args["RoleName"]
	if name == "" {
		return target{}, missing("roleName")
	}
	t := target{resource: s.arn("iam", "role"+or(c.args["Path"], "/")+name), context: conditions{}}
	if r, ok := s.roles[name]; ok {
		t.resource = s.roleARN(r)
		resourceTags(t.context, r.Tags)
		if r.Boundary != "" {
			t.context["iam:permissionsboundary"] = []string{r.Boundary}
		}
	}
	c.policyContext(t.context)
	return t, nil
}

func onPolicy(c *call) (target, *apiError) {
	arn := c.args["PolicyArn"]
	if arn == "" {
		return target{}, missing("policyArn")
	}
	if !strings.HasPrefix(arn, "arn:aws:iam::") {
		return target{}, invalid("ARN %s is not valid.", arn)
	}
	t := target{resource: arn, context: conditions{}}
	if p, ok := c.read().policies[arn]; ok {
		resourceTags(t.context, p.Tags)
	}
	return t, nil
}

// onAll is the target of actions without resource types; shown is how AWS's
// refusal writes the resource.
func onAll(shown string) func(*call) (target, *apiError) {
	return func(c *call) (target, *apiError) {
		t := target{resource: "*", shown: "*", wildcard: true}
		if shown != "" {
			t.shown = c.read().arn("iam", shown)
		}
		return t, nil
	}
}

// subjectUser is the user a call is about, or NoSuchEntity.
func (c *call) subjectUser() (*User, *apiError) {
	u, ok := c.read().users[c.subject]
	if !ok {
		return nil, noUser(c.subject)
	}
	return u, nil
}

func (c *call) namedRole() (*Role, *apiError) {
	r, ok := c.read().roles[c.args["RoleName"]]
	if !ok {
		return nil, noRole(c.args["RoleName"])
	}
	return r, nil
}

// editableRole is namedRole for writes: service-linked roles are nobody's to change.
func (c *call) editableRole() (*Role, *apiError) {
	r, err := c.namedRole()
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(r.Path, "/aws-service-role/") {
		return nil, failure(400, "UnmodifiableEntity", "Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS", r.Name)
	}
	return c.edit().editRole(r.Name), nil
}

func (c *call) namedGroup() (*Group, *apiError) {
	g, ok := c.read().groups[c.args["GroupName"]]
	if !ok {
		return nil, noGroup(c.args["GroupName"])
	}
	return g, nil
}
