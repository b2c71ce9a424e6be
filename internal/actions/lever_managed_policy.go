package actions

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ircontain/ircontain/internal/incident"
)

type managedPolicyReader interface {
	GetPolicy(context.Context, *iam.GetPolicyInput, ...func(*iam.Options)) (*iam.GetPolicyOutput, error)
	GetPolicyVersion(context.Context, *iam.GetPolicyVersionInput, ...func(*iam.Options)) (*iam.GetPolicyVersionOutput, error)
}

type managedPolicyWriter interface {
	CreatePolicy(context.Context, *iam.CreatePolicyInput, ...func(*iam.Options)) (*iam.CreatePolicyOutput, error)
	DeletePolicy(context.Context, *iam.DeletePolicyInput, ...func(*iam.Options)) (*iam.DeletePolicyOutput, error)
}

// ManagedPolicy is the lever that creates one of our managed policies, for
// guardrails that do not fit the inline quota.
type ManagedPolicy struct {
	reads  managedPolicyReader
	writes managedPolicyWriter
}

// NewManagedPolicy builds the lever over a reading and a writing client.
func NewManagedPolicy(reads managedPolicyReader, writes managedPolicyWriter) *ManagedPolicy {
	return &ManagedPolicy{reads: reads, writes: writes}
}

// Apply creates the policy with After as its document.
func (l *ManagedPolicy) Apply(ctx context.Context, c incident.Change) (incident.Receipt, error) {
	out, err := l.writes.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String(c.Params[paramPolicy]), PolicyDocument: aws.String(c.After)})
	if err != nil {
		return incident.Receipt{}, fmt.Errorf("create policy %s: %w", c.Params[paramPolicy], err)
	}
	return receipt(out.ResultMetadata), nil
}

// Restore deletes the policy: only ever one that this incident created.
func (l *ManagedPolicy) Restore(ctx context.Context, c incident.Change) (incident.Receipt, error) {
	if c.Before != "" {
		return incident.Receipt{}, fmt.Errorf("policy %s existed before: nothing to restore", c.Params[paramPolicy])
	}
	out, err := l.writes.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: aws.String(c.Params[paramPolicyARN])})
	if err != nil {
		return incident.Receipt{}, fmt.Errorf("delete policy %s: %w", c.Params[paramPolicyARN], err)
	}
	return receipt(out.ResultMetadata), nil
}

// Read returns the default version's document without white space, or "".
func (l *ManagedPolicy) Read(ctx context.Context, c incident.Change) (string, error) {
	arn := aws.String(c.Params[paramPolicyARN])
	p, err := l.reads.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: arn})
	if notFound(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read policy %s: %w", c.Params[paramPolicyARN], err)
	}
	v, err := l.reads.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: arn, VersionId: p.Policy.DefaultVersionId})
	if err != nil {
		return "", fmt.Errorf("read policy %s: %w", c.Params[paramPolicyARN], err)
	}
	return canonicalDocument(v.PolicyVersion.Document)
}
