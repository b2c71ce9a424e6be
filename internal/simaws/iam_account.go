package simaws

import (
	"maps"
	"slices"

	"github.com/ircontain/ircontain/internal/policy"
)

func accountOperations() []operation {
	return []operation{
		{service: "iam", name: "GetAccountSummary", target: onAll(""), run: getAccountSummary},
		{service: "iam", name: "ListAccountAliases", target: onAll(""), run: listAccountAliases},
		{service: "iam", name: "GetAccountAuthorizationDetails", target: onAll(""), run: getAccountAuthorizationDetails},
	}
}

// getAccountSummary carries the quotas a guardrail has to fit in.
func getAccountSummary(c *call) (object, *apiError) {
	s := c.read()
	local := 0
	for arn := range s.policies {
		if !isAWSManaged(arn) {
			local++
		}
	}
	mfa := 0
	for _, u := range s.users {
		mfa += len(u.MFA)
	}
	m := summary{
		{"AccessKeysPerUserQuota", 2}, {"AccountAccessKeysPresent", 0}, {"AccountMFAEnabled", 1}, {"AccountPasswordPresent", 1},
		{"AccountSigningCertificatesPresent", 0}, {"AssumeRolePolicySizeQuota", policy.TrustQuota},
		{"AttachedPoliciesPerGroupQuota", 10}, {"AttachedPoliciesPerRoleQuota", 10}, {"AttachedPoliciesPerUserQuota", 10},
		{"GlobalEndpointTokenVersion", 1}, {"GroupPolicySizeQuota", policy.GroupInlineQuota}, {"Groups", len(s.groups)},
		{"GroupsPerUserQuota", 10}, {"GroupsQuota", 300}, {"MFADevices", mfa}, {"MFADevicesInUse", mfa},
		{"Policies", local}, {"PoliciesQuota", 1500}, {"PolicySizeQuota", policy.ManagedQuota}, {"PolicyVersionsInUse", local},
		{"PolicyVersionsInUseQuota", 10000}, {"Providers", 0}, {"RolePolicySizeQuota", policy.RoleInlineQuota}, {"Roles", len(s.roles)},
		{"RolesQuota", 1000}, {"ServerCertificates", 0}, {"ServerCertificatesQuota", 20}, {"SigningCertificatesPerUserQuota", 2},
		{"UserPolicySizeQuota", policy.UserInlineQuota}, {"Users", len(s.users)}, {"UsersQuota", 5000}, {"VersionsPerPolicyQuota", 5},
	}
	return object{{"SummaryMap", m}}, nil
}

func listAccountAliases(c *call) (object, *apiError) {
	var aliases []string
	if a := c.read().alias; a != "" {
		aliases = append(aliases, a)
	}
	return listing(c, "AccountAliases", aliases, func(a string) any { return a })
}

// detail is one entry of GetAccountAuthorizationDetails, which pages over users,
// groups, roles and policies as one list.
type detail struct {
	list string
	item object
}

func getAccountAuthorizationDetails(c *call) (object, *apiError) {
	filter := c.args.strings("Filter")
	want := func(kind string) bool { return len(filter) == 0 || slices.Contains(filter, kind) }
	all := c.details(want)
	part, marker, err := page(c, all)
	if err != nil {
		return nil, err
	}
	by := map[string]list{"UserDetailList": {}, "GroupDetailList": {}, "RoleDetailList": {}, "Policies": {}}
	for _, d := range part {
		by[d.list] = append(by[d.list], d.item)
	}
	out := object{}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		out = append(out, field{name, by[name]})
	}
	return append(out, field{"IsTruncated", marker != ""}).with("Marker", marker), nil
}

func (c *call) details(want func(string) bool) []detail {
	s := c.read()
	var all []detail
	if want("User") {
		for _, u := range sorted(s.users) {
			o := append(userObject(s, u, true), field{"UserPolicyList", inlineList(u.Inline)}, field{"AttachedManagedPolicies", attachedList(s, u.Attached)})
			groups := list{}
			for _, g := range slices.Sorted(slices.Values(u.Groups)) {
				groups = append(groups, g)
			}
			all = append(all, detail{"UserDetailList", append(o, field{"GroupList", groups})})
		}
	}
	if want("Group") {
		for _, g := range sorted(s.groups) {
			o := append(groupObject(s, g), field{"GroupPolicyList", inlineList(g.Inline)}, field{"AttachedManagedPolicies", attachedList(s, g.Attached)})
			all = append(all, detail{"GroupDetailList", o})
		}
	}
	if want("Role") {
		for _, r := range sorted(s.roles) {
			o := append(roleObject(c, s, r, true), field{"RolePolicyList", inlineList(r.Inline)},
				field{"AttachedManagedPolicies", attachedList(s, r.Attached)}, field{"InstanceProfileList", list{}})
			all = append(all, detail{"RoleDetailList", o})
		}
	}
	for _, p := range sorted(s.policies) {
		if kind := "LocalManagedPolicy"; isAWSManaged(p.ARN) && !want("AWSManagedPolicy") || !isAWSManaged(p.ARN) && !want(kind) {
			continue
		}
		versions := list{}
		for _, v := range slices.Backward(p.Versions) {
			versions = append(versions, versionObject(v, true))
		}
		all = append(all, detail{"Policies", append(policyObject(s, p, false), field{"PolicyVersionList", versions})})
	}
	return all
}

func inlineList(inline map[string]string) list {
	out := list{}
	for _, n := range slices.Sorted(maps.Keys(inline)) {
		out = append(out, object{{"PolicyName", n}, {"PolicyDocument", escape(inline[n], false)}})
	}
	return out
}

func attachedList(s *state, attached []string) list {
	out := list{}
	for _, arn := range slices.Sorted(slices.Values(attached)) {
		out = append(out, object{{"PolicyName", s.policies[arn].Name}, {"PolicyArn", arn}})
	}
	return out
}
