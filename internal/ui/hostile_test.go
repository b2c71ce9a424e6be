package ui

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"github.com/ircontain/ircontain/internal/incident"
)

// hostile are strings that an attacker can put into names, tags, user agents.
func hostile() []string {
	return []string{
		"\x1b[2J\x1b[H\x1b]0;owned\x07", "\x1bP+q\x1b\\", "\u009b31mred\u009c", "\x9b31m", "a\rb\nc\td\x00e\x7ff\be",
		"user\u202egnp.exe\u202c\u2066x\u2069", "zero\u200bwidth\u200d\ufeff\u2060", "tag\U000e0041\U000e0042", "e\u0301\u0301\u0301\u0301\u0301\u0301",
		"\u3164\u115f\u2800", "漢字漢字漢字漢字漢字漢字漢字", "👩‍👩‍👧‍👦🇩🇪🇫🇷👍🏽", strings.Repeat("A", 2000), strings.Repeat("a ", 300), strings.Repeat("漢", 400), "\xff\xfe\xc3\x28", "", "[LIVE RW]", "\u2028\u2029\u0085",
		strings.Repeat(" ", 3000) + "x", `{"a":"` + strings.Repeat("\u202e", 60) + `"}`, "{" + strings.Repeat("\x1b[31m", 60) + "}",
	}
}

// poison replaces every string in v by a hostile one.
func poison(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() {
			v.SetString(s)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				poison(v.Field(i), s)
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), s)
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), s)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			if v.Type().Elem().Kind() == reflect.String {
				v.SetMapIndex(k, reflect.ValueOf(s).Convert(v.Type().Elem()))
			}
		}
		if v.Type().Key().Kind() == reflect.String && v.Type().Elem().Kind() == reflect.String && !v.IsNil() {
			v.SetMapIndex(reflect.ValueOf(s).Convert(v.Type().Key()), reflect.ValueOf(s).Convert(v.Type().Elem()))
		}
	}
}

// TestHostileText draws every screen of states full of hostile strings: no
// control or invisible character survives and no line leaves its window.
func TestHostileText(t *testing.T) {
	t.Parallel()
	sizes := [][2]int{{60, 16}, {100, 30}, {30, 8}}
	for n, s := range hostile() {
		for _, name := range []string{"guard planned", "closed"} {
			d := seat(t, chapter(name), func(o *Options) { o.Operator, o.JournalPath = s, s })
			state := d.m.state
			ids := map[incident.StepID]bool{}
			poison(reflect.ValueOf(&state).Elem(), s)
			for i := range state.Stages {
				for j := range state.Stages[i].Steps {
					// Two steps need names of their own to be told apart.
					st := &state.Stages[i].Steps[j]
					st.ID = incident.StepID(s + strings.Repeat("i", i) + strings.Repeat("j", j))
					ids[st.ID] = true
				}
			}
			d.m.state = state
			d.m.state.Current = state.Stages[1].Steps[0].ID
			d.m.state.Step(d.m.state.Current).Status = incident.StepWaiting
			for i, way := range ways() {
				if name == "closed" && i > 2 {
					break
				}
				d.m.dialog, d.m.card, d.m.screen, d.m.look, d.m.filter, d.m.leaving = nil, true, stepScreen, "", "", false
				d.press(way...)
				for _, size := range sizes {
					d.size(size[0], size[1])
					checkScreen(t, d.m.View().Content, size)
					if t.Failed() {
						t.Fatalf("string %d in %s after %v at %v", n, name, way, size)
					}
				}
			}
		}
	}
}

func checkScreen(t *testing.T, content string, size [2]int) {
	t.Helper()
	lines := strings.Split(content, "\n")
	if len(lines) != size[1] {
		t.Errorf("%d lines in a window of %d", len(lines), size[1])
	}
	for _, line := range lines {
		if w := ansi.StringWidth(line); w > size[0] {
			t.Errorf("%d cells in a window of %d: %q", w, size[0], line)
		}
		for _, r := range ansi.Strip(line) {
			if r != ' ' && (!unicode.IsPrint(r) || unicode.Is(unicode.Cf, r) || ignorable(r)) {
				t.Errorf("%U on the screen: %q", r, line)
			}
		}
		if rest := removeOurs(line); strings.ContainsRune(rest, '\x1b') {
			t.Errorf("an escape sequence that is not ours: %q", line)
		}
	}
}

// removeOurs removes the plain SGR sequences that ink writes.
func removeOurs(line string) string {
	for {
		i := strings.Index(line, "\x1b[")
		if i < 0 {
			return line
		}
		end := strings.IndexFunc(line[i+2:], func(r rune) bool { return !strings.ContainsRune("0123456789;:", r) })
		if end < 0 || line[i+2+end] != 'm' {
			return line
		}
		line = line[:i] + line[i+2+end+1:]
	}
}

func TestClean(t *testing.T) {
	for _, row := range []struct {
		in    string
		width int
		want  string
	}{
		{"plain text", 0, "plain text"},
		{"a\x1b[31mb", 0, `a\u{1b}[31mb`},
		{"\u202ex\u200b", 0, `\u{202e}x\u{200b}`},
		{"tab\there", 0, `tab\u{9}here`},
		{"\x9b", 0, `\x{9b}`},
		{"\u009b", 0, `\u{9b}`},
		{"\U000e0041", 0, `\u{e0041}`},
		{"e\u0301te\u0301", 0, "e\u0301te\u0301"},
		{"\u0301", 0, `\u{301}`},
		{"é漢", 0, "é漢"},
		{"abcdefghij", 8, "abcde..."},
		{"漢漢漢漢", 6, "漢..."},
		{"abc", 2, "ab"},
		{"\u00a0\ufeff\u00ad", 0, `\u{a0}\u{feff}\u{ad}`},
	} {
		if got := clean(row.in, row.width); got != row.want {
			t.Errorf("clean(%q, %d) = %q, want %q", row.in, row.width, got, row.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range hostile() {
		f.Add(s, 20)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = min(max(n, 0), 200)
		got := clean(s, n)
		if n > 0 && ansi.StringWidth(got) > n {
			t.Errorf("%d cells, want at most %d", ansi.StringWidth(got), n)
		}
		for _, r := range got {
			if r != ' ' && !unicode.IsPrint(r) {
				t.Errorf("%U in %q", r, got)
			}
		}
	})
}
