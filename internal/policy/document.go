package policy

import "unicode/utf8"

// The two versions of the policy language. Without a Version element IAM reads
// a document as Version2008, in which policy variables are plain text.
const (
	Version2012 = "2012-10-17"
	Version2008 = "2008-10-17"
)

// Kind says where a document is attached, which decides what it may contain.
type Kind int8

// KindIdentity covers identity policies, permissions boundaries and session
// policies: same grammar, no Principal.
const (
	KindIdentity Kind = iota
	KindResource
	KindTrust
	KindSCP
	KindRCP
	KindEndpoint
)

// String returns the kind as it reads in a message.
func (k Kind) String() string {
	switch k {
	case KindResource:
		return "resource policy"
	case KindTrust:
		return "trust policy"
	case KindSCP:
		return "service control policy"
	case KindRCP:
		return "resource control policy"
	case KindEndpoint:
		return "endpoint policy"
	}
	return "identity policy"
}

// principalRequired: IAM refuses these without a Principal. RCPs and endpoint
// policies are read leniently: without one they speak of everyone.
func (k Kind) principalRequired() bool { return k == KindResource || k == KindTrust }

func (k Kind) principalAllowed() bool { return k != KindIdentity && k != KindSCP }

func (k Kind) resourceRequired() bool {
	return k == KindIdentity || k == KindSCP || k == KindRCP
}

// identityType: kinds in which a Resource of fewer than six parts is padded
// with wildcards (measured, not documented; Explain says so).
func (k Kind) identityType() bool { return k == KindIdentity || k == KindSCP }

// StatementEffect is the Effect element of a statement.
type StatementEffect string

// The two effects a statement can have.
const (
	Allow StatementEffect = "Allow"
	Deny  StatementEffect = "Deny"
)

// PrincipalEntry is one type of a Principal element with its values. Type is
// AWS, Service, Federated or CanonicalUser; the bare form "Principal":"*" is
// Type "*" with no values.
type PrincipalEntry struct {
	Type   string
	Values []string
}

// Condition is one operator applied to one key.
type Condition struct {
	// Operator as written, with its set prefix and IfExists suffix.
	Operator string
	Key      string
	Values   []string
}

// Statement is one statement of a document, parsed or built. In each pair
// (Action and NotAction, and so on) a nil slice is a missing element and an
// empty one an empty list.
type Statement struct {
	Sid          string
	Effect       StatementEffect
	Principal    []PrincipalEntry
	NotPrincipal []PrincipalEntry
	Action       []string
	NotAction    []string
	Resource     []string
	NotResource  []string
	Conditions   []Condition

	offset int // where the statement starts in the source
}

// Document is a policy document, as parsed or built.
type Document struct {
	Version    string // empty when the document has none
	ID         string
	Statements []Statement

	kind   Kind
	source []byte // nil for a built document
}

// Kind returns where the document is meant to be attached.
func (d *Document) Kind() Kind { return d.kind }

// Source returns the text the document was parsed from, byte for byte, or the
// compact form of a built one.
func (d *Document) Source() []byte {
	if d.source == nil {
		return d.JSON()
	}
	return append([]byte(nil), d.source...)
}

// Size counts the characters IAM counts against a quota: white space between
// tokens is free. White space inside strings is counted, so a size that fits
// here fits in IAM whichever way it reads its own rule.
func (d *Document) Size() int {
	src := d.source
	if src == nil {
		src = d.JSON()
	}
	return sizeOf(src)
}

func sizeOf(src []byte) int {
	size, inString, escaped := 0, false, false
	for i := 0; i < len(src); {
		r, n := utf8.DecodeRune(src[i:])
		i += n
		switch {
		case escaped:
			escaped = false
		case inString && r == '\\':
			escaped = true
		case r == '"':
			inString = !inString
		case !inString && (r == ' ' || r == '\t' || r == '\n' || r == '\r'):
			continue
		}
		size++
	}
	return size
}

// variables reports whether ${…} is a variable in this document.
func (d *Document) variables() bool { return d.Version == Version2012 }

// place returns line and column of a statement; zero for a built document.
func (d *Document) place(s *Statement) (line, col int) {
	if d.source == nil {
		return 0, 0
	}
	return lineCol(d.source, s.offset)
}
