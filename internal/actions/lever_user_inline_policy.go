package actions

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ircontain/ircontain/internal/incident"
)

type userPolicyReader interface {
	GetUserPolicy(context.Context, *iam.GetUserPolicyInput, ...func(*iam.Options)) (*iam.GetUserPolicyOutput, error)
}

type userPolicyWriter interface {
	PutUserPolicy(context.Context, *iam.PutUserPolicyInput, ...func(*iam.Options)) (*iam.PutUserPolicyOutput, error)
	DeleteUserPolicy(context.Context, *iam.DeleteUserPolicyInput, ...func(*iam.Options)) (*iam.DeleteUserPolicyOutput, error)
}

// UserInlinePolicy is the lever that puts one of our inline policies on a user.
type UserInlinePolicy struct {
	reads  userPolicyReader
	writes userPolicyWriter
}

// NewUserInlinePolicy builds the lever over a reading and a writing client.
func NewUserInlinePolicy(reads userPolicyReader, writes userPolicyWriter) *UserInlinePolicy {
	return &UserInlinePolicy{reads: reads, writes: writes}
}

// Apply puts After.
func (l *UserInlinePolicy) Apply(ctx context.Context, c incident.Change) (incident.Receipt, error) {
	return l.put(ctx, c, c.After)
}

// Restore puts Before, or deletes our policy when there was none.
func (l *UserInlinePolicy) Restore(ctx context.Context, c incident.Change) (incident.Receipt, error) {
	if c.Before != "" {
		return l.put(ctx, c, c.Before)
	}
	out, err := l.writes.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{
		UserName: aws.String(c.Params[paramUser]), PolicyName: aws.String(c.Params[paramPolicy])})
	if err != nil {
		return incident.Receipt{}, fmt.Errorf("delete inline policy %s of user %s: %w", c.Params[paramPolicy], c.Params[paramUser], err)
	}
	return receipt(out.ResultMetadata), nil
}

func (l *UserInlinePolicy) put(ctx context.Context, c incident.Change, doc string) (incident.Receipt, error) {
	out, err := l.writes.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: aws.String(c.Params[paramUser]),
		PolicyName: aws.String(c.Params[paramPolicy]), PolicyDocument: aws.String(doc)})
	if err != nil {
		return incident.Receipt{}, fmt.Errorf("put inline policy %s on user %s: %w", c.Params[paramPolicy], c.Params[paramUser], err)
	}
	return receipt(out.ResultMetadata), nil
}

// Read returns the document without white space, or "" when there is none.
func (l *UserInlinePolicy) Read(ctx context.Context, c incident.Change) (string, error) {
	out, err := l.reads.GetUserPolicy(ctx, &iam.GetUserPolicyInput{
		UserName: aws.String(c.Params[paramUser]), PolicyName: aws.String(c.Params[paramPolicy])})
	if notFound(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read inline policy %s of user %s: %w", c.Params[paramPolicy], c.Params[paramUser], err)
	}
	return canonicalDocument(out.PolicyDocument)
}
