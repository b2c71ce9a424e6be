package policy

import (
	"encoding/json"
	"unicode/utf8"
)

// nodeKind is the JSON type of a node.
type nodeKind int8

const (
	nodeNull nodeKind = iota
	nodeBool
	nodeNumber
	nodeString
	nodeList
	nodeObject
)

// node is one JSON value with its place in the source. The standard decoder
// keeps neither positions nor duplicate members, and a duplicate member is how
// one document can mean two things to two readers.
type node struct {
	kind    nodeKind
	start   int
	end     int
	text    string // decoded string, or literal text of a number or boolean
	members []member
	items   []*node
	twice   *member // first member whose name was there already
}

type member struct {
	name  string
	start int
	value *node
}

// member returns the named member's value, nil when there is none.
func (n *node) member(name string) *node {
	for i := range n.members {
		if n.members[i].name == name {
			return n.members[i].value
		}
	}
	return nil
}

// duplicate reports the first member named twice in n or below it. It is not
// an error of the reader itself, so that a batch case with a bad document in it
// can still be answered by its id.
func (n *node) duplicate() error {
	if n.twice != nil {
		return &syntaxError{n.twice.start, "duplicate member " + quote(n.twice.name)}
	}
	for _, m := range n.members {
		if err := m.value.duplicate(); err != nil {
			return err
		}
	}
	for _, item := range n.items {
		if err := item.duplicate(); err != nil {
			return err
		}
	}
	return nil
}

// maxDepth bounds nesting. A policy document needs seven levels and a case of
// the batch format twelve; the bound keeps hostile input off the stack.
const maxDepth = 64

// treeReader is a strict RFC 8259 reader.
type treeReader struct {
	src []byte
	pos int
}

// syntaxError carries a byte offset; the caller turns it into line and column.
type syntaxError struct {
	offset  int
	message string
}

func (e *syntaxError) Error() string { return e.message }

// parseTree reads exactly one JSON value.
func parseTree(src []byte) (*node, error) {
	if i := invalidUTF8(src); i >= 0 {
		return nil, &syntaxError{i, "document is not valid UTF-8"}
	}
	r := &treeReader{src: src}
	n, err := r.value(0)
	if err != nil {
		return nil, err
	}
	r.space()
	if r.pos < len(src) {
		return nil, &syntaxError{r.pos, "unexpected text after the JSON value"}
	}
	return n, nil
}

func invalidUTF8(src []byte) int {
	if utf8.Valid(src) {
		return -1
	}
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

func (r *treeReader) space() {
	for r.pos < len(r.src) {
		switch r.src[r.pos] {
		case ' ', '\t', '\r', '\n':
			r.pos++
		default:
			return
		}
	}
}

func (r *treeReader) peek() byte {
	if r.pos < len(r.src) {
		return r.src[r.pos]
	}
	return 0
}

func (r *treeReader) fail(message string) error { return &syntaxError{r.pos, message} }

func (r *treeReader) value(depth int) (*node, error) {
	if depth > maxDepth {
		return nil, r.fail("document is nested too deeply")
	}
	r.space()
	if r.pos >= len(r.src) {
		return nil, r.fail("unexpected end of document")
	}
	switch c := r.src[r.pos]; {
	case c == '{':
		return r.object(depth)
	case c == '[':
		return r.list(depth)
	case c == '"':
		start := r.pos
		s, err := r.str()
		return &node{kind: nodeString, start: start, end: r.pos, text: s}, err
	case c == '-' || c >= '0' && c <= '9':
		return r.number()
	}
	for _, word := range [...]string{"true", "false", "null"} {
		if len(r.src)-r.pos >= len(word) && string(r.src[r.pos:r.pos+len(word)]) == word {
			n := &node{kind: nodeBool, start: r.pos, end: r.pos + len(word), text: word}
			if word == "null" {
				n.kind = nodeNull
			}
			r.pos = n.end
			return n, nil
		}
	}
	return nil, r.fail("expected a JSON value")
}

func (r *treeReader) object(depth int) (*node, error) {
	n := &node{kind: nodeObject, start: r.pos}
	r.pos++
	seen := map[string]bool{}
	for r.space(); r.peek() != '}'; r.space() {
		if len(n.members) > 0 {
			if r.peek() != ',' {
				return nil, r.fail("expected ',' or '}' in an object")
			}
			r.pos++
			r.space()
		}
		start := r.pos
		if r.peek() != '"' {
			return nil, r.fail("expected a member name")
		}
		name, err := r.str()
		if err != nil {
			return nil, err
		}
		repeated := seen[name]
		seen[name] = true
		if r.space(); r.peek() != ':' {
			return nil, r.fail("expected ':' after a member name")
		}
		r.pos++
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		n.members = append(n.members, member{name, start, v})
		if repeated && n.twice == nil {
			n.twice = &member{name, start, v}
		}
	}
	r.pos++
	n.end = r.pos
	return n, nil
}

func (r *treeReader) list(depth int) (*node, error) {
	n := &node{kind: nodeList, start: r.pos}
	r.pos++
	for r.space(); r.peek() != ']'; r.space() {
		if len(n.items) > 0 {
			if r.peek() != ',' {
				return nil, r.fail("expected ',' or ']' in a list")
			}
			r.pos++
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		n.items = append(n.items, v)
	}
	r.pos++
	n.end = r.pos
	return n, nil
}

func (r *treeReader) str() (string, error) {
	start := r.pos
	for r.pos++; r.pos < len(r.src); r.pos++ {
		switch c := r.src[r.pos]; {
		case c == '\\':
			r.pos++
		case c < 0x20:
			return "", r.fail("control character in a string")
		case c == '"':
			r.pos++
			var s string
			if err := json.Unmarshal(r.src[start:r.pos], &s); err != nil {
				return "", &syntaxError{start, "malformed string: " + err.Error()}
			}
			return s, nil
		}
	}
	return "", &syntaxError{start, "string is not closed"}
}

func (r *treeReader) number() (*node, error) {
	start := r.pos
	for r.pos < len(r.src) {
		c := r.src[r.pos]
		if c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E' {
			r.pos++
			continue
		}
		break
	}
	if !json.Valid(r.src[start:r.pos]) {
		return nil, &syntaxError{start, "malformed number"}
	}
	return &node{kind: nodeNumber, start: start, end: r.pos, text: string(r.src[start:r.pos])}, nil
}
