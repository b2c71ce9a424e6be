package trail

import "strings"

// Facts are the few request parameters and condition keys that a [Call] keeps
// because IAM conditions test them. They are names and texts in one shared
// string, so that calls alike in them share it and can be compared. Nothing in
// it is a credential: the parameters kept are listed in [keeps].
type Facts string

// Parameter returns a kept scalar of requestParameters; ok is false if the
// record did not have it, or if this package does not keep it.
func (f Facts) Parameter(name string) (value string, ok bool) {
	for _, v := range f.values("parameter " + strings.ToLower(name)) {
		return v, true
	}
	return "", false
}

// Tag returns the value of a tag the request set. Tag keys compare without
// case, as the condition key aws:RequestTag compares them.
func (f Facts) Tag(key string) (value string, ok bool) {
	for _, v := range f.values("tag " + strings.ToLower(key)) {
		return v, true
	}
	return "", false
}

// Condition returns what eventContext recorded of a condition key. Only event
// data stores of CloudTrail Lake can be told to add it, and a key missing there
// proves nothing.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-context-events.html
func (f Facts) Condition(key string) []string { return f.values("condition " + strings.ToLower(key)) }

const factEnd = "\x00"

func (f Facts) values(name string) []string {
	var out []string
	for rest := string(f); rest != ""; {
		var have, value string
		have, rest, _ = strings.Cut(rest, factEnd)
		value, rest, _ = strings.Cut(rest, factEnd)
		if have == name {
			out = append(out, value)
		}
	}
	return out
}

const (
	maxFacts    = 64 // eventContext holds up to 50 keys
	maxFactText = 1024
)

// factWriter collects facts. A text that is too long is left out, not cut: a
// cut text would be a wrong value, a missing one is only unknown.
type factWriter struct {
	text strings.Builder
	n    int
}

func (w *factWriter) add(name, value string) {
	if value == "" || w.n >= maxFacts || len(name)+len(value) > maxFactText || strings.Contains(name+value, factEnd) {
		return
	}
	w.n++
	w.text.WriteString(strings.ToLower(name) + factEnd + value + factEnd)
}

func factsOf(r *Record) Facts {
	var w factWriter
	service := ShortSource(r.EventSource)
	if kept := keeps(service); kept != "" {
		var fold [longestKey]byte
		walk := membersOf(r.RequestParameters)
		for {
			key, value, ok := walk.next()
			if !ok {
				break
			}
			name := string(folded(key, &fold))
			switch {
			case name == "tags" && keepsTags(service):
				w.tags(value)
			case name != "" && strings.Contains(kept, " "+name+" "):
				w.add("parameter "+name, text(value))
			}
		}
	}
	w.context(r.Context)
	return Facts(w.text.String())
}

// keeps lists the parameters kept of one service, lower-cased between spaces:
// those that name the resource in a way no ARN shows (a secret given by name, a
// version, an index), and those that a condition key repeats.
// https://docs.aws.amazon.com/service-authorization/latest/reference/
func keeps(service string) string {
	switch service {
	case "sts":
		return " externalid rolesessionname sourceidentity "
	case "iam":
		return " username policyarn permissionsboundary awsservicename "
	case "s3":
		return " prefix delimiter x-amz-acl x-amz-server-side-encryption x-amz-server-side-encryption-aws-kms-key-id "
	case "secretsmanager":
		return " secretid versionstage name "
	case "lambda":
		return " qualifier "
	case "dynamodb":
		return " indexname "
	}
	return ""
}

func keepsTags(service string) bool {
	return service == "sts" || service == "iam" || service == "secretsmanager"
}

// tags reads [{"key":..., "value":...}].
func (w *factWriter) tags(value []byte) {
	walk := elementsOf(array(value))
	for {
		tag, ok := walk.next()
		if !ok {
			return
		}
		if key := text(lookup(tag, "key")); key != "" {
			w.add("tag "+key, text(lookup(tag, "value")))
		}
	}
}

// context reads eventContext: requestContext maps condition keys to a value or
// a list, tagContext.principalTags maps tags of the caller.
func (w *factWriter) context(raw []byte) {
	for _, part := range []struct {
		path   []string
		prefix string
	}{{[]string{"requestContext"}, ""}, {[]string{"tagContext", "principalTags"}, "aws:PrincipalTag/"}} {
		walk := membersOf(object(lookup(raw, part.path...)))
		for {
			key, value, ok := walk.next()
			if !ok {
				break
			}
			name := "condition " + part.prefix + unquote([]byte(`"`+string(key)+`"`))
			w.add(name, text(value))
			list := elementsOf(array(value))
			for {
				one, ok := list.next()
				if !ok {
					break
				}
				w.add(name, text(one))
			}
		}
	}
}

// resourceAccountOf returns the account resources[] gives, if it gives one.
func resourceAccountOf(r *Record) string {
	account := ""
	for _, res := range r.Resources {
		if res.AccountID == "" || account != "" && res.AccountID != account {
			return ""
		}
		account = res.AccountID
	}
	return account
}
