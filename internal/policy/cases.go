package policy

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// schemaVersion is the version every JSON object on standard output carries.
const schemaVersion = 1

// caseError is why one case cannot be read: a stable code and a text.
type caseError struct {
	code string
	err  error
}

func (e *caseError) Error() string { return e.code + ": " + e.err.Error() }

func (e *caseError) Unwrap() error { return e.err }

func badCase(code, format string, args ...any) error {
	return &caseError{code, fmt.Errorf(format, args...)}
}

// caseFailure is the line written for an unreadable case.
type caseFailure struct {
	SchemaVersion int             `json:"schema_version"`
	ID            json.RawMessage `json:"id"`
	Error         string          `json:"error"`
}

// runCases reads one JSON object a line and writes one a line, in the same
// order. Blank lines are skipped. An unreadable case becomes an error line and
// is counted; only reading or writing itself ends the run.
func runCases(r io.Reader, w io.Writer, decide func(src []byte, root *node) (any, error)) (bad int, err error) {
	in := bufio.NewReaderSize(r, 1<<16)
	out := bufio.NewWriterSize(w, 1<<16)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for {
		line, readErr := in.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			result, failed := runCase(line, decide)
			if failed {
				bad++
			}
			if err := enc.Encode(result); err != nil {
				return bad, fmt.Errorf("write result: %w", err)
			}
		}
		if readErr != nil {
			if !errors.Is(readErr, io.EOF) {
				return bad, errors.Join(fmt.Errorf("read cases: %w", readErr), out.Flush())
			}
			if err := out.Flush(); err != nil {
				return bad, fmt.Errorf("write result: %w", err)
			}
			return bad, nil
		}
	}
}

func runCase(line []byte, decide func([]byte, *node) (any, error)) (result any, failed bool) {
	root, err := parseTree(line)
	id := json.RawMessage("null")
	if err != nil {
		return caseFailure{schemaVersion, id, badCase("bad-json", "%w", located(line, err)).Error()}, true
	}
	if root.kind != nodeObject {
		return caseFailure{schemaVersion, id, badCase("bad-json", "a case must be an object").Error()}, true
	}
	id = rawID(line, root)
	if root.twice != nil {
		return caseFailure{schemaVersion, id, badCase("bad-case", "duplicate member %q", root.twice.name).Error()}, true
	}
	if result, err = decide(line, root); err != nil {
		return caseFailure{schemaVersion, id, err.Error()}, true
	}
	return result, false
}

// rawID repeats the id as it came, of whatever type.
func rawID(line []byte, root *node) json.RawMessage {
	n := root.member("id")
	if n == nil {
		return json.RawMessage("null")
	}
	return append(json.RawMessage(nil), line[n.start:n.end]...)
}

// optional returns the member unless it is missing or null.
func optional(n *node, name string) *node {
	if v := n.member(name); v != nil && v.kind != nodeNull {
		return v
	}
	return nil
}

func object(n *node, name string) (*node, error) {
	v := optional(n, name)
	if v == nil || v.kind != nodeObject {
		return nil, badCase("bad-case", "%s is missing or no object", name)
	}
	if v.twice != nil {
		return nil, badCase("bad-case", "duplicate member %q in %s", v.twice.name, name)
	}
	return v, nil
}

// text reads a string member; missing is empty.
func text(n *node, name string) (string, error) {
	v := optional(n, name)
	if v == nil {
		return "", nil
	}
	if v.kind != nodeString {
		return "", badCase("bad-request", "%s must be a string", name)
	}
	return v.text, nil
}

func stringList(n *node, name string) ([]string, error) {
	v := optional(n, name)
	if v == nil {
		return nil, nil
	}
	out, err := texts(v, name)
	if err != nil {
		return nil, badCase("bad-context", "%w", err)
	}
	return out, nil
}

// contextValues reads an object of keys. A list is a multi-valued key, even a
// list of one. Two spellings of one key are refused: which of them counts is
// anybody's guess.
func contextValues(n *node, name string) (map[string]Value, error) {
	out := map[string]Value{}
	v := optional(n, name)
	if v == nil {
		return out, nil
	}
	if v.kind != nodeObject {
		return nil, badCase("bad-context", "%s must be an object", name)
	}
	for _, m := range v.members {
		key := FoldKey(m.name)
		if _, twice := out[key]; twice {
			return nil, badCase("bad-context", "key %q is given twice", m.name)
		}
		items := []*node{m.value}
		if m.value.kind == nodeList {
			items = m.value.items
		}
		values := make([]string, 0, len(items))
		for _, item := range items {
			if item.kind != nodeString && item.kind != nodeNumber && item.kind != nodeBool {
				return nil, badCase("bad-context", "key %q has a value that is no string", m.name)
			}
			values = append(values, item.text)
		}
		if m.value.kind == nodeList {
			out[key] = ListValue(values...)
		} else {
			out[key] = SingleValue(values[0])
		}
	}
	return out, nil
}

// requestFrom reads the members requests of both batch formats share.
func requestFrom(n *node) (Request, error) {
	var r Request
	name, err := text(n, "principal")
	if err != nil {
		return r, err
	}
	if r.Principal, err = ParsePrincipal(name); err != nil {
		return r, badCase("bad-principal", "%w", err)
	}
	if r.Action, err = text(n, "action"); err != nil {
		return r, err
	}
	if r.Action == "" {
		return r, badCase("bad-request", "action is missing")
	}
	if service, name, _ := strings.Cut(r.Action, ":"); service == "" || name == "" {
		return r, badCase("bad-request", "action %s is not service:Name", quote(r.Action))
	}
	if r.ResourceAccount, err = text(n, "resource_account"); err != nil {
		return r, err
	}
	if v := optional(n, "wildcard_only_action"); v != nil {
		if v.kind != nodeBool {
			return r, badCase("bad-request", "wildcard_only_action must be a boolean")
		}
		r.WildcardOnly = v.text == "true"
	}
	return r, nil
}
