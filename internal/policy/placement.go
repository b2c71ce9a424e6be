package policy

import "fmt"

// Where is the place a guardrail is attached.
type Where string

// The places, best first. Nowhere means that a human has to make room.
const (
	Inline   Where = "inline"
	Managed  Where = "managed"
	Boundary Where = "boundary"
	InGroup  Where = "group"
	Nowhere  Where = ""
)

// attachedQuota is IAM's default number of managed policies on one user or role.
const attachedQuota = 10

// Placement is a place for a guardrail and the reason for it.
type Placement struct {
	Where Where
	Why   string
}

// Place is PlaceOn for a user.
func Place(size, existingInline, attachedCount int, hasBoundary bool) Placement {
	return PlaceOn(PrincipalUser, size, existingInline, attachedCount, hasBoundary)
}

// PlaceOn chooses where a guardrail of this size goes on a user or a role that
// holds existingInline characters of inline policies (negative: not known),
// attachedCount managed policies, and perhaps a permissions boundary.
//
// Inline is first: one call, nothing shared, gone with one call. A managed
// policy takes two. As a boundary the document must carry an Allow as well, see
// AsBoundary, or it would stop everything. A group of its own is last, because
// joining one is a change to two objects and users are limited to ten groups;
// roles join none.
func PlaceOn(kind PrincipalKind, size, existingInline, attachedCount int, hasBoundary bool) Placement {
	quota := UserInlineQuota
	if kind == PrincipalRole {
		quota = RoleInlineQuota
	}
	if existingInline >= 0 && size+existingInline <= quota {
		return Placement{Inline, fmt.Sprintf("%d characters fit beside the %d of %d taken", size, existingInline, quota)}
	}
	why := fmt.Sprintf("the inline quota is short: %d needed, %d of %d taken", size, existingInline, quota)
	if existingInline < 0 {
		why = "the size of the existing inline policies is not known"
	}
	if size > ManagedQuota {
		return Placement{Nowhere, fmt.Sprintf("%d characters are more than any policy holds (%d): ask for fewer intents", size, ManagedQuota)}
	}
	if attachedCount >= 0 && attachedCount < attachedQuota {
		return Placement{Managed, fmt.Sprintf("%s; %d of %d managed policies are attached", why, attachedCount, attachedQuota)}
	}
	why += fmt.Sprintf("; all %d managed policy slots are taken", attachedQuota)
	if attachedCount < 0 {
		why += " or could not be counted"
	}
	if !hasBoundary && size+len(boundaryAllow) <= ManagedQuota {
		return Placement{Boundary, why + "; there is no permissions boundary to displace"}
	}
	if hasBoundary {
		why += "; the permissions boundary is in use and must stay"
	} else {
		why += "; as a boundary it would be too long"
	}
	if kind == PrincipalRole {
		return Placement{Nowhere, why + "; a role joins no group: make room on it"}
	}
	return Placement{InGroup, why + ": attach it to a new group with this user as its only member"}
}

// boundaryAllow is what AsBoundary adds, as it is written in the document.
const boundaryAllow = `{"Sid":"NoFurtherLimit","Effect":"Allow","Action":"*","Resource":"*"},`

// AsBoundary returns the guardrail as the document of a permissions boundary. A
// boundary permits only what it allows, so one that merely denies would stop
// everything; this one allows all and then denies what the guardrail denies. It
// grants nothing: a boundary never does.
// Source: IAM User Guide, "Permissions boundaries for IAM entities".
func (g Guardrail) AsBoundary() ([]byte, error) {
	d, err := Parse(g.Document)
	if err != nil {
		return nil, fmt.Errorf("read guardrail %s: %w", g.Name, err)
	}
	allow := Statement{Sid: "NoFurtherLimit", Effect: Allow, Action: []string{"*"}, Resource: []string{"*"}}
	out := (&Document{Version: Version2012, Statements: append([]Statement{allow}, d.Statements...)}).JSON()
	if n := sizeOf(out); n > ManagedQuota {
		return nil, fmt.Errorf("%w: %s has %d characters as a boundary, %d fit", ErrGuardrail, g.Name, n, ManagedQuota)
	}
	return out, nil
}
