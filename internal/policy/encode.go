package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// JSON returns the smallest text that means the same: no white space, a list
// of one written as a string, a single statement without its brackets. The
// order of members is fixed, so equal documents give equal text.
func (d *Document) JSON() []byte {
	var w bytes.Buffer
	w.WriteByte('{')
	if d.Version != "" {
		w.WriteString(`"Version":`)
		writeString(&w, d.Version)
		w.WriteByte(',')
	}
	if d.ID != "" {
		w.WriteString(`"Id":`)
		writeString(&w, d.ID)
		w.WriteByte(',')
	}
	w.WriteString(`"Statement":`)
	if len(d.Statements) != 1 {
		w.WriteByte('[')
	}
	for i := range d.Statements {
		if i > 0 {
			w.WriteByte(',')
		}
		d.Statements[i].write(&w)
	}
	if len(d.Statements) != 1 {
		w.WriteByte(']')
	}
	w.WriteByte('}')
	return w.Bytes()
}

func (s *Statement) write(w *bytes.Buffer) {
	w.WriteByte('{')
	if s.Sid != "" {
		w.WriteString(`"Sid":`)
		writeString(w, s.Sid)
		w.WriteByte(',')
	}
	w.WriteString(`"Effect":`)
	writeString(w, string(s.Effect))
	writePrincipals(w, "Principal", s.Principal)
	writePrincipals(w, "NotPrincipal", s.NotPrincipal)
	writeList(w, "Action", s.Action)
	writeList(w, "NotAction", s.NotAction)
	writeList(w, "Resource", s.Resource)
	writeList(w, "NotResource", s.NotResource)
	writeConditions(w, s.Conditions)
	w.WriteByte('}')
}

func writeList(w *bytes.Buffer, name string, values []string) {
	if values != nil {
		fmt.Fprintf(w, `,"%s":`, name)
		writeTexts(w, values)
	}
}

func writeTexts(w *bytes.Buffer, values []string) {
	if len(values) == 1 {
		writeString(w, values[0])
		return
	}
	w.WriteByte('[')
	for i, v := range values {
		if i > 0 {
			w.WriteByte(',')
		}
		writeString(w, v)
	}
	w.WriteByte(']')
}

func writePrincipals(w *bytes.Buffer, name string, entries []PrincipalEntry) {
	if entries == nil {
		return
	}
	fmt.Fprintf(w, `,"%s":`, name)
	if len(entries) == 1 && entries[0].Type == "*" {
		w.WriteString(`"*"`)
		return
	}
	w.WriteByte('{')
	for i, e := range entries {
		if i > 0 {
			w.WriteByte(',')
		}
		writeString(w, e.Type)
		w.WriteByte(':')
		writeTexts(w, e.Values)
	}
	w.WriteByte('}')
}

// writeConditions gathers the keys of one operator, in order of first use.
func writeConditions(w *bytes.Buffer, conditions []Condition) {
	if conditions == nil {
		return
	}
	w.WriteString(`,"Condition":{`)
	written := map[string]bool{}
	for _, first := range conditions {
		if written[first.Operator] {
			continue
		}
		if len(written) > 0 {
			w.WriteByte(',')
		}
		written[first.Operator] = true
		writeString(w, first.Operator)
		open := ":{"
		for _, c := range conditions {
			if c.Operator != first.Operator {
				continue
			}
			w.WriteString(open)
			writeString(w, c.Key)
			w.WriteByte(':')
			writeTexts(w, c.Values)
			open = ","
		}
		w.WriteByte('}')
	}
	w.WriteByte('}')
}

// writeString writes a JSON string. Characters IAM refuses in the text of a
// document are written as escapes; nothing else is, since every escape costs
// quota.
func writeString(w *bytes.Buffer, s string) {
	plain := true
	for _, r := range s {
		if r < 0x20 || r > 0xFF || r == '"' || r == '\\' || r == utf8.RuneError {
			plain = false
			break
		}
	}
	if plain && utf8.ValidString(s) {
		w.WriteByte('"')
		w.WriteString(s)
		w.WriteByte('"')
		return
	}
	var quoted bytes.Buffer
	enc := json.NewEncoder(&quoted)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always encodes
	for _, r := range string(bytes.TrimRight(quoted.Bytes(), "\n")) {
		switch {
		case r > 0xFFFF:
			r -= 0x10000
			fmt.Fprintf(w, `\u%04x\u%04x`, 0xD800+(r>>10), 0xDC00+(r&0x3FF))
		case r > 0xFF:
			fmt.Fprintf(w, `\u%04x`, r)
		default:
			w.WriteRune(r)
		}
	}
}
