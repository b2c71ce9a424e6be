package trail

import (
	"net/netip"
	"strings"
)

// OriginKind says what a sourceIPAddress turned out to hold.
type OriginKind string

// The kinds the map contract names.
const (
	OriginIP       OriginKind = "ip"
	OriginService  OriginKind = "service"
	OriginInternal OriginKind = "internal"
	OriginUnparsed OriginKind = "unparsed"
)

// KindOfOrigin classifies a sourceIPAddress. Addresses with leading zeros and
// other junk are "unparsed": the string stays the only truth about them.
func KindOfOrigin(source string) OriginKind {
	switch {
	case strings.HasPrefix(source, "AWS Internal"):
		return OriginInternal
	case isServiceOrigin(source):
		return OriginService
	}
	if _, err := netip.ParseAddr(source); err == nil {
		return OriginIP
	}
	return OriginUnparsed
}

// isServiceOrigin reports whether source names AWS rather than a network: a
// service principal's DNS name, or "AWS Internal" with or without a suffix.
func isServiceOrigin(source string) bool {
	return strings.HasPrefix(source, "AWS Internal") ||
		strings.HasSuffix(source, ".amazonaws.com") ||
		strings.HasSuffix(source, ".amazonaws.com.cn")
}

// Network is the part of an origin that identifies a consumer: the VPC endpoint
// when there is one (addresses behind it are private and change), else the
// /24 or /48 the address lies in, else the string itself.
func Network(source, vpcEndpointID string) string {
	if vpcEndpointID != "" {
		return vpcEndpointID
	}
	addr, err := netip.ParseAddr(source)
	if err != nil {
		return source
	}
	addr = addr.Unmap().WithZone("")
	bits := 48
	if addr.Is4() {
		bits = 24
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return source
	}
	return prefix.String()
}
