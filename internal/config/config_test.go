package config

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// layers is one run of the program: its flags, environment and file.
type layers struct {
	args []string
	env  []string
	file string
	home string
}

func (l layers) load(t *testing.T) (Config, error) {
	t.Helper()
	f := pflag.NewFlagSet("test", pflag.ContinueOnError)
	AddFlags(f)
	if l.home == "" {
		l.home = "/home/ana"
	}
	if l.file != "" {
		dir := t.TempDir()
		path := filepath.Join(dir, "ircontain", FileName)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(l.file), 0o600)); err != nil {
			t.Fatal(err)
		}
		l.env = append(l.env, "XDG_CONFIG_HOME="+dir)
	}
	if err := f.Parse(l.args); err != nil {
		t.Fatal(err)
	}
	return Load(f, l.env, l.home)
}

func (l layers) mustLoad(t *testing.T) Config {
	t.Helper()
	c, err := l.load(t)
	if err != nil {
		t.Fatalf("%+v: %v", l, err)
	}
	return c
}

func TestPrecedence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key, byFlag, byEnv, byFile, byDefault string
		get                                   func(Config) string
	}{
		{"state-dir", "/flag", "/env", "/file", "/home/ana/.local/state/ircontain", func(c Config) string { return c.StateDir }},
		{"output", "json", "text", "json", "text", func(c Config) string { return c.Output }},
		{"profile", "flag", "env", "file", "", func(c Config) string { return c.Profile }},
		{"region", "flag", "env", "file", "", func(c Config) string { return c.Region }},
		{"color", "never", "always", "never", "auto", func(c Config) string { return c.Color }},
	} {
		flag, env, file := "--"+c.key+"="+c.byFlag, "IRCONTAIN_"+strings.ToUpper(strings.ReplaceAll(c.key, "-", "_"))+"="+c.byEnv, c.key+": "+c.byFile+"\n"
		for _, l := range []struct {
			layers
			want string
		}{
			{layers{}, c.byDefault},
			{layers{file: file}, c.byFile},
			{layers{env: []string{env}}, c.byEnv},
			{layers{env: []string{env}, file: file}, c.byEnv},
			{layers{args: []string{flag}}, c.byFlag},
			{layers{args: []string{flag}, file: file}, c.byFlag},
			{layers{args: []string{flag}, env: []string{env}, file: file}, c.byFlag},
			{layers{env: []string{strings.SplitAfter(env, "=")[0]}, file: file}, c.byFile}, // empty is unset
		} {
			if got := c.get(l.mustLoad(t)); got != l.want {
				t.Errorf("%s with %+v: %q, want %q", c.key, l.layers, got, l.want)
			}
		}
	}
}

func TestBooleansOfEveryLayer(t *testing.T) {
	t.Parallel()
	get := map[string]func(Config) bool{
		"accessible": func(c Config) bool { return c.Accessible },
		"no-input":   func(c Config) bool { return c.NoInput },
	}
	for key, get := range get {
		env := "IRCONTAIN_" + strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
		for _, c := range []struct {
			layers
			want bool
		}{
			{layers{}, false},
			{layers{args: []string{"--" + key}}, true},
			{layers{env: []string{env + "=true"}}, true},
			{layers{env: []string{env + "=1"}}, true},
			{layers{file: key + ": true\n"}, true},
			{layers{file: key + ": true\n", env: []string{env + "=false"}}, false},
			{layers{file: key + ": true\n", args: []string{"--" + key + "=false"}}, false},
		} {
			if got := get(c.mustLoad(t)); got != c.want {
				t.Errorf("%s with %+v: %v", key, c.layers, got)
			}
		}
	}
	if !(layers{env: []string{"ACCESSIBLE=1"}}).mustLoad(t).Accessible {
		t.Error("ACCESSIBLE=1 is not obeyed")
	}
}

// read-only is set when any layer sets it, and no layer can take it back.
func TestReadOnlyOnlyTightens(t *testing.T) {
	t.Parallel()
	flags := map[string]bool{"": false, "--read-only": true, "--read-only=false": false}
	envs := map[string]bool{"": false, "IRCONTAIN_READ_ONLY=": false, "IRCONTAIN_READ_ONLY=1": true, "IRCONTAIN_READ_ONLY=true": true,
		"IRCONTAIN_READ_ONLY=TRUE": true, "IRCONTAIN_READ_ONLY=t": true, "IRCONTAIN_READ_ONLY=false": false, "IRCONTAIN_READ_ONLY=0": false}
	files := map[string]bool{"": false, "read-only: true\n": true, "READ-ONLY: true\n": true, "read-only: false\n": false}
	for flag, byFlag := range flags {
		for env, byEnv := range envs {
			for file, byFile := range files {
				l := layers{env: []string{env}, file: file}
				if flag != "" {
					l.args = []string{flag}
				}
				if got, want := l.mustLoad(t).ReadOnly, byFlag || byEnv || byFile; got != want {
					t.Errorf("flag %q, env %q, file %q: read-only %v, want %v", flag, env, file, got, want)
				}
			}
		}
	}
}

// A switch whose value cannot be read must not count as off.
func TestUnreadableSwitchIsRefused(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"read-only", "no-input", "accessible"} {
		env := "IRCONTAIN_" + strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
		for _, l := range []layers{
			{env: []string{env + "=yes"}}, {env: []string{env + "=on"}}, {env: []string{env + "= true"}},
			{env: []string{env + "=yes"}, args: []string{"--" + key + "=false"}},
			{file: key + ": yes\n"}, {file: key + ": \"on\"\n"}, {file: key + ": [true]\n"}, {file: key + ":\n"}, {file: key + ": 2\n"},
		} {
			c, err := l.load(t)
			var bad *Error
			if !errors.As(err, &bad) || bad.Hint == "" || !strings.Contains(err.Error(), "true") {
				t.Errorf("%+v: %+v, %v", l, c, err)
			}
		}
	}
}

func TestOnlyFlagsReachBeyond(t *testing.T) {
	t.Parallel()
	c := layers{env: []string{"IRCONTAIN_ENDPOINT_URL=http://x", "IRCONTAIN_ALLOW_REMOTE_ENDPOINT=true", "AWS_ENDPOINT_URL=http://x", "IRCONTAIN_LIVE=true"}}.mustLoad(t)
	if c.Endpoint != "" || c.AllowRemoteEndpoint {
		t.Errorf("the environment reached %+v", c)
	}
	c = layers{args: []string{"--endpoint-url=http://127.0.0.1:1", "--allow-remote-endpoint"}}.mustLoad(t)
	if c.Endpoint != "http://127.0.0.1:1" || !c.AllowRemoteEndpoint {
		t.Errorf("flags: %+v", c)
	}
}

func TestFileRefusals(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"unknown key":      "colour: never\n",
		"live writes":      "live: true\n",
		"endpoint":         "endpoint-url: http://127.0.0.1:1\n",
		"remote endpoint":  "allow-remote-endpoint: true\n",
		"another file":     "config: /x\n",
		"nested":           "aws:\n  profile: x\n",
		"below a setting":  "profile:\n  name: x\n",
		"null":             "live:\n",
		"duplicate key":    "profile: a\nprofile: b\n",
		"not a mapping":    "- profile\n",
		"not YAML":         "profile: [\n",
		"output":           "output: xml\n",
		"color":            "color: sometimes\n",
		"a list of values": "profile: [a, b]\n",
	} {
		c, err := layers{file: file}.load(t)
		var bad *Error
		if !errors.As(err, &bad) || bad.Hint == "" {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
}

func TestNamedFileMustExist(t *testing.T) {
	t.Parallel()
	none := filepath.Join(t.TempDir(), "none.yaml")
	if _, err := (layers{args: []string{"--config=" + none}}).load(t); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	path := filepath.Join(t.TempDir(), "any.name")
	if err := os.WriteFile(path, []byte("profile: named\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c := (layers{args: []string{"--config=" + path}, file: "profile: other\n"}).mustLoad(t); c.Profile != "named" {
		t.Errorf("%+v", c)
	}
}

func TestDirectories(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  []string
		want string
	}{
		"home":                   {nil, "/home/ana/.local/state/ircontain"},
		"XDG":                    {[]string{"XDG_STATE_HOME=/state"}, "/state/ircontain"},
		"XDG empty":              {[]string{"XDG_STATE_HOME="}, "/home/ana/.local/state/ircontain"},
		"XDG relative (ignored)": {[]string{"XDG_STATE_HOME=state"}, "/home/ana/.local/state/ircontain"},
		"environment":            {[]string{"XDG_STATE_HOME=/state", "IRCONTAIN_STATE_DIR=/cases"}, "/cases"},
	} {
		if got := (layers{env: c.env}).mustLoad(t).StateDir; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	home := t.TempDir()
	path := filepath.Join(home, ".config", "ircontain", FileName)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("profile: mine\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, env := range [][]string{nil, {"XDG_CONFIG_HOME="}, {"XDG_CONFIG_HOME=relative"}} {
		if c := (layers{home: home, env: env}).mustLoad(t); c.Profile != "mine" {
			t.Errorf("file under the home directory with %v: %+v", env, c)
		}
	}
	f := pflag.NewFlagSet("test", pflag.ContinueOnError)
	AddFlags(f)
	var bad *Error
	if _, err := Load(f, nil, ""); !errors.As(err, &bad) || !strings.Contains(bad.Hint, "--state-dir") {
		t.Errorf("no home: %v", err)
	}
	if c, err := Load(f, []string{"IRCONTAIN_STATE_DIR=/cases"}, ""); err != nil || c.StateDir != "/cases" {
		t.Errorf("no home, but a directory: %+v, %v", c, err)
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	cause := errors.New("c")
	if e := (&Error{Text: "t", Err: cause}); e.Error() != "t: c" || !errors.Is(e, cause) {
		t.Errorf("%v", e)
	}
}

func TestUseColor(t *testing.T) {
	t.Parallel()
	all := []string{"NO_COLOR=1", "CLICOLOR_FORCE=1", "CLICOLOR=0", "TERM=dumb"}
	for _, c := range []struct {
		color string
		env   []string
		tty   bool
		want  bool
	}{
		{"always", all, false, true},
		{"never", all[1:2], true, false},
		{"auto", nil, true, true},
		{"auto", nil, false, false},
		{"auto", all, true, false}, // NO_COLOR is first
		{"auto", []string{"NO_COLOR="}, true, true},
		{"auto", []string{"NO_COLOR=0"}, true, false},
		{"auto", []string{"NO_COLOR=", "CLICOLOR_FORCE=1"}, false, true},
		{"auto", all[1:], false, true}, // forced, against CLICOLOR and TERM
		{"auto", []string{"CLICOLOR_FORCE=0"}, false, false},
		{"auto", []string{"CLICOLOR_FORCE="}, false, false},
		{"auto", []string{"CLICOLOR_FORCE=0", "CLICOLOR=1"}, true, true},
		{"auto", []string{"CLICOLOR=0"}, true, false},
		{"auto", []string{"CLICOLOR=1"}, false, false},
		{"auto", []string{"TERM=dumb"}, true, false},
		{"auto", []string{"TERM=xterm", "CLICOLOR=1", "malformed"}, true, true},
	} {
		if got := (Config{Color: c.color}).UseColor(c.env, c.tty); got != c.want {
			t.Errorf("%s, %v, terminal %v: %v", c.color, c.env, c.tty, got)
		}
	}
}

func TestFileSettingsAreFlags(t *testing.T) {
	t.Parallel()
	f := pflag.NewFlagSet("test", pflag.ContinueOnError)
	AddFlags(f)
	var flagOnly []string
	inFile := map[string]bool{}
	for _, k := range fromFile() {
		inFile[k] = true
	}
	f.VisitAll(func(fl *pflag.Flag) {
		if !inFile[fl.Name] {
			flagOnly = append(flagOnly, fl.Name)
		}
	})
	if want := []string{"allow-remote-endpoint", "config", "endpoint-url"}; !reflect.DeepEqual(flagOnly, want) {
		t.Errorf("flags that no file can set: %v, want %v", flagOnly, want)
	}
}
