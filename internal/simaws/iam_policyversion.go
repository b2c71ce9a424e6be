package simaws

import (
	"slices"
	"strconv"
)

func versionObject(v PolicyVersion, document bool) object {
	o := object{}
	if document {
		o = append(o, field{"Document", escape(v.Document, false)})
	}
	return append(o, object{{"VersionId", v.ID}, {"IsDefaultVersion", v.Default}, {"CreateDate", v.Created}}...)
}

func (c *call) versionIndex(p *ManagedPolicy) (int, *apiError) {
	i := slices.IndexFunc(p.Versions, func(v PolicyVersion) bool { return v.ID == c.args["VersionId"] })
	if i < 0 {
		return 0, noSuch("Policy %s version %s does not exist or is not attachable.", p.ARN, c.args["VersionId"])
	}
	return i, nil
}

func getPolicyVersion(c *call) (object, *apiError) {
	p, err := c.policy()
	if err != nil {
		return nil, err
	}
	i, err := c.versionIndex(p)
	if err != nil {
		return nil, err
	}
	return object{{"PolicyVersion", versionObject(p.Versions[i], true)}}, nil
}

func listPolicyVersions(c *call) (object, *apiError) {
	p, err := c.policy()
	if err != nil {
		return nil, err
	}
	newest := slices.Clone(p.Versions)
	slices.Reverse(newest)
	return listing(c, "Versions", newest, func(v PolicyVersion) any { return versionObject(v, false) })
}

func createPolicyVersion(c *call) (object, *apiError) {
	p, err := c.ownPolicy()
	if err != nil {
		return nil, err
	}
	if err := checkManaged(c.args["PolicyDocument"]); err != nil {
		return nil, err
	}
	if len(p.Versions) >= 5 {
		return nil, overQuota("A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.")
	}
	p.Newest++
	v := PolicyVersion{ID: "v" + strconv.Itoa(p.Newest), Document: c.args["PolicyDocument"], Created: c.second()}
	p.Versions = append(p.Versions, v)
	if c.args["SetAsDefault"] == "true" {
		p.makeDefault(len(p.Versions) - 1)
	}
	p.Updated = c.second()
	return object{{"PolicyVersion", versionObject(p.Versions[len(p.Versions)-1], false)}}, nil
}

func (p *ManagedPolicy) makeDefault(i int) {
	for j := range p.Versions {
		p.Versions[j].Default = j == i
	}
}

func setDefaultPolicyVersion(c *call) (object, *apiError) {
	p, err := c.ownPolicy()
	if err != nil {
		return nil, err
	}
	i, err := c.versionIndex(p)
	if err != nil {
		return nil, err
	}
	p.makeDefault(i)
	p.Updated = c.second()
	return nil, nil
}

func deletePolicyVersion(c *call) (object, *apiError) {
	p, err := c.ownPolicy()
	if err != nil {
		return nil, err
	}
	i, err := c.versionIndex(p)
	if err != nil {
		return nil, err
	}
	if p.Versions[i].Default {
		return nil, conflict("Cannot delete the default version of a policy.")
	}
	p.Versions = slices.Delete(p.Versions, i, i+1)
	return nil, nil
}
