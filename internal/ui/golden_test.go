package ui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var updateUI = flag.Bool("update-ui", false, "write the golden screens of internal/ui")

// TestGolden pins what the responder sees, at three sizes.
func TestGolden(t *testing.T) {
	for _, shot := range []struct {
		name, chapter string
		keys          []string
		change        func(*Options)
	}{
		{"opening", "opened", nil, nil},
		{"identify", "identified", []string{"enter", "["}, nil},
		{"usage", "identified", []string{"enter"}, nil},
		{"plan", "guard planned", []string{"enter"}, nil},
		{"document", "guard planned", []string{"enter", "enter"}, nil},
		{"confirm", "guard planned", []string{"enter", "a"}, nil},
		{"confirm-typed", "guard planned", []string{"enter", "a", "tab", "7", "q", "z", "x", "tab", "tab", "tab"}, nil},
		{"skip", "guard planned", []string{"enter", "s", "tab", "n", "o"}, nil},
		{"note", "guard planned", []string{"enter", "*", "h", "i"}, nil},
		{"result", "guarded", []string{"enter", "["}, nil},
		{"map", "guarded", []string{"M"}, nil},
		{"map-sessions", "guarded", []string{"M", "tab"}, nil},
		{"journal", "cut", []string{"J"}, nil},
		{"rollback", "cut", []string{"enter", "u", "space"}, nil},
		{"rollback-confirm", "cut", []string{"enter", "u", "space", "enter"}, nil},
		{"impact", "to close", []string{"I"}, nil},
		{"timers", "guarded", []string{"T"}, nil},
		{"help", "guarded", []string{"?"}, nil},
		{"close", "to close", []string{"enter"}, nil},
		{"closed", "closed", []string{"enter"}, nil},
		{"watch", "guard planned", []string{"enter"}, func(o *Options) { o.ReadOnly = true }},
		{"replay", "closed", []string{"enter"}, func(o *Options) { o.Replay = true }},
		{"ascii", "guard planned", []string{"enter"}, func(o *Options) { o.ASCII = true }},
	} {
		for _, size := range [][2]int{{80, 24}, {100, 30}, {60, 20}} {
			name := fmt.Sprintf("%s-%dx%d", shot.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				d := seat(t, chapter(shot.chapter), shot.change).size(size[0], size[1]).press(shot.keys...)
				checkGolden(t, name, d.text())
			})
		}
	}
}

func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	lines := strings.Split(got, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	got = strings.Join(lines, "\n") + "\n"
	path := filepath.Join("testdata", name+".txt")
	if *updateUI {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run with -update-ui)", err)
	}
	if string(want) != got {
		t.Errorf("%s changed; if that is meant, run with -update-ui\n--- want\n%s--- got\n%s", name, want, got)
	}
}
