package actions

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ircontain/ircontain/internal/incident"
)

type accessKeyReader interface {
	ListAccessKeys(context.Context, *iam.ListAccessKeysInput, ...func(*iam.Options)) (*iam.ListAccessKeysOutput, error)
}

type accessKeyWriter interface {
	UpdateAccessKey(context.Context, *iam.UpdateAccessKeyInput, ...func(*iam.Options)) (*iam.UpdateAccessKeyOutput, error)
}

// AccessKeyStatus is the lever that deactivates an access key. There is no
// deleting lever: a deleted key cannot come back, and it hides who still uses it.
type AccessKeyStatus struct {
	reads  accessKeyReader
	writes accessKeyWriter
}

// NewAccessKeyStatus builds the lever over a reading and a writing client.
func NewAccessKeyStatus(reads accessKeyReader, writes accessKeyWriter) *AccessKeyStatus {
	return &AccessKeyStatus{reads: reads, writes: writes}
}

// Parameters of an access-key-status change.
const (
	paramUser      = "user"
	paramAccessKey = "access_key"
	paramPolicy    = "policy"
	paramRole      = "role"
	paramPolicyARN = "policy_arn"
)

// Apply sets the status to After. The user is always named: without it IAM
// would act on the caller's own user.
func (l *AccessKeyStatus) Apply(ctx context.Context, c incident.Change) (incident.Receipt, error) {
	return l.set(ctx, c, c.After)
}

// Restore sets the status to Before. Re-arming a leaked key is gated by the
// engine (Change.Rearms), not here.
func (l *AccessKeyStatus) Restore(ctx context.Context, c incident.Change) (incident.Receipt, error) {
	return l.set(ctx, c, c.Before)
}

func (l *AccessKeyStatus) set(ctx context.Context, c incident.Change, status string) (incident.Receipt, error) {
	out, err := l.writes.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{
		UserName: aws.String(c.Params[paramUser]), AccessKeyId: aws.String(c.Params[paramAccessKey]), Status: types.StatusType(status)})
	if err != nil {
		return incident.Receipt{}, fmt.Errorf("set access key %s of user %s to %s: %w",
			incident.AccessKeyID(c.Params[paramAccessKey]).Short(), c.Params[paramUser], status, err)
	}
	return receipt(out.ResultMetadata), nil
}

// Read returns the status, or "" when the key is gone.
func (l *AccessKeyStatus) Read(ctx context.Context, c incident.Change) (string, error) {
	keys, err := listAccessKeys(ctx, l.reads, c.Params[paramUser])
	if err != nil {
		return "", err
	}
	for _, k := range keys {
		if aws.ToString(k.AccessKeyId) == c.Params[paramAccessKey] {
			return string(k.Status), nil
		}
	}
	return "", nil
}

func listAccessKeys(ctx context.Context, api accessKeyReader, user string) ([]types.AccessKeyMetadata, error) {
	var keys []types.AccessKeyMetadata
	pages := iam.NewListAccessKeysPaginator(api, &iam.ListAccessKeysInput{UserName: aws.String(user)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list access keys of user %s: %w", user, err)
		}
		keys = append(keys, page.AccessKeyMetadata...)
	}
	return keys, nil
}
