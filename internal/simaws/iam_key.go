package simaws

import (
	"fmt"
	"slices"
)

const (
	statusActive   = "Active"
	statusInactive = "Inactive"
)

func keyOperations() []operation {
	return []operation{
		{service: "iam", name: "ListAccessKeys", target: onUser, run: listAccessKeys},
		{service: "iam", name: "CreateAccessKey", write: true, target: onUser, run: createAccessKey},
		{service: "iam", name: "UpdateAccessKey", write: true, target: onUser, run: updateAccessKey},
		{service: "iam", name: "DeleteAccessKey", write: true, target: onUser, run: deleteAccessKey},
		{service: "iam", name: "GetAccessKeyLastUsed", target: onKey, run: getAccessKeyLastUsed},
	}
}

// onKey finds the user behind an access key id; a key nobody has is refused
// as AWS refuses it, AccessDenied rather than NoSuchEntity.
func onKey(c *call) (target, *apiError) {
	id := c.args["AccessKeyId"]
	name, ok := c.read().keys[id]
	if !ok {
		return target{}, accessDenied("iam", "User: %s is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key %s", c.who.arn, id)
	}
	c.subject = name
	return c.userTarget(name), nil
}

func listAccessKeys(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	return listing(c, "AccessKeyMetadata", u.Keys, func(k AccessKey) any {
		return object{{"UserName", u.Name}, {"AccessKeyId", k.ID}, {"Status", k.Status}, {"CreateDate", k.Created}}
	})
}

func createAccessKey(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	if len(u.Keys) >= 2 {
		return nil, overQuota("Cannot exceed quota for AccessKeysPerUser: 2")
	}
	s := c.edit()
	u = s.editUser(u.Name)
	u.Minted++
	k := AccessKey{
		ID:     c.w.derive.uniqueID("AKIA", 20, "access key", u.ID, fmt.Sprint(u.Minted)),
		Status: statusActive, Created: c.second(),
	}
	u.Keys = append(u.Keys, k)
	s.keys[k.ID] = u.Name
	return object{{"AccessKey", object{
		{"UserName", u.Name}, {"AccessKeyId", k.ID}, {"Status", k.Status},
		{"SecretAccessKey", c.w.derive.secret(k.ID)}, {"CreateDate", k.Created},
	}}}, nil
}

// keyIndex finds the key of the request on the subject user.
func (c *call) keyIndex() (*User, int, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, 0, err
	}
	id := c.args["AccessKeyId"]
	i := slices.IndexFunc(u.Keys, func(k AccessKey) bool { return k.ID == id })
	if i < 0 {
		return nil, 0, noSuch("The Access Key with id %s cannot be found.", id)
	}
	return u, i, nil
}

func updateAccessKey(c *call) (object, *apiError) {
	status := c.args["Status"]
	if status != statusActive && status != statusInactive {
		return nil, invalid("1 validation error detected: Value '%s' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]", status)
	}
	u, i, err := c.keyIndex()
	if err != nil {
		return nil, err
	}
	c.edit().editUser(u.Name).Keys[i].Status = status
	return nil, nil
}

func deleteAccessKey(c *call) (object, *apiError) {
	u, i, err := c.keyIndex()
	if err != nil {
		return nil, err
	}
	s := c.edit()
	own := s.editUser(u.Name)
	own.Keys = slices.Delete(own.Keys, i, i+1)
	delete(s.keys, c.args["AccessKeyId"])
	return nil, nil
}

// getAccessKeyLastUsed answers N/A and no date for a key that was never used.
func getAccessKeyLastUsed(c *call) (object, *apiError) {
	last := object{{"ServiceName", "N/A"}, {"Region", "N/A"}}
	if use, ok := c.w.used[c.args["AccessKeyId"]]; ok {
		last = object{{"LastUsedDate", use.at.Truncate(1e9)}, {"ServiceName", use.service}, {"Region", use.region}}
	}
	return object{{"UserName", c.subject}, {"AccessKeyLastUsed", last}}, nil
}
