package actions

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/trail"
)

// SweepPersistence looks for what the identity left behind: keys, users,
// policies, trust edits. It offers to deactivate access keys that the
// compromised key is proven to have made; everything else is for a person.
type SweepPersistence struct {
	api  accessKeyReader
	logs *Logs
}

// NewSweepPersistence builds the action over a reading client and the logs.
func NewSweepPersistence(api accessKeyReader, logs *Logs) *SweepPersistence {
	return &SweepPersistence{api: api, logs: logs}
}

// Params names the parameters, with their kinds, of sweep-persistence.
func (*SweepPersistence) Params() map[string]string { return map[string]string{"resweep": "durations"} }

// Plan sweeps once, and plans the deactivation of keys that the identity made.
func (a *SweepPersistence) Plan(ctx context.Context, r Request) (incident.Plan, error) {
	c, err := card(r)
	if err != nil {
		return incident.Plan{}, err
	}
	p := incident.Plan{Intent: "find what the identity left behind: new keys, users, policies, trust edits",
		DoesNotStop: []string{"what was done with roles in other accounts, or before the log begins"},
		Advice:      []string{"events arrive minutes late: sweep again before you close"}}
	found, obs, err := a.sweep(ctx, r, c)
	if err != nil {
		return p, err
	}
	p.Observed = &obs
	p.Checks = []incident.Check{{Text: fmt.Sprintf("%d finding(s)", len(obs.Findings)), OK: len(obs.Findings) == 0}}
	for _, k := range found {
		if k.proven && k.status == "Active" && k.id != string(c.AccessKey) && !callerIs(r, ":user", k.user) {
			p.Changes = append(p.Changes, keyStatusChange(userARN(c, k.user), k.user, k.id, k.status))
		}
	}
	return p, nil
}

// Observe sweeps again at the times that the playbook asks for: an intruder
// who is still in acts within seconds of the cut.
func (a *SweepPersistence) Observe(ctx context.Context, r Request) (incident.Observation, error) {
	c, err := card(r)
	if err != nil {
		return incident.Observation{}, err
	}
	var obs incident.Observation
	for _, text := range append([]string{"0s"}, r.Params.Strings("resweep")...) {
		d, err := time.ParseDuration(text)
		if err != nil {
			return obs, &incident.Problem{Class: incident.ClassUsage, Text: fmt.Sprintf("resweep %q is not a duration", text), Hint: "write it like 30s"}
		}
		if err := r.Clock.Sleep(ctx, d); err != nil {
			return obs, fmt.Errorf("wait before sweeping again: %w", err)
		}
		if _, obs, err = a.sweep(ctx, r, c); err != nil {
			return obs, err
		}
	}
	return obs, nil
}

// foundKey is an access key that the incident's own card did not start with,
// or that the log proves to be made by the compromised identity.
type foundKey struct {
	id, user, status string
	at               time.Time
	by               string
	proven           bool
}

func (a *SweepPersistence) sweep(ctx context.Context, r Request, c *incident.Card) ([]foundKey, incident.Observation, error) {
	var obs incident.Observation
	now := r.Clock.Now()
	var births []trail.Birth
	obs.Unseen = a.logs.blindSpots(now)
	log, _, logErr := a.logs.read(ctx, c.AccessKey, now.Add(-sessionLife), now)
	if logErr != nil {
		obs.Unseen = append(obs.Unseen, unseen("what the identity changed (event history)", logErr))
	}
	if log != nil {
		since := now.Add(-sessionLife)
		births = keysBorn(log, c.AccessKey, since)
		obs.Findings = append(obs.Findings, edits(log, c.AccessKey, since)...)
	}
	users := []string{c.User}
	for _, b := range births {
		if u := holderUser(b.Holder); u != "" && !slices.Contains(users, u) {
			users = append(users, u)
		}
	}
	var keys []foundKey
	for _, u := range users {
		list, err := listAccessKeys(ctx, a.api, u)
		if notFound(err) {
			continue
		}
		if err != nil && u == c.User {
			return nil, obs, err
		}
		if err != nil {
			obs.Unseen = append(obs.Unseen, unseen("access keys of user "+u, err))
			continue
		}
		for _, k := range list {
			fk := foundKey{id: aws.ToString(k.AccessKeyId), user: u, status: string(k.Status), at: aws.ToTime(k.CreateDate)}
			for _, b := range births {
				if b.Child == fk.id {
					fk.proven, fk.by, fk.at = true, b.IssuedBy, b.At
				}
			}
			if fk.proven || (fk.id != string(c.AccessKey) && u == c.User) {
				keys = append(keys, fk)
				obs.Findings = append(obs.Findings, fk.finding(r, c))
			}
		}
	}
	slices.SortStableFunc(obs.Findings, func(a, b incident.Finding) int { return cmp.Compare(a.What, b.What) })
	obs.Findings = first(obs.Findings, maxOperations)
	return keys, obs, nil
}

func (k foundKey) finding(r Request, c *incident.Card) incident.Finding {
	f := incident.Finding{What: fmt.Sprintf("access key %s of user %s", incident.AccessKeyID(k.id).Short(), k.user), Resource: userARN(c, k.user), By: k.by, At: k.at,
		Handling: "decide", Detail: "not proven to be made by the intruder: ask its owner"}
	if k.proven {
		f.Handling, f.Detail = handlingContainable, "the log shows the compromised identity making it"
	}
	if callerIs(r, ":user", k.user) {
		f.Handling, f.Detail = handlingElsewhere, "YOU are this user: let somebody else deactivate it"
	}
	if k.status == "Inactive" {
		f.Handling, f.Detail = "contained", "Inactive"
	}
	return f
}

func userARN(c *incident.Card, user string) string {
	if user == c.User {
		return c.Principal
	}
	return fmt.Sprintf("arn:%s:iam::%s:user/%s", c.Partition, c.Account, user)
}

func holderUser(arn string) string {
	if !strings.Contains(arn, ":user/") {
		return ""
	}
	return nameOf(arn)
}

// keysBorn lists the access keys that the key and its descendants made since.
// Older ones are not taken for the intruder's: a service that rotates keys
// makes them too.
func keysBorn(log *trail.Log, key incident.AccessKeyID, since time.Time) []trail.Birth {
	ours := log.Genealogy().Descendants(string(key))
	var out []trail.Birth
	for _, b := range log.Births() {
		if b.Event == "CreateAccessKey" && ours[b.Parent] && !b.At.Before(since) {
			out = append(out, b)
		}
	}
	return out
}

// edits lists the successful writes by the key and its descendants that can
// keep a door open (ATT&CK T1098, T1136, T1556, T1484).
func edits(log *trail.Log, key incident.AccessKeyID, since time.Time) []incident.Finding {
	ours := log.Genealogy().Descendants(string(key))
	var out []incident.Finding
	calls := log.Calls()
	for i := range calls {
		c := &calls[i]
		if c.ErrorCode != "" || c.Time.Before(since) || !ours[c.Identity.AccessKeyID] || !keepsDoorOpen(c.API.EventName) {
			continue
		}
		f := incident.Finding{What: c.API.Name() + " " + clip(strings.Join(first(c.Resources, 2), " ")), By: clip(c.Identity.Principal()), At: c.Time, Handling: "decide",
			Detail: fmt.Sprintf("signed with %s from %s", incident.AccessKeyID(c.Identity.AccessKeyID).Short(), clip(c.Client.SourceIPAddress))}
		if len(c.Resources) > 0 {
			f.Resource = clip(c.Resources[0])
		}
		if c.API.EventName == "GetFederationToken" || c.API.EventName == "GetSessionToken" {
			f.Handling, f.Detail = "contained", "ended by the deny on user-derived sessions, where it is in place; "+f.Detail
		}
		out = append(out, f)
	}
	return out
}

func keepsDoorOpen(event string) bool {
	switch event {
	case "CreateUser", "CreateRole", "CreateLoginProfile", "UpdateLoginProfile", "UpdateAssumeRolePolicy",
		"AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy", "PutUserPolicy", "PutRolePolicy", "PutGroupPolicy",
		"CreatePolicy", "CreatePolicyVersion", "SetDefaultPolicyVersion", "AddUserToGroup",
		"DeleteUserPolicy", "DetachUserPolicy", "DeleteUserPermissionsBoundary", "DeleteRolePermissionsBoundary",
		"CreateServiceSpecificCredential", "ResetServiceSpecificCredential", "UploadSSHPublicKey", "UploadSigningCertificate",
		"CreateVirtualMFADevice", "EnableMFADevice", "DeactivateMFADevice", "UpdateAccessKey",
		"CreateSAMLProvider", "CreateOpenIDConnectProvider", "UpdateSAMLProvider",
		"GetFederationToken", "GetSessionToken", "StopLogging", "DeleteTrail", "PutEventSelectors":
		return true
	}
	return false
}
