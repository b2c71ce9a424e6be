package ui

import (
	"fmt"
	"strings"

	"github.com/ircontain/ircontain/internal/incident"
)

// openingPage is the first thing a responder sees: what happened, where this
// screen reaches, and how to get on. It assumes that nothing was read before.
func (c scene) openingPage(w int) page {
	s := &sheet{ink: c.ink, width: w}
	o := c.st.Opened
	if o.ID == "" {
		s.text("Waiting for the first entry of the journal.", plain)
		return page{title: "STARTING", right: "nothing is changed here", lines: s.lines, cursor: -1}
	}
	s.rows("ALERT", strings.Split(or(strings.TrimSpace(o.Alert), "no alert text was given"), "\n"), strong)
	s.row("MODE", c.modeMeaning(), caution)
	s.row("ACCOUNT", o.Account, plain)
	s.row("KEY", string(o.AccessKey)+"  (last four: "+c.last4()+")", strong)
	s.row("CALLER", or(o.Caller, "not known"), plain)
	if o.Endpoint != "" {
		s.row("ENDPOINT", o.Endpoint+" (not AWS's own)", danger)
	}
	steps := 0
	for _, stage := range c.st.Stages {
		steps += len(stage.Steps)
	}
	s.row("PLAYBOOK", fmt.Sprintf("%s %s: %d stages, %d steps; logs: %s", o.Playbook.Name, o.Playbook.Version, len(c.st.Stages), steps, listed(o.Logs)), plain)
	s.blank()
	s.row("HOW IT GOES", "Steps that only read run by themselves. Before any change the program stops, shows its plan and waits for you.", plain)
	s.row("", "a opens the confirmation; there you type the last four characters of the key, "+c.last4()+". H stops everything at once.", plain)
	s.row("", "The line below this box says what is awaited.", plain)
	s.row("NEXT", "Enter: see the current step. Nothing is changed by that.", strong)
	return page{title: "INCIDENT START", right: "nothing is changed here", lines: s.lines, cursor: -1}
}

// modeMeaning says in words what writes of this sitting reach.
func (c scene) modeMeaning() string {
	prefix := ""
	switch {
	case c.o.Replay:
		prefix = "REPLAY of a closed record, no decision is possible. It was: "
	case c.o.ReadOnly:
		prefix = "WATCHING, you can hold but not decide. The incident is: "
	}
	switch c.st.Opened.Mode {
	case incident.ModeLive:
		return prefix + "LIVE: approved steps change the real account"
	case incident.ModeDryRun:
		return prefix + "DRY RUN: the same steps on a copy; the account is not changed"
	case incident.ModeRehearsal:
		return prefix + "REHEARSAL: nothing outside this machine is touched"
	}
	return prefix + string(c.st.Opened.Mode)
}
