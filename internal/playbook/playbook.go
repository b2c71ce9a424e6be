// Package playbook turns strict YAML into a valid Playbook, or into errors that
// point at file, line and column.
//
// Promises: an unknown field, action or parameter, a duplicate or badly shaped
// id, an alias, an over-deep or over-long file is refused, never ignored; a
// Playbook that Parse returns can be walked as it is.
//
// Refusals: it knows nothing of AWS and nothing of what actions do. Which
// actions exist, and which parameters they take, is told by the Catalog.
package playbook

import "time"

// SchemaVersion is the version of the playbook format this program reads.
const SchemaVersion = 1

// Gate says how a step has to be approved.
type Gate string

// The gates. Auto is for steps that only read; Typed wants a value read from
// the target, so that a reflex cannot approve it.
const (
	GateAuto    Gate = "auto"
	GateConfirm Gate = "confirm"
	GateTyped   Gate = "typed"
)

// Playbook is a staged sequence of steps.
type Playbook struct {
	Schema  int     `yaml:"schema"`
	Name    string  `yaml:"name"`
	Version string  `yaml:"version"`
	Title   string  `yaml:"title"`
	Summary string  `yaml:"summary"`
	Stages  []Stage `yaml:"stages"`
	// Digest is the SHA-256 of the file's bytes, in hex.
	Digest string `yaml:"-"`
}

// Stage is a group of steps with a pause before it.
type Stage struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	Steps []Step `yaml:"steps"`
}

// Step is one action with its parameters and its gate.
type Step struct {
	ID     string `yaml:"id"`
	Title  string `yaml:"title"`
	Action string `yaml:"action"`
	Gate   Gate   `yaml:"gate"`
	// With are the action's parameters: scalars and lists of scalars.
	With map[string]any `yaml:"with"`
	// ReadBack is "now" (default) or "later": later lets the read-back run side
	// by side with the next step, when the next step must not wait for it.
	ReadBack string `yaml:"read_back"`
	// OnFailure is "stop" (default) or "continue".
	OnFailure string `yaml:"on_failure"`
}

// Catalog maps each action to the parameters it takes, each with its kind.
type Catalog map[string]map[string]string

// The kinds of parameters. A value of another kind is an error, never a
// default that is taken in silence.
const (
	KindDuration  = "duration"  // 90s, 15m, 2160h
	KindDurations = "durations" // a list of those
	KindStrings   = "strings"   // a list of words, or one word
	KindBool      = "bool"      // true or false
)

// Limits of a playbook file.
const (
	MaxBytes  = 256 << 10
	MaxDepth  = 20
	maxStages = 12
	// maxTokens is about twice what a playbook of all stages and steps has: the
	// YAML parser takes quadratic time for some files.
	maxTokens = 8192
	// maxSteps a stage follows the checklist rule of five to nine items.
	maxSteps = 9
)

// Duration reads a parameter as a Go duration, or returns def when it is absent.
func (s Step) Duration(name string, def time.Duration) time.Duration {
	if text, ok := s.With[name].(string); ok {
		if d, err := time.ParseDuration(text); err == nil {
			return d
		}
	}
	return def
}

// Strings reads a parameter as a list of strings; a single string is a list of one.
func (s Step) Strings(name string) []string {
	switch v := s.With[name].(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, x := range v {
			if t, ok := x.(string); ok {
				out = append(out, t)
			}
		}
		return out
	}
	return nil
}
