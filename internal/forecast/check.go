package forecast

import (
	"strings"

	"github.com/ircontain/ircontain/internal/authcontext"
	"github.com/ircontain/ircontain/internal/policy"
)

// check asks the lever's document about one check.
func (l *Lever) check(check authcontext.Check) (policy.Verdict, []string, string) {
	if check.Stem != "" && l.needs.resource {
		return l.checkStem(check)
	}
	denied := policy.ForecastDeny(l.denies, check.Request, check.Resources)
	if l.Kind != LeverBoundary || denied.Verdict == policy.VerdictDenied || neverDenied(check.Request.Action) {
		return denied.Verdict, denied.DependsOn, sidOf(denied)
	}
	allowed, keys := l.allowed(check)
	switch {
	case allowed == policy.False:
		return policy.VerdictDenied, nil, "what the boundary does not allow"
	case allowed == policy.True && denied.Verdict == policy.VerdictNotDenied:
		return policy.VerdictNotDenied, nil, ""
	}
	return policy.VerdictUnknown, union(denied.DependsOn, keys), ""
}

// neverDenied: AWS answers this one whatever the policies say.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func neverDenied(action string) bool { return strings.EqualFold(action, "sts:GetCallerIdentity") }

// allowed asks whether the boundary allows a check on every resource.
func (l *Lever) allowed(check authcontext.Check) (policy.Tri, []string) {
	if l.allows == nil {
		return policy.False, nil
	}
	each := [][]string{check.Resources}
	if len(check.Resources) > 1 {
		each = nil
		for _, r := range check.Resources {
			each = append(each, []string{r})
		}
	}
	all, keys := policy.True, []string(nil)
	for _, resources := range each {
		f := policy.ForecastDeny(l.allows, check.Request, resources)
		one := policy.Unknown
		switch f.Verdict {
		case policy.VerdictDenied:
			one = policy.True
		case policy.VerdictNotDenied:
			one = policy.False
		}
		all, keys = all.And(one), union(keys, f.DependsOn)
	}
	return all, keys
}

func sidOf(f policy.Forecast) string {
	for _, s := range f.Statements {
		if s.Match == policy.True {
			return s.Sid
		}
	}
	return ""
}
