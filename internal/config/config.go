// Package config turns flags, environment, a file and defaults into one typed,
// validated Config. It is the only importer of viper, and it uses an instance,
// never the global.
//
// Precedence: flag, then environment IRCONTAIN_*, then file, then default.
// Safety settings only tighten: no file and no environment variable can switch
// on live writes, re-arm a key, answer a confirmation or lift the loopback rule
// of an endpoint; those exist as flags of one command and nowhere else.
package config

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"
)

// Config is what every command gets.
type Config struct {
	// StateDir holds the incidents.
	StateDir string
	// Output is text or json.
	Output  string
	Profile string
	Region  string
	// Endpoint comes from the flag only.
	Endpoint            string
	AllowRemoteEndpoint bool
	// Color is auto, always or never.
	Color      string
	Accessible bool
	NoInput    bool
	// ReadOnly, from any layer, forbids live writes.
	ReadOnly bool
}

// FileName is the configuration file's name under the XDG configuration directory.
const FileName = "config.yaml"

// AddFlags declares the global flags.
func AddFlags(f *pflag.FlagSet) {
	f.String("state-dir", "", "where incidents are kept (default $XDG_STATE_HOME/ircontain)")
	f.String("output", "text", "text or json")
	f.String("profile", "", "AWS profile")
	f.String("region", "", "AWS region")
	f.String("endpoint-url", "", "send AWS calls to this loopback URL (an ambient AWS_ENDPOINT_URL is never obeyed)")
	f.Bool("allow-remote-endpoint", false, "let --endpoint-url leave this machine")
	f.String("color", "auto", "auto, always or never")
	f.Bool("accessible", false, "line mode: one fact a line, numbered choices, no alternate screen")
	f.Bool("no-input", false, "never prompt: fail and name the missing flag")
	f.Bool("read-only", false, "refuse live writes, whatever else is set")
	f.String("config", "", "configuration file")
}

// fromFile are the settings that a file may hold. Everything else in it is an error.
func fromFile() []string {
	return []string{"state-dir", "output", "profile", "region", "color", "accessible", "no-input", "read-only"}
}

// Load reads all layers. environ is os.Environ's form; home is the user's home
// directory, "" when unknown.
func Load(f *pflag.FlagSet, environ []string, home string) (Config, error) {
	env := variables(environ)
	fromEnv, err := readEnvironment(f, env)
	if err != nil {
		return Config{}, err
	}
	file, err := readFile(f, env, home)
	if err != nil {
		return Config{}, err
	}
	v := viper.New()
	for _, key := range fromFile() {
		v.SetDefault(key, f.Lookup(key).DefValue)
		if err := v.BindPFlag(key, f.Lookup(key)); err != nil {
			return Config{}, fmt.Errorf("bind flag %s: %w", key, err)
		}
	}
	if err := v.MergeConfigMap(file); err != nil {
		return Config{}, fmt.Errorf("merge configuration: %w", err)
	}
	for key, value := range fromEnv {
		if !f.Changed(key) {
			v.Set(key, value)
		}
	}
	c := Config{StateDir: v.GetString("state-dir"), Output: v.GetString("output"), Profile: v.GetString("profile"), Region: v.GetString("region"),
		Color: v.GetString("color"), Accessible: v.GetBool("accessible") || env["ACCESSIBLE"] == "1", NoInput: v.GetBool("no-input")}
	// read-only sticks: no layer can loosen what another has tightened.
	byFlag, _ := f.GetBool("read-only")
	c.ReadOnly = byFlag || isTrue(fromEnv["read-only"]) || isTrue(file["read-only"])
	c.Endpoint, _ = f.GetString("endpoint-url")
	c.AllowRemoteEndpoint, _ = f.GetBool("allow-remote-endpoint")
	return c.complete(env, home)
}

// Error is a configuration mistake, with what to do about it.
type Error struct {
	Text string
	Hint string
	Err  error
}

// Error is the one line.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.Text + ": " + e.Err.Error()
	}
	return e.Text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func (c Config) complete(env map[string]string, home string) (Config, error) {
	switch c.Output {
	case "text", "json":
	default:
		return c, &Error{Text: fmt.Sprintf("output %q is neither text nor json", c.Output), Hint: "use --output text or --output json"}
	}
	switch c.Color {
	case "auto", "always", "never":
	default:
		return c, &Error{Text: fmt.Sprintf("color %q is not one of auto, always, never", c.Color), Hint: "use --color never"}
	}
	if c.StateDir != "" {
		return c, nil
	}
	base := baseDirectory(env["XDG_STATE_HOME"], home, ".local", "state")
	if base == "" {
		return c, &Error{Text: "no place to keep incidents: neither XDG_STATE_HOME nor HOME is set", Hint: "name one with --state-dir"}
	}
	c.StateDir = filepath.Join(base, "ircontain")
	return c, nil
}

// UseColor decides for one stream: flag, NO_COLOR, CLICOLOR_FORCE, CLICOLOR,
// TERM, then whether the stream is a terminal.
func (c Config) UseColor(environ []string, isTerminal bool) bool {
	env := variables(environ)
	switch {
	case c.Color != "auto":
		return c.Color == "always"
	case env["NO_COLOR"] != "":
		return false
	case env["CLICOLOR_FORCE"] != "" && env["CLICOLOR_FORCE"] != "0":
		return true
	case env["CLICOLOR"] == "0", env["TERM"] == "dumb":
		return false
	}
	return isTerminal
}
