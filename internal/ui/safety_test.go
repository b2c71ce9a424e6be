package ui

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ircontain/ircontain/internal/incident"
)

func everyKey() []string {
	keys := []string{"enter", "esc", "tab", "shift+tab", "space", "backspace", "up", "down", "left", "right", "pgup", "pgdown", "home", "end", "ctrl+a", "ctrl+c", "ctrl+d", "ctrl+u", "ctrl+x", "ctrl+z"}
	for r := rune('!'); r <= '~'; r++ {
		keys = append(keys, string(r))
	}
	return keys
}

func everyChapter() []string {
	return []string{"opened", "identified", "guard planned", "guarded", "cut", "to close", "closed"}
}

// ways lead to every screen and dialog.
func ways() [][]string {
	return [][]string{
		nil, {"enter"}, {"enter", "enter"}, {"M"}, {"M", "tab"}, {"I"}, {"J"}, {"T"}, {"?"}, {"enter", "u"}, {"enter", "u", "space"}, {"enter", "u", "down", "space"},
		{"enter", "["}, {"1"}, {"enter", "a"}, {"enter", "a", "tab"}, {"enter", "a", "shift+tab"}, {"enter", "s"}, {"enter", "s", "tab"}, {"enter", "s", "tab", "tab"},
		{"enter", "u", "space", "enter"}, {"enter", "u", "space", "enter", "tab"}, {"enter", "u", "space", "enter", "shift+tab"}, {"n"}, {"*"}, {"H"}, {"q"}, {"M", "l"}, {"M", "o"}, {"J", "/"},
	}
}

func mutates(v incident.Verb) bool {
	return v == incident.Approve || v == incident.RollBack || v == incident.Skip || v == incident.LiftHold
}

// TestNoKeyMutates presses every key on every screen and in every dialog: one
// key never sends a decision that could change the account.
func TestNoKeyMutates(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"opened", "guard planned", "cut", "closed"} {
		for _, way := range ways() {
			seated := seat(t, chapter(name), nil).press(way...)
			for _, key := range everyKey() {
				d := seated.again()
				d.press(key)
				for _, got := range d.rec.got {
					if mutates(got.Verb) {
						t.Errorf("%s: %v then %q sent %s", name, way, key, got.Verb)
					}
				}
			}
		}
	}
}

// TestRandomKeys types at random. Whatever is sent carries what its dialog asks.
func TestRandomKeys(t *testing.T) {
	t.Parallel()
	keys := everyKey()
	for seed := range uint64(14) {
		random := rand.New(rand.NewPCG(seed, 7))
		d := seat(t, chapter(everyChapter()[seed%6]), nil)
		for range 400 {
			d.press(keys[random.IntN(len(keys))])
			if random.IntN(40) == 0 {
				d.m.Update(tea.PasteMsg{Content: "7QZX\r"})
			}
		}
		for _, got := range d.rec.got {
			switch got.Verb {
			case incident.Approve, incident.RollBack:
				if got.Confirm != "7QZX" {
					t.Errorf("seed %d: %s without the last four", seed, got.Verb)
				}
			case incident.Skip, incident.LiftHold:
				if got.Reason == "" {
					t.Errorf("seed %d: %s without a reason", seed, got.Verb)
				}
			}
		}
	}
}

// TestCapsLock: no upper-case key opens anything but a view, or holds.
func TestCapsLock(t *testing.T) {
	for r := 'A'; r <= 'Z'; r++ {
		d := seat(t, chapter("guard planned"), nil).press("enter", string(r))
		if d.m.dialog != nil {
			t.Errorf("%c opened a dialog", r)
		}
		for _, got := range d.rec.got {
			if got.Verb != incident.SetHold {
				t.Errorf("%c sent %s", r, got.Verb)
			}
		}
	}
}

func TestApprove(t *testing.T) {
	d := seat(t, chapter("guard planned"), nil).press("enter", "a")
	if d.m.dialog == nil || d.m.dialog.focus != len(d.m.dialog.fields)+1 {
		t.Fatal("the dialog must open with the focus on Cancel")
	}
	d.press("tab", "7", "q", "z", "x", "enter", "enter", "enter", "enter")
	if len(d.rec.got) != 1 {
		t.Fatalf("sent %v", d.rec.got)
	}
	got := d.rec.got[0]
	want := incident.Decision{Verb: incident.Approve, By: "ana", Step: "guard.attach", Digest: "7f3a91c2d4e5", Confirm: "7QZX", Owner: "lee@example.com", Reason: "leaked key, ticket SEC-4411", How: "typed"}
	if got.Verb != want.Verb || got.By != want.By || got.Step != want.Step || got.Digest != want.Digest || got.Confirm != want.Confirm || got.Owner != want.Owner || got.Reason != want.Reason || got.How != want.How {
		t.Errorf("sent %+v, want %+v", got, want)
	}
}

// TestPlainConfirmation: a step that changes nothing asks for no four
// characters, still opens on Cancel, and two keys alone do not pass it.
func TestPlainConfirmation(t *testing.T) {
	tell := &teller{}
	tell.open(incident.ModeRehearsal)
	tell.identify()
	tell.say(0, incident.StepStarted{Step: "guard.observe"},
		incident.StepPlanned{Step: "guard.observe", Digest: "d1", Gate: "confirm", Plan: incident.Plan{Intent: "look who is denied"}})
	d := seat(t, tell.facts, nil).press("enter", "a")
	if d.m.dialog == nil || len(d.m.dialog.fields) != 0 || d.m.dialog.focus != 1 {
		t.Fatalf("dialog %+v", d.m.dialog)
	}
	d.press("enter")
	if d.m.dialog != nil || len(d.rec.got) != 0 {
		t.Fatal("Enter on Cancel must cancel")
	}
	d.press("a", "tab", "enter")
	if len(d.rec.got) != 1 || d.rec.got[0].Verb != incident.Approve || d.rec.got[0].Digest != "d1" || d.rec.got[0].How != "confirmed" {
		t.Fatalf("sent %+v", d.rec.got)
	}
}

// TestSkippedStepIsTakenUpAgain: v on an earlier step that was skipped asks the
// engine for that step, not for the current one.
func TestSkippedStepIsTakenUpAgain(t *testing.T) {
	tell := &teller{}
	tell.open(incident.ModeLive)
	tell.identify()
	tell.planGuard()
	tell.say(0, incident.StepSkipped{Step: "guard.attach", By: "ana", Reason: "wrong order"}, incident.StepStarted{Step: "cut.deactivate"},
		incident.StepPlanned{Step: "cut.deactivate", Digest: "d2", Gate: "typed", Plan: incident.Plan{Intent: "cut", Changes: []incident.Change{cutChange()}}})
	d := seat(t, tell.facts, nil).press("enter", "2", "v")
	if len(d.rec.got) != 1 || d.rec.got[0].Verb != incident.Replan || d.rec.got[0].Step != "guard.attach" {
		t.Fatalf("sent %+v", d.rec.got)
	}
}

func TestApproveNeedsTheRightFour(t *testing.T) {
	for _, typed := range []string{"", "7QZ", "M2LD", "7QZXX", "XZQ7"} {
		d := seat(t, chapter("guard planned"), nil).press("enter", "a", "tab")
		d.press(strings.Split(typed, "")[:len(typed)]...)
		d.press("tab", "tab", "tab", "enter")
		if len(d.rec.got) != 0 {
			t.Errorf("typed %q and sent %v", typed, d.rec.got)
		}
		if d.m.dialog == nil || d.m.dialog.problem == "" {
			t.Errorf("typed %q: no word about why nothing happened", typed)
		}
	}
}

// TestGrace: keys of the first 300 ms are not an answer.
func TestGrace(t *testing.T) {
	d := seat(t, chapter("guard planned"), nil).press("enter", "a")
	for _, k := range []string{"tab", "7", "q", "z", "x", "enter", "tab", "enter"} {
		d.wall = d.wall.Add(30 * time.Millisecond)
		d.tap(k)
	}
	if d.m.dialog.fields[0].value != "" || len(d.rec.got) != 0 {
		t.Errorf("a burst was taken for an answer: %q %v", d.m.dialog.fields[0].value, d.rec.got)
	}
	d.wall = d.wall.Add(time.Second)
	d.press("tab", "7")
	if d.m.dialog.fields[0].value != "7" {
		t.Error("keys after the grace must count")
	}
}

func TestPaste(t *testing.T) {
	d := seat(t, chapter("guard planned"), nil).press("enter", "a", "tab")
	d.m.Update(tea.PasteMsg{Content: "7QZX"})
	if d.m.dialog.fields[0].value != "" || !strings.Contains(d.text(), "pasting is refused") {
		t.Error("a pasted confirmation must be refused with a word")
	}
	// Some terminals deliver a paste as one key with a long text.
	d.m.Update(tea.KeyPressMsg{Code: tea.KeyExtended, Text: "7QZX"})
	if d.m.dialog.fields[0].value != "" {
		t.Error("a burst in one key must be refused")
	}
	d.press("tab")
	d.m.Update(tea.PasteMsg{Content: "@team\r\n"})
	if got := d.m.dialog.fields[1].value; got != "lee@example.com@team  " {
		t.Errorf("a paste into a plain field gave %q", got)
	}
	d = seat(t, chapter("guard planned"), nil).press("enter")
	d.m.Update(tea.PasteMsg{Content: "a"})
	d.tap("a")
	if d.m.dialog != nil {
		t.Error("what follows a paste within the grace must not open a dialog")
	}
}

// TestStalePlan: a dialog does not outlive the plan it was opened for.
func TestStalePlan(t *testing.T) {
	d := seat(t, chapter("guard planned"), nil).press("enter", "a", "tab", "7")
	plan := guardPlan()
	d.m.Update(factsMsg{facts: []incident.Fact{{Seq: 99, Time: at("02:20:00"), Event: incident.StepPlanned{Step: "guard.attach", Gate: "typed", Digest: "other", Plan: plan}}}})
	if d.m.dialog != nil || !strings.Contains(d.text(), "the plan changed") {
		t.Error("the dialog must close when the plan changes")
	}
}

func TestResizeKeepsTypedText(t *testing.T) {
	d := seat(t, chapter("guard planned"), nil).press("enter", "a", "tab", "7", "q")
	for _, size := range [][2]int{{40, 10}, {140, 45}, {60, 16}, {1, 1}, {80, 24}} {
		d.size(size[0], size[1])
	}
	if f := d.m.dialog; f.fields[0].value != "7Q" || f.focus != 0 {
		t.Errorf("typed %q, focus %d", f.fields[0].value, f.focus)
	}
}

func TestRearmIsOffByDefault(t *testing.T) {
	d := seat(t, chapter("cut"), nil).press("enter", "u", "enter")
	if d.m.dialog != nil || len(d.rec.got) > 0 {
		t.Fatal("nothing is chosen by default")
	}
	d.press("space", "enter", "tab", "7", "q", "z", "x", "enter", "tab", "enter")
	if len(d.rec.got) > 0 {
		t.Fatalf("re-arming without a reason: %v", d.rec.got)
	}
	d.press("esc", "enter", "tab", "7", "q", "z", "x", "enter", "o", "k", "enter", "enter")
	if len(d.rec.got) != 1 || !d.rec.got[0].RearmKey || d.rec.got[0].Reason != "ok" || d.rec.got[0].Changes[0] != "cut.deactivate/1" {
		t.Fatalf("sent %+v", d.rec.got)
	}
}

// TestWatching: a watcher can hold and nothing else; a replay cannot even that.
func TestWatching(t *testing.T) {
	t.Parallel()
	for _, replay := range []bool{false, true} {
		for _, way := range ways() {
			seated := seat(t, chapter("guard planned"), func(o *Options) { o.ReadOnly, o.Replay = !replay, replay }).press(way...)
			for _, key := range everyKey() {
				d := seated.again()
				d.press(key)
				for _, got := range d.rec.got {
					if replay || got.Verb != incident.SetHold {
						t.Fatalf("replay %v: %v %q sent %s", replay, way, key, got.Verb)
					}
				}
			}
		}
	}
}

func TestHoldIsInstant(t *testing.T) {
	d := seat(t, chapter("guard planned"), nil).press("H")
	if len(d.rec.got) != 1 || d.rec.got[0].Verb != incident.SetHold {
		t.Fatalf("sent %v", d.rec.got)
	}
	d.m.Update(factsMsg{facts: []incident.Fact{{Time: at("02:20:00"), Event: incident.HoldSet{By: "mei"}}}})
	d.press("enter", "a")
	if d.m.dialog != nil || !strings.Contains(d.text(), "held by mei") {
		t.Error("nothing is approved under a hold")
	}
	d.press("H", "tab", "o", "k", "enter", "enter")
	if got := d.rec.got[len(d.rec.got)-1]; got.Verb != incident.LiftHold || got.Reason != "ok" {
		t.Errorf("sent %+v", got)
	}
}

func TestRefusalIsShown(t *testing.T) {
	d := seat(t, chapter("guard planned"), nil)
	d.rec.err = errors.New("plan is older than two minutes")
	d.press("enter", "v")
	if !strings.Contains(d.text(), "REFUSED: plan is older than two minutes") {
		t.Error(d.text())
	}
}

func TestLeave(t *testing.T) {
	quits := func(cmd tea.Cmd) bool {
		if cmd == nil {
			return false
		}
		_, ok := cmd().(tea.QuitMsg)
		return ok
	}
	d := seat(t, chapter("guard planned"), nil).press("enter")
	if quits(d.tap("q")) || d.m.dialog == nil {
		t.Fatal("q must ask first")
	}
	d.press("esc")
	d.m.dialog = nil
	d.tap("ctrl+c")
	if len(d.rec.got) != 1 || d.rec.got[0].Verb != incident.Leave {
		t.Fatalf("sent %v", d.rec.got)
	}
	sealed := factsMsg{facts: []incident.Fact{{Time: at("02:20:00"), Event: incident.SessionSealed{Session: "s1", Why: "left"}}}}
	if _, cmd := d.m.Update(sealed); !quits(cmd) {
		t.Error("the sealing entry must end the screen")
	}
	d = seat(t, chapter("guard planned"), nil)
	d.m.leaving = true
	if !quits(d.tap("ctrl+c")) {
		t.Error("the second ctrl+c must leave at once")
	}
	d = seat(t, chapter("closed"), func(o *Options) { o.Replay = true })
	if !quits(d.tap("q")) {
		t.Error("a replay is left without a question")
	}
}
