package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"
)

// variables turns os.Environ's form into a map.
func variables(environ []string) map[string]string {
	env := map[string]string{}
	for _, kv := range environ {
		if name, value, ok := strings.Cut(kv, "="); ok {
			env[name] = value
		}
	}
	return env
}

// readEnvironment returns the settings that the environment holds. An empty
// variable counts as unset.
func readEnvironment(f *pflag.FlagSet, env map[string]string) (map[string]any, error) {
	out := map[string]any{}
	for _, key := range fromFile() {
		name := "IRCONTAIN_" + strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
		value := env[name]
		if value == "" {
			continue
		}
		if err := checkValue(f, key, value, name); err != nil {
			return nil, err
		}
		out[key] = value
	}
	return out, nil
}

// readFile returns the settings of the configuration file, none when there is
// no file and nobody named one.
func readFile(f *pflag.FlagSet, env map[string]string, home string) (map[string]any, error) {
	path, _ := f.GetString("config")
	named := path != ""
	if !named {
		base := baseDirectory(env["XDG_CONFIG_HOME"], home, ".config")
		if base == "" {
			return nil, nil
		}
		path = filepath.Join(base, "ircontain", FileName)
	}
	if _, err := os.Stat(path); err != nil {
		if !named && errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, &Error{Text: "cannot read the configuration file", Err: err, Hint: "check --config"}
	}
	// An instance of its own: bound flags would hide what lies below a setting.
	v := viper.New()
	v.SetConfigFile(path)
	v.SetConfigType("yaml")
	if err := v.ReadInConfig(); err != nil {
		return nil, &Error{Text: "configuration file " + path + " is not valid YAML", Err: err, Hint: "it holds lines such as `state-dir: /cases`"}
	}
	out := map[string]any{}
	for _, key := range slices.Sorted(slices.Values(v.AllKeys())) {
		if err := onlyKnown(key, path); err != nil {
			return nil, err
		}
		value := v.Get(key)
		if err := checkValue(f, key, value, "configuration file "+path); err != nil {
			return nil, err
		}
		out[key] = value
	}
	return out, nil
}

func onlyKnown(key, path string) error {
	if slices.Contains(fromFile(), key) {
		return nil
	}
	return &Error{Text: fmt.Sprintf("configuration file %s sets %q, which is not a setting", path, key),
		Hint: "settings are: " + strings.Join(fromFile(), ", ") + "; live writes and endpoints are flags only"}
}

// checkValue refuses what viper would quietly read as off or as empty: "yes"
// for a switch, a list for a text.
func checkValue(f *pflag.FlagSet, key string, value any, where string) error {
	switch value.(type) {
	case string, bool, int, int64, uint64, float64:
	default:
		return &Error{Text: fmt.Sprintf("%s: %s has no single value (a text, a number, true or false)", where, key), Hint: "give it one value, or leave it out"}
	}
	if f.Lookup(key).Value.Type() != "bool" {
		return nil
	}
	if _, err := strconv.ParseBool(fmt.Sprint(value)); err != nil {
		return &Error{Text: fmt.Sprintf("%s: %s is %.20q, neither true nor false", where, key, fmt.Sprint(value)), Hint: "use true or false"}
	}
	return nil
}

func isTrue(value any) bool {
	on, err := strconv.ParseBool(fmt.Sprint(value))
	return err == nil && on
}

// baseDirectory follows the XDG base directory specification: a relative path
// is invalid and is ignored.
func baseDirectory(xdg, home string, below ...string) string {
	if filepath.IsAbs(xdg) {
		return xdg
	}
	if home == "" {
		return ""
	}
	return filepath.Join(append([]string{home}, below...)...)
}
