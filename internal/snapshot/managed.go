package snapshot

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ircontain/ircontain/internal/simaws"
)

// CallerAPI tells whose account the credentials are for.
type CallerAPI interface {
	GetCallerIdentity(context.Context, *sts.GetCallerIdentityInput, ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error)
}

// Caller returns the account of the credentials and the ARN behind them.
func Caller(ctx context.Context, api CallerAPI) (account, arn string, err error) {
	out, err := api.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", "", fmt.Errorf("ask whose credentials these are: %w", err)
	}
	return aws.ToString(out.Account), aws.ToString(out.Arn), nil
}

// ManagedAPI reads one managed policy.
type ManagedAPI interface {
	GetPolicy(context.Context, *iam.GetPolicyInput, ...func(*iam.Options)) (*iam.GetPolicyOutput, error)
	GetPolicyVersion(context.Context, *iam.GetPolicyVersionInput, ...func(*iam.Options)) (*iam.GetPolicyVersionOutput, error)
}

// AddManaged replaces the placeholder of one AWS managed policy by its document
// in force. A dry run can do without it; a review of permissions cannot.
func AddManaged(ctx context.Context, api ManagedAPI, a *simaws.Account, arn string) error {
	head, err := api.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(arn)})
	if err != nil {
		return fmt.Errorf("read policy %s: %w", arn, err)
	}
	if head.Policy == nil {
		return fmt.Errorf("read policy %s: empty answer", arn)
	}
	version := aws.ToString(head.Policy.DefaultVersionId)
	body, err := api.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: aws.String(arn), VersionId: aws.String(version)})
	if err != nil {
		return fmt.Errorf("read version %s of policy %s: %w", version, arn, err)
	}
	if body.PolicyVersion == nil {
		return fmt.Errorf("read version %s of policy %s: empty answer", version, arn)
	}
	doc, err := decoded(body.PolicyVersion.Document)
	if err != nil {
		return fmt.Errorf("version %s of policy %s: %w", version, arn, err)
	}
	read := simaws.ManagedPolicy{Name: aws.ToString(head.Policy.PolicyName), Path: aws.ToString(head.Policy.Path), ARN: arn, ID: aws.ToString(head.Policy.PolicyId),
		Created: aws.ToTime(head.Policy.CreateDate), Updated: aws.ToTime(head.Policy.UpdateDate),
		Versions: []simaws.PolicyVersion{{ID: version, Document: doc, Default: true, Created: aws.ToTime(body.PolicyVersion.CreateDate)}}}
	for i := range a.Policies {
		if strings.EqualFold(a.Policies[i].ARN, arn) {
			a.Policies[i] = read
			return nil
		}
	}
	a.Policies = append(a.Policies, read)
	return nil
}
