package ui

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ircontain/ircontain/internal/incident"
)

// TestSizes draws every screen at ordinary and odd sizes.
func TestSizes(t *testing.T) {
	sizes := [][2]int{{60, 16}, {80, 24}, {100, 30}, {140, 45}, {59, 15}, {40, 10}, {1, 1}, {2, 50}, {200, 3}, {100, 16}, {99, 19}, {120, 20}, {300, 90}}
	for _, name := range everyChapter() {
		for _, way := range ways() {
			d := seat(t, chapter(name), func(o *Options) { o.Color = true }).press(way...)
			for _, size := range sizes {
				d.size(size[0], size[1])
				checkScreen(t, d.m.View().Content, size)
				if t.Failed() {
					t.Fatalf("%s after %v at %v", name, way, size)
				}
			}
		}
	}
	checkScreen(t, New(quiet{}, nil, Options{}).View().Content, [2]int{80, 24})
}

// TestNeverFolded: the tag, the account and the log lag are on every screen
// with panels, whatever the size.
func TestNeverFolded(t *testing.T) {
	for _, way := range ways() {
		for _, size := range [][2]int{{60, 16}, {80, 24}, {100, 30}, {140, 45}} {
			d := seat(t, chapter("guard planned"), nil).size(size[0], size[1]).press(way...)
			text := d.text()
			for _, want := range []string{"[REHEARSAL forgotten-key]", "111122223333", "log lag"} {
				if !strings.Contains(text, want) {
					t.Fatalf("no %q after %v at %v\n%s", want, way, size, text)
				}
			}
		}
	}
	for _, size := range [][2]int{{60, 16}, {80, 24}, {100, 30}} {
		d := seat(t, chapter("guard planned"), nil).size(size[0], size[1]).press("enter", "end")
		for _, want := range []string{"DOES NOT STOP", "UNDO", "7QZX"} {
			if !strings.Contains(d.text(), want) {
				t.Errorf("no %q at %v\n%s", want, size, d.text())
			}
		}
	}
}

// TestParity: a live screen that got its facts one by one and a replay that
// got them at once end on the same view.
func TestParity(t *testing.T) {
	for _, name := range everyChapter() {
		facts := chapter(name)
		end := func(o *Options) { o.Clock = func() time.Time { return facts[len(facts)-1].Time } }
		live := seat(t, nil, end).press("enter")
		for _, f := range facts {
			live.m.Update(factsMsg{facts: []incident.Fact{f}})
			live.m.View()
		}
		again := seat(t, facts, end).press("enter")
		if live.text() != again.text() {
			t.Errorf("%s: one by one\n%s\nat once\n%s", name, live.text(), again.text())
		}
		replay := seat(t, facts, func(o *Options) { o.Replay = true }).press("enter")
		a, b := strings.Split(live.text(), "\n"), strings.Split(replay.text(), "\n")
		for i := 1; i < len(a)-4; i++ {
			// Line 1 and the keys name the mode of the screen itself.
			if a[i] != b[i] {
				t.Errorf("%s line %d: live %q, replay %q", name, i, a[i], b[i])
			}
		}
		if fmt.Sprint(live.m.Final()) == "" || live.m.Final().Head != facts[len(facts)-1].Hash {
			t.Error("Final is not the folded state")
		}
	}
}

// script is a feed of given facts, then io.EOF.
type script struct{ facts []incident.Fact }

func (s *script) Next(context.Context) (incident.Fact, error) {
	if len(s.facts) == 0 {
		return incident.Fact{}, io.EOF
	}
	f := s.facts[0]
	s.facts = s.facts[1:]
	return f, nil
}

func TestFeedIsReadToTheEnd(t *testing.T) {
	facts := chapter("closed")
	var many []incident.Fact
	for len(many) < 1000 {
		many = append(many, facts...)
	}
	m := New(&script{facts: many}, nil, Options{Replay: true})
	for cmd := m.Init(); cmd != nil; {
		msg := cmd()
		if f, ok := msg.(factsMsg); ok && len(f.facts) > maxBatch {
			t.Fatalf("a batch of %d", len(f.facts))
		}
		_, cmd = m.Update(msg)
	}
	if !m.ended || m.feedErr != nil || m.Final().Entries != len(many) {
		t.Errorf("ended %v, err %v, %d of %d entries", m.ended, m.feedErr, m.Final().Entries, len(many))
	}
}

// TestRun drives the real program without a terminal.
func TestRun(t *testing.T) {
	m := New(&script{facts: chapter("closed")}, nil, Options{Replay: true})
	in, keys := io.Pipe()
	pressQ := func(_ tea.Model, msg tea.Msg) tea.Msg {
		if f, ok := msg.(factsMsg); ok && f.err != nil {
			go keys.Write([]byte("q"))
		}
		return msg
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	err := Run(ctx, m, tea.WithInput(in), tea.WithFilter(pressQ), tea.WithOutput(&bytes.Buffer{}), tea.WithWindowSize(80, 24), tea.WithoutSignalHandler())
	if err != nil || m.Final().Closed == nil {
		t.Errorf("err %v, closed %v", err, m.Final().Closed)
	}
}

// TestIdle: without facts and keys only whole seconds change the screen.
func TestIdle(t *testing.T) {
	now := at("02:17:00")
	d := seat(t, chapter("guard planned"), func(o *Options) { o.Clock = func() time.Time { return now } }).press("enter")
	before := d.m.View().Content
	now = now.Add(400 * time.Millisecond)
	d.m.Update(tickMsg{})
	if d.m.View().Content != before {
		t.Error("the screen changed within a second")
	}
	if _, cmd := d.m.Update(tickMsg{}); cmd == nil {
		t.Error("the timer must be re-armed")
	}
	replay := seat(t, chapter("closed"), func(o *Options) { o.Replay = true })
	if _, cmd := replay.m.Update(tickMsg{}); cmd != nil {
		t.Error("a replay has no timer")
	}
}

// TestHelpIsComplete: the help names every key of the table.
func TestHelpIsComplete(t *testing.T) {
	d := seat(t, chapter("guarded"), nil).size(100, 90).press("?")
	text := d.text()
	for _, b := range keyTable() {
		if !strings.Contains(text, b.show+" ") || !strings.Contains(text, b.help[:min(12, len(b.help))]) {
			t.Errorf("%s (%s) is not in the help", b.show, b.help)
		}
	}
}

// TestFooterKeepsWholeWords: what the footer names is never cut.
func TestFooterKeepsWholeWords(t *testing.T) {
	for w := minWidth; w <= 140; w++ {
		for _, way := range ways() {
			d := seat(t, chapter("cut"), nil).size(w, 24).press(way...)
			line := d.m.keysLine(w)
			if strings.Contains(line, "...") || d.m.dialog == nil && !strings.Contains(line, "? keys") {
				t.Fatalf("width %d after %v: %q", w, way, line)
			}
		}
	}
}

// TestImports: the package draws and asks; it has nothing to act with.
func TestImports(t *testing.T) {
	files, _ := os.ReadDir(".")
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") {
			continue
		}
		b, _ := os.ReadFile(f.Name())
		for _, line := range strings.Split(string(b), "\n") {
			if strings.Contains(line, "ircontain/internal/") && strings.HasPrefix(strings.TrimSpace(line), `"`) && !strings.HasSuffix(line, `internal/incident"`) {
				t.Errorf("%s imports %s", f.Name(), strings.TrimSpace(line))
			}
		}
	}
}
