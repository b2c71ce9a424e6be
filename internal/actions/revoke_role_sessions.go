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

// One plan has to fit a journal line of 64 KiB: it revokes maxRolePlans roles,
// the newest use first, and says that there is more; and it names maxHits of
// those who are hit too.
const (
	maxRolePlans = 12
	maxHits      = 48
)

// Plan looks for the roles in the last 36 hours of the log, since no older
// session can be alive.
func (a *RevokeRoleSessions) Plan(ctx context.Context, r Request) (incident.Plan, error) {
	c, err := card(r)
	if err != nil {
		return incident.Plan{}, err
	}
	since := r.Clock.Now().Add(-sessionLife)
	p := incident.Plan{Intent: "end the sessions of every role that the key assumed in the last 36 hours", Owner: r.Owner, Reason: r.Reason, ReviewAt: r.ReviewAt,
		DoesNotStop: []string{"new sessions by others who may assume these roles: their trust policies are not touched",
			"sessions in other accounts: each account has to revoke its own"}, Observed: &incident.Observation{Unseen: a.logs.blindSpots(r.Clock.Now())}}
	log, _, err := a.logs.read(ctx, c.AccessKey, since, r.Clock.Now())
	if err != nil {
		p.Observed.Unseen = append(p.Observed.Unseen, unseen("roles assumed by the key", err))
		p.Advice = append(p.Advice, "BLIND: the log could not be read whole, so a role that was assumed may be missing here; pass --logs")
	}
	var roles []incident.RoleUse
	if log != nil {
		roles = rolesOf(log, c.AccessKey, since)
	}
	for _, role := range withSeen(r.State, roles, since) {
		if len(p.Changes) == maxRolePlans {
			p.More = true
			p.Advice = append(p.Advice, fmt.Sprintf("one plan revokes %d roles: this step is planned again for the rest", maxRolePlans))
			break
		}
		if err := a.planRole(ctx, r, role, &p); err != nil {
			return p, err
		}
	}
	slices.Sort(p.AlsoHits)
	p.AlsoHits = slices.Compact(p.AlsoHits)
	if n := len(p.AlsoHits) - maxHits; n > 0 {
		p.AlsoHits = append(p.AlsoHits[:maxHits], fmt.Sprintf("and %d more", n))
	}
	p.Observed.Findings = first(p.Observed.Findings, maxHits)
	if len(p.Changes) == 0 && err == nil {
		p.Advice = append(p.Advice, "no role to revoke was seen in the log that was read; that is not proof that none was assumed")
	}
	return p, nil
}

// withSeen adds the roles that an earlier reading of this incident showed.
func withSeen(s *incident.State, roles []incident.RoleUse, since time.Time) []incident.RoleUse {
	if s.Usage == nil {
		return roles
	}
	for _, r := range s.Usage.Roles {
		if !r.Last.Before(since) && !slices.ContainsFunc(roles, func(x incident.RoleUse) bool { return x.ARN == r.ARN }) {
			roles = append(roles, r)
		}
	}
	return roles
}

// notHere says why a role's sessions cannot, or must not, be ended here.
func notHere(r Request, role incident.RoleUse) (handling, detail string) {
	switch {
	case !strings.Contains(role.ARN, ":"+r.State.Card.Account+":role/"):
		return handlingElsewhere, "it is in another account: revoke its sessions with credentials of that account"
	case strings.Contains(role.ARN, ":role/aws-service-role/"), strings.Contains(role.ARN, ":role/aws-reserved/"):
		return handlingNotContainable, "AWS does not let anybody change its policies: end its sessions through the service or in Identity Center"
	case callerIs(r, ":assumed-role", nameOf(role.ARN)):
		return handlingElsewhere, "YOU work in this role: revoking it would end your own session; come back with another identity"
	}
	return "", ""
}

func (a *RevokeRoleSessions) planRole(ctx context.Context, r Request, role incident.RoleUse, p *incident.Plan) error {
	name := nameOf(role.ARN)
	if handling, detail := notHere(r, role); handling != "" {
		p.Observed.Findings = append(p.Observed.Findings, incident.Finding{What: "role " + name + " was assumed", Resource: role.ARN, At: role.Last, Handling: handling, Detail: detail})
		return nil
	}
	others := role.Others
	out, err := a.api.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(name)})
	switch {
	case notFound(err):
		p.Advice = append(p.Advice, "role "+name+" does not exist any more")
		return nil
	case err != nil:
		// Only who else is hit is unknown then: the sessions still have to end.
		p.Observed.Unseen = append(p.Observed.Unseen, unseen("who may assume role "+name, err))
	default:
		others = append(trusted(aws.ToString(out.Role.AssumeRolePolicyDocument)), others...)
	}
	p.AlsoHits = append(p.AlsoHits, alsoHits(name, others, r.State.Card.User)...)
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
		return nil
	}
	p.Changes = append(p.Changes, change)
	return nil
}

// maxAlsoHits bounds what a trust policy can put into the plan's journal line.
const maxAlsoHits = 8

func alsoHits(role string, others []string, victim string) []string {
	var out []string
	for _, who := range others {
		if strings.HasSuffix(who, ":user/"+victim) {
			continue
		}
		if len(out) == maxAlsoHits {
			return append(out, fmt.Sprintf("%s: and others (%d in all)", role, len(others)))
		}
		out = append(out, fmt.Sprintf("%s: running sessions of %s have to sign in again", role, clip(who)))
	}
	return out
}

func roleRevocation(arn, name, polName, doc string, cutoff time.Time) incident.Change {
	return incident.Change{Kind: incident.RoleInlinePolicy, Resource: arn, Attribute: "inline policy " + polName + " on role " + name, After: doc, Guardrail: true,
		Call:   fmt.Sprintf("iam:PutRolePolicy role=%s policy=%s (deny sessions issued before %s)", name, polName, stamp(cutoff)),
		CLI:    fmt.Sprintf("aws iam put-role-policy --role-name %s --policy-name %s --policy-document file://%s.json", name, polName, polName),
		Undo:   "iam:DeleteRolePolicy: sessions issued before the cut-off that are still alive work again",
		Params: map[string]string{paramRole: name, paramPolicy: polName}}
}

// trusted lists the principals of a trust policy, as they are written there.
func trusted(encoded string) []string {
	text, err := url.PathUnescape(encoded)
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
