package trail

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Birth is one key coming into being: a session issued by STS (or a service on
// its own), or an access key created in IAM. Containing the parent leaves the
// child alive, so the edge is what containment has to follow.
type Birth struct {
	Child         string
	Parent        string // "" when a service or an identity provider issued it
	Event         string // AssumeRole, GetSessionToken, CreateAccessKey, ...
	EventID       string
	SharedEventID string
	At            time.Time
	IssuedBy      string // principal that made the call
	Holder        string // principal the key acts as, when the record says so
	SessionName   string
}

// birthsOf reads the births in one record: any response with
// credentials.accessKeyId (AssumeRole*, GetSessionToken, GetFederationToken,
// AssumeRoot, and services with their own), or accessKey.accessKeyId.
func birthsOf(r *Record) []Birth {
	if r.ResponseElements == nil || r.ErrorCode != "" {
		return nil
	}
	base := Birth{
		Parent:        r.Identity.AccessKeyID,
		Event:         r.EventName,
		EventID:       r.EventID,
		SharedEventID: r.SharedEventID,
		At:            r.EventTime,
		IssuedBy:      r.Identity.Principal(),
	}
	var out []Birth
	if child := r.ResponseText("credentials", "accessKeyId"); child != "" {
		b := base
		b.Child, b.Holder = child, sessionHolder(r)
		b.SessionName = r.RequestText("roleSessionName")
		out = append(out, b)
	}
	if child := r.ResponseText("accessKey", "accessKeyId"); child != "" {
		b := base
		b.Child, b.Holder = child, accessKeyHolder(r)
		out = append(out, b)
	}
	out = append(out, credentialSets(r, base)...)
	return slices.DeleteFunc(out, func(b Birth) bool { return b.Child == b.Parent })
}

// credentialSets reads Roles Anywhere's CreateSession, which lists sessions.
func credentialSets(r *Record, base Birth) []Birth {
	var out []Birth
	walk := elementsOf(array(lookup(r.ResponseElements, "credentialSet")))
	for {
		value, ok := walk.next()
		if !ok || len(out) >= maxResourcesPerCall {
			return out
		}
		if child := text(lookup(value, "credentials", "accessKeyId")); child != "" {
			b := base
			b.Child, b.Holder = child, text(lookup(value, "roleArn"))
			out = append(out, b)
		}
	}
}

func sessionHolder(r *Record) string {
	if role := r.RequestText("roleArn"); role != "" {
		return role
	}
	if arn := r.ResponseText("assumedRoleUser", "arn"); arn != "" {
		return arn
	}
	if arn := r.ResponseText("federatedUser", "arn"); arn != "" {
		return arn
	}
	if r.EventName == "GetSessionToken" {
		return r.Identity.ARN
	}
	return r.RequestText("targetPrincipal") // AssumeRoot
}

// accessKeyHolder names the user a created key belongs to. Without a userName
// in the request the caller made a key for itself.
func accessKeyHolder(r *Record) string {
	name := r.ResponseText("accessKey", "userName")
	if name == "" || (name == r.Identity.UserName && r.Identity.ARN != "") {
		return r.Identity.ARN
	}
	account := cmp.Or(r.RecipientAccountID, r.Identity.AccountID)
	return "arn:" + partitionOf(r.Region) + ":iam::" + account + ":user/" + name
}

func partitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

func compareBirths(a, b Birth) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.EventID, b.EventID), cmp.Compare(a.Child, b.Child),
		cmp.Compare(a.Parent, b.Parent), cmp.Compare(a.Event, b.Event), cmp.Compare(a.IssuedBy, b.IssuedBy),
		cmp.Compare(a.Holder, b.Holder), cmp.Compare(a.SessionName, b.SessionName), cmp.Compare(a.SharedEventID, b.SharedEventID))
}
