package trail

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const usableSpan = 7 * 24 * time.Hour

// behaviour applies the rules that need only what the consumer did. A finding
// that repeats on several days is the consumer's job and is dropped.
func (j *judgement) behaviour(c *Consumer) []suspicion {
	var out []suspicion
	add := func(rule string, weight int, fired []*Call, text string) {
		if len(fired) > 0 && len(daysOf(fired)) < habitDays {
			out = append(out, suspicion{rule: rule, weight: weight, text: text})
		}
	}
	if name, fired := j.reconFirst(c); name != "" {
		add("R01", 1, fired, "first call is "+name)
	}
	if fired, n := reconBurst(c.calls); n > 0 {
		add("R02", 2, fired, fmt.Sprintf("%d different read calls within a minute", n))
	}
	if fired, n := denialSpread(c.calls); n > 0 {
		add("R03", 2, fired, fmt.Sprintf("denials in %d services within five minutes", n))
	}
	if fired, n := secretsBurst(c.calls); n > 0 {
		add("R18", 2, fired, fmt.Sprintf("%d different secrets read within ten minutes", n))
	}
	for _, rule := range j.rules {
		fired := pick(c.calls, rule.fires)
		if len(fired) > 0 {
			add(rule.id, rule.weight, fired, rule.text+" ("+strings.Join(namesOf(fired), ", ")+")")
		}
	}
	return out
}

// nameRule fires on single successful calls.
type nameRule struct {
	id     string
	weight int
	text   string
	names  []string // eventNames
	wants  func(*Call) bool
}

func (r nameRule) fires(c *Call) bool {
	return c.ErrorCode == "" && slices.Contains(r.names, c.API.EventName) && (r.wants == nil || r.wants(c))
}

// nameRules is the part of the rule set that reads single calls; the numbers
// are those of the project's rule list.
func nameRules() []nameRule {
	return []nameRule{
		{id: "R14", weight: 2, text: "created a credential",
			names: strings.Fields("CreateAccessKey CreateLoginProfile UpdateLoginProfile")},
		{id: "R15", weight: 1, text: "created or re-trusted an identity",
			names: strings.Fields("CreateUser CreateRole UpdateAssumeRolePolicy")},
		{id: "R16", weight: 2, text: "attached administrator access", names: strings.Fields("AttachUserPolicy AttachRolePolicy AttachGroupPolicy"),
			wants: func(c *Call) bool { return touches(c, "AdministratorAccess") }},
		{id: "R16b", weight: 1, text: "widened a policy",
			names: strings.Fields("PutUserPolicy PutRolePolicy PutGroupPolicy SetDefaultPolicyVersion DeleteUserPermissionsBoundary DeleteRolePermissionsBoundary")},
		{id: "R17", weight: 1, text: "minted a session that outlives the key",
			names: strings.Fields("GetFederationToken GetSigninToken")},
		{id: "R19", weight: 2, text: "touched logging or detection",
			names: strings.Fields("StopLogging DeleteTrail PutEventSelectors UpdateTrail DeleteFlowLogs DeleteDetector DeleteLogGroup DeleteLogStream DeleteResolverQueryLogConfig StopConfigurationRecorder")},
		{id: "R20", weight: 2, text: "weakened sign-in protection",
			names: strings.Fields("DeactivateMFADevice DeleteVirtualMFADevice UpdateAccountPasswordPolicy DeleteAccountPasswordPolicy")},
		{id: "R21", weight: 2, text: "changed an identity provider",
			names: strings.Fields("CreateTrustAnchor CreateOpenIDConnectProvider CreateSAMLProvider UpdateSAMLProvider UpdateOpenIDConnectProviderThumbprint")},
		{id: "R27", weight: 2, text: "aws quarantined the key", names: strings.Fields("AttachUserPolicy"),
			wants: func(c *Call) bool { return touches(c, "AWSCompromisedKeyQuarantine") }},
	}
}

func touches(c *Call, part string) bool {
	return slices.ContainsFunc(c.Resources, func(r string) bool { return strings.Contains(r, part) })
}

func pick(calls []*Call, want func(*Call) bool) []*Call {
	var out []*Call
	for _, c := range calls {
		if want(c) {
			out = append(out, c)
		}
	}
	return out
}

func namesOf(calls []*Call) []string {
	names := map[string]bool{}
	for _, c := range calls {
		names[c.API.EventName] = true
	}
	return sortedKeys(names)
}

func daysOf(calls []*Call) map[string]bool {
	days := map[string]bool{}
	for _, c := range calls {
		days[c.Time.Format(dayLayout)] = true
	}
	return days
}

// reconFirst reports that the consumer opened with a question about itself or
// what there is. That counts only where the log shows the beginning: the key was
// born in it, or the consumer appeared a day or more after it starts. It returns
// every call of that name, so that a job which always opens so is let off.
func (j *judgement) reconFirst(c *Consumer) (string, []*Call) {
	opening := c.calls[0]
	switch opening.API.EventName {
	case "GetCallerIdentity", "ListBuckets", "GetUser", "GetAccountAuthorizationDetails", "GetSendQuota", "ListUsers":
	default:
		return "", nil
	}
	_, born := j.genealogy.Birth(opening.Identity.AccessKeyID)
	if !born && c.FirstSeen.Sub(j.usage.Coverage.FirstEvent.Time) < 24*time.Hour {
		return "", nil
	}
	return opening.API.Name(), pick(c.calls, func(o *Call) bool { return o.API == opening.API })
}

// reconBurst counts distinct read calls within a minute, console sessions
// excluded: a console page makes more of them than an intruder does. The session
// flag is AWS's word; a user agent saying "console" would be the caller's.
func reconBurst(calls []*Call) ([]*Call, int) {
	const window, least = time.Minute, 8
	reads := pick(calls, func(c *Call) bool {
		return !c.FromConsole && isRecon(c.API.EventName)
	})
	return densest(reads, window, least, func(c *Call) string { return c.API.Name() })
}

func isRecon(name string) bool {
	return strings.HasPrefix(name, "List") || strings.HasPrefix(name, "Describe") ||
		(strings.HasPrefix(name, "Get") && name != "GetObject" && name != "GetCallerIdentity")
}

// denialSpread looks for at least five denials over three services in five minutes.
func denialSpread(calls []*Call) ([]*Call, int) {
	denied := pick(calls, func(c *Call) bool { return c.Family() == FamilyDenied })
	if len(denied) < 5 {
		return nil, 0
	}
	return densest(denied, 5*time.Minute, 3, func(c *Call) string { return c.API.EventSource })
}

func secretsBurst(calls []*Call) ([]*Call, int) {
	reads := pick(calls, func(c *Call) bool {
		switch c.API.EventName {
		case "GetSecretValue", "BatchGetSecretValue", "GetParameter", "GetParameters":
			return c.ErrorCode == ""
		}
		return false
	})
	return densest(reads, 10*time.Minute, 10, func(c *Call) string { return strings.Join(c.Resources, " ") })
}

// densest slides a window over calls in time order. It returns the first call
// of every window holding at least least distinct values, and the largest count.
func densest(calls []*Call, window time.Duration, least int, value func(*Call) string) ([]*Call, int) {
	var fired []*Call
	counts := map[string]int{}
	most, start := 0, 0
	for _, c := range calls {
		counts[value(c)]++
		for c.Time.Sub(calls[start].Time) > window {
			v := value(calls[start])
			if counts[v]--; counts[v] == 0 {
				delete(counts, v)
			}
			start++
		}
		if len(counts) >= least {
			fired = append(fired, calls[start])
			most = max(most, len(counts))
		}
	}
	return fired, most
}
