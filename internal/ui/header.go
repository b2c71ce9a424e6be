package ui

import (
	"fmt"
	"strings"

	"github.com/ircontain/ircontain/internal/incident"
)

// modeTag says what this screen can reach. It is the first thing of line 1 on
// every screen and is never shortened away.
func (c scene) modeTag() string {
	switch {
	case c.o.Replay:
		return "[REPLAY]"
	case c.o.ReadOnly:
		return "[WATCH]"
	}
	switch c.st.Opened.Mode {
	case incident.ModeLive:
		return "[LIVE RW]"
	case incident.ModeDryRun:
		return "[DRY RUN]"
	case incident.ModeRehearsal:
		if s := c.st.Opened.Scenario; s != "" {
			return "[REHEARSAL " + clean(s, 20) + "]"
		}
		return "[REHEARSAL]"
	case "":
		return "[OPENING]"
	}
	return "[" + clean(strings.ToUpper(string(c.st.Opened.Mode)), 12) + "]"
}

// headerLine is line 1: tag, incident, account, operator, time. When it is too
// long the operator goes first and then the incident's name; tag, account and
// time stay.
func (c scene) headerLine(w int) string {
	tag := c.modeTag()
	mode := ""
	if c.o.Replay || c.o.ReadOnly {
		mode = clean(string(c.st.Opened.Mode), 12)
	}
	name := clean(string(c.st.Opened.ID), 40)
	account := clean(c.st.Opened.Account, 12)
	operator := clean(c.o.Operator, 24)
	at := clockTime(c.now)
	line := ""
	for _, try := range [][]string{{mode, name, account, operator, at}, {mode, name, account, at}, {mode, account, at}, {account, at}} {
		line = strings.Join(nonEmpty(try), " | ")
		if width(tag)+1+width(line) <= w {
			break
		}
	}
	return c.ink.paint(banner, tag) + " " + line
}

func nonEmpty(in []string) []string {
	var out []string
	for _, s := range in {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// trailLine is line 2: breadcrumbs where the rail is shown, else the stages
// themselves; the incident's clock and the hold at its right end.
func (c scene) trailLine(w int, rail bool) string {
	hold, t := "hold: none", plain
	if c.st.Hold != nil {
		hold, t = "HELD by "+clean(c.st.Hold.By, 12), danger
	}
	clock := elapsed(c.st.OpenedAt, c.now)
	if c.st.Closed != nil {
		clock = elapsed(c.st.OpenedAt, c.st.Last)
	}
	right := clock + "  " + c.ink.paint(t, hold)
	if len(c.st.Overdue(c.now)) > 0 && c.st.Closed == nil {
		right = c.ink.paint(danger, "REVIEW OVERDUE") + "  " + right
	}
	room := w - width(right) - 2
	left := c.crumbs()
	if !rail {
		left = c.foldedRail(room)
	}
	return pad(left, room) + "  " + right
}

// crumbs is the path to what is on screen.
func (c scene) crumbs() string {
	step := c.step()
	if step == nil {
		return "starting"
	}
	out := clean(string(c.st.Opened.ID), 30)
	if i := c.stageOf(step.ID); i >= 0 {
		out += fmt.Sprintf(" > %d %s", i+1, clean(c.st.Stages[i].Title, 30))
	}
	return out + " > " + c.number(step.ID) + " " + clean(step.Title, 40)
}

// stageWord is the standing of a stage in at most four letters.
func stageWord(s incident.StepStatus) string {
	switch s {
	case incident.StepDone:
		return "OK"
	case incident.StepWaiting:
		return "WAIT"
	case incident.StepRunning, incident.StepPlanning:
		return "RUN"
	case incident.StepWasSkipped:
		return "SKIP"
	case incident.StepRolledBack:
		return "BACK"
	case incident.StepFailed, incident.StepRefused:
		return "FAIL"
	case incident.StepInDoubt:
		return "??"
	}
	return "-"
}

// foldedRail is the rail in one line: every stage by its number and standing.
func (c scene) foldedRail(room int) string {
	here := -1
	if step := c.step(); step != nil {
		here = c.stageOf(step.ID)
	}
	var parts []string
	for i, stage := range c.st.Stages {
		s := stageStatus(stage)
		_, t := statusMark(s)
		text := fmt.Sprintf("%d %s", i+1, stageWord(s))
		if i == here {
			text, t = ">"+text, strong
		}
		parts = append(parts, c.ink.paint(t, text))
	}
	for _, gap := range []string{"   ", "  ", " "} {
		if line := strings.Join(parts, gap); width(line) <= room {
			return line
		}
	}
	if step := c.step(); step != nil {
		return fmt.Sprintf("stage %d of %d, step %s", here+1, len(c.st.Stages), c.number(step.ID))
	}
	return ""
}
