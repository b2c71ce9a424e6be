package collect

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/ircontain/ircontain/internal/permission"
)

// Clients are the services that are asked. All of them only read.
type Clients struct {
	S3             S3API
	KMS            KMSAPI
	SQS            SQSAPI
	SNS            SNSAPI
	Lambda         LambdaAPI
	SecretsManager SecretsManagerAPI
}

// Scope says where to read, and how much.
type Scope struct {
	Partition string
	// Region is the connection's, for the report: it is the only one asked.
	Region string
	// Resources bounds what is read of one service, 0 for DefaultResources.
	Resources int
	// Parallel bounds the reads of one service at a time, 0 for DefaultParallel.
	Parallel int
}

const (
	// DefaultResources is far beyond what one team's account holds.
	DefaultResources = 500
	// DefaultParallel stays under the tightest quota of the six services, 15
	// calls a second to Lambda's GetPolicy, at ordinary answer times.
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	DefaultParallel = 3
)

// ResourcePolicies reads the policies of buckets, keys, queues, topics,
// functions and secrets. Resources without one are left out; what could not be
// read is in the second list. A cancelled context ends it early: ask it.
func ResourcePolicies(ctx context.Context, c Clients, s Scope) ([]permission.ResourcePolicy, []permission.Unseen) {
	if s.Resources <= 0 {
		s.Resources = DefaultResources
	}
	if s.Parallel <= 0 {
		s.Parallel = DefaultParallel
	}
	var walks []*walk
	for _, src := range []source{buckets(c.S3, s.Partition), keys(c.KMS), queues(c.SQS), topics(c.SNS), functions(c.Lambda), secrets(c.SecretsManager)} {
		walks = append(walks, &walk{source: src, scope: s})
	}
	var g errgroup.Group
	g.SetLimit(len(walks))
	for _, w := range walks {
		g.Go(func() error {
			w.run(ctx)
			return nil
		})
	}
	_ = g.Wait() // as in run
	policies := map[string]string{}
	var unseen []permission.Unseen
	for _, w := range walks {
		for _, p := range w.policies {
			policies[p.ARN] = p.Text
		}
		unseen = append(unseen, w.gaps.unseen()...)
	}
	return sorted(policies), append(unseen, never(s.Region)...)
}

// never lists what is not asked for at all.
func never(region string) []permission.Unseen {
	return []permission.Unseen{
		{What: fmt.Sprintf("policies of KMS keys, queues, topics, functions and secrets outside %s", region), Why: "only the connection's region is read (--region); " + couldChange},
		{What: "policies of S3 access points and of versions, aliases and layers of functions", Why: "not read; " + couldChange},
	}
}

// sorted puts policies in the order of their ARNs.
func sorted(policies map[string]string) []permission.ResourcePolicy {
	out := make([]permission.ResourcePolicy, 0, len(policies))
	for _, arn := range slices.Sorted(maps.Keys(policies)) {
		out = append(out, permission.ResourcePolicy{ARN: arn, Text: policies[arn]})
	}
	return out
}
