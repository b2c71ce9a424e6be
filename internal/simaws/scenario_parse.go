package simaws

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// ParseScenario reads a scenario strictly: unknown and duplicate fields,
// aliases and anchors, unknown operations and dangling names are errors that
// begin "file:line:col". filename is only used in messages.
func ParseScenario(data []byte, filename string) (Scenario, error) {
	var s Scenario
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return s, yamlError(filename, err)
	}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			return s, fmt.Errorf("%s:1:1: scenario is empty", filename)
		}
		var found aliasFinder
		ast.Walk(&found, doc)
		if found.node != nil {
			at := found.node.GetToken().Position
			return s, fmt.Errorf("%s:%d:%d: anchors and aliases are not allowed in a scenario", filename, at.Line, at.Column)
		}
	}
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&s); err != nil {
		return s, yamlError(filename, err)
	}
	check := scenarioCheck{file: file, name: filename}
	check.scenario(s)
	return s, check.err
}

type aliasFinder struct{ node ast.Node }

// Visit implements ast.Visitor.
func (f *aliasFinder) Visit(n ast.Node) ast.Visitor {
	switch n.Type() {
	case ast.AliasType, ast.AnchorType:
		f.node = n
	}
	return f
}

// yamlError puts the codec's message behind the place it speaks of.
func yamlError(filename string, err error) error {
	var e yaml.Error
	if errors.As(err, &e) && e.GetToken() != nil {
		at := e.GetToken().Position
		return fmt.Errorf("%s:%d:%d: %s", filename, at.Line, at.Column, e.GetMessage())
	}
	return fmt.Errorf("%s:1:1: %w", filename, err)
}

// scenarioCheck finds what the codec cannot: names that lead nowhere. It keeps
// the first error. Without a file, for a scenario made in Go, errors carry no
// position.
type scenarioCheck struct {
	file *ast.File
	name string
	err  error
}

// fail reports the node at a YAML path.
func (k *scenarioCheck) fail(at, format string, a ...any) {
	if k.err != nil {
		return
	}
	if k.file == nil {
		k.err = fmt.Errorf("scenario %s: %s", k.name, fmt.Sprintf(format, a...))
		return
	}
	line, col := 1, 1
	for p := at; p != "$" && p != ""; p = p[:max(0, strings.LastIndexAny(p, ".["))] {
		if path, err := yaml.PathString(p); err == nil {
			if n, err := path.FilterFile(k.file); err == nil && n != nil {
				line, col = n.GetToken().Position.Line, n.GetToken().Position.Column
				break
			}
		}
	}
	k.err = fmt.Errorf("%s:%d:%d: %s", k.name, line, col, fmt.Sprintf(format, a...))
}

func (k *scenarioCheck) scenario(s Scenario) {
	for _, must := range [][2]string{{"name", s.Name}, {"title", s.Title}, {"target", s.Target}} {
		if must[1] == "" {
			k.fail("$."+must[0], "scenario has no %s", must[0])
		}
	}
	if s.Start.IsZero() {
		k.fail("$.start", "scenario has no start")
	}
	keys := map[string]bool{}
	for _, u := range s.Account.Users {
		for _, key := range u.Keys {
			keys[key.ID] = true
		}
	}
	if !keys[s.Target] {
		k.fail("$.target", "target %s is not an access key of the account", s.Target)
	}
	ops := operations()
	for i, w := range s.Workloads {
		at := fmt.Sprintf("$.workloads[%d]", i)
		if !keys[w.Key] {
			k.fail(at+".key", "workload %s has key %q, which is not in the account", w.Name, w.Key)
		}
		if err := w.Schedule.check(); err != nil {
			k.fail(at+".schedule", "workload %s: %s", w.Name, err)
		}
		k.calls(at+".calls", ops, map[string]bool{"key": true, "": true}, w.Calls)
	}
	for i, in := range s.Intruders {
		k.intruder(fmt.Sprintf("$.intruders[%d]", i), ops, keys, in)
	}
	if _, err := load(s.Account, deriver{}, s.Start); err != nil {
		k.fail("$.account", "%s", err)
	}
}

func (k *scenarioCheck) intruder(at string, ops map[string]*operation, keys map[string]bool, in IntruderSeed) {
	if !keys[in.Key] {
		k.fail(at+".key", "intruder %s has key %q, which is not in the account", in.Name, in.Key)
	}
	named := map[string]bool{"key": true, "": true}
	for i, c := range in.Script {
		k.calls(fmt.Sprintf("%s.script[%d]", at, i), ops, named, []ScriptCall{c.ScriptCall})
	}
	if len(in.Loop.Calls) > 0 && (in.Loop.Every < time.Second || in.Loop.Spread < 0 || in.Loop.Spread >= 1) {
		k.fail(at+".loop", "loop of intruder %s has an interval under a second or a spread outside 0 to 1", in.Name)
	}
	for i, t := range in.Triggers {
		if t.On != "refused" && t.On != "denied" {
			k.fail(fmt.Sprintf("%s.triggers[%d].on", at, i), "trigger waits for %q, not refused or denied", t.On)
		}
		k.calls(fmt.Sprintf("%s.triggers[%d].calls", at, i), ops, named, t.Calls)
	}
	k.calls(at+".loop.calls", ops, named, in.Loop.Calls)
	for _, name := range in.Loop.Using {
		if !named[name] {
			k.fail(at+".loop.using", "loop uses credential %q, which no call saves", name)
		}
	}
}

// calls checks a list of calls in order, so that a credential is saved before
// it is used. A single call has no index in its path.
func (k *scenarioCheck) calls(at string, ops map[string]*operation, named map[string]bool, calls []ScriptCall) {
	for i, c := range calls {
		here := at
		if strings.HasSuffix(at, "calls") {
			here = fmt.Sprintf("%s[%d]", at, i)
		}
		if ops[c.Call] == nil {
			k.fail(here+".call", "unknown operation %q", c.Call)
		}
		if !named[c.As] {
			k.fail(here+".as", "credential %q is used before any call saves it", c.As)
		}
		if c.Gap < 0 {
			k.fail(here+".gap", "negative gap")
		}
		if c.Save != "" {
			named[c.Save] = true
		}
	}
}
