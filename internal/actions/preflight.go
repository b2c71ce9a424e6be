package actions

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"golang.org/x/sync/errgroup"

	"github.com/ircontain/ircontain/internal/incident"
)

type callerAPI interface {
	GetCallerIdentity(context.Context, *sts.GetCallerIdentityInput, ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error)
	GetAccessKeyInfo(context.Context, *sts.GetAccessKeyInfoInput, ...func(*sts.Options)) (*sts.GetAccessKeyInfoOutput, error)
}

type lastUsedAPI interface {
	GetAccessKeyLastUsed(context.Context, *iam.GetAccessKeyLastUsedInput, ...func(*iam.Options)) (*iam.GetAccessKeyLastUsedOutput, error)
}

// Preflight is what is known before anything is recorded: who is asking, and
// whose key it is. It costs one round trip.
type Preflight struct {
	// Caller is the responder's ARN, Account its account, CallerKey the id of
	// the access key that signs.
	Caller    string
	Account   string
	CallerKey string
	// User is the owner's name.
	User        string
	LastUsed    time.Time
	LastUsedFor string
	// Recent is the newest page of the key's event history; nil when it could
	// not be read, with RecentErr saying why.
	Recent    *Recent
	RecentErr error
}

// PreflightRequest says what to look up.
type PreflightRequest struct {
	Key incident.AccessKeyID
	// Account, when set, is the account the responder expects.
	Account   string
	CallerKey string
	STS       callerAPI
	IAM       lastUsedAPI
	// History reads the newest page of the key's events; nil leaves it out.
	History func(context.Context) (*Recent, error)
}

// RunPreflight identifies the responder and the owner of the key, side by
// side, and refuses what must not go on: another account, an unknown key, the
// responder's own identity.
func RunPreflight(ctx context.Context, r PreflightRequest) (Preflight, error) {
	p := Preflight{CallerKey: r.CallerKey}
	if r.CallerKey == string(r.Key) {
		return p, &incident.Problem{Class: incident.ClassRefused,
			Text: fmt.Sprintf("you are signing with the very key %s that you want to contain", r.Key.Short()),
			Hint: "use another identity (--profile): containing your own key would lock you out half-way"}
	}
	var g errgroup.Group
	var callerErr, ownerErr error
	g.Go(func() error {
		out, err := r.STS.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			callerErr = fmt.Errorf("ask AWS who you are: %w", err)
			return nil
		}
		p.Caller, p.Account = aws.ToString(out.Arn), aws.ToString(out.Account)
		return nil
	})
	g.Go(func() error {
		out, err := r.IAM.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: aws.String(string(r.Key))})
		if err != nil {
			ownerErr = err
			return nil
		}
		p.User = aws.ToString(out.UserName)
		if u := out.AccessKeyLastUsed; u != nil {
			p.LastUsed = aws.ToTime(u.LastUsedDate)
			if p.LastUsedFor = aws.ToString(u.ServiceName); p.LastUsedFor == "N/A" {
				p.LastUsedFor = ""
			}
		}
		return nil
	})
	if r.History != nil {
		g.Go(func() error {
			p.Recent, p.RecentErr = r.History(ctx)
			return nil
		})
	}
	_ = g.Wait() // every branch keeps its own error
	if callerErr != nil {
		return p, callerErr
	}
	if r.Account != "" && r.Account != p.Account {
		return p, &incident.Problem{Class: incident.ClassRefused,
			Text: fmt.Sprintf("your credentials are for account %s, you asked for account %s", p.Account, r.Account),
			Hint: "switch --profile, or correct --account"}
	}
	if ownerErr != nil {
		return p, r.explainOwner(ctx, p, ownerErr)
	}
	return p, p.refuse(r.Key)
}

// explainOwner turns "no such key" into which account it belongs to.
func (r PreflightRequest) explainOwner(ctx context.Context, p Preflight, err error) error {
	var ce *incident.CallError
	if !notFound(err) && (!errors.As(err, &ce) || !ce.Denied()) {
		return fmt.Errorf("look up the owner of access key %s: %w", r.Key.Short(), err)
	}
	info, infoErr := r.STS.GetAccessKeyInfo(ctx, &sts.GetAccessKeyInfoInput{AccessKeyId: aws.String(string(r.Key))})
	if infoErr == nil && aws.ToString(info.Account) != "" && aws.ToString(info.Account) != p.Account {
		return &incident.Problem{Class: incident.ClassRefused,
			Text: fmt.Sprintf("access key %s belongs to account %s, your credentials are for account %s", r.Key.Short(), aws.ToString(info.Account), p.Account),
			Hint: "use a --profile of that account"}
	}
	if notFound(err) {
		return &incident.Problem{Class: incident.ClassRefused,
			Text: fmt.Sprintf("access key %s is not known in account %s", r.Key.Short(), p.Account),
			Hint: "check the id against the alert; a deleted key needs no cut, but its sessions may live: `ircontain map --access-key ... --logs lookup`"}
	}
	return fmt.Errorf("look up the owner of access key %s: %w", r.Key.Short(), err)
}

func (p Preflight) refuse(key incident.AccessKeyID) error {
	switch {
	case p.User == "" || p.User == "root" || p.User == "<root_account>" || p.User == p.Account:
		return &incident.Problem{Class: incident.ClassRefused,
			Text: fmt.Sprintf("access key %s belongs to the root user of account %s: no policy can contain it", key.Short(), p.Account),
			Hint: "sign in as root and deactivate it under Security credentials, or use centralized root access (sts:AssumeRoot) from the management account"}
	case strings.Contains(p.Caller, ":user/") && nameOf(p.Caller) == p.User:
		return &incident.Problem{Class: incident.ClassRefused,
			Text: fmt.Sprintf("you are user %s, the owner of the key: the guardrail would lock you out half-way", p.User),
			Hint: "use the incident-response role or another user (--profile)"}
	case strings.Contains(p.Caller, ":federated-user/") && nameOf(p.Caller) == p.User:
		return &incident.Problem{Class: incident.ClassRefused,
			Text: fmt.Sprintf("your session looks like a federated session of user %s, the owner of the key", p.User),
			Hint: "use an identity that does not descend from the key (--profile)"}
	}
	if p.Recent != nil {
		for _, s := range p.Recent.Usage.Sessions {
			if p.CallerKey != "" && s.AccessKey == p.CallerKey {
				return &incident.Problem{Class: incident.ClassRefused,
					Text: fmt.Sprintf("your own session %s was opened with the key %s: it would end half-way", incident.AccessKeyID(p.CallerKey).Short(), key.Short()),
					Hint: "use an identity that does not descend from the key (--profile)"}
			}
		}
	}
	return nil
}
