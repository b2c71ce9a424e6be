package simaws

import (
	"maps"
	"slices"
	"strings"

	"github.com/ircontain/ircontain/internal/policy"
)

func managedPolicyOperations() []operation {
	return []operation{
		{service: "iam", name: "CreatePolicy", write: true, target: onNewPolicy, run: createPolicy},
		{service: "iam", name: "GetPolicy", target: onPolicy, run: getPolicy},
		{service: "iam", name: "GetPolicyVersion", target: onPolicy, run: getPolicyVersion},
		{service: "iam", name: "ListPolicyVersions", target: onPolicy, run: listPolicyVersions},
		{service: "iam", name: "CreatePolicyVersion", write: true, target: onPolicy, run: createPolicyVersion},
		{service: "iam", name: "SetDefaultPolicyVersion", write: true, target: onPolicy, run: setDefaultPolicyVersion},
		{service: "iam", name: "DeletePolicy", write: true, target: onPolicy, run: deletePolicy},
		{service: "iam", name: "DeletePolicyVersion", write: true, target: onPolicy, run: deletePolicyVersion},
		{service: "iam", name: "ListPolicies", target: onAll("policy/"), run: listPolicies},
		{service: "iam", name: "TagPolicy", write: true, target: onPolicy, run: tagPolicy},
		{service: "iam", name: "UntagPolicy", write: true, target: onPolicy, run: untagPolicy},
		{service: "iam", name: "ListPolicyTags", target: onPolicy, run: listPolicyTags},
		{service: "iam", name: "ListEntitiesForPolicy", target: onPolicy, run: listEntitiesForPolicy},
	}
}

func onNewPolicy(c *call) (target, *apiError) {
	t := target{resource: c.read().arn("iam", "policy"+or(c.args["Path"], "/")+c.args["PolicyName"]), context: conditions{}}
	c.policyContext(t.context)
	return t, nil
}

func (c *call) policy() (*ManagedPolicy, *apiError) {
	p, ok := c.read().policies[c.args["PolicyArn"]]
	if !ok {
		return nil, noSuch("Policy %s was not found.", c.args["PolicyArn"])
	}
	return p, nil
}

// ownPolicy is policy for writes: nobody but AWS edits AWS's policies.
func (c *call) ownPolicy() (*ManagedPolicy, *apiError) {
	p, err := c.policy()
	if err != nil {
		return nil, err
	}
	if isAWSManaged(p.ARN) {
		return nil, accessDenied("iam", "User: %s is not authorized to perform: %s on resource: policy %s", c.who.arn, c.op.iamAction(), p.ARN)
	}
	return c.edit().editPolicy(p.ARN), nil
}

func policyObject(s *state, p *ManagedPolicy, full bool) object {
	n, bounds := s.attachments(p.ARN)
	o := object{
		{"PolicyName", p.Name}, {"PolicyId", p.ID}, {"Arn", p.ARN}, {"Path", p.Path}, {"DefaultVersionId", p.defaultID()},
		{"AttachmentCount", n}, {"PermissionsBoundaryUsageCount", bounds}, {"IsAttachable", true},
		{"CreateDate", p.Created}, {"UpdateDate", p.Updated},
	}
	if full {
		o = o.with("Description", p.Description)
		if len(p.Tags) > 0 {
			o = append(o, field{"Tags", tagList(p.Tags)})
		}
	}
	return o
}

func (p *ManagedPolicy) defaultID() string {
	for _, v := range p.Versions {
		if v.Default {
			return v.ID
		}
	}
	return ""
}

func checkManaged(text string) *apiError {
	if err := checkDocument(text, policy.KindIdentity); err != nil {
		return err
	}
	if sizeWithoutSpace(text) > policy.ManagedQuota {
		return overQuota("Cannot exceed quota for PolicySize: %d", policy.ManagedQuota)
	}
	return nil
}

func createPolicy(c *call) (object, *apiError) {
	name, text := c.args["PolicyName"], c.args["PolicyDocument"]
	if err := validName("policyName", name, 128); err != nil {
		return nil, err
	}
	s := c.edit()
	arn := s.arn("iam", "policy"+or(c.args["Path"], "/")+name)
	for _, p := range s.policies {
		if !isAWSManaged(p.ARN) && strings.EqualFold(p.Name, name) {
			return nil, exists("A policy called %s already exists. Duplicate names are not allowed.", name)
		}
	}
	if err := checkManaged(text); err != nil {
		return nil, err
	}
	tags := c.args.tags()
	if err := checkTags(tags); err != nil {
		return nil, err
	}
	p := &ManagedPolicy{
		Name: name, Path: or(c.args["Path"], "/"), ARN: arn, ID: c.w.derive.uniqueID("ANPA", 21, c.requestID),
		Description: c.args["Description"], Created: c.second(), Updated: c.second(), Tags: tags, Newest: 1,
		Versions: []PolicyVersion{{ID: "v1", Document: text, Default: true, Created: c.second()}},
	}
	s.policies[arn] = p
	return object{{"Policy", policyObject(s, p, true)}}, nil
}

func getPolicy(c *call) (object, *apiError) {
	p, err := c.policy()
	if err != nil {
		return nil, err
	}
	return object{{"Policy", policyObject(c.read(), p, true)}}, nil
}

func deletePolicy(c *call) (object, *apiError) {
	p, err := c.ownPolicy()
	if err != nil {
		return nil, err
	}
	if n, bounds := c.read().attachments(p.ARN); n+bounds > 0 {
		return nil, conflict("Cannot delete a policy attached to entities.")
	}
	if len(p.Versions) > 1 {
		return nil, conflict("This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.")
	}
	delete(c.edit().policies, p.ARN)
	return nil, nil
}

func listPolicies(c *call) (object, *apiError) {
	s := c.read()
	var found []*ManagedPolicy
	for _, p := range sorted(s.policies) {
		n, bounds := s.attachments(p.ARN)
		switch usage := c.args["PolicyUsageFilter"]; {
		case c.args["Scope"] == "Local" && isAWSManaged(p.ARN), c.args["Scope"] == "AWS" && !isAWSManaged(p.ARN):
		case c.args["OnlyAttached"] == "true" && n == 0:
		case usage == "PermissionsBoundary" && bounds == 0:
		case !strings.HasPrefix(p.Path, or(c.args["PathPrefix"], "/")):
		default:
			found = append(found, p)
		}
	}
	return listing(c, "Policies", found, func(p *ManagedPolicy) any { return policyObject(s, p, false) })
}

func tagPolicy(c *call) (object, *apiError) {
	p, err := c.ownPolicy()
	if err != nil {
		return nil, err
	}
	p.Tags, err = c.retag(p.Tags)
	return nil, err
}

func untagPolicy(c *call) (object, *apiError) {
	p, err := c.ownPolicy()
	if err != nil {
		return nil, err
	}
	p.Tags = c.untag(p.Tags)
	return nil, nil
}

func listPolicyTags(c *call) (object, *apiError) {
	p, err := c.policy()
	if err != nil {
		return nil, err
	}
	return listing(c, "Tags", tagList(p.Tags), func(t any) any { return t })
}

// listEntitiesForPolicy pages over users, groups and roles as one list.
func listEntitiesForPolicy(c *call) (object, *apiError) {
	p, err := c.policy()
	if err != nil {
		return nil, err
	}
	s, filter := c.read(), c.args["EntityFilter"]
	asBoundary := c.args["PolicyUsageFilter"] == "PermissionsBoundary"
	holds := func(attached []string, boundary string) bool {
		if asBoundary {
			return boundary == p.ARN
		}
		return slices.Contains(attached, p.ARN) || (c.args["PolicyUsageFilter"] == "" && boundary == p.ARN)
	}
	want := func(kind string) bool { return filter == "" || filter == kind }
	var all []field
	for _, u := range sorted(s.users) {
		if want("User") && holds(u.Attached, u.Boundary) {
			all = append(all, field{"PolicyUsers", object{{"UserName", u.Name}, {"UserId", u.ID}}})
		}
	}
	for _, g := range sorted(s.groups) {
		if want("Group") && holds(g.Attached, "") {
			all = append(all, field{"PolicyGroups", object{{"GroupName", g.Name}, {"GroupId", g.ID}}})
		}
	}
	for _, r := range sorted(s.roles) {
		if want("Role") && holds(r.Attached, r.Boundary) {
			all = append(all, field{"PolicyRoles", object{{"RoleName", r.Name}, {"RoleId", r.ID}}})
		}
	}
	part, marker, err := page(c, all)
	if err != nil {
		return nil, err
	}
	by := map[string]list{"PolicyGroups": {}, "PolicyUsers": {}, "PolicyRoles": {}}
	for _, f := range part {
		by[f.name] = append(by[f.name], f.value)
	}
	out := object{}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		out = append(out, field{name, by[name]})
	}
	return append(out, field{"IsTruncated", marker != ""}).with("Marker", marker), nil
}
