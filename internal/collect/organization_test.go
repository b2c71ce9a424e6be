package collect

import (
	"strings"
	"testing"

	"github.com/ircontain/ircontain/internal/permission"
)

const member = "111122223333"

// organisation answers the management account of a root, two organisational
// units and the account, with two policies at the root, on two pages.
func organisation(q asked) (int, string) {
	has := func(id string) bool { return strings.Contains(q.body, `"`+id+`"`) }
	summary := func(id string) string {
		return `{"Id":"p-` + id + `","Name":"` + id + `","Arn":"arn:aws:organizations::999988887777:policy/o-x/service_control_policy/p-` + id + `"}`
	}
	switch q.operation {
	case "organizations:DescribeOrganization":
		return 200, `{"Organization":{"Id":"o-x","FeatureSet":"ALL","MasterAccountId":"999988887777"}}`
	case "organizations:ListParents":
		switch {
		case has(member):
			return 200, `{"Parents":[{"Id":"ou-b","Type":"ORGANIZATIONAL_UNIT"}]}`
		case has("ou-b"):
			return 200, `{"Parents":[{"Id":"ou-a","Type":"ORGANIZATIONAL_UNIT"}]}`
		}
		return 200, `{"Parents":[{"Id":"r-x","Type":"ROOT"}]}`
	case "organizations:ListPoliciesForTarget":
		if !has("SERVICE_CONTROL_POLICY") {
			return 400, refusal(q, "InvalidInputException")
		}
		switch {
		case has("r-x") && !has("page2"):
			return 200, `{"Policies":[` + summary("FullAWSAccess") + `],"NextToken":"page2"}`
		case has("r-x"):
			return 200, `{"Policies":[` + summary("root") + `]}`
		case has(member):
			return 200, `{"Policies":[` + summary("FullAWSAccess") + `,` + summary("account") + `]}`
		}
		return 200, `{"Policies":[` + summary("FullAWSAccess") + `]}`
	case "organizations:DescribePolicy":
		return 200, `{"Policy":{"Content":"` + json + `"}}`
	}
	return 400, refusal(q, "UnknownOperationException")
}

func ceiling(t *testing.T, answer func(asked) (int, string)) (Ceiling, *stub) {
	t.Helper()
	s := &stub{answer: answer}
	return ServiceControlPolicies(t.Context(), connected(t, s, nil).Organizations, member), s
}

func names(level []permission.Document) string {
	var out []string
	for _, d := range level {
		out = append(out, d.Name)
	}
	return strings.Join(out, " ")
}

func TestLevelsGoFromTheRootToTheAccount(t *testing.T) {
	t.Parallel()
	got, s := ceiling(t, organisation)
	want := []string{"FullAWSAccess root", "FullAWSAccess", "FullAWSAccess", "FullAWSAccess account"}
	if len(got.Levels) != len(want) || got.Note != "" || len(got.Unseen) != 0 {
		t.Fatalf("%+v", got)
	}
	for i, level := range got.Levels {
		if names(level) != want[i] {
			t.Errorf("level %d: %s, want %s", i, names(level), want[i])
		}
		for _, d := range level {
			if d.Text != doc || !strings.HasSuffix(d.ARN, "/p-"+d.Name) {
				t.Errorf("level %d: %+v", i, d)
			}
		}
	}
	if n := s.count("organizations:DescribePolicy"); n != 3 {
		t.Errorf("%d policies were described, want each of 3 once", n)
	}
}

func TestNothingAboveTheAccount(t *testing.T) {
	t.Parallel()
	describe := func(status int, body string) func(asked) (int, string) {
		return func(q asked) (int, string) {
			if q.operation == "organizations:DescribeOrganization" {
				return status, body
			}
			return organisation(q)
		}
	}
	for name, c := range map[string]struct {
		answer func(asked) (int, string)
		note   string
		calls  int
	}{
		"no organisation":      {describe(400, `{"__type":"AWSOrganizationsNotInUseException","Message":"no"}`), "in no organisation", 1},
		"management account":   {describe(200, `{"Organization":{"FeatureSet":"ALL","MasterAccountId":"`+member+`"}}`), "management account: service control policies do not apply", 1},
		"consolidated billing": {describe(200, `{"Organization":{"FeatureSet":"CONSOLIDATED_BILLING","MasterAccountId":"999988887777"}}`), "consolidated billing", 1},
		"policy type is off": {func(q asked) (int, string) {
			if q.operation == "organizations:ListPoliciesForTarget" {
				return 200, `{"Policies":[]}`
			}
			return organisation(q)
		}, "does not use them", 8},
	} {
		got, s := ceiling(t, c.answer)
		if got.Levels == nil || len(got.Levels) != 0 || !strings.Contains(got.Note, c.note) || len(got.Unseen) != 0 || len(s.seen) != c.calls {
			t.Errorf("%s: %+v after %d calls", name, got, len(s.seen))
		}
	}
}

// Part of a ceiling would forbid what the whole of it allows, so it is all or nothing.
func TestAllOrNothing(t *testing.T) {
	t.Parallel()
	instead := func(operation, part string, status int, body string) func(asked) (int, string) {
		return func(q asked) (int, string) {
			if q.operation == "organizations:"+operation && strings.Contains(q.body, part) {
				if body == "" {
					body = refusal(q, "AccessDeniedException")
				}
				return status, body
			}
			return organisation(q)
		}
	}
	for name, c := range map[string]struct {
		answer func(asked) (int, string)
		why    string
	}{
		"organisation refused":   {instead("DescribeOrganization", "", 400, ""), "organizations:DescribeOrganization was refused (AccessDeniedException)"},
		"a member account":       {instead("ListParents", "", 400, ""), "organizations:ListParents was refused"},
		"list refused":           {instead("ListPoliciesForTarget", member, 400, ""), "organizations:ListPoliciesForTarget was refused"},
		"one text refused":       {instead("DescribePolicy", "p-account", 400, ""), "organizations:DescribePolicy was refused"},
		"one text empty":         {instead("DescribePolicy", "p-account", 200, `{"Policy":{}}`), "without the text"},
		"one level empty":        {instead("ListPoliciesForTarget", "ou-a", 200, `{"Policies":[]}`), "level 1 of 4"},
		"no parent":              {instead("ListParents", "ou-b", 200, `{"Parents":[]}`), "exactly one parent"},
		"its own parent":         {instead("ListParents", "", 200, `{"Parents":[{"Id":"ou-a","Type":"ORGANIZATIONAL_UNIT"}]}`), "without a root"},
		"list without end":       {instead("ListPoliciesForTarget", "r-x", 200, `{"NextToken":"page2"}`), "an end to its list"},
		"unknown to the service": {func(q asked) (int, string) { return 400, refusal(q, "UnknownOperationException") }, "not known at this endpoint"},
		"an empty answer":        {instead("DescribeOrganization", "", 200, `{}`), "without the management account"},
	} {
		got, _ := ceiling(t, c.answer)
		if got.Levels != nil || got.Note != "" || len(got.Unseen) != 1 || !strings.Contains(got.Unseen[0].Why, c.why) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
