package trail

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
)

// CredentialKind is what the prefix of an AWS unique identifier says it names.
type CredentialKind string

// The kinds [KeyKind] tells apart. The prefixes are those of the IAM user
// guide, "Unique identifiers"; identifiers of principals sign nothing.
const (
	KindLongTerm        CredentialKind = "long_term"        // AKIA
	KindTemporary       CredentialKind = "temporary"        // ASIA
	KindServiceSpecific CredentialKind = "service_specific" // ABIA bearer token, ACCA context credential
	KindPrincipal       CredentialKind = "principal"        // AIDA, AROA, ...: not a key
	KindUnknown         CredentialKind = "unknown"
)

// KeyKind classifies an identifier by its four-letter prefix alone, so that
// anonymised identifiers of any length still classify.
func KeyKind(id string) CredentialKind {
	if len(id) < 4 {
		return KindUnknown
	}
	switch id[:4] {
	case "AKIA":
		return KindLongTerm
	case "ASIA":
		return KindTemporary
	case "ABIA", "ACCA":
		return KindServiceSpecific
	case "AGPA", "AIDA", "AIPA", "ANPA", "ANVA", "APKA", "AROA", "ASCA":
		return KindPrincipal
	}
	return KindUnknown
}

// reportKind folds a kind to the two the report knows. A key without a known
// prefix (anonymised sets) counts as temporary only if it says so.
func reportKind(id string) string {
	if KeyKind(id) == KindTemporary {
		return string(KindTemporary)
	}
	return string(KindLongTerm)
}

const (
	accessKeyLength = 20
	// accountMask selects the 40 account bits of the first six decoded bytes;
	// the top bit is the generation, the low seven belong to what follows.
	accountMask  = 0x7fffffffff80
	accountShift = 7
	maxAccount   = 999_999_999_999
)

// AccountFromAccessKeyID returns the account an access key id encodes.
//
// AWS does not document the layout. Published analyses (Steele 2020, Be'ery
// 2023, WithSecure's bitwise analysis of 3,000 ids) agree that in ids of the
// newer generation, whose first bit after the prefix is set (fifth character Q
// to Z or 2 to 7), the next 40 bits are the account number. Ids of the older
// generation do not reveal it, so they give ok=false. Treat the answer as a
// hint to be confirmed with GetAccessKeyInfo: anonymised logs carry ids that
// decode to accounts nobody owns.
func AccountFromAccessKeyID(id string) (account string, ok bool) {
	if len(id) != accessKeyLength {
		return "", false
	}
	if k := KeyKind(id); k != KindLongTerm && k != KindTemporary {
		return "", false
	}
	raw, err := base32.StdEncoding.DecodeString(strings.ToUpper(id[4:]))
	if err != nil || len(raw) < 6 {
		return "", false
	}
	if raw[0]&0x80 == 0 {
		return "", false
	}
	word := make([]byte, 8)
	copy(word[2:], raw[:6])
	number := (binary.BigEndian.Uint64(word) & accountMask) >> accountShift
	if number > maxAccount {
		return "", false
	}
	return fmt.Sprintf("%012d", number), true
}
