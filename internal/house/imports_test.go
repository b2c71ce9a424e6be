package house

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/ircontain/ircontain/"

// rule says what one package may import beside the standard library: packages
// of this module by name, and others by prefix.
type rule struct {
	internal []string
	external []string
}

// rules is the table. A package that is not in it fails the test: a new one
// has to find its place in the order first. Imports run one way, from the
// command line down to the journal.
func rules() map[string]rule {
	sdk := []string{"github.com/aws/aws-sdk-go-v2/", "github.com/aws/smithy-go"}
	yaml := []string{"github.com/goccy/go-yaml"}
	list := strings.Fields
	return map[string]rule{
		"cmd/ircontain": {internal: list("internal/cli")},
		"internal/cli": {internal: list(`internal/actions internal/authcontext internal/awsconn internal/collect internal/config internal/engine internal/forecast internal/incident
			internal/catalogue internal/journal internal/permission internal/playbook internal/policy internal/report internal/simaws internal/snapshot internal/trail internal/ui playbooks`),
			// Of the SDK only the shared types: calls are made below.
			external: list("github.com/spf13/cobra github.com/spf13/pflag github.com/charmbracelet/x/term github.com/aws/aws-sdk-go-v2/aws")},
		"internal/config":   {external: list("github.com/spf13/viper github.com/spf13/pflag")},
		"internal/ui":       {internal: list("internal/incident"), external: list("charm.land/ github.com/charmbracelet/x/")},
		"internal/report":   {internal: list("internal/incident")},
		"internal/engine":   {internal: list("internal/playbook internal/incident internal/journal")},
		"internal/snapshot": {internal: list("internal/incident internal/simaws"), external: sdk},
		// Reads policies only; who connects the clients is the command line's business.
		"internal/collect": {internal: list("internal/incident internal/permission"), external: append(list("golang.org/x/sync/errgroup"), sdk...)},
		"internal/actions": {internal: list("internal/awsconn internal/catalogue internal/incident internal/policy internal/trail"),
			external: append(list("golang.org/x/sync/errgroup"), sdk...)},
		// The suite that every action passes: only tests import it.
		"internal/actions/actiontest": {internal: list("internal/actions internal/awsconn internal/incident internal/policy internal/simaws internal/trail"), external: sdk},
		"internal/awsconn":            {internal: list("internal/incident internal/policy"), external: sdk},
		"internal/authcontext":        {internal: list("internal/policy internal/trail")},
		"internal/permission":         {internal: list("internal/policy internal/catalogue")},
		"internal/forecast":           {internal: list("internal/authcontext internal/catalogue internal/incident internal/policy internal/trail")},
		"internal/simaws":             {internal: list("internal/policy internal/trail"), external: yaml},
		"internal/trail":              {external: list("github.com/klauspost/compress/gzip")},
		"internal/incident":           {internal: list("internal/journal")},
		"internal/journal":            {external: list("golang.org/x/sys/")},
		"internal/policy":             {},
		"internal/playbook":           {external: yaml},
		"internal/house":              {},
		"playbooks":                   {},
		// The actions that IAM knows, embedded, and the program that makes them.
		"internal/catalogue": {external: list("github.com/klauspost/compress/gzip")},
		"tools/catalogue":    {},
	}
}

// reach says what a package must not reach over any number of imports.
type reach struct {
	packages  []string
	forbidden []string
}

func reaches() []reach {
	terminal := []string{"charm.land/", "github.com/charmbracelet/"}
	sdk := []string{"github.com/aws/"}
	flags := []string{"github.com/spf13/"}
	core := strings.Fields("internal/incident internal/journal internal/playbook internal/policy internal/forecast")
	wiring := []string{module + "internal/cli", module + "internal/config"}
	return []reach{
		{core, slices.Concat(terminal, sdk, flags, wiring)},
		{strings.Fields("internal/engine internal/report internal/simaws internal/trail"), slices.Concat(terminal, sdk, flags, wiring)},
		{strings.Fields("internal/actions internal/awsconn internal/collect internal/snapshot"), slices.Concat(terminal, flags, wiring)},
		{strings.Fields("internal/config"), slices.Concat(terminal, sdk)},
		{strings.Fields("internal/ui"), slices.Concat(sdk, flags, wiring, []string{module + "internal/actions", module + "internal/awsconn",
			module + "internal/simaws", module + "internal/engine", module + "internal/snapshot"})},
		// The network stays at the edge: what these decide, they decide from values.
		{append(core, strings.Fields("internal/engine internal/ui internal/report")...), []string{"net/http"}},
	}
}

// listed is what `go list -json` says about one package.
type listed struct {
	ImportPath string
	Name       string
	Doc        string
	Imports    []string
	Deps       []string
}

func (p listed) short() string { return strings.TrimPrefix(p.ImportPath, module) }

// list lists the packages of the module as they are built for one system.
func list(t *testing.T, goos string) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Name,Doc,Imports,Deps", "./...")
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "GOOS="+goos, "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list for %s: %v", goos, err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("only %d packages found for %s", len(all), goos)
	}
	return all
}

func hasPrefix(path string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(path, p) })
}

// external reports a path whose first element is a host name.
func external(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".")
}

func TestImports(t *testing.T) {
	t.Parallel()
	for _, goos := range []string{"linux", "darwin", "windows"} {
		t.Run(goos, func(t *testing.T) {
			t.Parallel()
			for _, p := range list(t, goos) {
				r, ok := rules()[p.short()]
				if !ok {
					t.Errorf("%s is not in the table of rules", p.short())
				}
				for _, path := range p.Imports {
					if name, ours := strings.CutPrefix(path, module); ours {
						if !slices.Contains(r.internal, name) {
							t.Errorf("%s imports %s", p.short(), name)
						}
					} else if external(path) && !hasPrefix(path, r.external) {
						t.Errorf("%s imports %s", p.short(), path)
					}
				}
				for _, reach := range reaches() {
					if !slices.Contains(reach.packages, p.short()) {
						continue
					}
					for _, dep := range p.Deps {
						if hasPrefix(dep, reach.forbidden) {
							t.Errorf("%s reaches %s", p.short(), dep)
						}
					}
				}
			}
		})
	}
}

// Some libraries have exactly one door.
func TestOneImporter(t *testing.T) {
	t.Parallel()
	doors := map[string][]string{
		"github.com/spf13/viper":                   {"internal/config"},
		"github.com/spf13/cobra":                   {"internal/cli"},
		"github.com/klauspost/compress":            {"internal/trail", "internal/catalogue"},
		"charm.land/":                              {"internal/ui"},
		"github.com/aws/aws-sdk-go-v2/config":      {"internal/awsconn"},
		"github.com/aws/aws-sdk-go-v2/credentials": {"internal/awsconn"},
		module + "internal/cli":                    {"cmd/ircontain"},
		module + "playbooks":                       {"internal/cli"},
	}
	for _, p := range list(t, "linux") {
		for prefix, doors := range doors {
			imports := slices.ContainsFunc(p.Imports, func(path string) bool { return strings.HasPrefix(path, prefix) })
			if imports && !slices.Contains(doors, p.short()) {
				t.Errorf("%s imports %s, which is for %s", p.short(), prefix, strings.Join(doors, ", "))
			}
		}
	}
}

// The table must not allow what the order forbids: following it never leads
// back to where it started.
func TestRulesHaveNoCycle(t *testing.T) {
	t.Parallel()
	all := rules()
	var visit func(name string, path []string)
	visit = func(name string, path []string) {
		if slices.Contains(path, name) {
			t.Fatalf("cycle: %s", strings.Join(append(path, name), " -> "))
		}
		for _, next := range all[name].internal {
			if _, ok := all[next]; !ok {
				t.Errorf("%s may import %s, which has no rule", name, next)
			}
			visit(next, append(path, name))
		}
	}
	visit("cmd/ircontain", nil)
}

func TestPackageNamesAndComments(t *testing.T) {
	t.Parallel()
	vague := strings.Fields("util utils common helper helpers types models model base manager misc shared lib")
	for _, p := range list(t, "linux") {
		if slices.Contains(vague, p.Name) || slices.ContainsFunc(strings.Split(p.short(), "/"), func(s string) bool { return slices.Contains(vague, s) }) {
			t.Errorf("%s: the name says nothing", p.short())
		}
		want := "Package " + p.Name + " "
		if p.Name == "main" {
			want = "Command " + path.Base(p.ImportPath) + " "
		}
		if !strings.HasPrefix(p.Doc, want) {
			t.Errorf("%s has no package comment that starts with %q", p.short(), want)
		}
	}
}
