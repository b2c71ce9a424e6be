package actions

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ircontain/ircontain/internal/incident"
)

type attachmentReader interface {
	ListAttachedUserPolicies(context.Context, *iam.ListAttachedUserPoliciesInput, ...func(*iam.Options)) (*iam.ListAttachedUserPoliciesOutput, error)
}

type attachmentWriter interface {
	AttachUserPolicy(context.Context, *iam.AttachUserPolicyInput, ...func(*iam.Options)) (*iam.AttachUserPolicyOutput, error)
	DetachUserPolicy(context.Context, *iam.DetachUserPolicyInput, ...func(*iam.Options)) (*iam.DetachUserPolicyOutput, error)
}

// attached is the After value of an attachment; absent is "".
const attached = "attached"

// UserPolicyAttachment is the lever that attaches one of our managed policies to a user.
type UserPolicyAttachment struct {
	reads  attachmentReader
	writes attachmentWriter
}

// NewUserPolicyAttachment builds the lever over a reading and a writing client.
func NewUserPolicyAttachment(reads attachmentReader, writes attachmentWriter) *UserPolicyAttachment {
	return &UserPolicyAttachment{reads: reads, writes: writes}
}

// Apply attaches the policy.
func (l *UserPolicyAttachment) Apply(ctx context.Context, c incident.Change) (incident.Receipt, error) {
	out, err := l.writes.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{
		UserName: aws.String(c.Params[paramUser]), PolicyArn: aws.String(c.Params[paramPolicyARN])})
	if err != nil {
		return incident.Receipt{}, fmt.Errorf("attach %s to user %s: %w", c.Params[paramPolicyARN], c.Params[paramUser], err)
	}
	return receipt(out.ResultMetadata), nil
}

// Restore detaches it.
func (l *UserPolicyAttachment) Restore(ctx context.Context, c incident.Change) (incident.Receipt, error) {
	out, err := l.writes.DetachUserPolicy(ctx, &iam.DetachUserPolicyInput{
		UserName: aws.String(c.Params[paramUser]), PolicyArn: aws.String(c.Params[paramPolicyARN])})
	if err != nil {
		return incident.Receipt{}, fmt.Errorf("detach %s from user %s: %w", c.Params[paramPolicyARN], c.Params[paramUser], err)
	}
	return receipt(out.ResultMetadata), nil
}

// Read returns "attached" or "".
func (l *UserPolicyAttachment) Read(ctx context.Context, c incident.Change) (string, error) {
	pages := iam.NewListAttachedUserPoliciesPaginator(l.reads, &iam.ListAttachedUserPoliciesInput{UserName: aws.String(c.Params[paramUser])})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", fmt.Errorf("list attached policies of user %s: %w", c.Params[paramUser], err)
		}
		for _, p := range page.AttachedPolicies {
			if aws.ToString(p.PolicyArn) == c.Params[paramPolicyARN] {
				return attached, nil
			}
		}
	}
	return "", nil
}
