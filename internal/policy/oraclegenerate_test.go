//go:build oracle

package policy

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// oracleGenerator draws cases over a vocabulary in which statements often
// match, so that all three results occur about equally often.
type oracleGenerator struct{ *rand.Rand }

func (g oracleGenerator) pick(options ...string) string { return options[g.IntN(len(options))] }

func (g oracleGenerator) chance(percent int) bool { return g.IntN(100) < percent }

func (g oracleGenerator) some(most int, options ...string) []string {
	var out []string
	for range 1 + g.IntN(most) {
		if o := g.pick(options...); !holds(out, o) {
			out = append(out, o)
		}
	}
	return out
}

// target is a real action with a resource of its type.
type oracleTarget struct {
	action, resource string
	patterns         []string // resource patterns that hit or nearly hit
	wildcardOnly     bool
}

func oracleTargets() []oracleTarget {
	return []oracleTarget{
		{"s3:GetObject", "arn:aws:s3:::data/team-a/report.csv", []string{
			"arn:aws:s3:::data/*", "arn:aws:s3:::data/team-?/*", "arn:aws:s3:::data/${aws:username}/*", "arn:aws:s3:::DATA/*",
			"arn:aws:s3:::data/${aws:PrincipalTag/team, 'team-a'}/*", "arn:aws:s3:::data", "arn:*:s3:::data/*csv", "arn:aws:s3:*:*:data/*",
			"arn:aws:s3:::data/${aws:PrincipalTag/team}/report.csv", "arn:aws:s3:::data/*/${*}.csv"}, false},
		{"s3:PutObject", "arn:aws:s3:::data/alice/x y", []string{
			"arn:aws:s3:::data/${aws:username}/*", "arn:aws:s3:::data/alice/x?y", "arn:aws:s3:::*/x*", "arn:aws:s3:::data/*", "arn:aws:s3:::data/Alice/*"}, false},
		{"s3:ListBucket", "arn:aws:s3:::data", []string{"arn:aws:s3:::data", "arn:aws:s3:::d*", "arn:aws:s3:::data/*", "arn:aws:s3:::????"}, false},
		{"s3:ListAllMyBuckets", "*", []string{"arn:aws:s3:::*"}, true},
		{"sqs:SendMessage", "arn:aws:sqs:eu-west-1:" + account + ":alice-queue", []string{
			"arn:aws:sqs:*:*:*", "arn:aws:sqs:eu-west-1:" + account + ":alice-queue", "arn:aws:sqs:eu-*:" + account + ":*-queue",
			"arn:aws:sqs:us-east-1:*:*", "arn:aws:sqs:*:" + other + ":*", "arn:aws:SQS:*:*:alice-*", "arn:aws:sqs:*:*:*-${aws:PrincipalTag/team}"}, false},
		{"kms:Decrypt", "arn:aws:kms:eu-west-1:" + account + ":key/1234abcd-12ab-34cd-56ef-1234567890ab", []string{
			"arn:aws:kms:*:*:key/*", "arn:aws:kms:eu-west-1:" + account + ":key/*", "arn:aws:kms:*:*:key/1234*", "arn:aws:kms:*:*:alias/*"}, false},
		{"sts:AssumeRole", "arn:aws:iam::" + account + ":role/ops/deploy", []string{
			"arn:aws:iam::*:role/ops/*", "arn:aws:iam::*:role/deploy", "arn:aws:iam::" + account + ":role/*", "arn:aws:iam::" + other + ":role/*"}, false},
		{"secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:" + account + ":secret:db/alice-AbCdEf", []string{
			"arn:aws:secretsmanager:*:*:secret:db/*", "arn:aws:secretsmanager:*:*:secret:db/${aws:username}-??????", "arn:aws:secretsmanager:*:*:secret:*", "arn:aws:secretsmanager:*:*:secret"}, false},
		{"dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:" + account + ":table/Orders", []string{
			"arn:aws:dynamodb:*:*:table/Orders", "arn:aws:dynamodb:*:*:table/orders", "arn:aws:dynamodb:*:*:table/*"}, false},
		{"iam:GetRole", "arn:aws:iam::" + account + ":role/ops/deploy", []string{"arn:aws:iam::*:role/ops/*", "arn:aws:iam::*:role/*"}, false},
		{"ec2:DescribeInstances", "*", []string{"arn:aws:ec2:*:*:instance/*"}, true},
		{"lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:" + account + ":function:pay", []string{
			"arn:aws:lambda:*:*:function:pay", "arn:aws:lambda:*:*:function:p*", "arn:aws:lambda:*:*:function:pay:*"}, false},
	}
}

// oracleKey is a condition key of a type with values, operands that tend to
// meet them, and the operators of the type.
type oracleKey struct {
	name             string
	operators        []string
	values, operands []string
	multi            bool
}

func oracleKeys() []oracleKey {
	str := []string{"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike"}
	numeric := []string{"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals"}
	date := []string{"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"}
	ip := []string{"IpAddress", "NotIpAddress"}
	arn := []string{"ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike", "StringLike", "StringNotLike", "StringEquals", "StringNotEquals"}
	times := []string{"2026-05-01T12:00:00Z", "2026-05-01T14:00:00+02:00", "2026-04-30", "2026-05", "2026-05-01T12:00:00.500Z", "2027-01-01T00:00:00Z"}
	return []oracleKey{
		{"aws:username", str, []string{"alice", "Alice", "bob"}, []string{"alice", "ALICE", "a*", "*", "?ob", "${aws:PrincipalTag/team}", "a${*}", "${aws:PrincipalTag/team, 'bob'}"}, false},
		{"aws:PrincipalTag/team", str, []string{"team-a", "alice", "queue", "*"}, []string{"team-a", "team-?", "*", "TEAM-A", "${aws:username}", "team-${aws:username}"}, false},
		{"aws:userid", str, []string{"AIDAEXAMPLE", "AROAEXAMPLE:s1"}, []string{"AIDAEXAMPLE", "AROA*:*", "*:${aws:username}", "aidaexample"}, false},
		{"aws:RequestedRegion", str, []string{"eu-west-1", "us-east-1"}, []string{"eu-west-1", "eu-*", "us-east-?"}, false},
		{"aws:SourceVpc", str, []string{"vpc-0a1b"}, []string{"vpc-0a1b", "vpc-*", "vpc-0A1B"}, false},
		{"aws:MultiFactorAuthAge", numeric, []string{"10", "300", "299.5", "0300"}, []string{"300", "10.0", "3600", "-1"}, false},
		{"aws:CurrentTime", date, times, append([]string{"1777636800", "2026"}, times...), false},
		{"aws:TokenIssueTime", date, times, times, false},
		{"aws:EpochTime", append(date, numeric...), []string{"1777636800", "1777000000"}, []string{"1777636800", "1777636801"}, false},
		{"aws:SecureTransport", []string{"Bool"}, []string{"true", "false"}, []string{"true", "false", "TRUE"}, false},
		{"aws:MultiFactorAuthPresent", []string{"Bool"}, []string{"true", "false"}, []string{"true", "false"}, false},
		{"aws:ViaAWSService", []string{"Bool"}, []string{"true", "false"}, []string{"true", "false"}, false},
		{"aws:SourceIp", ip, []string{"203.0.113.7", "10.1.2.3", "2001:db8::1", "2001:0db8:0:0::0001"},
			[]string{"203.0.113.0/24", "203.0.113.7", "10.0.0.0/8", "10.1.2.3/32", "2001:db8::/32", "0.0.0.0/0", "2001:db8::1", "::/0", "10.9.9.9/8"}, false},
		{"aws:PrincipalArn", arn, []string{bob, appRole, "arn:aws:iam::" + account + ":user/alice"},
			[]string{"arn:aws:iam::*:user/*", "arn:aws:iam::" + account + ":role/*", "arn:aws:*:user/*", appRole, "arn:aws:iam::*:*/${aws:username}", "*"}, false},
		{"aws:SourceArn", arn, []string{"arn:aws:sns:eu-west-1:" + account + ":topic", "arn:aws:s3:::data"},
			[]string{"arn:aws:sns:*:*:topic", "arn:aws:s3:::*", "arn:aws:SNS:*:*:topic", "arn:aws:sns:eu-west-1:" + account + ":*"}, false},
		{"aws:TagKeys", str, []string{"env", "cost", "Env"}, []string{"env", "cost", "e*", "ENV"}, true},
		{"aws:CalledVia", str, []string{"athena.amazonaws.com", "cloudformation.amazonaws.com"}, []string{"athena.amazonaws.com", "*.amazonaws.com", "s3.amazonaws.com"}, true},
		{"aws:PrincipalOrgPaths", str, []string{"o-1/r-1/ou-1/", "o-1/r-1/ou-2/"}, []string{"o-1/r-1/ou-1/", "o-1/*", "o-2/*"}, true},
	}
}

func (g oracleGenerator) condition(keys []oracleKey) map[string]map[string][]string {
	out := map[string]map[string][]string{}
	for range 1 + g.IntN(3) {
		k := keys[g.IntN(len(keys))]
		if g.chance(8) {
			out["Null"] = map[string][]string{k.name: {g.pick("true", "false")}}
			continue
		}
		operator := g.pick(k.operators...)
		if g.chance(20) {
			operator += "IfExists"
		}
		if k.multi && g.chance(92) || !k.multi && g.chance(2) {
			operator = g.pick("ForAnyValue:", "ForAllValues:") + operator
		}
		name := k.name
		if g.chance(10) {
			name = strings.ToUpper(name[:5]) + name[5:]
		}
		if out[operator] == nil {
			out[operator] = map[string][]string{}
		}
		out[operator][name] = g.some(3, k.operands...)
	}
	// Two spellings of one key under one operator would be refused.
	for _, byKey := range out {
		seen := map[string]bool{}
		for key := range byKey {
			if seen[FoldKey(key)] {
				delete(byKey, key)
			}
			seen[FoldKey(key)] = true
		}
	}
	return out
}

func (g oracleGenerator) actions(t oracleTarget) []string {
	service, name, _ := strings.Cut(t.action, ":")
	return g.some(2, t.action, service+":*", "*", service+":"+name[:3]+"*", strings.ToUpper(service)+":"+strings.ToLower(name),
		service+":*"+name[3:], service+":?"+name[1:], "ec2:RunInstances", "iam:*", service+":Delete*")
}

func (g oracleGenerator) statement(t oracleTarget, keys []oracleKey, kind Kind) oracleStatement {
	s := oracleStatement{Effect: "Allow"}
	if g.chance(22) || kind == KindRCP {
		s.Effect = "Deny"
	}
	if g.chance(12) && kind != KindRCP {
		s.NotAction = g.some(2, "ec2:*", "iam:*", t.action, "s3:*", "sts:Get*")
	} else {
		s.Action = g.actions(t)
	}
	if kind == KindRCP { // a lone star is refused there
		s.Action = slices.DeleteFunc(s.Action, func(a string) bool { return a == "*" })
		if len(s.Action) == 0 {
			s.Action = []string{t.action}
		}
	}
	resources := append([]string{"*", "*", t.resource}, t.patterns...)
	if t.wildcardOnly {
		resources = append(resources, "*", "*")
	}
	switch {
	case kind == KindTrust:
	case g.chance(10) && kind != KindRCP:
		s.NotResource = g.some(2, resources...)
	default:
		s.Resource = g.some(2, resources...)
	}
	percent := 35
	if s.Effect == "Deny" {
		percent = 75
	}
	if g.chance(percent) {
		s.Condition = g.condition(keys)
	}
	return s
}

func (g oracleGenerator) principalElement() any {
	one := func(kind string, v ...string) map[string][]string { return map[string][]string{kind: v} }
	switch g.IntN(10) {
	case 0, 1:
		return "*"
	case 2:
		return one("AWS", "*")
	case 3:
		return one("Service", g.pick("lambda.amazonaws.com", "ec2.amazonaws.com"))
	}
	return one("AWS", g.some(2, account, other, rootOf, bob, appRole, app, fedBob, "arn:aws:iam::"+account+":user/bob",
		"arn:aws:iam::"+account+":user/alice", "arn:aws:iam::"+other+":root", "arn:aws:sts::"+account+":assumed-role/app/other")...)
}

func (g oracleGenerator) document(t oracleTarget, keys []oracleKey, kind Kind) oracleDoc {
	d := oracleDoc{Version: Version2012}
	if g.chance(5) && kind != KindSCP && kind != KindRCP {
		d.Version = g.pick(Version2008, "")
	}
	for range 1 + g.IntN(3) {
		s := g.statement(t, keys, kind)
		switch kind {
		case KindRCP:
			s.Principal = "*"
		case KindResource, KindTrust:
			if g.chance(6) && s.Effect == "Deny" {
				s.NotPrincipal = g.principalElement()
			} else {
				s.Principal = g.principalElement()
			}
		case KindEndpoint:
			s.Principal = "*"
		}
		d.Statement = append(d.Statement, s)
	}
	return d
}

func (g oracleGenerator) context(keys []oracleKey) map[string]any {
	out := map[string]any{}
	for _, k := range keys {
		if g.chance(35) {
			continue
		}
		if !k.multi {
			out[k.name] = g.pick(k.values...)
			continue
		}
		out[k.name] = g.some(3, k.values...)
	}
	return out
}

// next draws one case.
func (g oracleGenerator) next(id int) oracleCase {
	targets := oracleTargets()
	t := targets[g.IntN(len(targets))]
	all := oracleKeys()
	var keys []oracleKey
	for _, i := range g.Perm(len(all))[:4] {
		keys = append(keys, all[i])
	}
	c := oracleCase{ID: id, Request: oracleRequest{Action: t.action, Resource: t.resource, WildcardOnly: t.wildcardOnly}}
	c.Request.Principal = g.pick(bob, bob, "arn:aws:iam::"+account+":user/alice", app, app, appRole, fedBob, rootOf,
		"arn:aws:sts::"+account+":assumed-role/AWSServiceRoleForSupport/s", "arn:aws:iam::"+account+":role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport")
	if g.chance(5) {
		c.Request.Principal = g.pick("lambda.amazonaws.com", "anonymous")
	}
	c.Request.Account = account
	if g.chance(30) {
		c.Request.Account = other
		c.Request.Resource = strings.Replace(t.resource, account, other, 1)
	}
	if g.chance(8) {
		service, name, _ := strings.Cut(t.action, ":")
		c.Request.Action = strings.ToUpper(service) + ":" + strings.ToLower(name)
	}
	c.Request.Context = g.context(all)
	g.policies(&c, t, keys)
	return c
}

func (g oracleGenerator) policies(c *oracleCase, t oracleTarget, keys []oracleKey) {
	p := &c.Policies
	p.Identity = []oracleDoc{}
	caller, _ := ParsePrincipal(c.Request.Principal)
	one := func(kind Kind) *oracleDoc { d := g.document(t, keys, kind); return &d }
	wide := oracleDoc{Version: Version2012, Statement: []oracleStatement{{Effect: "Allow", Action: []string{"*"}, Resource: []string{"*"}}}}
	if caller.signed() && caller.Kind != PrincipalRoot {
		for range g.IntN(3) {
			p.Identity = append(p.Identity, *one(KindIdentity))
		}
		if g.chance(35) {
			p.Identity = append(p.Identity, wide)
		}
		if g.chance(20) {
			p.Boundary = one(KindIdentity)
		}
		if (caller.roleSession() || caller.Kind == PrincipalFederatedUser) && g.chance(35) {
			p.Session = one(KindIdentity)
		}
	}
	if caller.signed() && g.chance(30) {
		for range 1 + g.IntN(2) {
			level := []oracleDoc{*one(KindSCP)}
			if g.chance(75) {
				level = append(level, wide)
			}
			p.SCPs = append(p.SCPs, level)
		}
	}
	if !t.wildcardOnly && g.chance(50) {
		kind := KindResource
		if strings.HasPrefix(t.action, "sts:") {
			kind = KindTrust
		}
		p.Resource = one(kind)
	}
	if g.chance(15) {
		for range 1 + g.IntN(2) {
			p.RCPs = append(p.RCPs, []oracleDoc{*one(KindRCP)})
		}
	}
	if g.chance(12) {
		p.Endpoint = []oracleDoc{*one(KindEndpoint)}
	}
}
