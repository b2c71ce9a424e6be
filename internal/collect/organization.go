package collect

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/permission"
)

// OrganizationsAPI reads the organisation above an account. All but the first
// answer the management account and delegated administrators only.
type OrganizationsAPI interface {
	DescribeOrganization(context.Context, *organizations.DescribeOrganizationInput, ...func(*organizations.Options)) (*organizations.DescribeOrganizationOutput, error)
	ListParents(context.Context, *organizations.ListParentsInput, ...func(*organizations.Options)) (*organizations.ListParentsOutput, error)
	ListPoliciesForTarget(context.Context, *organizations.ListPoliciesForTargetInput, ...func(*organizations.Options)) (*organizations.ListPoliciesForTargetOutput, error)
	DescribePolicy(context.Context, *organizations.DescribePolicyInput, ...func(*organizations.Options)) (*organizations.DescribePolicyOutput, error)
}

// Ceiling is what an organisation puts above an account.
type Ceiling struct {
	// Levels go from the root of the organisation to the account. Nil means that
	// they could not be read, an empty list that nothing limits the account.
	Levels [][]permission.Document
	// Note says why nothing does, "" otherwise.
	Note   string
	Unseen []permission.Unseen
}

// maxDepth is above what AWS allows: a root, five organisational units, the account.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
const maxDepth = 10

// ServiceControlPolicies reads the service control policies above an account:
// all of them, or none and why.
func ServiceControlPolicies(ctx context.Context, api OrganizationsAPI, account string) Ceiling {
	out, err := api.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	var call *incident.CallError
	switch {
	case errors.As(err, &call) && call.Code == "AWSOrganizationsNotInUseException":
		return unlimited("the account is in no organisation: no service control policies")
	case err != nil:
		return unread(err)
	case out.Organization == nil || aws.ToString(out.Organization.MasterAccountId) == "":
		return unread(incomplete("Organizations", "DescribeOrganization", "the management account"))
	case aws.ToString(out.Organization.MasterAccountId) == account:
		// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
		return unlimited("management account: service control policies do not apply to it")
	case out.Organization.FeatureSet == types.OrganizationFeatureSetConsolidatedBilling:
		return unlimited("the organisation has consolidated billing only: no service control policies")
	}
	r := &ceilingReader{api: api, texts: map[string]string{}}
	levels, err := r.levels(ctx, account)
	if err != nil {
		return unread(err)
	}
	// With the policy type on, everything has at least one policy attached, and
	// the last cannot be detached: nothing anywhere means that the type is off.
	empty := func(l []permission.Document) bool { return len(l) == 0 }
	if !slices.ContainsFunc(levels, func(l []permission.Document) bool { return !empty(l) }) {
		return unlimited("no service control policy is attached at any level: the organisation does not use them")
	}
	if i := slices.IndexFunc(levels, empty); i >= 0 {
		return unread(incomplete("Organizations", "ListPoliciesForTarget", fmt.Sprintf("a policy at level %d of %d, though each level has one", i, len(levels))))
	}
	return Ceiling{Levels: levels}
}

func unlimited(why string) Ceiling { return Ceiling{Levels: [][]permission.Document{}, Note: why} }

func unread(err error) Ceiling {
	return Ceiling{Unseen: []permission.Unseen{{What: "the organisation above the account", Why: "not read: " + reason(err) + "; its policies can only take permissions away"}}}
}

// ceilingReader keeps texts: one policy is often attached at several levels.
type ceilingReader struct {
	api   OrganizationsAPI
	texts map[string]string
}

func (r *ceilingReader) levels(ctx context.Context, account string) ([][]permission.Document, error) {
	chain, err := r.chain(ctx, account)
	if err != nil {
		return nil, err
	}
	var levels [][]permission.Document
	for _, target := range slices.Backward(chain) {
		level, err := r.level(ctx, target)
		if err != nil {
			return nil, err
		}
		levels = append(levels, level)
	}
	return levels, nil
}

// chain goes from the account up to the root.
func (r *ceilingReader) chain(ctx context.Context, account string) ([]string, error) {
	chain := []string{account}
	for range maxDepth {
		out, err := r.api.ListParents(ctx, &organizations.ListParentsInput{ChildId: aws.String(chain[len(chain)-1])})
		if err != nil {
			return nil, err
		}
		if len(out.Parents) != 1 { // AWS: "a child can have only a single parent"
			return nil, incomplete("Organizations", "ListParents", "exactly one parent")
		}
		chain = append(chain, aws.ToString(out.Parents[0].Id))
		if out.Parents[0].Type == types.ParentTypeRoot {
			return chain, nil
		}
	}
	return nil, incomplete("Organizations", "ListParents", "a root")
}

// level reads the policies attached to one target.
func (r *ceilingReader) level(ctx context.Context, target string) ([]permission.Document, error) {
	level, token := []permission.Document{}, ""
	for range maxPages {
		out, err := r.api.ListPoliciesForTarget(ctx, &organizations.ListPoliciesForTargetInput{TargetId: aws.String(target),
			Filter: types.PolicyTypeServiceControlPolicy, NextToken: optional(token)})
		if err != nil {
			return nil, err
		}
		for _, p := range out.Policies {
			text, err := r.text(ctx, aws.ToString(p.Id))
			if err != nil {
				return nil, err
			}
			level = append(level, permission.Document{Name: aws.ToString(p.Name), ARN: aws.ToString(p.Arn), Text: text})
		}
		if token = aws.ToString(out.NextToken); token == "" {
			return level, nil
		}
	}
	return nil, incomplete("Organizations", "ListPoliciesForTarget", "an end to its list")
}

func (r *ceilingReader) text(ctx context.Context, id string) (string, error) {
	if text, ok := r.texts[id]; ok {
		return text, nil
	}
	out, err := r.api.DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: aws.String(id)})
	if err != nil {
		return "", err
	}
	if out.Policy == nil || aws.ToString(out.Policy.Content) == "" {
		return "", incomplete("Organizations", "DescribePolicy", "the text of the policy")
	}
	r.texts[id] = *out.Policy.Content
	return r.texts[id], nil
}
