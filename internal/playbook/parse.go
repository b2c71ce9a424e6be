package playbook

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
)

// Error is one problem of a playbook file, with its position.
type Error struct {
	File string
	Line int
	Col  int
	Msg  string
}

// Error gives file:line:col: message.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Msg)
}

// Parse reads a playbook strictly. The returned error joins every problem that
// could be found in one pass; each is an *Error.
func Parse(data []byte, file string, known Catalog) (*Playbook, error) {
	if len(data) > MaxBytes {
		return nil, &Error{File: file, Line: 1, Col: 1, Msg: fmt.Sprintf("larger than %d KiB", MaxBytes>>10)}
	}
	tokens := lexer.Tokenize(string(data))
	if len(tokens) > maxTokens {
		p := tokens[maxTokens].Position
		return nil, &Error{File: file, Line: p.Line, Col: p.Column, Msg: fmt.Sprintf("more than %d tokens", maxTokens)}
	}
	tree, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, positioned(file, err)
	}
	if err := checkTree(tree, file); err != nil {
		return nil, err
	}
	var pb Playbook
	dec := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict())
	if err := dec.Decode(&pb); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, &Error{File: file, Line: 1, Col: 1, Msg: "file is empty"}
		}
		return nil, positioned(file, err)
	}
	c := checker{file: file, tree: tree, known: known, ids: map[string]bool{}}
	c.playbook(&pb)
	if len(c.problems) > 0 {
		return nil, errors.Join(c.problems...)
	}
	sum := sha256.Sum256(data)
	pb.Digest = hex.EncodeToString(sum[:])
	return &pb, nil
}

func positioned(file string, err error) error {
	var ye yaml.Error
	if errors.As(err, &ye) {
		e := &Error{File: file, Line: 1, Col: 1, Msg: ye.GetMessage()}
		if t := ye.GetToken(); t != nil && t.Position != nil {
			e.Line, e.Col = t.Position.Line, t.Position.Column
		}
		return e
	}
	return &Error{File: file, Line: 1, Col: 1, Msg: err.Error()}
}

// guard refuses what makes YAML surprising: anchors, aliases, merge keys (an
// alias bomb is cheap to read and explodes when it is walked) and deep nesting.
type guard struct {
	file  string
	depth int
	bad   *error
}

func (g guard) Visit(n ast.Node) ast.Visitor {
	if *g.bad != nil {
		return nil
	}
	refuse := func(msg string) ast.Visitor {
		e := &Error{File: g.file, Line: 1, Col: 1, Msg: msg}
		if t := n.GetToken(); t != nil && t.Position != nil {
			e.Line, e.Col = t.Position.Line, t.Position.Column
		}
		*g.bad = e
		return nil
	}
	switch n.(type) {
	case *ast.AliasNode, *ast.AnchorNode, *ast.MergeKeyNode:
		return refuse("anchors, aliases and merge keys are not allowed")
	case *ast.TagNode:
		return refuse("tags are not allowed")
	}
	g.depth++
	// Each YAML level is about two nodes deep in the tree.
	if g.depth > 2*MaxDepth {
		return refuse(fmt.Sprintf("nested deeper than %d levels", MaxDepth))
	}
	return g
}

func checkTree(tree *ast.File, file string) error {
	if len(tree.Docs) > 1 {
		return &Error{File: file, Line: 1, Col: 1, Msg: "more than one YAML document"}
	}
	var bad error
	for _, d := range tree.Docs {
		if d.Body != nil {
			ast.Walk(guard{file: file, bad: &bad}, d.Body)
		}
	}
	return bad
}

type checker struct {
	file     string
	tree     *ast.File
	known    Catalog
	ids      map[string]bool
	problems []error
}

// add records a problem at the node that the YAML path names, or at the
// nearest parent that exists.
func (c *checker) add(path, format string, args ...any) {
	e := &Error{File: c.file, Line: 1, Col: 1, Msg: fmt.Sprintf(format, args...)}
	for p := path; p != "$" && p != ""; p = parent(p) {
		yp, err := yaml.PathString(p)
		if err != nil {
			continue
		}
		node, err := yp.FilterFile(c.tree)
		if err != nil || node == nil {
			continue
		}
		if t := node.GetToken(); t != nil && t.Position != nil {
			e.Line, e.Col = t.Position.Line, t.Position.Column
			break
		}
	}
	c.problems = append(c.problems, e)
}

func parent(path string) string {
	i := strings.LastIndexAny(path, ".[")
	if i <= 0 {
		return "$"
	}
	return path[:i]
}

func (c *checker) playbook(pb *Playbook) {
	if pb.Schema != SchemaVersion {
		c.add("$.schema", "schema is %d, this program reads %d", pb.Schema, SchemaVersion)
	}
	if !isID(pb.Name) {
		c.add("$.name", "name %.40q must be lower-case letters, digits and dashes", pb.Name)
	}
	if pb.Version == "" {
		c.add("$.version", "version is missing")
	}
	if len(pb.Stages) == 0 || len(pb.Stages) > maxStages {
		c.add("$.stages", "%d stages (want 1 to %d)", len(pb.Stages), maxStages)
	}
	for i := range pb.Stages {
		c.stage(&pb.Stages[i], fmt.Sprintf("$.stages[%d]", i))
	}
}

func (c *checker) stage(s *Stage, at string) {
	c.id(s.ID, at, "stage")
	if len(s.Steps) == 0 || len(s.Steps) > maxSteps {
		c.add(at, "stage %q has %d steps (want 1 to %d)", s.ID, len(s.Steps), maxSteps)
	}
	for i := range s.Steps {
		c.step(&s.Steps[i], fmt.Sprintf("%s.steps[%d]", at, i))
	}
}

func (c *checker) step(s *Step, at string) {
	c.id(s.ID, at, "step")
	params, ok := c.known[s.Action]
	if !ok {
		c.add(at+".action", "unknown action %.60q (known: %s)", s.Action, strings.Join(slices.Sorted(maps.Keys(c.known)), ", "))
	}
	switch s.Gate {
	case "":
		s.Gate = GateTyped
	case GateAuto, GateConfirm, GateTyped:
	default:
		c.add(at+".gate", "unknown gate %.40q (want auto, confirm or typed)", s.Gate)
	}
	c.oneOf(&s.ReadBack, at+".read_back", "now", "later")
	c.oneOf(&s.OnFailure, at+".on_failure", "stop", "continue")
	if !ok {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(s.With)) {
		v := s.With[name]
		kind, takes := params[name]
		switch {
		case !takes:
			c.add(at+".with."+name, "action %s takes no parameter %.40q (it takes: %s)", s.Action, name, strings.Join(slices.Sorted(maps.Keys(params)), ", "))
		case !fits(kind, v):
			c.add(at+".with."+name, "parameter %s must be %s", name, wanted(kind))
		}
	}
}

func (c *checker) oneOf(v *string, at string, def, other string) {
	switch *v {
	case "":
		*v = def
	case def, other:
	default:
		c.add(at, "%.40q is not one of %s, %s", *v, def, other)
	}
}

func (c *checker) id(id, at, what string) {
	switch {
	case !isID(id):
		c.add(at+".id", "%s id %.40q must be lower-case letters, digits and dashes", what, id)
	case c.ids[what+id]:
		c.add(at+".id", "%s id %q is used twice", what, id)
	}
	c.ids[what+id] = true
}

func isID(s string) bool {
	if s == "" || len(s) > 40 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// fits reports whether a value is of the kind that its parameter wants.
func fits(kind string, v any) bool {
	switch kind {
	case KindBool:
		_, ok := v.(bool)
		return ok
	case KindDuration:
		return isDuration(v)
	case KindDurations:
		list, ok := v.([]any)
		return isDuration(v) || ok && !slices.ContainsFunc(list, func(x any) bool { return !isDuration(x) })
	}
	isWord := func(x any) bool { _, ok := x.(string); return ok }
	list, ok := v.([]any)
	return isWord(v) || ok && !slices.ContainsFunc(list, func(x any) bool { return !isWord(x) })
}

func isDuration(v any) bool {
	text, ok := v.(string)
	if !ok {
		return false
	}
	d, err := time.ParseDuration(text)
	return err == nil && d >= 0
}

func wanted(kind string) string {
	switch kind {
	case KindBool:
		return "true or false"
	case KindDuration:
		return "a duration such as 90s or 2160h"
	case KindDurations:
		return "a list of durations such as [5s, 30s]"
	}
	return "a word or a list of words"
}
