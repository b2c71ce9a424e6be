package simaws

import (
	"strings"

	"github.com/ircontain/ircontain/internal/policy"
)

func roleOperations() []operation {
	return []operation{
		{service: "iam", name: "GetRole", target: onRole, run: getRole},
		{service: "iam", name: "ListRoles", target: onAll("role/"), run: listRoles},
		{service: "iam", name: "CreateRole", write: true, target: onRole, run: createRole},
		{service: "iam", name: "TagRole", write: true, target: onRole, run: tagRole},
		{service: "iam", name: "UntagRole", write: true, target: onRole, run: untagRole},
		{service: "iam", name: "ListRoleTags", target: onRole, run: listRoleTags},
		{service: "iam", name: "UpdateAssumeRolePolicy", write: true, target: onRole, run: updateAssumeRolePolicy},
	}
}

func roleObject(c *call, s *state, r *Role, full bool) object {
	o := object{
		{"Path", r.Path}, {"RoleName", r.Name}, {"RoleId", r.ID}, {"Arn", s.roleARN(r)}, {"CreateDate", r.Created},
		{"AssumeRolePolicyDocument", escape(r.Trust, false)}, {"MaxSessionDuration", r.MaxSession},
	}
	o = o.with("Description", r.Description)
	if !full {
		return o
	}
	o = o.with("PermissionsBoundary", boundaryObject(r.Boundary))
	if len(r.Tags) > 0 {
		o = append(o, field{"Tags", tagList(r.Tags)})
	}
	last := object{}
	if use, ok := c.w.used[r.ID]; ok {
		last = object{{"LastUsedDate", use.at.Truncate(1e9)}, {"Region", use.region}}
	}
	return append(o, field{"RoleLastUsed", last})
}

func getRole(c *call) (object, *apiError) {
	r, err := c.namedRole()
	if err != nil {
		return nil, err
	}
	return object{{"Role", roleObject(c, c.read(), r, true)}}, nil
}

// listRoles leaves out tags, boundary and last use, as AWS does.
func listRoles(c *call) (object, *apiError) {
	s := c.read()
	var roles []*Role
	for _, r := range sorted(s.roles) {
		if strings.HasPrefix(r.Path, or(c.args["PathPrefix"], "/")) {
			roles = append(roles, r)
		}
	}
	return listing(c, "Roles", roles, func(r *Role) any { return roleObject(c, s, r, false) })
}

func checkTrust(text string) *apiError {
	if err := checkDocument(text, policy.KindTrust); err != nil {
		return err
	}
	if sizeWithoutSpace(text) > policy.TrustQuota {
		return overQuota("Cannot exceed quota for ACLSizePerRole: %d", policy.TrustQuota)
	}
	return nil
}

func createRole(c *call) (object, *apiError) {
	name, s := c.args["RoleName"], c.edit()
	if err := validName("roleName", name, 64); err != nil {
		return nil, err
	}
	for other := range s.roles {
		if strings.EqualFold(other, name) {
			return nil, exists("Role with name %s already exists.", name)
		}
	}
	if err := checkTrust(c.args["AssumeRolePolicyDocument"]); err != nil {
		return nil, err
	}
	length, err := c.args.number("MaxSessionDuration", 3600)
	if err != nil {
		return nil, err
	}
	if length < 3600 || length > 43200 {
		return nil, invalid("1 validation error detected: Value '%d' at 'maxSessionDuration' failed to satisfy constraint: Member must have value between 3600 and 43200", length)
	}
	boundary := c.args["PermissionsBoundary"]
	if _, ok := s.policies[boundary]; boundary != "" && !ok {
		return nil, noSuch("Scope ARN: %s does not exist or is not attachable.", boundary)
	}
	tags := c.args.tags()
	if err := checkTags(tags); err != nil {
		return nil, err
	}
	r := &Role{
		Name: name, Path: or(c.args["Path"], "/"), ID: c.w.derive.uniqueID("AROA", 21, c.requestID), Created: c.second(),
		Description: c.args["Description"], Trust: c.args["AssumeRolePolicyDocument"], MaxSession: length, Tags: tags, Boundary: boundary,
	}
	s.roles[name] = r
	return object{{"Role", roleObject(c, s, r, true)}}, nil
}

func tagRole(c *call) (object, *apiError) {
	r, err := c.editableRole()
	if err != nil {
		return nil, err
	}
	r.Tags, err = c.retag(r.Tags)
	return nil, err
}

func untagRole(c *call) (object, *apiError) {
	r, err := c.editableRole()
	if err != nil {
		return nil, err
	}
	r.Tags = c.untag(r.Tags)
	return nil, nil
}

func listRoleTags(c *call) (object, *apiError) {
	r, err := c.namedRole()
	if err != nil {
		return nil, err
	}
	return listing(c, "Tags", tagList(r.Tags), func(t any) any { return t })
}

func updateAssumeRolePolicy(c *call) (object, *apiError) {
	r, err := c.editableRole()
	if err != nil {
		return nil, err
	}
	if err := checkTrust(c.args["PolicyDocument"]); err != nil {
		return nil, err
	}
	r.Trust = c.args["PolicyDocument"]
	return nil, nil
}
