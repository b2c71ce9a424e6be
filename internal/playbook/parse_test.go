package playbook

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

// catalog is what the program knows today, by hand: a renamed action or
// parameter must not pass unseen.
func catalog() Catalog {
	return Catalog{
		"identify-credential":   nil,
		"attach-guardrail":      {"intents": KindStrings},
		"observe-denials":       {"window": KindDuration},
		"deactivate-access-key": nil,
		"revoke-user-sessions":  nil,
		"revoke-role-sessions":  nil,
		"map-dependencies":      {"window": KindDuration},
		"sweep-persistence":     {"resweep": KindDurations},
		"verify-levers":         {"settle": KindDuration, "reassert": KindBool},
		"close-incident":        nil,
	}
}

func TestShippedPlaybook(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../playbooks/compromised-access-key.yaml")
	if err != nil {
		t.Fatal(err)
	}
	pb, err := Parse(data, "compromised-access-key.yaml", catalog())
	if err != nil {
		t.Fatal(err)
	}
	var walk []string
	used := map[string]bool{}
	for _, stage := range pb.Stages {
		for _, s := range stage.Steps {
			walk = append(walk, fmt.Sprintf("%s %s %s", s.Action, s.Gate, s.OnFailure))
			used[s.Action] = true
		}
	}
	want := []string{
		"identify-credential auto stop",
		"attach-guardrail typed stop",
		"observe-denials confirm continue",
		"deactivate-access-key typed stop",
		"revoke-user-sessions typed continue",
		"revoke-role-sessions typed continue",
		"map-dependencies auto continue",
		"sweep-persistence typed continue",
		"verify-levers typed stop",
		"close-incident typed stop",
	}
	if !reflect.DeepEqual(walk, want) {
		t.Errorf("walk:\n%s\nwant:\n%s", strings.Join(walk, "\n"), strings.Join(want, "\n"))
	}
	if len(used) != len(catalog()) {
		t.Errorf("%d of %d actions used", len(used), len(catalog()))
	}
	if len(pb.Digest) != 64 || pb.Name != "compromised-access-key" || pb.Stages[1].Steps[0].ReadBack != "later" {
		t.Errorf("%+v", pb)
	}
	// A changed byte is another playbook.
	if other, err := Parse(append(data, '\n'), "x", catalog()); err != nil || other.Digest == pb.Digest {
		t.Errorf("digest: %v", err)
	}
}

const head = "schema: 1\nname: n\nversion: 1.0.0\nstages:\n  - id: s\n    steps:\n      - id: x\n        action: map-dependencies\n"

// step adds lines to the one step of head, from line 9 on.
func step(lines ...string) string {
	return head + "        " + strings.Join(lines, "\n        ") + "\n"
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	pb, err := Parse([]byte(head), "f", catalog())
	if err != nil {
		t.Fatal(err)
	}
	want := Step{ID: "x", Action: "map-dependencies", Gate: GateTyped, ReadBack: "now", OnFailure: "stop"}
	if got := pb.Stages[0].Steps[0]; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	twice := "  - id: s2\n    steps:\n      - {id: x, action: close-incident}\n"
	for name, c := range map[string]struct{ in, want string }{
		"empty file":              {"", "f:1:1: file is empty"},
		"only a comment":          {"# x\n", "f:1:1: file is empty"},
		"not a mapping":           {"- x\n", "f:1:1: sequence was used where mapping is expected"},
		"two documents":           {head + "---\n" + head, "f:1:1: more than one YAML document"},
		"tab":                     {"schema: 1\n\tname: n\n", "f:2:1: found character '\t' that cannot start any token"},
		"unknown field":           {head + "extra: 1\n", `f:9:1: unknown field "extra"`},
		"unknown field of a step": {step("extra: 1"), `f:9:9: unknown field "extra"`},
		"field in upper case":     {strings.Replace(head, "name", "Name", 1), `f:2:1: unknown field "Name"`},
		"duplicate field":         {head + "name: m\n", `f:9:1: mapping key "name" already defined at [2:1]`},
		"duplicate step field":    {step("id: y"), `f:9:9: mapping key "id" already defined at [7:9]`},
		"duplicate parameter":     {step("with:", "  window: 1s", "  window: 2s"), `f:11:11: mapping key "window" already defined at [10:11]`},
		"no schema":               {strings.Replace(head, "schema: 1\n", "", 1), "f:1:1: schema is 0, this program reads 1"},
		"another schema":          {strings.Replace(head, "schema: 1", "schema: 2", 1), "f:1:9: schema is 2, this program reads 1"},
		"no version":              {strings.Replace(head, "version: 1.0.0", "version: ''", 1), "f:3:10: version is missing"},
		"bad name":                {strings.Replace(head, "name: n", "name: N b", 1), `f:2:7: name "N b" must be lower-case letters, digits and dashes`},
		"long name":               {strings.Replace(head, "name: n", "name: "+strings.Repeat("n", 41), 1), fmt.Sprintf("f:2:7: name %q must be lower-case letters, digits and dashes", strings.Repeat("n", 40))},
		"no stages":               {"schema: 1\nname: n\nversion: 1\nstages: []\n", "f:4:9: 0 stages (want 1 to 12)"},
		"an empty stage":          {"schema: 1\nname: n\nversion: 1\nstages:\n  - id: s\n", `f:5:7: stage "s" has 0 steps (want 1 to 9)`},
		"bad id":                  {strings.Replace(head, "id: x", "id: -x", 1), `f:7:13: step id "-x" must be lower-case letters, digits and dashes`},
		"id used twice":           {head + twice, `f:11:14: step id "x" is used twice`},
		"stage used twice":        {head + strings.Replace(strings.Replace(twice, "s2", "s", 1), "x,", "y,", 1), `f:9:9: stage id "s" is used twice`},
		"unknown action":          {strings.Replace(head, "map-dependencies", "delete-user", 1), `f:8:17: unknown action "delete-user" (known: attach-guardrail, close-incident, deactivate-access-key, identify-credential, map-dependencies, observe-denials, revoke-role-sessions, revoke-user-sessions, sweep-persistence, verify-levers)`},
		"unknown gate":            {step("gate: none"), `f:9:15: unknown gate "none" (want auto, confirm or typed)`},
		"gate in upper case":      {step("gate: Auto"), `f:9:15: unknown gate "Auto" (want auto, confirm or typed)`},
		"unknown read-back":       {step("read_back: never"), `f:9:20: "never" is not one of now, later`},
		"unknown on_failure":      {step("on_failure: ignore"), `f:9:21: "ignore" is not one of stop, continue`},
		"unknown parameter":       {step("with: {windows: 1s}"), `f:9:25: action map-dependencies takes no parameter "windows" (it takes: window)`},
		"number for a duration":   {step("with: {window: 10}"), "f:9:24: parameter window must be a duration such as 90s or 2160h"},
		"not a duration":          {step("with: {window: 5x}"), "f:9:24: parameter window must be a duration such as 90s or 2160h"},
		"negative duration":       {step("with: {window: -5s}"), "f:9:24: parameter window must be a duration such as 90s or 2160h"},
		"parameter is a mapping":  {step("with: {window: {a: 1}}"), "f:9:24: parameter window must be a duration such as 90s or 2160h"},
		"parameter in lists":      {step("with: {window: [[1s]]}"), "f:9:24: parameter window must be a duration such as 90s or 2160h"},
		"mapping in a list":       {step("with: {window: [{a: 1}]}"), "f:9:24: parameter window must be a duration such as 90s or 2160h"},
		"parameter without value": {step("with:", "  window:"), "f:10:19: parameter window must be a duration such as 90s or 2160h"},
		"nothing in a list":       {step("with: {window: [~]}"), "f:9:24: parameter window must be a duration such as 90s or 2160h"},
		"anchor":                  {step("title: &a t"), "f:9:16: anchors, aliases and merge keys are not allowed"},
		"alias":                   {step("title: *a"), "f:9:16: anchors, aliases and merge keys are not allowed"},
		"merge key":               {step("<<: {gate: auto}"), "f:9:9: anchors, aliases and merge keys are not allowed"},
		"tag":                     {step("title: !!str t"), "f:9:16: tags are not allowed"},
		"too deep":                {step("with: {window: " + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "}"), "f:9:54: nested deeper than 20 levels"},
		"too large":               {head + strings.Repeat("#", MaxBytes), "f:1:1: larger than 256 KiB"},
	} {
		pb, err := Parse([]byte(c.in), "f", catalog())
		if pb != nil || err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if err.Error() != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, err, c.want)
		}
		var at *Error
		if !errors.As(err, &at) || at.File != "f" {
			t.Errorf("%s: not an *Error: %T", name, err)
		}
	}
}

func TestAllProblemsAtOnceAndInOrder(t *testing.T) {
	t.Parallel()
	in := strings.Replace(step("gate: x", "with: {d: 1, b: 2, a: 3, c: 4}"), "schema: 1", "schema: 3", 1)
	want := `f:1:9: schema is 3, this program reads 1
f:9:15: unknown gate "x" (want auto, confirm or typed)
f:10:31: action map-dependencies takes no parameter "a" (it takes: window)
f:10:25: action map-dependencies takes no parameter "b" (it takes: window)
f:10:37: action map-dependencies takes no parameter "c" (it takes: window)
f:10:19: action map-dependencies takes no parameter "d" (it takes: window)`
	for range 20 {
		if _, err := Parse([]byte(in), "f", catalog()); err == nil || err.Error() != want {
			t.Fatalf("got\n%v\nwant\n%s", err, want)
		}
	}
}

func TestLimitsOfTheChecklist(t *testing.T) {
	t.Parallel()
	build := func(stages, steps int) string {
		var b strings.Builder
		b.WriteString("schema: 1\nname: n\nversion: 1\nstages:\n")
		for i := range stages {
			fmt.Fprintf(&b, "  - id: s%d\n    steps:\n", i)
			for j := range steps {
				fmt.Fprintf(&b, "      - {id: x%d-%d, title: t, action: verify-levers, gate: typed, read_back: now, on_failure: stop, with: {settle: 1s, reassert: true}}\n", i, j)
			}
		}
		return b.String()
	}
	for _, c := range []struct {
		stages, steps int
		ok            bool
	}{{1, 1, true}, {maxStages, maxSteps, true}, {maxStages + 1, 1, false}, {1, maxSteps + 1, false}} {
		if _, err := Parse([]byte(build(c.stages, c.steps)), "f", catalog()); (err == nil) != c.ok {
			t.Errorf("%d stages of %d steps: %v", c.stages, c.steps, err)
		}
	}
}

// The parser takes seconds for some files of 256 KiB; the count of tokens
// stops them before it begins.
func TestBombsAreRefusedByTheirTokens(t *testing.T) {
	t.Parallel()
	var keys strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&keys, "k%d: 1\n", i)
	}
	alias := "a: &a [x]\n"
	for i := range 9_000 {
		alias += fmt.Sprintf("b%d: [*a]\n", i)
	}
	for name, c := range map[string]struct{ in, want string }{
		"open brackets": {strings.Repeat("[", MaxBytes), "f:1:8193: more than 8192 tokens"},
		"open braces":   {strings.Repeat("{a: ", MaxBytes/4), "f:1:10923: more than 8192 tokens"},
		"dashes":        {strings.Repeat("- ", MaxBytes/2), "f:1:16385: more than 8192 tokens"},
		"question":      {strings.Repeat("? ", MaxBytes/2), "f:1:16385: more than 8192 tokens"},
		"many keys":     {keys.String(), "f:2731:8: more than 8192 tokens"},
		"aliases":       {alias, "more than 8192 tokens"},
	} {
		if _, err := Parse([]byte(c.in), "f", catalog()); err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: %.120v, want %s", name, err, c.want)
		}
	}
}

func TestParameters(t *testing.T) {
	t.Parallel()
	known := catalog()
	known["verify-levers"]["words"] = KindStrings
	pb, err := Parse([]byte(strings.Replace(step("with: {settle: 90s, reassert: true, words: [a, b]}"), "map-dependencies", "verify-levers", 1)), "f", known)
	if err != nil {
		t.Fatal(err)
	}
	s := pb.Stages[0].Steps[0]
	if d := s.Duration("settle", time.Hour); d != 90*time.Second {
		t.Errorf("settle %s", d)
	}
	if d := s.Duration("absent", time.Hour); d != time.Hour {
		t.Errorf("absent %s", d)
	}
	if got := s.Strings("settle"); !reflect.DeepEqual(got, []string{"90s"}) {
		t.Errorf("one string: %v", got)
	}
	if got := s.Strings("words"); !reflect.DeepEqual(got, []string{"a", "b"}) {
		t.Errorf("list: %v", got)
	}
	if got := s.Strings("reassert"); got != nil {
		t.Errorf("a boolean: %v", got)
	}
}

// FuzzParse: no panic, and an accepted playbook can be walked as it is.
func FuzzParse(f *testing.F) {
	if data, err := os.ReadFile("../../playbooks/compromised-access-key.yaml"); err == nil {
		f.Add(data)
	}
	f.Add([]byte(head))
	f.Add([]byte(step("with: {\"a.b[*]..'\": 2}", "gate: auto")))
	f.Add([]byte("{schema: 1, ? [a]: b}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		known := catalog()
		pb, err := Parse(data, "f", known)
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\nf:") {
				if line == "" {
					t.Fatalf("an empty problem: %q", err)
				}
			}
			var at *Error
			if !errors.As(err, &at) || at.Line < 1 || at.Col < 1 || at.Msg == "" {
				t.Fatalf("no position: %#v", err)
			}
			return
		}
		ids := map[string]bool{}
		for _, stage := range pb.Stages {
			for _, s := range stage.Steps {
				params, ok := known[s.Action]
				if !ok || ids[s.ID] || !isID(s.ID) || (s.Gate != GateAuto && s.Gate != GateConfirm && s.Gate != GateTyped) ||
					(s.ReadBack != "now" && s.ReadBack != "later") || (s.OnFailure != "stop" && s.OnFailure != "continue") || len(s.With) > len(params) {
					t.Fatalf("accepted step %+v", s)
				}
				ids[s.ID] = true
			}
		}
		if len(ids) == 0 || pb.Schema != SchemaVersion || len(pb.Digest) != 64 {
			t.Fatalf("accepted %+v", pb)
		}
	})
}
