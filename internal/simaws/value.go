package simaws

import (
	"encoding/xml"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// object is a response before it is put on a wire: ordered fields whose values
// are string, bool, int, time.Time, object, list or summary. One tree is
// rendered as IAM's XML, as JSON 1.1 and as CloudTrail's responseElements, so
// the three can never disagree.
type object []field

type field struct {
	name  string
	value any
}

type list []any

// summary is GetAccountSummary's map; the query protocol spells maps as entry
// elements.
type summary []field

// f is a field that is left out when the value is the empty string, a zero time
// or nil, as AWS leaves members out.
func (o object) with(name string, value any) object {
	switch v := value.(type) {
	case nil:
		return o
	case string:
		if v == "" {
			return o
		}
	case time.Time:
		if v.IsZero() {
			return o
		}
	case object:
		if v == nil {
			return o
		}
	}
	return append(o, field{name, value})
}

func (o object) get(name string) any {
	for _, f := range o {
		if f.name == name {
			return f.value
		}
	}
	return nil
}

func (o object) str(path ...string) string {
	for i, p := range path {
		v := o.get(p)
		if i == len(path)-1 {
			s, _ := v.(string)
			return s
		}
		o, _ = v.(object)
	}
	return ""
}

// writeXML renders the query protocol's shapes: lists as member elements.
func writeXML(b *strings.Builder, name string, value any) {
	b.WriteString("<" + name + ">")
	switch v := value.(type) {
	case object:
		for _, f := range v {
			writeXML(b, f.name, f.value)
		}
	case list:
		for _, e := range v {
			writeXML(b, "member", e)
		}
	case summary:
		for _, f := range v {
			b.WriteString("<entry>")
			writeXML(b, "key", f.name)
			writeXML(b, "value", f.value)
			b.WriteString("</entry>")
		}
	default:
		_ = xml.EscapeText(b, []byte(scalar(v)))
	}
	b.WriteString("</" + name + ">")
}

func scalar(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case time.Time:
		return v.UTC().Format("2006-01-02T15:04:05Z")
	}
	return ""
}

// plain turns the tree into what encoding/json understands, naming members with
// rename and writing times with clock.
func plain(value any, rename func(string) string, clock func(time.Time) any) any {
	switch v := value.(type) {
	case object:
		m := make(map[string]any, len(v))
		for _, f := range v {
			m[rename(f.name)] = plain(f.value, rename, clock)
		}
		return m
	case list:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = plain(e, rename, clock)
		}
		return out
	case time.Time:
		return clock(v)
	}
	return value
}

// lowerCamel is how CloudTrail spells members: the first letter only, so
// SSHPublicKeyId becomes sSHPublicKeyId.
func lowerCamel(name string) string {
	r, n := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(r)) + name[n:]
}

// eventTimeText is the shape of times inside requestParameters and
// responseElements: "Jul 10, 2023, 12:54:47 PM".
func eventTimeText(t time.Time) any { return t.UTC().Format("Jan 2, 2006, 3:04:05 PM") }

// epochSeconds is how JSON 1.1 writes times.
func epochSeconds(t time.Time) any { return float64(t.UnixMilli()) / 1000 }
