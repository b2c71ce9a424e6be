package actions

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ircontain/ircontain/internal/incident"
)

type userTagReader interface {
	ListUserTags(context.Context, *iam.ListUserTagsInput, ...func(*iam.Options)) (*iam.ListUserTagsOutput, error)
}

type userTagWriter interface {
	TagUser(context.Context, *iam.TagUserInput, ...func(*iam.Options)) (*iam.TagUserOutput, error)
	UntagUser(context.Context, *iam.UntagUserInput, ...func(*iam.Options)) (*iam.UntagUserOutput, error)
}

// UserTags is the lever that writes owner, reason, review time and incident on
// the user. Before and After are JSON objects of just our tag keys.
type UserTags struct {
	reads  userTagReader
	writes userTagWriter
}

// NewUserTags builds the lever over a reading and a writing client.
func NewUserTags(reads userTagReader, writes userTagWriter) *UserTags {
	return &UserTags{reads: reads, writes: writes}
}

// Apply writes the tags of After.
func (l *UserTags) Apply(ctx context.Context, c incident.Change) (incident.Receipt, error) {
	tags, err := decodeTags(c.After)
	if err != nil {
		return incident.Receipt{}, err
	}
	return l.tag(ctx, c.Params[paramUser], tags)
}

// Restore writes the tags of Before, or removes ours when there were none. A
// plan never mixes the two in one change, so that one call is always enough.
func (l *UserTags) Restore(ctx context.Context, c incident.Change) (incident.Receipt, error) {
	before, err := decodeTags(c.Before)
	if err != nil {
		return incident.Receipt{}, err
	}
	if len(before) > 0 {
		return l.tag(ctx, c.Params[paramUser], before)
	}
	after, err := decodeTags(c.After)
	if err != nil {
		return incident.Receipt{}, err
	}
	out, err := l.writes.UntagUser(ctx, &iam.UntagUserInput{UserName: aws.String(c.Params[paramUser]), TagKeys: slices.Sorted(maps.Keys(after))})
	if err != nil {
		return incident.Receipt{}, fmt.Errorf("untag user %s: %w", c.Params[paramUser], err)
	}
	return receipt(out.ResultMetadata), nil
}

func (l *UserTags) tag(ctx context.Context, user string, tags map[string]string) (incident.Receipt, error) {
	in := &iam.TagUserInput{UserName: aws.String(user)}
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		in.Tags = append(in.Tags, types.Tag{Key: aws.String(k), Value: aws.String(tags[k])})
	}
	out, err := l.writes.TagUser(ctx, in)
	if err != nil {
		return incident.Receipt{}, fmt.Errorf("tag user %s: %w", user, err)
	}
	return receipt(out.ResultMetadata), nil
}

// Read returns the current values of the keys that After names.
func (l *UserTags) Read(ctx context.Context, c incident.Change) (string, error) {
	want, err := decodeTags(c.After)
	if err != nil {
		return "", err
	}
	now := map[string]string{}
	in := &iam.ListUserTagsInput{UserName: aws.String(c.Params[paramUser])}
	for {
		out, err := l.reads.ListUserTags(ctx, in)
		if err != nil {
			return "", fmt.Errorf("list tags of user %s: %w", c.Params[paramUser], err)
		}
		for _, t := range out.Tags {
			if _, ok := want[aws.ToString(t.Key)]; ok {
				now[aws.ToString(t.Key)] = aws.ToString(t.Value)
			}
		}
		if !out.IsTruncated || out.Marker == nil {
			return encodeTags(now), nil
		}
		in.Marker = out.Marker
	}
}

// encodeTags is canonical: sorted keys, and "" for no tags at all.
func encodeTags(tags map[string]string) string {
	if len(tags) == 0 {
		return ""
	}
	raw, err := json.Marshal(tags)
	if err != nil {
		return "" // a map of strings always marshals
	}
	return string(raw)
}

func decodeTags(s string) (map[string]string, error) {
	if s == "" {
		return nil, nil
	}
	var tags map[string]string
	if err := json.Unmarshal([]byte(s), &tags); err != nil {
		return nil, fmt.Errorf("read tags of a change: %w", err)
	}
	return tags, nil
}
