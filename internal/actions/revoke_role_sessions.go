package actions

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/policy"
)

type roleAPI interface {
	rolePolicyReader
	GetRole(context.Context, *iam.GetRoleInput, ...func(*iam.Options)) (*iam.GetRoleOutput, error)
}

// sessionLife is how long any session of the key can still live: 36 h for
// user-derived ones, 12 h for roles.
const sessionLife = 36 * time.Hour

// RevokeRoleSessions plans a TokenIssueTime deny on each role that the key
// assumed. It hits everybody's older sessions of the role, so it lists them.
type RevokeRoleSessions struct {
	api  roleAPI
	logs *Logs
}

// NewRevokeRoleSessions builds the action over a reading client and the logs.
func NewRevokeRoleSessions(api roleAPI, logs *Logs) *RevokeRoleSessions {
	return &RevokeRoleSessions{api: api, logs: logs}
}

// Params names the parameters, with their kinds, of revoke-role-sessions.
func (*RevokeRoleSessions) Params() map[string]string { return nil }

// Plan looks for the roles in the last 36 hours of the log, since no older
// session can be alive.
func (a *RevokeRoleSessions) Plan(ctx context.Context, r Request) (incident.Plan, error) {
	c, err := card(r)
	if err != nil {
		return incident.Plan{}, err
	}
	now := r.Clock.Now()
	p := incident.Plan{Intent: "end the sessions of every role that the key assumed in the last 36 hours", Owner: r.Owner, Reason: r.Reason, ReviewAt: r.ReviewAt,
		DoesNotStop: []string{"new sessions by others who may assume these roles: their trust policies are not touched",
			"sessions in other accounts: each account has to revoke its own"}}
	usage, err := a.logs.Usage(ctx, c.AccessKey, now.Add(-sessionLife), now)
	p.Observed = &incident.Observation{}
	if err != nil {
		p.Observed.Unseen = append(p.Observed.Unseen, unseen("roles assumed by the key", err))
		p.Advice = append(p.Advice, "BLIND: the log could not be read, so roles that were assumed are unknown; pass --logs")
	} else {
		p.Observed.Usage = &usage
	}
	for _, role := range rolesSeen(r.State, usage) {
		if err := a.planRole(ctx, r, c, role, &p); err != nil {
			return p, err
		}
	}
	if len(p.Changes) == 0 && err == nil {
		p.Advice = append(p.Advice, "no role was seen assumed in the log that was read")
	}
	return p, nil
}

func rolesSeen(s *incident.State, u incident.Usage) []incident.RoleUse {
	roles := u.Roles
	if s.Usage != nil {
		for _, r := range s.Usage.Roles {
			if !slices.ContainsFunc(roles, func(x incident.RoleUse) bool { return x.ARN == r.ARN }) {
				roles = append(roles, r)
			}
		}
	}
	return roles
}

func (a *RevokeRoleSessions) planRole(ctx context.Context, r Request, c *incident.Card, role incident.RoleUse, p *incident.Plan) error {
	name := nameOf(role.ARN)
	if !strings.Contains(role.ARN, ":"+c.Account+":role/") {
		p.Observed.Findings = append(p.Observed.Findings, incident.Finding{What: "role in another account: " + role.ARN, Resource: role.ARN,
			At: role.Last, Handling: handlingElsewhere, Detail: "revoke its sessions with credentials of that account"})
		return nil
	}
	if strings.Contains(role.ARN, "/aws-service-role/") {
		p.Observed.Findings = append(p.Observed.Findings, incident.Finding{What: "service-linked role " + name, Resource: role.ARN,
			At: role.Last, Handling: handlingNotContainable, Detail: "AWS does not let anybody change its policies"})
		return nil
	}
	out, err := a.api.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(name)})
	if notFound(err) {
		p.Advice = append(p.Advice, "role "+name+" does not exist any more")
		return nil
	}
	if err != nil {
		return fmt.Errorf("read role %s: %w", name, err)
	}
	for _, who := range append(trusted(aws.ToString(out.Role.AssumeRolePolicyDocument)), role.Others...) {
		if !strings.HasSuffix(who, ":user/"+c.User) {
			p.AlsoHits = append(p.AlsoHits, fmt.Sprintf("%s: running sessions of %s have to sign in again", name, who))
		}
	}
	slices.Sort(p.AlsoHits)
	p.AlsoHits = slices.Compact(p.AlsoHits)
	polName, err := guardrailName(r)
	if err != nil {
		return err
	}
	cutoff := r.Clock.Now()
	if settled := role.Last.Add(10 * time.Second); settled.After(cutoff) {
		cutoff = settled // later than the last AssumeRole that was seen, plus propagation
	}
	change := roleRevocation(role.ARN, name, polName, string(policy.RevokeRoleSessions(cutoff)), cutoff)
	if isApplied(r.State, change) {
		p.Advice = append(p.Advice, "role "+name+" already carries the deny from this incident")
		return nil
	}
	p.Changes = append(p.Changes, change)
	return nil
}

func roleRevocation(arn, name, polName, doc string, cutoff time.Time) incident.Change {
	return incident.Change{Kind: incident.RoleInlinePolicy, Resource: arn, Attribute: "inline policy " + polName + " on role " + name, After: doc, Guardrail: true,
		Call:   fmt.Sprintf("iam:PutRolePolicy role=%s policy=%s (deny sessions issued before %s)", name, polName, stamp(cutoff)),
		CLI:    fmt.Sprintf("aws iam put-role-policy --role-name %s --policy-name %s --policy-document '%s'", name, polName, doc),
		Undo:   "iam:DeleteRolePolicy: sessions issued before the cut-off that are still alive work again",
		Params: map[string]string{paramRole: name, paramPolicy: polName}}
}

// trusted lists the principals of a trust policy, as they are written there.
func trusted(encoded string) []string {
	text, err := url.QueryUnescape(encoded)
	if err != nil {
		return nil
	}
	var doc struct{ Statement json.RawMessage }
	if json.Unmarshal([]byte(text), &doc) != nil {
		return nil
	}
	type statement struct {
		Effect    string
		Principal json.RawMessage
	}
	var list []statement
	if json.Unmarshal(doc.Statement, &list) != nil {
		var one statement
		if json.Unmarshal(doc.Statement, &one) != nil {
			return nil
		}
		list = []statement{one}
	}
	var out []string
	for _, s := range list {
		if s.Effect == "Allow" {
			out = append(out, principals(s.Principal)...)
		}
	}
	return out
}

func principals(raw json.RawMessage) []string {
	var any string
	if json.Unmarshal(raw, &any) == nil {
		return []string{any}
	}
	var byKind map[string]json.RawMessage
	if json.Unmarshal(raw, &byKind) != nil {
		return nil
	}
	var out []string
	for _, v := range byKind {
		var one string
		var many []string
		if json.Unmarshal(v, &one) == nil {
			out = append(out, one)
		} else if json.Unmarshal(v, &many) == nil {
			out = append(out, many...)
		}
	}
	slices.Sort(out)
	return out
}
