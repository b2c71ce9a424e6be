package simaws

import (
	"strconv"
	"strings"

	"github.com/ircontain/ircontain/internal/policy"
)

// conditions are condition keys of one call's target, keys in lower case.
type conditions map[string][]string

// requestContext answers condition keys on demand: most statements have no
// condition, and building every key for every call would dominate the cost of
// playing out months of history.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
type requestContext struct {
	c      *call
	target conditions
}

// Get implements policy.Context. A key that is not here is absent.
func (r requestContext) Get(key string) policy.Value {
	if v, ok := r.target[key]; ok {
		if len(v) == 1 && key != "aws:tagkeys" {
			return policy.SingleValue(v[0])
		}
		return policy.ListValue(v...)
	}
	if name, ok := strings.CutPrefix(key, "aws:principaltag/"); ok {
		return r.principalTag(name)
	}
	if v, ok := r.global(key); ok {
		return policy.SingleValue(v)
	}
	if v, ok := r.session(key); ok {
		return policy.SingleValue(v)
	}
	return policy.AbsentValue()
}

func (r requestContext) global(key string) (string, bool) {
	c, id := r.c, r.c.who.identity
	switch key {
	case "aws:currenttime":
		return clockText(c.at()), true
	case "aws:epochtime":
		return strconv.FormatInt(c.at().Unix(), 10), true
	case "aws:securetransport":
		return "true", true
	case "aws:viaawsservice", "aws:principalisawsservice":
		return "false", true
	case "aws:requestedregion":
		return c.region, true
	case "aws:principalaccount", "aws:resourceaccount":
		return id.account, true
	case "aws:userid":
		return c.who.id, true
	case "aws:username":
		return id.userName, id.kind == "IAMUser"
	case "aws:principaltype":
		return strings.TrimPrefix(id.kind, "IAM"), true
	case "aws:principalarn":
		if id.kind == "AssumedRole" {
			return id.issuerARN, true // the role with its path, not the session
		}
		return id.arn, true
	}
	return c.from.condition(key)
}

// session keys are absent for long-term keys, which is what BoolIfExists and
// Null tests tell apart.
func (r requestContext) session(key string) (string, bool) {
	s := r.c.who.session
	if s == nil {
		return "", false
	}
	switch key {
	case "aws:tokenissuetime":
		return clockText(s.issued), true
	case "aws:multifactorauthpresent":
		return strconv.FormatBool(s.mfa), true
	case "aws:sourceidentity":
		return s.sourceIdentity, s.sourceIdentity != ""
	}
	return "", false
}

func (r requestContext) principalTag(name string) policy.Value {
	if s := r.c.who.session; s != nil {
		for k, v := range s.tags { // session tags override the role's
			if strings.EqualFold(k, name) {
				return policy.SingleValue(v)
			}
		}
	}
	var tags map[string]string
	switch who := r.c.who; {
	case who.user != nil:
		tags = who.user.Tags
	case who.role != nil:
		tags = who.role.Tags
	}
	for k, v := range tags {
		if strings.EqualFold(k, name) {
			return policy.SingleValue(v)
		}
	}
	return policy.AbsentValue()
}
