// Package snapshot reads an account, by reads only, into the form that the
// embedded account loads: the ground a dry run walks on, and what a review of
// permissions looks at.
//
// It copies users, groups, roles, customer managed policies, and every
// credential of the one user a dry run is about. It does not copy the documents
// of AWS managed policies (nobody in the account can change those; AddManaged
// fetches one for who needs to know what it says), secrets of any kind, or
// service control policies. What it cannot read is an error, not an empty list:
// a dry run on half an account would promise too much.
package snapshot

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/simaws"
)

// API is what a snapshot reads.
type API interface {
	GetAccountAuthorizationDetails(context.Context, *iam.GetAccountAuthorizationDetailsInput, ...func(*iam.Options)) (*iam.GetAccountAuthorizationDetailsOutput, error)
	ListAccessKeys(context.Context, *iam.ListAccessKeysInput, ...func(*iam.Options)) (*iam.ListAccessKeysOutput, error)
	GetLoginProfile(context.Context, *iam.GetLoginProfileInput, ...func(*iam.Options)) (*iam.GetLoginProfileOutput, error)
	ListMFADevices(context.Context, *iam.ListMFADevicesInput, ...func(*iam.Options)) (*iam.ListMFADevicesOutput, error)
	ListAccountAliases(context.Context, *iam.ListAccountAliasesInput, ...func(*iam.Options)) (*iam.ListAccountAliasesOutput, error)
}

// placeholder stands in for the document of an AWS managed policy.
const placeholder = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:GetCallerIdentity","Resource":"*"}]}`

// Read copies the account around one user.
func Read(ctx context.Context, api API, account, user string) (simaws.Account, error) {
	a := simaws.Account{ID: account}
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(api, &iam.GetAccountAuthorizationDetailsInput{
		Filter: []types.EntityType{types.EntityTypeUser, types.EntityTypeGroup, types.EntityTypeRole, types.EntityTypeLocalManagedPolicy}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return a, fmt.Errorf("read the account: %w", err)
		}
		if err := add(&a, page); err != nil {
			return a, err
		}
	}
	if out, err := api.ListAccountAliases(ctx, &iam.ListAccountAliasesInput{}); err == nil && len(out.AccountAliases) > 0 {
		a.Alias = out.AccountAliases[0] // an account without a readable alias has none
	}
	for i := range a.Users {
		if a.Users[i].Name == user {
			if err := credentials(ctx, api, &a.Users[i]); err != nil {
				return a, err
			}
		}
	}
	addPlaceholders(&a)
	return a, nil
}

func add(a *simaws.Account, page *iam.GetAccountAuthorizationDetailsOutput) error {
	for _, u := range page.UserDetailList {
		inline, err := documents(u.UserPolicyList)
		if err != nil {
			return fmt.Errorf("user %s: %w", aws.ToString(u.UserName), err)
		}
		su := simaws.User{Name: aws.ToString(u.UserName), Path: aws.ToString(u.Path), ID: aws.ToString(u.UserId), Created: aws.ToTime(u.CreateDate),
			Tags: tags(u.Tags), Inline: inline, Attached: arns(u.AttachedManagedPolicies), Groups: u.GroupList}
		if u.PermissionsBoundary != nil {
			su.Boundary = aws.ToString(u.PermissionsBoundary.PermissionsBoundaryArn)
		}
		a.Users = append(a.Users, su)
	}
	for _, g := range page.GroupDetailList {
		inline, err := documents(g.GroupPolicyList)
		if err != nil {
			return fmt.Errorf("group %s: %w", aws.ToString(g.GroupName), err)
		}
		a.Groups = append(a.Groups, simaws.Group{Name: aws.ToString(g.GroupName), Path: aws.ToString(g.Path), ID: aws.ToString(g.GroupId),
			Created: aws.ToTime(g.CreateDate), Inline: inline, Attached: arns(g.AttachedManagedPolicies)})
	}
	for _, r := range page.RoleDetailList {
		sr, err := role(r)
		if err != nil {
			return fmt.Errorf("role %s: %w", aws.ToString(r.RoleName), err)
		}
		a.Roles = append(a.Roles, sr)
	}
	for _, p := range page.Policies {
		sp, err := managed(p)
		if err != nil {
			return fmt.Errorf("policy %s: %w", aws.ToString(p.PolicyName), err)
		}
		a.Policies = append(a.Policies, sp)
	}
	return nil
}

func role(r types.RoleDetail) (simaws.Role, error) {
	trust, err := decoded(r.AssumeRolePolicyDocument)
	if err != nil {
		return simaws.Role{}, err
	}
	inline, err := documents(r.RolePolicyList)
	if err != nil {
		return simaws.Role{}, err
	}
	out := simaws.Role{Name: aws.ToString(r.RoleName), Path: aws.ToString(r.Path), ID: aws.ToString(r.RoleId), Created: aws.ToTime(r.CreateDate),
		Trust: trust, Tags: tags(r.Tags), Inline: inline, Attached: arns(r.AttachedManagedPolicies)}
	if r.PermissionsBoundary != nil {
		out.Boundary = aws.ToString(r.PermissionsBoundary.PermissionsBoundaryArn)
	}
	return out, nil
}

func managed(p types.ManagedPolicyDetail) (simaws.ManagedPolicy, error) {
	out := simaws.ManagedPolicy{Name: aws.ToString(p.PolicyName), Path: aws.ToString(p.Path), ARN: aws.ToString(p.Arn), ID: aws.ToString(p.PolicyId),
		Created: aws.ToTime(p.CreateDate), Updated: aws.ToTime(p.UpdateDate)}
	for _, v := range p.PolicyVersionList {
		doc, err := decoded(v.Document)
		if err != nil {
			return out, err
		}
		out.Versions = append(out.Versions, simaws.PolicyVersion{ID: aws.ToString(v.VersionId), Document: doc, Default: v.IsDefaultVersion, Created: aws.ToTime(v.CreateDate)})
	}
	return out, nil
}

func credentials(ctx context.Context, api API, u *simaws.User) error {
	name := aws.String(u.Name)
	keys, err := api.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: name})
	if err != nil {
		return fmt.Errorf("read access keys of user %s: %w", u.Name, err)
	}
	for _, k := range keys.AccessKeyMetadata {
		u.Keys = append(u.Keys, simaws.AccessKey{ID: aws.ToString(k.AccessKeyId), Status: string(k.Status), Created: aws.ToTime(k.CreateDate)})
	}
	switch out, err := api.GetLoginProfile(ctx, &iam.GetLoginProfileInput{UserName: name}); {
	case err == nil:
		u.Login = &simaws.LoginProfile{Created: aws.ToTime(out.LoginProfile.CreateDate), ResetRequired: out.LoginProfile.PasswordResetRequired}
	case !absent(err):
		return fmt.Errorf("read login profile of user %s: %w", u.Name, err)
	}
	mfa, err := api.ListMFADevices(ctx, &iam.ListMFADevicesInput{UserName: name})
	if err != nil {
		return fmt.Errorf("read MFA devices of user %s: %w", u.Name, err)
	}
	for _, d := range mfa.MFADevices {
		u.MFA = append(u.MFA, simaws.MFADevice{Serial: aws.ToString(d.SerialNumber), Enabled: aws.ToTime(d.EnableDate)})
	}
	return nil
}

func absent(err error) bool {
	var ce *incident.CallError
	return errors.As(err, &ce) && ce.Code == "NoSuchEntity"
}

// addPlaceholders makes every attached or bounding policy known, so that the
// embedded account accepts the references.
func addPlaceholders(a *simaws.Account) {
	known := map[string]bool{}
	for _, p := range a.Policies {
		known[p.ARN] = true
	}
	need := func(list ...string) {
		for _, arn := range list {
			if arn == "" || known[arn] || !strings.Contains(arn, ":aws:policy/") {
				continue
			}
			known[arn] = true
			rest := arn[strings.Index(arn, ":policy/")+len(":policy"):]
			cut := strings.LastIndex(rest, "/") + 1
			a.Policies = append(a.Policies, simaws.ManagedPolicy{Name: rest[cut:], Path: rest[:cut], ARN: arn, Document: placeholder})
		}
	}
	for _, u := range a.Users {
		need(append([]string{u.Boundary}, u.Attached...)...)
	}
	for _, g := range a.Groups {
		need(g.Attached...)
	}
	for _, r := range a.Roles {
		need(append([]string{r.Boundary}, r.Attached...)...)
	}
}

func documents(list []types.PolicyDetail) (map[string]string, error) {
	out := map[string]string{}
	for _, p := range list {
		doc, err := decoded(p.PolicyDocument)
		if err != nil {
			return nil, err
		}
		out[aws.ToString(p.PolicyName)] = doc
	}
	return out, nil
}

func decoded(s *string) (string, error) {
	text, err := url.PathUnescape(aws.ToString(s))
	if err != nil {
		return "", fmt.Errorf("decode a policy document: %w", err)
	}
	return text, nil
}

func arns(list []types.AttachedPolicy) []string {
	var out []string
	for _, p := range list {
		out = append(out, aws.ToString(p.PolicyArn))
	}
	return out
}

func tags(list []types.Tag) map[string]string {
	out := map[string]string{}
	for _, t := range list {
		out[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return out
}
