package policy

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Origin is a set of networks a call may come from: any one of them will do.
type Origin struct {
	// CIDRs are public addresses or networks, IPv4 or IPv6, as AWS sees them.
	CIDRs []string
	// VPCs and Endpoints are ids (vpc-…, vpce-…). A call through a VPC endpoint
	// carries no public address, so a network alone never admits it.
	VPCs, Endpoints []string
}

func (o Origin) empty() bool { return len(o.CIDRs)+len(o.VPCs)+len(o.Endpoints) == 0 }

// check returns the origin with networks in canonical form and lists sorted.
func (o Origin) check() (Origin, error) {
	out := Origin{VPCs: sortedCopy(o.VPCs), Endpoints: sortedCopy(o.Endpoints)}
	for _, text := range o.CIDRs {
		network, err := pinnable(text)
		if err != nil {
			return o, err
		}
		out.CIDRs = append(out.CIDRs, network)
	}
	out.CIDRs = sortedCopy(out.CIDRs)
	for _, id := range append(slices.Clone(out.VPCs), out.Endpoints...) {
		kind := "vpc-"
		if slices.Contains(out.Endpoints, id) {
			kind = "vpce-"
		}
		hex, ok := strings.CutPrefix(id, kind)
		if !ok || len(hex) != 8 && len(hex) != 17 || strings.Trim(hex, "0123456789abcdef") != "" {
			return o, fmt.Errorf("%w: %q is not an id such as %s0a1b2c3d4e5f67890", ErrGuardrail, id, kind)
		}
	}
	return out, nil
}

// pinnable reads a network that aws:SourceIp can lie in. Private and reserved
// addresses never appear there, so a pin to one would shut everybody out and a
// carve-out would spare nobody; a network wider than any operator's own pins
// nothing.
func pinnable(text string) (string, error) {
	network, ok := parsePrefix(text)
	if !ok {
		return "", fmt.Errorf("%w: %q is not an address or network", ErrGuardrail, text)
	}
	network = network.Masked()
	least := 8
	if network.Addr().Is6() {
		least = 19
	}
	if network.Bits() < least || network.Addr().Is4In6() {
		return "", fmt.Errorf("%w: network %q is too wide to mean an origin", ErrGuardrail, text)
	}
	a := network.Addr()
	shared := netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64, 0, 0}), 10) // RFC 6598
	if a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() || shared.Contains(a) {
		return "", fmt.Errorf("%w: AWS never sees a call from %q: name the public address, the VPC or the VPC endpoint", ErrGuardrail, text)
	}
	if network.IsSingleIP() {
		return a.String(), nil
	}
	return network.String(), nil
}

// elsewhere is true of calls from outside the origin. Every part is a negated
// operator, true when its key is missing, so a caller must be in one of the
// named networks to escape: one on the internet has no aws:SourceVpc, one
// behind an endpoint no aws:SourceIp.
// Source: AWS global condition context keys, aws:SourceIp and aws:SourceVpc;
// IAM JSON policy elements, IfExists.
func (o Origin) elsewhere() []Condition {
	var out []Condition
	for _, c := range []Condition{
		{"NotIpAddressIfExists", "aws:SourceIp", o.CIDRs},
		{"StringNotEqualsIfExists", "aws:SourceVpc", o.VPCs},
		{"StringNotEqualsIfExists", "aws:SourceVpce", o.Endpoints},
	} {
		if len(c.Values) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// Consumer is one legitimate user of a shared principal, told apart by where it
// calls from or, on a document that several principals share, by its ARN. Give
// one of the two: a deny cannot spare "this ARN from that network" in one
// statement without sparing more.
type Consumer struct {
	Origin Origin
	// PrincipalARN is the exact ARN of a role (not of a session) or user.
	PrincipalARN string
}

func (c Consumer) empty() bool { return c.PrincipalARN == "" && c.Origin.empty() }

func (c Consumer) check() (Consumer, error) {
	var err error
	if c.Origin, err = c.Origin.check(); err != nil {
		return c, err
	}
	if c.PrincipalARN == "" {
		return c, nil
	}
	if !c.Origin.empty() {
		return c, fmt.Errorf("%w: a consumer is told apart by origin or by ARN, not by both", ErrGuardrail)
	}
	p, err := ParsePrincipal(c.PrincipalARN)
	if err != nil || p.Kind != PrincipalRole && p.Kind != PrincipalUser || strings.ContainsAny(c.PrincipalARN, "*?$") {
		return c, fmt.Errorf("%w: cannot carve out %q: not the exact ARN of a role or user", ErrGuardrail, c.PrincipalARN)
	}
	return c, nil
}

// other is true of calls by anyone else.
func (c Consumer) other() []Condition {
	if c.PrincipalARN != "" {
		return []Condition{{"ArnNotEquals", "aws:PrincipalArn", []string{c.PrincipalARN}}}
	}
	return c.Origin.elsewhere()
}

// String names the consumer.
func (c Consumer) String() string {
	if c.PrincipalARN != "" {
		return c.PrincipalARN
	}
	return c.Origin.String()
}

// String lists the networks.
func (o Origin) String() string {
	return strings.Join(slices.Concat(o.CIDRs, o.VPCs, o.Endpoints), ", ")
}

func sortedCopy(list []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}
