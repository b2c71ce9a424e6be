package simaws

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/ircontain/ircontain/internal/policy"
)

// holder is what a user, a group and a role have in common: inline policies and
// attachments. The nine policy calls differ between the three in names only.
type holder struct {
	kind     string // as the API spells it: User, Group, Role
	name     string
	inline   map[string]string
	attached []string
	quota    int // inline characters, white space not counted, summed per entity
	// edit returns where the draft keeps the two.
	edit func(*state) (inline *map[string]string, attached *[]string)
}

// holderOperations are the policy calls of one kind of holder.
func holderOperations(kind string, on func(*call) (target, *apiError), find func(*call) (holder, *apiError)) []operation {
	with := func(f func(*call, holder) (object, *apiError)) func(*call) (object, *apiError) {
		return func(c *call) (object, *apiError) {
			h, err := find(c)
			if err != nil {
				return nil, err
			}
			return f(c, h)
		}
	}
	return []operation{
		{service: "iam", name: "List" + kind + "Policies", target: on, run: with(listInline)},
		{service: "iam", name: "Get" + kind + "Policy", target: on, run: with(getInline)},
		{service: "iam", name: "Put" + kind + "Policy", write: true, target: on, run: with(putInline)},
		{service: "iam", name: "Delete" + kind + "Policy", write: true, target: on, run: with(deleteInline)},
		{service: "iam", name: "ListAttached" + kind + "Policies", target: on, run: with(listAttached)},
		{service: "iam", name: "Attach" + kind + "Policy", write: true, target: on, run: with(attach)},
		{service: "iam", name: "Detach" + kind + "Policy", write: true, target: on, run: with(detach)},
	}
}

func userHolder(c *call) (holder, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return holder{}, err
	}
	return holder{"User", u.Name, u.Inline, u.Attached, policy.UserInlineQuota, func(s *state) (*map[string]string, *[]string) {
		own := s.editUser(u.Name)
		return &own.Inline, &own.Attached
	}}, nil
}

func groupHolder(c *call) (holder, *apiError) {
	g, err := c.namedGroup()
	if err != nil {
		return holder{}, err
	}
	return holder{"Group", g.Name, g.Inline, g.Attached, policy.GroupInlineQuota, func(s *state) (*map[string]string, *[]string) {
		own := s.editGroup(g.Name)
		return &own.Inline, &own.Attached
	}}, nil
}

func roleHolder(c *call) (holder, *apiError) {
	r, err := c.namedRole()
	if err != nil {
		return holder{}, err
	}
	if c.op.write {
		if _, err := c.editableRole(); err != nil {
			return holder{}, err
		}
	}
	return holder{"Role", r.Name, r.Inline, r.Attached, policy.RoleInlineQuota, func(s *state) (*map[string]string, *[]string) {
		own := s.editRole(r.Name)
		return &own.Inline, &own.Attached
	}}, nil
}

func userPolicyOperations() []operation { return holderOperations("User", onNamedUser, userHolder) }
func rolePolicyOperations() []operation { return holderOperations("Role", onRole, roleHolder) }

func listInline(c *call, h holder) (object, *apiError) {
	return listing(c, "PolicyNames", slices.Sorted(maps.Keys(h.inline)), func(n string) any { return n })
}

func (h holder) noInline(name string) *apiError {
	return noSuch("The %s policy with name %s cannot be found.", strings.ToLower(h.kind), name)
}

// getInline returns the document percent-encoded, as IAM does.
func getInline(c *call, h holder) (object, *apiError) {
	name := c.args["PolicyName"]
	text, ok := h.inline[name]
	if !ok {
		return nil, h.noInline(name)
	}
	return object{{h.kind + "Name", h.name}, {"PolicyName", name}, {"PolicyDocument", escape(text, false)}}, nil
}

func putInline(c *call, h holder) (object, *apiError) {
	name, text := c.args["PolicyName"], c.args["PolicyDocument"]
	if err := validName("policyName", name, 128); err != nil {
		return nil, err
	}
	if err := checkDocument(text, policy.KindIdentity); err != nil {
		return nil, err
	}
	total := sizeWithoutSpace(text)
	for other, doc := range h.inline {
		if other != name {
			total += sizeWithoutSpace(doc)
		}
	}
	if total > h.quota {
		return nil, overQuota("Maximum policy size of %d bytes exceeded for %s %s", h.quota, strings.ToLower(h.kind), h.name)
	}
	inline, _ := h.edit(c.edit())
	if *inline == nil {
		*inline = map[string]string{}
	}
	(*inline)[name] = text
	return nil, nil
}

func deleteInline(c *call, h holder) (object, *apiError) {
	name := c.args["PolicyName"]
	if _, ok := h.inline[name]; !ok {
		return nil, h.noInline(name)
	}
	inline, _ := h.edit(c.edit())
	delete(*inline, name)
	return nil, nil
}

func listAttached(c *call, h holder) (object, *apiError) {
	s := c.read()
	return listing(c, "AttachedPolicies", slices.Sorted(slices.Values(h.attached)), func(arn string) any {
		return object{{"PolicyName", s.policies[arn].Name}, {"PolicyArn", arn}}
	})
}

// attach is idempotent; the quota is AWS's default of ten.
func attach(c *call, h holder) (object, *apiError) {
	arn := c.args["PolicyArn"]
	p, ok := c.read().policies[arn]
	if !ok {
		return nil, noPolicy(arn)
	}
	if strings.HasPrefix(p.Path, "/aws-service-role/") {
		return nil, failure(400, "PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.")
	}
	if slices.Contains(h.attached, arn) {
		return nil, nil
	}
	if len(h.attached) >= 10 {
		return nil, overQuota("Cannot exceed quota for PoliciesPer%s: 10", h.kind)
	}
	_, attached := h.edit(c.edit())
	*attached = append(*attached, arn)
	return nil, nil
}

func detach(c *call, h holder) (object, *apiError) {
	i := slices.Index(h.attached, c.args["PolicyArn"])
	if i < 0 {
		return nil, noSuch("Policy %s was not found.", c.args["PolicyArn"])
	}
	_, attached := h.edit(c.edit())
	*attached = slices.Delete(*attached, i, i+1)
	return nil, nil
}

// checkDocument refuses what IAM's grammar refuses.
func checkDocument(text string, kind policy.Kind) *apiError {
	if text == "" {
		return missing("policyDocument")
	}
	_, err := policy.ParseWith([]byte(text), policy.Options{Kind: kind})
	if err == nil {
		return nil
	}
	var parse *policy.ParseError
	if errors.As(err, &parse) {
		return malformed("%s", parse.Error())
	}
	return malformed("Syntax errors in policy: %s", err)
}

// sizeWithoutSpace is the length quotas count.
func sizeWithoutSpace(text string) int {
	n := 0
	for _, r := range text {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}
