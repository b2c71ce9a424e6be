package cli

import (
	"context"
	"maps"
	"slices"

	"github.com/ircontain/ircontain/internal/awsconn"
	"github.com/ircontain/ircontain/internal/collect"
	"github.com/ircontain/ircontain/internal/permission"
)

// collected is what a snapshot holds beyond IAM: the policies of resources and
// of the organisation, and what could not be read of them.
type collected struct {
	// Resources are policies by the ARN of what carries them.
	Resources map[string]string `json:"resources,omitempty"`
	// SCPs go from the organisation's root to the account. Null means that they
	// were not read, an empty list that there are none.
	SCPs   [][]savedPolicy     `json:"service_control_policies"`
	Unread []permission.Unseen `json:"unread,omitempty"`
}

// savedPolicy is one document of the organisation.
type savedPolicy struct {
	Name     string `json:"name"`
	ARN      string `json:"arn"`
	Document string `json:"document"`
}

// collectPolicies reads them. Only a cancelled context is an error: all else
// that goes wrong is part of what was collected.
func (a *App) collectPolicies(ctx context.Context, conn *awsconn.Conn, account, partition string) (collected, error) {
	a.talk("reading resource policies in %s and service control policies", conn.Region)
	policies, unread := collect.ResourcePolicies(ctx, collect.Clients{S3: conn.S3, KMS: conn.KMS, SQS: conn.SQS, SNS: conn.SNS,
		Lambda: conn.Lambda, SecretsManager: conn.SecretsManager}, collect.Scope{Partition: partition, Region: conn.Region})
	above := collect.ServiceControlPolicies(ctx, conn.Organizations, account)
	if above.Note != "" {
		a.talk("%s", above.Note)
	}
	c := collected{Unread: append(unread, above.Unseen...)}
	for _, p := range policies {
		if c.Resources == nil {
			c.Resources = map[string]string{}
		}
		c.Resources[p.ARN] = p.Text
	}
	if above.Levels != nil {
		c.SCPs = [][]savedPolicy{}
	}
	for _, level := range above.Levels {
		saved := []savedPolicy{}
		for _, d := range level {
			saved = append(saved, savedPolicy{Name: d.Name, ARN: d.ARN, Document: d.Text})
		}
		c.SCPs = append(c.SCPs, saved)
	}
	return c, ctx.Err()
}

// into adds what was collected to the description of the account. A snapshot
// from before there was such a thing adds nothing.
func (c *collected) into(in *permission.Input) {
	if c == nil {
		return
	}
	for _, arn := range slices.Sorted(maps.Keys(c.Resources)) {
		in.Resources = append(in.Resources, permission.ResourcePolicy{ARN: arn, Text: c.Resources[arn]})
	}
	if c.SCPs != nil {
		in.SCPs = [][]permission.Document{}
	}
	for _, level := range c.SCPs {
		docs := []permission.Document{}
		for _, p := range level {
			docs = append(docs, permission.Document{Name: p.Name, ARN: p.ARN, Text: p.Document})
		}
		in.SCPs = append(in.SCPs, docs)
	}
	in.Unread = append(in.Unread, c.Unread...)
}
