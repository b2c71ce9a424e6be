package actions

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"golang.org/x/sync/errgroup"

	"github.com/ircontain/ircontain/internal/incident"
)

// identityAPI is every reading call the credential card needs. It is long
// because IAM has ten credential kinds and each has its own list.
type identityAPI interface {
	accessKeyReader
	userPolicyReader
	attachmentReader
	userTagReader
	GetUser(context.Context, *iam.GetUserInput, ...func(*iam.Options)) (*iam.GetUserOutput, error)
	GetLoginProfile(context.Context, *iam.GetLoginProfileInput, ...func(*iam.Options)) (*iam.GetLoginProfileOutput, error)
	ListMFADevices(context.Context, *iam.ListMFADevicesInput, ...func(*iam.Options)) (*iam.ListMFADevicesOutput, error)
	ListSSHPublicKeys(context.Context, *iam.ListSSHPublicKeysInput, ...func(*iam.Options)) (*iam.ListSSHPublicKeysOutput, error)
	ListSigningCertificates(context.Context, *iam.ListSigningCertificatesInput, ...func(*iam.Options)) (*iam.ListSigningCertificatesOutput, error)
	ListServiceSpecificCredentials(context.Context, *iam.ListServiceSpecificCredentialsInput, ...func(*iam.Options)) (*iam.ListServiceSpecificCredentialsOutput, error)
	ListGroupsForUser(context.Context, *iam.ListGroupsForUserInput, ...func(*iam.Options)) (*iam.ListGroupsForUserOutput, error)
	ListAttachedGroupPolicies(context.Context, *iam.ListAttachedGroupPoliciesInput, ...func(*iam.Options)) (*iam.ListAttachedGroupPoliciesOutput, error)
	ListUserPolicies(context.Context, *iam.ListUserPoliciesInput, ...func(*iam.Options)) (*iam.ListUserPoliciesOutput, error)
	ListAccountAliases(context.Context, *iam.ListAccountAliasesInput, ...func(*iam.Options)) (*iam.ListAccountAliasesOutput, error)
}

// IdentifyCredential plans nothing: it reads the card of every credential kind
// of the key's owner, in two rounds of side-by-side calls.
type IdentifyCredential struct {
	api identityAPI
	pre Preflight
}

// NewIdentifyCredential builds the action on what the preflight already knows.
func NewIdentifyCredential(api identityAPI, pre Preflight) *IdentifyCredential {
	return &IdentifyCredential{api: api, pre: pre}
}

// Params names the parameters, with their kinds, of identify-credential.
func (a *IdentifyCredential) Params() map[string]string { return nil }

// cardReader fills one card; add guards what the parallel reads share.
type cardReader struct {
	api  identityAPI
	mu   sync.Mutex
	card *incident.Card
	user *string
}

// Plan reads the card. A list that cannot be read becomes a line of Unseen;
// only the access keys themselves are indispensable.
func (a *IdentifyCredential) Plan(ctx context.Context, r Request) (incident.Plan, error) {
	key := r.State.Opened.AccessKey
	c := &incident.Card{AccessKey: key, KeyKind: "long_term", Account: a.pre.Account, Partition: partitionOf(a.pre.Caller),
		User: a.pre.User, ReadAt: r.Clock.Now(), LastUsed: a.pre.LastUsed, LastUsedFor: a.pre.LastUsedFor, Tags: map[string]string{},
		Principal: fmt.Sprintf("arn:%s:iam::%s:user/%s", partitionOf(a.pre.Caller), a.pre.Account, a.pre.User)}
	c.Evidence = append(c.Evidence,
		fmt.Sprintf("sts:GetCallerIdentity: you are %s in account %s", a.pre.Caller, a.pre.Account),
		fmt.Sprintf("iam:GetAccessKeyLastUsed: %s is owned by user %s", key.Short(), a.pre.User))
	cr := &cardReader{api: a.api, card: c, user: aws.String(a.pre.User)}
	if err := cr.run(ctx, cr.firstRound()); err != nil {
		return incident.Plan{}, err
	}
	if err := cr.run(ctx, cr.secondRound()); err != nil {
		return incident.Plan{}, err
	}
	cr.finish()
	if c.KeyStatus == "" {
		return incident.Plan{}, &incident.Problem{Class: incident.ClassRefused,
			Text: fmt.Sprintf("user %s has no access key %s any more", c.User, key.Short()),
			Hint: "it was deleted: its sessions may still live; map it with `ircontain map`"}
	}
	obs := &incident.Observation{Card: c, Unseen: c.Unseen}
	if a.pre.Recent != nil {
		u := a.pre.Recent.Usage
		obs.Usage = &u
	} else if a.pre.RecentErr != nil {
		obs.Unseen = append(obs.Unseen, unseen("event history of the key", a.pre.RecentErr))
	}
	return incident.Plan{
		Intent:   "know whose key this is and every other way in that its owner has; nothing is changed",
		Observed: obs, Checks: a.checks(c), Advice: advice(c),
	}, nil
}

func (a *IdentifyCredential) checks(c *incident.Card) []incident.Check {
	return []incident.Check{
		{Text: fmt.Sprintf("account %s is the one you mean", c.Account), OK: true},
		{Text: fmt.Sprintf("the target, user %s, is not you (%s)", c.User, a.pre.Caller), OK: true},
		{Text: "the key belongs to an IAM user, not to root", OK: true},
	}
}

func advice(c *incident.Card) []string {
	var out []string
	for _, cr := range c.Credentials {
		if cr.Kind == "access key" && cr.ID != string(c.AccessKey) && cr.Status == "Active" {
			out = append(out, fmt.Sprintf("second key %s is Active (made %s): the guardrail covers it, the cut does not; the sweep asks about it",
				incident.AccessKeyID(cr.ID).Short(), cr.Created.UTC().Format("2006-01-02 15:04Z")))
		}
	}
	for _, p := range c.Attached {
		if strings.Contains(p, "AWSCompromisedKeyQuarantine") {
			out = append(out, "AWS itself has quarantined this user ("+nameOf(p)+"): leave it attached")
		}
	}
	return out
}

type read struct {
	what string
	// must makes a failure final instead of a line of Unseen.
	must bool
	do   func(context.Context) error
}

func (cr *cardReader) run(ctx context.Context, reads []read) error {
	var g errgroup.Group
	g.SetLimit(12)
	for _, rd := range reads {
		g.Go(func() error {
			err := rd.do(ctx)
			if err == nil {
				return nil
			}
			var ce *incident.CallError
			if rd.must || (errors.As(err, &ce) && ce.Credentials) {
				return err
			}
			cr.mu.Lock()
			defer cr.mu.Unlock()
			cr.card.Unseen = append(cr.card.Unseen, unseen(rd.what, err))
			return nil
		})
	}
	return g.Wait()
}

func unseen(what string, err error) incident.Unseen {
	var ce *incident.CallError
	if errors.As(err, &ce) {
		switch {
		case ce.Answer == incident.AnswerAbsent:
			return incident.Unseen{What: what, Absent: true, Why: fmt.Sprintf("%s:%s is not known at this endpoint", ce.Service, ce.Operation)}
		case ce.Denied():
			return incident.Unseen{What: what, Why: fmt.Sprintf("you may not call %s:%s", ce.Service, ce.Operation)}
		}
		return incident.Unseen{What: what, Why: fmt.Sprintf("%s:%s: %s", ce.Service, ce.Operation, ce.Message)}
	}
	return incident.Unseen{What: what, Why: incident.Text(err)}
}

func (cr *cardReader) add(c incident.Credential) {
	cr.mu.Lock()
	defer cr.mu.Unlock()
	cr.card.Credentials = append(cr.card.Credentials, c)
}

func (cr *cardReader) firstRound() []read {
	return append(cr.credentialReads(),
		read{"user", true, func(ctx context.Context) error {
			out, err := cr.api.GetUser(ctx, &iam.GetUserInput{UserName: cr.user})
			if err != nil {
				return fmt.Errorf("read user %s: %w", *cr.user, err)
			}
			cr.card.Principal, cr.card.UserID = aws.ToString(out.User.Arn), aws.ToString(out.User.UserId)
			if b := out.User.PermissionsBoundary; b != nil {
				cr.card.Boundary = aws.ToString(b.PermissionsBoundaryArn)
			}
			return nil
		}},
		read{"groups", false, func(ctx context.Context) error {
			pages := iam.NewListGroupsForUserPaginator(cr.api, &iam.ListGroupsForUserInput{UserName: cr.user})
			for pages.HasMorePages() {
				out, err := pages.NextPage(ctx)
				if err != nil {
					return err
				}
				for _, g := range out.Groups {
					cr.card.Groups = append(cr.card.Groups, aws.ToString(g.GroupName))
				}
			}
			return nil
		}},
		read{"attached policies", false, func(ctx context.Context) error {
			pages := iam.NewListAttachedUserPoliciesPaginator(cr.api, &iam.ListAttachedUserPoliciesInput{UserName: cr.user})
			for pages.HasMorePages() {
				out, err := pages.NextPage(ctx)
				if err != nil {
					return err
				}
				for _, p := range out.AttachedPolicies {
					cr.card.Attached = append(cr.card.Attached, aws.ToString(p.PolicyArn))
				}
			}
			return nil
		}},
		read{"inline policies", false, func(ctx context.Context) error {
			cr.card.InlineSize = -1
			pages := iam.NewListUserPoliciesPaginator(cr.api, &iam.ListUserPoliciesInput{UserName: cr.user})
			for pages.HasMorePages() {
				out, err := pages.NextPage(ctx)
				if err != nil {
					return err
				}
				for _, n := range out.PolicyNames {
					cr.card.Inline = append(cr.card.Inline, incident.InlinePolicy{Name: n, Size: -1})
				}
			}
			cr.card.InlineSize = 0
			return nil
		}},
		read{"tags", false, func(ctx context.Context) error {
			out, err := cr.api.ListUserTags(ctx, &iam.ListUserTagsInput{UserName: cr.user})
			if err != nil {
				return err
			}
			for _, t := range out.Tags {
				cr.card.Tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
			}
			return nil
		}},
		read{"account alias", false, func(ctx context.Context) error {
			out, err := cr.api.ListAccountAliases(ctx, &iam.ListAccountAliasesInput{})
			if err == nil && len(out.AccountAliases) > 0 {
				cr.card.AccountAlias = out.AccountAliases[0]
			}
			return err
		}})
}

func (cr *cardReader) secondRound() []read {
	var reads []read
	for i := range cr.card.Inline {
		reads = append(reads, read{"inline policy " + cr.card.Inline[i].Name, false, func(ctx context.Context) error {
			out, err := cr.api.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: cr.user, PolicyName: aws.String(cr.card.Inline[i].Name)})
			if err != nil {
				return err
			}
			doc, err := canonicalDocument(out.PolicyDocument)
			if err != nil {
				return err
			}
			cr.card.Inline[i].Size = documentSize(doc)
			return nil
		}})
	}
	for _, g := range cr.card.Groups {
		reads = append(reads, read{"policies of group " + g, false, func(ctx context.Context) error {
			pages := iam.NewListAttachedGroupPoliciesPaginator(cr.api, &iam.ListAttachedGroupPoliciesInput{GroupName: aws.String(g)})
			for pages.HasMorePages() {
				out, err := pages.NextPage(ctx)
				if err != nil {
					return err
				}
				cr.mu.Lock()
				for _, p := range out.AttachedPolicies {
					cr.card.GroupPolicies = append(cr.card.GroupPolicies, aws.ToString(p.PolicyArn))
				}
				cr.mu.Unlock()
			}
			return nil
		}})
	}
	return reads
}

// finish sums sizes and puts everything in an order that does not depend on
// which answer came first.
func (cr *cardReader) finish() {
	c := cr.card
	for _, p := range c.Inline {
		if p.Size < 0 {
			c.InlineSize = -1
		} else if c.InlineSize >= 0 {
			c.InlineSize += p.Size
		}
	}
	slices.SortFunc(c.Credentials, func(a, b incident.Credential) int {
		if a.Kind != b.Kind {
			return strings.Compare(a.Kind, b.Kind)
		}
		return strings.Compare(a.ID, b.ID)
	})
	slices.Sort(c.GroupPolicies)
	c.GroupPolicies = slices.Compact(c.GroupPolicies)
	slices.SortFunc(c.Unseen, func(a, b incident.Unseen) int { return strings.Compare(a.What, b.What) })
	for _, cred := range c.Credentials {
		if cred.ID == string(c.AccessKey) && cred.Kind == "access key" {
			c.KeyStatus = cred.Status
		}
	}
}

func partitionOf(arn string) string {
	parts := strings.SplitN(arn, ":", 3)
	if len(parts) == 3 && parts[1] != "" {
		return parts[1]
	}
	return "aws"
}
