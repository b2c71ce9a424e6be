package policy

import (
	"errors"
	"fmt"
	"strings"
)

// PrincipalKind says what makes a request.
type PrincipalKind int8

// The kinds of principal. A PrincipalRole stands for "some session of this
// role": nothing but sessions ever calls, and a resource policy that names one
// session by name does not name this one.
const (
	PrincipalAnonymous PrincipalKind = iota
	PrincipalUser
	PrincipalRole
	PrincipalAssumedRole
	PrincipalFederatedUser
	PrincipalRoot
	PrincipalService
)

// Principal is the caller of a request. Make one with ParsePrincipal; the zero
// value is the anonymous caller.
type Principal struct {
	Kind      PrincipalKind
	Partition string
	Account   string
	// ARN as given; the service name for a service, empty for anonymous.
	ARN string
	// Name is the user name, role name, federated name or service name,
	// without a path.
	Name string
	// SessionName is set for an assumed role.
	SessionName string
	// IssuedBy is the ARN of the user whose GetFederationToken call made a
	// federated session. ParsePrincipal cannot know it and leaves it empty; the
	// session is then taken to be one of the user of the same name.
	IssuedBy string
}

// ErrPrincipal is wrapped by every error of ParsePrincipal.
var ErrPrincipal = errors.New("not a principal")

// ParsePrincipal reads an IAM or STS ARN, a service principal such as
// "lambda.amazonaws.com", or the word "anonymous".
func ParsePrincipal(text string) (Principal, error) {
	if text == "anonymous" {
		return Principal{}, nil
	}
	if isServicePrincipal(text) {
		return Principal{Kind: PrincipalService, ARN: text, Name: text}, nil
	}
	parts, n := splitARN(text)
	if n < 6 || parts[0] != "arn" || parts[1] == "" || parts[3] != "" {
		return Principal{}, fmt.Errorf("%w: %q is no ARN, service name or \"anonymous\"", ErrPrincipal, text)
	}
	if len(parts[4]) != 12 || !allDigits(parts[4]) {
		return Principal{}, fmt.Errorf("%w: %q has no 12-digit account", ErrPrincipal, text)
	}
	p := Principal{Partition: parts[1], Account: parts[4], ARN: text}
	kind, name, _ := strings.Cut(parts[5], "/")
	ok := name != "" && !strings.HasSuffix(name, "/")
	switch parts[2] + ":" + kind {
	case "iam:root":
		p.Kind, p.Name, ok = PrincipalRoot, "root", parts[5] == "root"
	case "iam:user":
		p.Kind, p.Name = PrincipalUser, lastSegment(name)
	case "iam:role":
		p.Kind, p.Name = PrincipalRole, lastSegment(name)
	case "sts:assumed-role":
		p.Kind = PrincipalAssumedRole
		p.Name, p.SessionName, ok = strings.Cut(name, "/")
		ok = ok && p.Name != "" && p.SessionName != "" && !strings.Contains(p.SessionName, "/")
	case "sts:federated-user":
		p.Kind, p.Name = PrincipalFederatedUser, name
	default:
		ok = false
	}
	if !ok || strings.ContainsAny(text, "*?") {
		return Principal{}, fmt.Errorf("%w: %q names no user, role, session or root", ErrPrincipal, text)
	}
	return p, nil
}

// isServicePrincipal accepts the documented forms service.amazonaws.com,
// service.region.amazonaws.com and the other partitions' domains.
func isServicePrincipal(text string) bool {
	if strings.ContainsAny(text, ":/ *?") {
		return false
	}
	for _, domain := range [...]string{".amazonaws.com", ".amazonaws.com.cn", ".amazon.com", ".aws.internal"} {
		if len(text) > len(domain) && strings.HasSuffix(text, domain) {
			return true
		}
	}
	return false
}

func lastSegment(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// signed: the caller proved an identity inside some account.
func (p Principal) signed() bool {
	return p.Kind != PrincipalAnonymous && p.Kind != PrincipalService
}

// roleSession: the caller runs with a role's permissions.
func (p Principal) roleSession() bool {
	return p.Kind == PrincipalRole || p.Kind == PrincipalAssumedRole
}

// serviceLinked recognises a session of a service-linked role, which SCPs and
// RCPs do not reach. A session ARN has lost the role's path, so aws:PrincipalArn
// decides, which holds the role's ARN; without it the reserved prefix of the
// role's name does, and Explain calls that open.
func (p Principal) serviceLinked(ctx Context) bool {
	if !p.roleSession() {
		return false
	}
	if p.Kind == PrincipalRole {
		return strings.Contains(p.ARN, ":role/aws-service-role/")
	}
	if v := ctx.Get("aws:principalarn"); v.Known() {
		return strings.Contains(v.values[0], ":role/aws-service-role/")
	}
	return strings.HasPrefix(p.Name, "AWSServiceRoleFor")
}

// serviceLinkedByName: nothing but the name told.
func (p Principal) serviceLinkedByName(ctx Context) bool {
	return p.Kind == PrincipalAssumedRole && p.serviceLinked(ctx) && !ctx.Get("aws:principalarn").Known()
}
