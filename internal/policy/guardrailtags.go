package policy

import (
	"strings"
	"unicode"
)

// GuardrailTagPrefix starts the key of every tag of a guardrail.
const GuardrailTagPrefix = "ircontain-"

// tags say whose guardrail it is. A missing review time is said too: nobody
// should have to guess whether it was forgotten.
func (s *GuardrailSpec) tags() map[string]string {
	review := "none"
	if !s.ReviewAt.IsZero() {
		review = stampDown(s.ReviewAt)
	}
	out := map[string]string{"incident": s.Incident, "owner": s.Owner, "reason": s.Reason, "review": review}
	if !s.HardenAt.IsZero() {
		out["hardens"] = stampDown(s.HardenAt)
	}
	if !s.ExpireAt.IsZero() {
		out["expires"] = stampUp(s.ExpireAt)
	}
	tags := map[string]string{}
	for k, v := range out {
		tags[GuardrailTagPrefix+k] = TagValue(v)
	}
	return tags
}

// TagValue reduces a text to what AWS takes as the value of a tag: at most 256
// characters out of letters, digits, spaces and _.:/=+-@. What is not allowed
// becomes an underscore, so that a length or a position stays recognisable; the
// journal holds the text in full.
// Source: IAM API Reference, Tag.
func TagValue(text string) string {
	out, n := strings.Builder{}, 0
	for _, r := range text {
		if n++; n > 256 {
			break
		}
		if r != ' ' && !unicode.IsLetter(r) && !unicode.IsNumber(r) && !strings.ContainsRune("_.:/=+-@", r) || r == unicode.ReplacementChar {
			r = '_'
		}
		out.WriteRune(r)
	}
	return out.String()
}
