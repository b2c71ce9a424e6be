package policy

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// Options tells ParseWith how to read a document.
type Options struct {
	// Kind is where the document is attached; the zero value is an identity
	// policy.
	Kind Kind
	// MaxSize is the most characters the document may have, as Document.Size
	// counts them. Zero stands for the largest of this kind; a negative one for
	// no limit.
	MaxSize int
}

// Parse reads an identity policy, permissions boundary or session policy.
// Every error is a *ParseError.
func Parse(data []byte) (*Document, error) { return ParseWith(data, Options{}) }

// ParseWith reads a document of any kind. It refuses what would make two
// readers disagree (duplicate members, unknown members and operators,
// malformed operands) instead of guessing; what IAM stores but should not be
// written is left to Lint.
func ParseWith(data []byte, o Options) (*Document, error) {
	src := append([]byte(nil), data...)
	root, err := parseTree(src)
	if err != nil {
		return nil, located(src, err)
	}
	return documentFrom(src, root, o)
}

// documentFrom builds a document from a node of a larger tree, so that batch
// cases are read once. Positions stay relative to src.
func documentFrom(src []byte, root *node, o Options) (*Document, error) {
	if err := root.duplicate(); err != nil {
		return nil, located(src, err)
	}
	p := &parser{kind: o.Kind}
	d, err := p.document(root)
	if err == nil && (o.Kind == KindIdentity || o.Kind == KindTrust) {
		err = refusedCharacter(src[root.start:root.end], root.start)
	}
	if err == nil {
		err = tooLarge(src[root.start:root.end], root, o)
	}
	if err != nil {
		return nil, located(src, err)
	}
	d.kind = o.Kind
	d.source = src[root.start:root.end:root.end]
	for i := range d.Statements {
		d.Statements[i].offset -= root.start
	}
	return d, nil
}

func tooLarge(src []byte, root *node, o Options) error {
	limit := o.MaxSize
	if limit == 0 {
		limit = o.Kind.quota()
	}
	// Bytes are never fewer than characters: most documents need no count.
	if limit < 0 || len(src) <= limit {
		return nil
	}
	if size := sizeOf(src); size > limit {
		return refuse(root, "too-large", "document has %d characters, the quota is %d", size, limit)
	}
	return nil
}

func located(src []byte, err error) error {
	var re *ruleError
	var se *syntaxError
	pe := &ParseError{Line: 1, Col: 1, Code: "syntax", Message: err.Error()}
	if errors.As(err, &re) {
		pe.Code = re.code
		pe.Line, pe.Col = lineCol(src, re.offset)
	} else if errors.As(err, &se) {
		pe.Line, pe.Col = lineCol(src, se.offset)
	}
	return pe
}

// ruleError is a breach of the policy grammar at a byte offset.
type ruleError struct {
	offset  int
	code    string
	message string
}

func (e *ruleError) Error() string { return e.message }

func refuse(n *node, code, format string, args ...any) error {
	return &ruleError{n.start, code, fmt.Sprintf(format, args...)}
}

// refusedCharacter finds a character outside the set the IAM API documents for
// a policy document: tab, line feed, carriage return, U+0020 to U+00FF.
func refusedCharacter(src []byte, base int) error {
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		if r > 0xFF || r < 0x20 && r != '\t' && r != '\n' && r != '\r' {
			return &ruleError{base + i, "character", fmt.Sprintf("character %U is not allowed in a policy", r)}
		}
		i += size
	}
	return nil
}

// parser carries what the rules depend on down the tree.
type parser struct {
	kind    Kind
	version string
}

func (p *parser) document(root *node) (*Document, error) {
	if root.kind != nodeObject {
		return nil, refuse(root, "shape", "a policy document must be an object")
	}
	d := &Document{}
	for _, m := range root.members {
		switch m.name {
		case "Version", "Id":
			if m.value.kind != nodeString {
				return nil, refuse(m.value, "shape", "%s must be a string", m.name)
			}
		case "Statement":
		default:
			return nil, &ruleError{m.start, "unknown-member", "unknown member " + quote(m.name) + " in the document"}
		}
	}
	if v := root.member("Version"); v != nil {
		if v.text != Version2012 && v.text != Version2008 {
			return nil, refuse(v, "version", "version %q is neither %s nor %s", v.text, Version2012, Version2008)
		}
		d.Version = v.text
	}
	p.version = d.Version
	if v := root.member("Id"); v != nil {
		d.ID = v.text
	}
	list := root.member("Statement")
	if list == nil {
		return nil, refuse(root, "no-statement", "document has no Statement")
	}
	items := []*node{list}
	if list.kind == nodeList {
		items = list.items
	}
	d.Statements = make([]Statement, 0, len(items))
	for _, n := range items {
		s, err := p.statement(n)
		if err != nil {
			return nil, err
		}
		d.Statements = append(d.Statements, s)
	}
	return d, nil
}

// texts reads a field that may be one string or a list of strings.
func texts(n *node, name string) ([]string, error) {
	switch n.kind {
	case nodeString:
		return []string{n.text}, nil
	case nodeList:
		out := make([]string, 0, len(n.items))
		for _, item := range n.items {
			if item.kind != nodeString {
				return nil, refuse(item, "shape", "%s must hold strings", name)
			}
			out = append(out, item.text)
		}
		return out, nil
	}
	return nil, refuse(n, "shape", "%s must be a string or a list of strings", name)
}
