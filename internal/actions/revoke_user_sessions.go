package actions

import (
	"context"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/policy"
)

// RevokeUserSessions plans the deny that ends every session derived from the
// user (GetSessionToken, GetFederationToken, console): deactivating the key
// does not end them, and no other lever reaches them for up to 36 hours.
type RevokeUserSessions struct{}

// Params names the parameters, with their kinds, of revoke-user-sessions.
func (RevokeUserSessions) Params() map[string]string { return nil }

// Plan denies everything to requests of the user that carry a token.
func (RevokeUserSessions) Plan(_ context.Context, r Request) (incident.Plan, error) {
	c, err := card(r)
	if err != nil {
		return incident.Plan{}, err
	}
	name, err := guardrailName(r)
	if err != nil {
		return incident.Plan{}, err
	}
	doc := string(policy.RevokeUserSessions())
	p := incident.Plan{Intent: "end every session of user " + c.User + " that carries a token, whenever it was minted",
		DoesNotStop: []string{"sessions of roles: the next step", "calls signed with a long-term key of the user"},
		Owner:       r.Owner, Reason: r.Reason, ReviewAt: r.ReviewAt,
		Checks: []incident.Check{{Text: "needs no cut-off time, so no clock has to be right", OK: true}}}
	for _, cred := range c.Credentials {
		if cred.Kind == "console password" && cred.Status == "set" {
			p.AlsoHits = append(p.AlsoHits, "the owner's own console sign-in, for as long as the policy stays")
		}
	}
	changes, advice, err := place(r.State, c, document{name, doc, documentSize(doc)})
	if err != nil {
		return p, err
	}
	if len(changes) == 0 {
		advice = []string{"the deny is already in place from this incident"}
	}
	p.Changes, p.Advice = changes, append(p.Advice, advice...)
	return p, nil
}
