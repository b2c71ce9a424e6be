package trail

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// members walks the members of one JSON object that has already passed
// [json.Valid]. It allocates nothing, and on bytes it does not understand it
// stops rather than guesses.
type members struct {
	data []byte
	at   int
}

// membersOf starts a walk. Anything but an object gives an empty walk.
func membersOf(value []byte) members {
	at := skipSpace(value, 0)
	if at >= len(value) || value[at] != '{' {
		return members{}
	}
	return members{data: value, at: at + 1}
}

// next returns the raw key (between its quotes, still escaped) and raw value.
func (m *members) next() (key, value []byte, ok bool) {
	at := skipSpace(m.data, m.at)
	if at < len(m.data) && m.data[at] == ',' {
		at = skipSpace(m.data, at+1)
	}
	if at >= len(m.data) || m.data[at] != '"' {
		return nil, nil, false
	}
	end := skipString(m.data, at)
	if end < 0 {
		return nil, nil, false
	}
	key = m.data[at+1 : end-1]
	at = skipSpace(m.data, end)
	if at >= len(m.data) || m.data[at] != ':' {
		return nil, nil, false
	}
	at = skipSpace(m.data, at+1)
	end = skipValue(m.data, at)
	if end < 0 {
		return nil, nil, false
	}
	m.at = end
	return key, m.data[at:end], true
}

// elements walks the elements of one valid JSON array.
type elements struct {
	data []byte
	at   int
}

func elementsOf(value []byte) elements {
	at := skipSpace(value, 0)
	if at >= len(value) || value[at] != '[' {
		return elements{}
	}
	return elements{data: value, at: at + 1}
}

func (e *elements) next() (value []byte, ok bool) {
	at := skipSpace(e.data, e.at)
	if at < len(e.data) && e.data[at] == ',' {
		at = skipSpace(e.data, at+1)
	}
	if at >= len(e.data) || e.data[at] == ']' {
		return nil, false
	}
	end := skipValue(e.data, at)
	if end < 0 {
		return nil, false
	}
	e.at = end
	return e.data[at:end], true
}

func skipSpace(data []byte, at int) int {
	for at < len(data) && isSpace(data[at]) {
		at++
	}
	return at
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// skipString returns the offset behind the closing quote, or -1.
func skipString(data []byte, at int) int {
	for i := at + 1; i < len(data); i++ {
		switch data[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return -1
}

// skipValue returns the offset behind the value starting at at, or -1. It is
// iterative: nesting depth costs nothing.
func skipValue(data []byte, at int) int {
	if at >= len(data) {
		return -1
	}
	switch data[at] {
	case '"':
		return skipString(data, at)
	case '{', '[':
		depth := 0
		for i := at; i < len(data); i++ {
			switch data[i] {
			case '"':
				end := skipString(data, i)
				if end < 0 {
					return -1
				}
				i = end - 1
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
		return -1
	}
	end := at
	for end < len(data) && !isSpace(data[end]) && bytes.IndexByte([]byte(",]}:"), data[end]) < 0 {
		end++
	}
	if end == at {
		return -1
	}
	return end
}

// longestKey bounds the keys the package looks for; a longer one is none of them.
const longestKey = 48

// folded lower-cases an ASCII key into buf. Lake and Athena lower-case every
// column and struct field, so field names are compared without case.
func folded(key []byte, buf *[longestKey]byte) []byte {
	if len(key) > longestKey {
		return nil
	}
	for i, c := range key {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	return buf[:len(key)]
}

// text reads a scalar as a string whatever its JSON type: processed copies of
// records turn booleans and numbers into strings and back. Null, objects and
// arrays give "". Invalid UTF-8 is replaced, never passed on.
func text(value []byte) string {
	if len(value) == 0 {
		return ""
	}
	switch value[0] {
	case '"':
		return unquote(value)
	case 'n', '{', '[':
		return ""
	}
	return string(value)
}

func unquote(value []byte) string {
	if len(value) < 2 {
		return ""
	}
	inner := value[1 : len(value)-1]
	if bytes.IndexByte(inner, '\\') >= 0 {
		var s string
		if json.Unmarshal(value, &s) != nil {
			return ""
		}
		return s
	}
	if !utf8.Valid(inner) {
		return strings.ToValidUTF8(string(inner), "\uFFFD")
	}
	return string(inner)
}

// object returns value if it is a JSON object, or the object inside it if it is
// a string holding one (exports flatten requestParameters to a string).
func object(value []byte) []byte { return container(value, '{') }

// array is [object] for arrays.
func array(value []byte) []byte { return container(value, '[') }

func container(value []byte, open byte) []byte {
	if len(value) == 0 {
		return nil
	}
	if value[0] == open {
		return value
	}
	if value[0] != '"' {
		return nil
	}
	inner := bytes.TrimSpace([]byte(unquote(value)))
	if len(inner) == 0 || inner[0] != open || !json.Valid(inner) {
		return nil
	}
	return inner
}

// lookup follows a path of member names (compared without case) through nested
// objects and returns the raw value, or nil.
func lookup(value []byte, path ...string) []byte {
	for _, name := range path {
		value = member(value, name)
		if value == nil {
			return nil
		}
	}
	return value
}

func member(value []byte, name string) []byte {
	walk := membersOf(object(value))
	for {
		key, val, ok := walk.next()
		if !ok {
			return nil
		}
		if strings.EqualFold(string(key), name) {
			return val
		}
	}
}
