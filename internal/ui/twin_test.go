package ui

import (
	"testing"

	"github.com/ircontain/ircontain/internal/incident"
)

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{
		"guard.attach": "guard.attach", "AKIAQ3EGTR5W2N7K7QZX": "AKIAQ3EGTR5W2N7K7QZX", "": "''", "-x": "'-x'", "a b": "'a b'", "x;rm -rf ~": "'x;rm -rf ~'", "it's": `'it'\''s'`, "$(id)": "'$(id)'",
	} {
		if got := shellWord(in); got != want {
			t.Errorf("shellWord(%q) = %s, want %s", in, got, want)
		}
	}
}

// TestTwin: what is decided survives every width, and the mode is named.
func TestTwin(t *testing.T) {
	facts := chapter("guard planned")
	opened := facts[0].Event.(incident.IncidentOpened)
	for _, row := range []struct {
		mode incident.Mode
		want string
	}{
		{incident.ModeLive, "ircontain contain --access-key AKIAQ3EGTR5W2N7K7QZX --live --headless --approve guard.attach --confirm 7QZX"},
		{incident.ModeDryRun, "ircontain contain --access-key AKIAQ3EGTR5W2N7K7QZX --headless --approve guard.attach --confirm 7QZX"},
		{incident.ModeRehearsal, "ircontain rehearse forgotten-key --headless --approve guard.attach --confirm 7QZX"},
	} {
		opened.Mode = row.mode
		facts[0].Event = opened
		c := seat(t, facts, nil).m.scene()
		if got := c.twin(200); got != row.want {
			t.Errorf("%s: %s", row.mode, got)
		}
		for w := 54; w < 130; w++ {
			if got := c.twin(w); width(got) > w || got[len(got)-len("--approve guard.attach --confirm 7QZX"):] != "--approve guard.attach --confirm 7QZX" {
				t.Errorf("%s at %d: %s", row.mode, w, got)
			}
		}
	}
}

func TestSpans(t *testing.T) {
	for in, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1: "-1", -123456: "-123,456"} {
		if got := count(in); got != want {
			t.Errorf("count(%d) = %s, want %s", in, got, want)
		}
	}
}
