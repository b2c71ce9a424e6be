package simaws

func boundaryOperations() []operation {
	return []operation{
		{service: "iam", name: "PutUserPermissionsBoundary", write: true, target: onNamedUser, run: putUserBoundary},
		{service: "iam", name: "DeleteUserPermissionsBoundary", write: true, target: onNamedUser, run: deleteUserBoundary},
		{service: "iam", name: "PutRolePermissionsBoundary", write: true, target: onRole, run: putRoleBoundary},
		{service: "iam", name: "DeleteRolePermissionsBoundary", write: true, target: onRole, run: deleteRoleBoundary},
	}
}

// boundaryArg is the boundary a request asks for; it must be a policy.
func (c *call) boundaryArg() (string, *apiError) {
	arn := c.args["PermissionsBoundary"]
	if arn == "" {
		return "", missing("permissionsBoundary")
	}
	if _, ok := c.read().policies[arn]; !ok {
		return "", noSuch("Scope ARN: %s does not exist or is not attachable.", arn)
	}
	return arn, nil
}

func putUserBoundary(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	arn, err := c.boundaryArg()
	if err != nil {
		return nil, err
	}
	c.edit().editUser(u.Name).Boundary = arn
	return nil, nil
}

func deleteUserBoundary(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	if u.Boundary == "" {
		return nil, noSuch("User %s does not have a permissions boundary.", u.Name)
	}
	c.edit().editUser(u.Name).Boundary = ""
	return nil, nil
}

func putRoleBoundary(c *call) (object, *apiError) {
	r, err := c.editableRole()
	if err != nil {
		return nil, err
	}
	r.Boundary, err = c.boundaryArg()
	return nil, err
}

func deleteRoleBoundary(c *call) (object, *apiError) {
	r, err := c.editableRole()
	if err != nil {
		return nil, err
	}
	if r.Boundary == "" {
		return nil, noSuch("Role %s does not have a permissions boundary.", r.Name)
	}
	r.Boundary = ""
	return nil, nil
}
