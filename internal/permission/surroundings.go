package permission

import (
	"strings"

	"github.com/ircontain/ircontain/internal/policy"
)

// knownKeys is the request context as far as the principal settles it. All
// other keys are unknown: nobody knows from where and how the next call comes.
type knownKeys struct {
	values map[string]policy.Value
	// tags are complete for a user, whose own calls carry no session tags.
	tagsComplete bool
}

const tagPrefix = "aws:principaltag/"

// Get implements policy.Context.
func (k knownKeys) Get(folded string) policy.Value {
	if v, ok := k.values[folded]; ok {
		return v
	}
	if k.tagsComplete && strings.HasPrefix(folded, tagPrefix) {
		return policy.AbsentValue()
	}
	return policy.UnknownValue()
}

// with adds one more known key, such as iam:PassedToService.
func (k knownKeys) with(key, value string) policy.Context {
	if key == "" {
		return k
	}
	return oneMore{k, policy.FoldKey(key), policy.SingleValue(value)}
}

type oneMore struct {
	knownKeys
	key   string
	value policy.Value
}

// Get implements policy.Context.
func (o oneMore) Get(folded string) policy.Value {
	if folded == o.key {
		return o.value
	}
	return o.knownKeys.Get(folded)
}

// keysOf states what the principal's identity settles.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (properties of the principal)
func keysOf(p Principal, who policy.Principal) knownKeys {
	v := map[string]policy.Value{
		"aws:principalarn":          policy.SingleValue(p.ARN),
		"aws:principalaccount":      policy.SingleValue(who.Account),
		"aws:principalisawsservice": policy.SingleValue("false"),
		"aws:principalservicename":  policy.AbsentValue(),
		"aws:assumedroot":           policy.AbsentValue(),
	}
	k := knownKeys{values: v, tagsComplete: who.Kind == policy.PrincipalUser}
	if k.tagsComplete {
		v["aws:principaltype"] = policy.SingleValue("User")
		v["aws:username"] = policy.SingleValue(who.Name)
		v["aws:federatedprovider"] = policy.AbsentValue()
		if p.UserID != "" {
			v["aws:userid"] = policy.SingleValue(p.UserID)
		}
	} else {
		v["aws:principaltype"] = policy.SingleValue("AssumedRole")
		v["aws:username"] = policy.AbsentValue()
	}
	// A session tag can replace a role's own tag, so those of a role are unknown.
	for key, value := range p.Tags {
		if k.tagsComplete {
			v[tagPrefix+policy.FoldKey(key)] = policy.SingleValue(value)
		}
	}
	return k
}
