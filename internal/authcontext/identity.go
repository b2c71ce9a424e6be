package authcontext

import (
	"strconv"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/trail"
)

// dateLayout is how IAM writes aws:CurrentTime and aws:TokenIssueTime.
const dateLayout = "2006-01-02T15:04:05Z"

func epoch(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// caller holds the keys of the principal.
func caller(folded string, id *trail.Identity) policy.Value {
	switch folded {
	case "aws:principalarn":
		// For a role session the key is the role, with its path, which the
		// session's own ARN has lost.
		if id.Type == "AssumedRole" || id.Issuer.Type == "Role" {
			return known(id.Issuer.ARN)
		}
		if id.Type == "IAMUser" || id.Type == "Root" || id.Type == "FederatedUser" {
			return known(id.ARN)
		}
	case "aws:principalaccount":
		return known(id.AccountID)
	case "aws:principaltype":
		switch id.Type {
		case "IAMUser":
			return policy.SingleValue("User")
		case "Root":
			return policy.SingleValue("Account")
		case "AssumedRole", "FederatedUser":
			return policy.SingleValue(id.Type)
		}
	case "aws:userid":
		return known(id.PrincipalID)
	case "aws:username":
		switch id.Type {
		case "IAMUser":
			return userName(id)
		case "AssumedRole", "Root", "FederatedUser":
			return policy.AbsentValue()
		}
	}
	return policy.UnknownValue()
}

func userName(id *trail.Identity) policy.Value {
	if id.UserName != "" || id.ARN == "" {
		return known(id.UserName)
	}
	return known(id.ARN[strings.LastIndexByte(id.ARN, '/')+1:])
}

// longTerm reports whether a call was signed with an access key itself, by user
// or root. Such a record has no sessionContext; one that has contradicts itself,
// as forwarded calls do, and settles nothing.
func longTerm(id *trail.Identity) bool {
	return trail.KeyKind(id.AccessKeyID) == trail.KindLongTerm && id.SessionCreated == "" && id.MFA == "" && id.Issuer == trail.Issuer{}
}

// contradictory is a long-term key with the context of a session.
func contradictory(id *trail.Identity) bool {
	return trail.KeyKind(id.AccessKeyID) == trail.KindLongTerm && !longTerm(id)
}

// session holds the keys of temporary credentials, which long-term keys lack.
func session(folded string, id *trail.Identity) policy.Value {
	inSession := id.SessionCreated != "" && !contradictory(id)
	if !inSession && !longTerm(id) {
		return policy.UnknownValue()
	}
	switch folded {
	case "aws:tokenissuetime":
		if inSession {
			return issueTime(id.SessionCreated)
		}
		return policy.AbsentValue()
	case "aws:multifactorauthpresent":
		if inSession {
			return known(strings.ToLower(id.MFA))
		}
		return policy.AbsentValue()
	case "aws:multifactorauthage":
		switch {
		case !inSession || strings.EqualFold(id.MFA, "false"):
			return policy.AbsentValue()
		case strings.EqualFold(id.MFA, "true"):
			return policy.OpaqueValue()
		}
		return policy.UnknownValue()
	case "aws:sourceidentity":
		return knownOrAbsent(id.SourceIdentity)
	case "aws:assumedroot":
		return knownOrAbsent(id.AssumedRoot)
	case "aws:federatedprovider":
		// A session from SAML has a provider too, and the record of its calls
		// does not show it.
		if id.WebProvider == "" && id.Type == "AssumedRole" {
			return policy.UnknownValue()
		}
		return knownOrAbsent(id.WebProvider)
	case "ec2:roledelivery":
		return knownOrAbsent(id.IMDSVersion)
	}
	// The keys that bind an instance profile's credentials to their instance.
	if id.IMDSVersion == "" {
		return policy.AbsentValue()
	}
	return policy.OpaqueValue()
}

func knownOrAbsent(text string) policy.Value {
	if text == "" {
		return policy.AbsentValue()
	}
	return policy.SingleValue(text)
}

// issueTime reads creationDate, which is logged in two ISO forms.
func issueTime(logged string) policy.Value {
	for _, layout := range []string{time.RFC3339, "20060102T150405Z"} {
		if t, err := time.Parse(layout, logged); err == nil {
			return policy.SingleValue(t.UTC().Format(dateLayout))
		}
	}
	return policy.OpaqueValue()
}
