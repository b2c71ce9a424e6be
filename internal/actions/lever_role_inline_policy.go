package actions

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ircontain/ircontain/internal/incident"
)

type rolePolicyReader interface {
	GetRolePolicy(context.Context, *iam.GetRolePolicyInput, ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error)
}

type rolePolicyWriter interface {
	PutRolePolicy(context.Context, *iam.PutRolePolicyInput, ...func(*iam.Options)) (*iam.PutRolePolicyOutput, error)
	DeleteRolePolicy(context.Context, *iam.DeleteRolePolicyInput, ...func(*iam.Options)) (*iam.DeleteRolePolicyOutput, error)
}

// RoleInlinePolicy is the lever that puts one of our inline policies on a role.
type RoleInlinePolicy struct {
	reads  rolePolicyReader
	writes rolePolicyWriter
}

// NewRoleInlinePolicy builds the lever over a reading and a writing client.
func NewRoleInlinePolicy(reads rolePolicyReader, writes rolePolicyWriter) *RoleInlinePolicy {
	return &RoleInlinePolicy{reads: reads, writes: writes}
}

// Apply puts After.
func (l *RoleInlinePolicy) Apply(ctx context.Context, c incident.Change) (incident.Receipt, error) {
	return l.put(ctx, c, c.After)
}

// Restore puts Before, or deletes our policy when there was none.
func (l *RoleInlinePolicy) Restore(ctx context.Context, c incident.Change) (incident.Receipt, error) {
	if c.Before != "" {
		return l.put(ctx, c, c.Before)
	}
	out, err := l.writes.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{
		RoleName: aws.String(c.Params[paramRole]), PolicyName: aws.String(c.Params[paramPolicy])})
	if err != nil {
		return incident.Receipt{}, fmt.Errorf("delete inline policy %s of role %s: %w", c.Params[paramPolicy], c.Params[paramRole], err)
	}
	return receipt(out.ResultMetadata), nil
}

func (l *RoleInlinePolicy) put(ctx context.Context, c incident.Change, doc string) (incident.Receipt, error) {
	out, err := l.writes.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: aws.String(c.Params[paramRole]),
		PolicyName: aws.String(c.Params[paramPolicy]), PolicyDocument: aws.String(doc)})
	if err != nil {
		return incident.Receipt{}, fmt.Errorf("put inline policy %s on role %s: %w", c.Params[paramPolicy], c.Params[paramRole], err)
	}
	return receipt(out.ResultMetadata), nil
}

// Read returns the document without white space, or "" when there is none.
func (l *RoleInlinePolicy) Read(ctx context.Context, c incident.Change) (string, error) {
	out, err := l.reads.GetRolePolicy(ctx, &iam.GetRolePolicyInput{
		RoleName: aws.String(c.Params[paramRole]), PolicyName: aws.String(c.Params[paramPolicy])})
	if notFound(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read inline policy %s of role %s: %w", c.Params[paramPolicy], c.Params[paramRole], err)
	}
	return canonicalDocument(out.PolicyDocument)
}
