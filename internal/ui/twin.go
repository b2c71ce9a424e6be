package ui

import (
	"strings"

	"github.com/ircontain/ircontain/internal/incident"
)

// twin is the same decision as a command line.
func (c scene) twin(w int) string {
	if c.st.Opened.ID == "" {
		return ""
	}
	command := c.command()
	if step := c.current(); step != nil && step.Gate != "auto" && decidable(step) && !c.o.Replay && !c.o.ReadOnly {
		command += " --headless --approve " + shellWord(string(step.ID)) + " --confirm " + shellWord(c.last4())
	}
	command = clean(command, 0)
	if width(command) <= w {
		return command
	}
	// What is decided stays readable; y copies the whole.
	if i := strings.Index(command, " --headless"); i >= 0 {
		tail := command[i+1:]
		if lead := w - width(tail) - 5; lead > 12 {
			head := take(command[:i]+" ", lead)
			return head[:strings.LastIndexByte(head, ' ')+1] + "... " + tail
		}
		if i := strings.Index(tail, "--approve"); i >= 0 {
			return cut("ircontain ... "+tail[i:], w)
		}
	}
	return cut(command, w)
}

// command is the start of the twin: what was run, or would be, for this screen.
func (c scene) command() string {
	o := c.st.Opened
	switch {
	case c.o.Replay:
		return "ircontain replay " + shellWord(string(o.ID))
	case c.st.Closed != nil:
		return "ircontain journal verify " + shellWord(string(o.ID))
	case c.o.Command != "":
		return c.o.Command
	case o.Mode == incident.ModeRehearsal:
		return "ircontain rehearse " + shellWord(o.Scenario)
	case o.Mode == incident.ModeLive:
		return "ircontain contain --access-key " + shellWord(string(o.AccessKey)) + " --live"
	}
	return "ircontain contain --access-key " + shellWord(string(o.AccessKey))
}

// shellWord quotes what a shell would not take as one plain word: names come
// from journals and playbooks, and the twin is made to be pasted.
func shellWord(s string) string {
	ordinary := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._/:@-", r)
	}
	if s != "" && !strings.HasPrefix(s, "-") && strings.IndexFunc(s, func(r rune) bool { return !ordinary(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
