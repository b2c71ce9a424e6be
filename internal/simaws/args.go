package simaws

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// args is a request's input flattened as the query protocol writes it
// ("Tags.member.1.Key"); JSON input is brought to the same form, so operations
// and scenario scripts read one shape.
type args map[string]string

// flatten turns decoded JSON into args.
func flatten(into args, prefix string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for k, e := range v {
			flatten(into, join(prefix, k), e)
		}
	case []any:
		for i, e := range v {
			flatten(into, prefix+".member."+strconv.Itoa(i+1), e)
		}
	case json.Number:
		into[prefix] = v.String()
	case nil:
	default:
		into[prefix] = fmt.Sprint(v)
	}
}

func join(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "." + name
}

// number reads an integer member, or fallback when it is absent.
func (a args) number(name string, fallback int) (int, *apiError) {
	text, ok := a[name]
	if !ok {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, invalid("%s is not a number: %s", name, text)
	}
	return n, nil
}

// tags reads "Tags.member.N.Key/Value".
func (a args) tags() map[string]string {
	out := map[string]string{}
	for i := 1; ; i++ {
		p := "Tags.member." + strconv.Itoa(i)
		k, ok := a[p+".Key"]
		if !ok {
			return out
		}
		out[k] = a[p+".Value"]
	}
}

// strings reads "name.member.N".
func (a args) strings(name string) []string {
	var out []string
	for i := 1; ; i++ {
		v, ok := a[name+".member."+strconv.Itoa(i)]
		if !ok {
			return out
		}
		out = append(out, v)
	}
}

// canonical is one text per content, whatever the order members came in: part
// of what request ids are derived from.
func (a args) canonical() string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(a)) {
		b.WriteString(k + "=" + a[k] + "\n")
	}
	return b.String()
}

// unloggable lists members AWS keeps out of CloudTrail.
func unloggable(name string) bool {
	switch name {
	case "Password", "SecretString", "SecretBinary", "SecretAccessKey", "ServicePassword", "ServiceCredentialSecret", "TokenCode":
		return true
	}
	return false
}

// isNumber and isBool tell the members CloudTrail logs unquoted.
func isNumber(name string) bool {
	switch name {
	case "MaxItems", "MaxResults", "DurationSeconds", "MaxSessionDuration", "CredentialAgeDays":
		return true
	}
	return false
}

func isBool(name string) bool {
	switch name {
	case "SetAsDefault", "OnlyAttached", "PasswordResetRequired", "IncludePlannedDeletion", "IncludeShadowTrails":
		return true
	}
	return false
}

// logged is the input as requestParameters shows it, or nil when there is none.
func (a args) logged() any {
	root := map[string]any{}
	for _, k := range slices.Sorted(maps.Keys(a)) {
		parts := strings.Split(k, ".")
		leaf := parts[len(parts)-1]
		if unloggable(leaf) {
			continue
		}
		var value any = a[k]
		switch n, err := strconv.ParseFloat(a[k], 64); {
		case err == nil && isNumber(leaf):
			value = int(n)
		case err == nil && (leaf == "StartTime" || leaf == "EndTime"):
			value = eventTimeText(time.Unix(int64(n), 0))
		case isBool(leaf):
			value = a[k] == "true"
		}
		plant(root, parts, value)
	}
	if len(root) == 0 {
		return nil
	}
	return unlist(root)
}

func plant(m map[string]any, parts []string, value any) {
	for _, p := range parts[:len(parts)-1] {
		name := lowerCamel(p)
		next, ok := m[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			m[name] = next
		}
		m = next
	}
	m[lowerCamel(parts[len(parts)-1])] = value
}

// unlist turns {"member": {"1": x}} back into [x].
func unlist(value any) any {
	m, ok := value.(map[string]any)
	if !ok {
		return value
	}
	if members, ok := m["member"].(map[string]any); ok && len(m) == 1 {
		out := make([]any, 0, len(members))
		for i := 1; i <= len(members); i++ {
			out = append(out, unlist(members[strconv.Itoa(i)]))
		}
		return out
	}
	for k, v := range m {
		m[k] = unlist(v)
	}
	return m
}
