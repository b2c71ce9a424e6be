package house

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// maxLines is the cap of one file, comments included. mainLines is what a main
// may need to call cli.Main.
const (
	maxLines  = 450
	mainLines = 30
)

// source is one non-test Go file, whatever system it is built for.
type source struct {
	path  string
	lines int
	file  *ast.File
}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		name := strings.TrimPrefix(filepath.ToSlash(path), "../../")
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(name, ".git")):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, data, parser.ParseComments)
		if err != nil {
			return err
		}
		out = append(out, source{name, bytes.Count(data, []byte("\n")), file})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 50 {
		t.Fatalf("only %d files found", len(out))
	}
	return out
}

func TestFilesAreSmall(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		limit := maxLines
		if strings.HasSuffix(s.path, "/main.go") && strings.HasPrefix(s.path, "cmd/") {
			limit = mainLines
		}
		if s.lines >= limit {
			t.Errorf("%s has %d lines, want less than %d", s.path, s.lines, limit)
		}
	}
}

// Nothing runs and nothing changes before main: no init functions, no package
// variables but errors, embedded files and documented regular expressions.
func TestNoGlobals(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.Name == "init" {
					t.Errorf("%s has an init function", s.path)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.VAR && !harmless(d, v) {
						t.Errorf("%s has the package variable %s", s.path, v.Names[0].Name)
					}
				}
			}
		}
	}
}

func harmless(d *ast.GenDecl, v *ast.ValueSpec) bool {
	documented := d.Doc != nil || v.Doc != nil
	if len(v.Values) == 0 { // an embed
		return d.Doc != nil && strings.HasPrefix(d.Doc.List[len(d.Doc.List)-1].Text, "//go:embed ")
	}
	for i, value := range v.Values {
		call, ok := value.(*ast.CallExpr)
		switch {
		case v.Names[i].Name == "_": // an interface check
		case !ok:
			return false
		case text(call.Fun) == "errors.New":
		case text(call.Fun) == "regexp.MustCompile":
			if !documented {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// text renders pkg.Name.
func text(e ast.Expr) string {
	if s, ok := e.(*ast.SelectorExpr); ok {
		if x, ok := s.X.(*ast.Ident); ok {
			return x.Name + "." + s.Sel.Name
		}
	}
	return ""
}

// places says, for some calls, under which paths they may be used.
func places() map[string][]string {
	clock := []string{"internal/cli/", "internal/simaws/", "internal/ui/options.go"} // the last two as defaults
	return map[string][]string{
		// Only main exits; everything else returns.
		"os.Exit": {"cmd/ircontain/", "tools/"}, "log.Fatal": nil, "log.Fatalf": nil,
		// The clock is passed in: the same entries give the same screen, and a
		// rehearsal is the same every time.
		"time.Now": clock, "time.Since": clock, "time.Sleep": nil,
		// So is the terminal.
		"fmt.Println": {"tools/"}, "fmt.Printf": {"tools/"}, "fmt.Print": nil,
		// Other programs are started by nobody but the command line.
		"exec.Command": {"internal/cli/"}, "exec.CommandContext": {"internal/cli/"},
	}
}

func TestCallsHaveTheirPlaces(t *testing.T) {
	t.Parallel()
	known := places()
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			if e, ok := n.(*ast.SelectorExpr); ok {
				if where, listed := known[text(e)]; listed && !hasPrefix(s.path, where) {
					t.Errorf("%s uses %s", s.path, text(e))
				}
			}
			return true
		})
	}
}

// The write client is taken from the connection in one place, the wiring.
func TestWriteClientIsWiredOnce(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "WriteIAM" && s.path != "internal/cli/wiring.go" && !strings.HasPrefix(s.path, "internal/awsconn/") {
				t.Errorf("%s takes the write client", s.path)
			}
			return true
		})
	}
}
