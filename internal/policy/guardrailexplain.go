package policy

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Explain says what the guardrail is, line by line: its intents, what each
// statement is for, its size, and the warnings.
func (g Guardrail) Explain() []string {
	var out []string
	for _, i := range g.intents {
		out = append(out, fmt.Sprintf("intent %s: %s", i, i.Purpose()))
	}
	for _, sid := range g.Sids {
		out = append(out, fmt.Sprintf("statement %s: %s", sid, sidPurpose(sid)))
	}
	out = append(out, fmt.Sprintf("size: %d characters; a user's inline policies share %d, a managed policy holds %d",
		g.Size, UserInlineQuota, ManagedQuota))
	for _, w := range g.Warnings {
		out = append(out, "warning: "+w)
	}
	return out
}

func sidPurpose(sid string) string {
	switch sid {
	case sidDenyAll:
		return "denies every action, the removal of this guardrail included"
	case sidProtect:
		return "denies the principal the ways around: its policies, boundary, groups, keys, passwords, certificates and MFA"
	case sidProtectRole:
		return "denies changes to the policies, boundary and trust of roles"
	case sidProtectGroup:
		return "denies changes to the policies of groups, one of which holds this guardrail"
	case sidProtectPolicy:
		return "denies new versions of this guardrail and of the managed policies the principal holds"
	case sidFreezeIAM:
		return "denies every IAM write, the removal of this guardrail included"
	case sidFreezeSecrets:
		return "denies reading secrets and parameters and sharing them by policy"
	case sidFreezeDecrypt:
		return "denies decryption, grants, key policies and replicas asked of KMS directly; what a service decrypts on the way is left alone"
	case sidShareSecrets:
		return "denies sharing secrets and parameters by policy, the spared ones included"
	case sidShareKeys:
		return "denies grants, key policies and replicas of keys asked of KMS directly, of the spared ones too"
	case sidPassRole:
		return "denies passing a role, a spared one included"
	case sidFreezeAssume:
		return "denies becoming a role and passing one"
	case sidFreezeSessions:
		return "denies minting session, federation, web identity and sign-in tokens"
	case sidQuarantine:
		return "denies what AWS's quarantine policy of " + quarantineDate + " denies"
	case sidPinOrigin:
		return "denies calls from elsewhere; calls a service makes for the principal are left alone"
	case sidOnly:
		return "denies every action that is not listed, in services yet to come too"
	case sidRevoke:
		return "denies everything to sessions issued before the cut-off"
	case sidHarden:
		return "denies everything from its date on, for everybody"
	}
	return ""
}

// warnings are what could surprise the responder who approves.
func (s *GuardrailSpec) warnings() []string {
	var out []string
	warn := func(when bool, text string) {
		if when {
			out = append(out, text)
		}
	}
	warn(!s.ExpireAt.IsZero(), "at "+stampUp(s.ExpireAt)+" this guardrail fails open by itself, whatever has been found by then; the policy stays and keeps its share of the quota")
	warn(!s.HardenAt.IsZero(), "at "+stampDown(s.HardenAt)+" everything stops for every consumer unless somebody acts: page the owner two hours and thirty minutes before")
	for _, o := range []struct {
		what string
		set  bool
		in   Origin
	}{{"pin-origin", s.has(PinOrigin), s.Origin}, {"carve-out", s.has(CarveOut) && s.Consumer.PrincipalARN == "", s.Consumer.Origin}} {
		if !o.set {
			continue
		}
		warn(len(o.in.VPCs)+len(o.in.Endpoints) == 0, o.what+": callers behind a VPC endpoint carry no public address and are stopped; name their VPC or endpoint if one is legitimate")
		warn(len(o.in.CIDRs) == 0, o.what+": callers on the internet are stopped, a console in a browser among them")
		warn(oneFamily(o.in.CIDRs), o.what+": only one of IPv4 and IPv6 is named; a consumer that reaches AWS over the other is stopped")
	}
	warn(s.has(CarveOut), "whoever works from or as "+s.Consumer.String()+" is not stopped: make sure that the intruder does not")
	warn(s.has(CarveOut), "carve-out: what a service does for the spared consumer stays frozen, since it does not come from the consumer's address")
	warn(s.has(OnlyActions), "only: what has not been seen yet (monthly jobs, dependent actions, data events no log holds) is stopped; sts:GetCallerIdentity works regardless")
	warn(slices.ContainsFunc(s.Actions, func(a string) bool { return strings.ContainsAny(a, "*?") }),
		"only: a listed wildcard also lets through what AWS adds under it")
	warn(s.has(RevokeSessionsBefore), "revoke-sessions-before: the cut-off must lie after the last session the intruder minted, plus the time IAM needs to spread a change")
	warn(s.has(QuarantineV2) || s.has(QuarantineV3), "the quarantine list is of "+quarantineDate+"; it stops readers of S3, yet neither sts:AssumeRole nor any secret")
	warn(s.Group != "", "the guardrail sits on group "+s.Group+": every member is stopped")
	return out
}

// oneFamily reports whether networks are given and all are IPv4 or all IPv6.
func oneFamily(networks []string) bool {
	four, six := false, false
	for _, n := range networks {
		p, _ := parsePrefix(n)
		four, six = four || p.Addr().Is4(), six || p.Addr().Is6() && p != (netip.Prefix{})
	}
	return four != six
}
