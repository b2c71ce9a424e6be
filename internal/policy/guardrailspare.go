package policy

import (
	"slices"
	"strings"
)

// spare turns a freeze into one that leaves the listed resources alone, for use
// and not for sharing: what gives a resource away stays denied on all of them,
// in a statement of its own. Actions without resource types stay denied too:
// nothing but "*" names them, and "*" is not on the list.
func (s *GuardrailSpec) spare(frozen Statement) []Statement {
	var arns []string
	for _, arn := range s.Spare {
		if parts, _ := splitARN(arn); s.freezes(parts) == frozen.Sid {
			arns = append(arns, arn)
		}
	}
	if len(arns) == 0 {
		return []Statement{frozen}
	}
	use := frozen
	use.Resource, use.NotResource = nil, sortedCopy(arns)
	if frozen.Sid == sidDenyAll {
		return append([]Statement{use}, sharing(arns)...)
	}
	share := frozen
	share.Sid = sharingSid(frozen.Sid)
	share.Conditions = slices.Clone(frozen.Conditions)
	use.Action = slices.DeleteFunc(slices.Clone(frozen.Action), shares)
	share.Action = slices.DeleteFunc(slices.Clone(frozen.Action), func(a string) bool { return !shares(a) })
	if len(share.Action) == 0 {
		return []Statement{use}
	}
	return []Statement{use, share}
}

// shares reports whether an action of a freeze gives a resource away instead of
// using it.
func shares(action string) bool {
	switch action {
	case "kms:CreateGrant", "kms:PutKeyPolicy", "kms:ReplicateKey",
		"secretsmanager:PutResourcePolicy", "ssm:PutResourcePolicy", "iam:PassRole":
		return true
	}
	return false
}

func sharingSid(frozen string) string {
	switch frozen {
	case sidFreezeDecrypt:
		return sidShareKeys
	case sidFreezeAssume:
		return sidPassRole
	}
	return sidShareSecrets
}

// sharing is what freeze-secrets denies of sharing, for the services of these
// ARNs. A full deny needs it where it spares.
func sharing(arns []string) []Statement {
	var out []Statement
	for _, frozen := range freezeSecrets() {
		frozen.Sid = sharingSid(frozen.Sid)
		frozen.Action = slices.DeleteFunc(frozen.Action, func(a string) bool {
			service, _, _ := strings.Cut(a, ":")
			return !shares(a) || !slices.ContainsFunc(arns, func(arn string) bool {
				parts, _ := splitARN(arn)
				return parts[2] == service
			})
		})
		if len(frozen.Action) > 0 {
			out = append(out, frozen)
		}
	}
	return out
}
