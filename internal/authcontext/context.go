package authcontext

import (
	"strings"

	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/trail"
)

// When is the moment a context is for.
type When int8

const (
	// Then is the moment of the call: the time is recorded.
	Then When = iota
	// Next is the same call made again at a time not known.
	Next
)

// Context is what the record of one call settles of its condition keys. It
// reads the record when asked, so that making one costs nothing: policies test
// few keys, and logs hold many calls.
type Context struct {
	call      *trail.Call
	action    string // folded
	resources []string
	when      When
}

// Get implements [policy.Context]. What the log itself says of a key in
// eventContext comes first.
func (c Context) Get(folded string) policy.Value {
	if c.call.Facts != "" {
		if v := c.call.Facts.Condition(folded); v != nil {
			return values(folded, v)
		}
	}
	switch folded {
	case "aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:userid", "aws:username":
		return caller(folded, c.call.Identity)
	case "aws:tokenissuetime", "aws:multifactorauthpresent", "aws:multifactorauthage", "aws:sourceidentity",
		"aws:assumedroot", "aws:federatedprovider", "ec2:roledelivery", "ec2:sourceinstancearn",
		"aws:ec2instancesourcevpc", "aws:ec2instancesourceprivateipv4":
		return session(folded, c.call.Identity)
	case "aws:sourceip", "aws:vpcsourceip", "aws:sourcevpce", "aws:vpceaccount", "aws:sourcevpc", "aws:vpceorgid", "aws:vpceorgpaths":
		return network(folded, c.call)
	case "aws:useragent":
		return agent(c.call.Client)
	case "aws:viaawsservice", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "kms:viaservice",
		"aws:principalisawsservice", "aws:principalservicename", "aws:principalservicenameslist",
		"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths":
		return service(folded, c.call)
	case "aws:requestedregion":
		return known(c.call.API.Region)
	case "aws:currenttime", "aws:epochtime":
		return c.moment(folded)
	case "aws:securetransport":
		if c.call.Client.TLS {
			return policy.SingleValue("true")
		}
		return policy.UnknownValue()
	case "aws:resourceaccount":
		return c.resourceAccount()
	}
	return c.parameter(folded)
}

// known is a value that is recorded, or else unknown.
func known(text string) policy.Value {
	if text == "" {
		return policy.UnknownValue()
	}
	return policy.SingleValue(text)
}

// values leaves it to the policy package which keys are multi-valued.
func values(key string, list []string) policy.Value {
	return policy.NewPartialContext(map[string][]string{key: list}, nil, nil).Get(key)
}

// moment is the time of the call. Of the next one nobody knows it.
func (c Context) moment(folded string) policy.Value {
	t := c.call.Time
	switch {
	case c.when == Next || t.IsZero() || c.call.TimeFallback:
		return policy.OpaqueValue()
	case folded == "aws:epochtime":
		return policy.SingleValue(epoch(t))
	}
	return policy.SingleValue(t.UTC().Format(dateLayout))
}

// resourceAccount is what resources[] says, else the account in the ARN. A
// bucket's ARN names no account, and the account whose log it is need not own
// the bucket.
func (c Context) resourceAccount() policy.Value {
	if c.call.ResourceAccountID != "" {
		return policy.SingleValue(c.call.ResourceAccountID)
	}
	account := ""
	for _, arn := range c.resources {
		parts := strings.SplitN(arn, ":", 6)
		if len(parts) != 6 || parts[4] == "" || parts[4] == "aws" || account != "" && parts[4] != account {
			return policy.UnknownValue()
		}
		account = parts[4]
	}
	return known(account)
}
