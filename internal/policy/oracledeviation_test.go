//go:build oracle

package policy

import (
	"slices"
	"strings"
	"testing"
)

// deviation is one way in which the other engine departs from the
// documentation. The model rewrites a case into what that engine makes of it
// and reports whether the case was touched.
type deviation struct {
	name   string
	reason string
	model  func(c *oracleCase) bool
}

// explain returns the name of the deviation, or of the smallest set of them
// found, under which our engine gives the other one's answer.
func explain(t *testing.T, c oracleCase, theirs string) string {
	list := deviations()
	under := func(list []deviation) bool {
		one, touched := c.clone(), false
		for _, d := range list {
			touched = d.model(&one) || touched
		}
		return touched && answer(t, one) == theirs
	}
	for _, d := range list {
		if under([]deviation{d}) {
			return d.name
		}
	}
	if !under(list) {
		return ""
	}
	for i := 0; i < len(list); {
		without := slices.Delete(slices.Clone(list), i, i+1)
		if under(without) {
			list = without
			continue
		}
		i++
	}
	var names []string
	for _, d := range list {
		names = append(names, d.name)
	}
	return strings.Join(names, " + ")
}

func answer(t *testing.T, c oracleCase) string {
	c.ID = 0
	a := askOurselves(t, []oracleCase{c})[0]
	if a.Error != "" {
		t.Fatalf("a model made an unreadable case: %s\n%s", a.Error, c.line())
	}
	return a.Result
}

// The pages are those of the IAM User Guide.
func deviations() []deviation {
	return []deviation{
		{"root user", "id_root-user: root has full access in its account; the other engine takes it for a principal without policies", rootIsNobody},
		{"federated user without session policy", "id_credentials_temp_control-access_getfederationtoken: the session has no identity permissions; the other engine keeps the user's", federatedKeepsAll},
		{"session policy caps direct grants", "access_policies (session policies): a resource policy naming the session ARN is not limited by the session policy", sessionIsCeiling},
		{"service-linked role", "orgs_manage_policies_scps, orgs_manage_policies_rcps (Organizations): neither reaches service-linked roles", serviceRoleIsRole},
		{"variable without a value under a negated operator", "reference_policies_variables: the comparison holds", valuelessIsFalse},
		{"variables in documents of 2008", "reference_policies_elements_version: variables are plain text", everythingIs2012},
		{"role without a trust policy", "id_roles_terms-and-concepts: a role is assumed only by who its trust policy trusts; the other engine lets the account in", trustIsImplied},
		{"ForAnyValue with IfExists", "reference_policies_elements_condition_operators: IfExists is true for a missing key (open point for-any-value-if-exists)", anyValueOfNothingIsFalse},
		{"RCPs of other services", "orgs_manage_policies_rcps (Organizations): RCPs reach only the services listed", rcpsReachEverything},
		{"IPv4 /0", "reference_policies_elements_condition_operators: 0.0.0.0/0 holds every IPv4 address; the other engine holds none", slashZeroIsEmpty},
		{"address of the other family under NotIpAddress", "reference_policies_elements_condition_operators: an IPv6 caller is outside every IPv4 range; the other engine finds the comparison false for a bare address", otherFamilyIsCaught},
		{"NotPrincipal with the account", "reference_policies_elements_notprincipal: listing the account does not spare its users, the example lists both", accountIsSpared},
		{"NotPrincipal and a boundary", "reference_policies_elements_notprincipal: such a deny always hits a principal with a permissions boundary", boundaryIsSpared},
		{"user ARN with a path and federated sessions", "reference_identifiers: names are unique in an account whatever the path, so the session of bob is one of user/team/bob (open point federated-issuer); the other engine knows only users without a path", federatedHasNoPath},
		{"single IPv6 address", "reference_policies_elements_condition_operators: addresses compare as numbers; the other engine compares their text", ipv6IsText},
		{"resource part beginning with a variable", "reference_policies_variables: ${aws:username}-queue is AWS's own example; the other engine matches nothing", leadingVariableIsDead},
		{"ARN operator with a lone star", "reference_policies_elements_condition_operators says only that six parts compare one by one (open point arn-star)", loneStarIsDead},
		{"short ARN under a negated ARN operator", "reference_policies_elements_condition_operators does not say (open point short-arn): a pattern of fewer than six parts matches nothing, so none of the values matches", shortARNIsFalse},
		{"epoch dates", "reference_policies_elements_condition_operators: seconds, and a lone year is a year; the other engine reads milliseconds", epochIsMilliseconds},
	}
}
