package ui

import (
	"fmt"
	"strings"

	"github.com/ircontain/ircontain/internal/incident"
)

// railWidth is the width of the left rail with its borders in a window.
func railWidth(window int) int {
	if window >= 130 {
		return 38
	}
	return 30
}

// rail draws stages and steps, the containment ladder and the timers.
func (c scene) rail(w, height int) []string {
	inner := w - 4
	rows := height - 2
	ladder, timers := c.ladder(inner), c.timerLines(inner)
	playbook := c.playbook(inner, max(rows-section(ladder)-section(timers), len(c.st.Stages)+3))
	lines := playbook
	rule := strings.Repeat(borderFor(c.o.ASCII).across, inner)
	for _, part := range [][]string{ladder, timers} {
		if len(part) > 0 {
			lines = append(append(lines, c.ink.paint(faint, rule)), part...)
		}
	}
	return box{title: "PLAYBOOK", lines: lines, width: w, height: height, ink: c.ink, ascii: c.o.ASCII}.draw()
}

func section(lines []string) int {
	if len(lines) == 0 {
		return 0
	}
	return len(lines) + 1
}

// playbook lists the stages; the steps of the stage on screen always, those of
// the others while there is room.
func (c scene) playbook(inner, rows int) []string {
	here := -1
	step := c.step()
	if step != nil {
		here = c.stageOf(step.ID)
	}
	open := map[int]bool{here: true}
	used := len(c.st.Stages) + 1 // the step on screen may take two lines
	if here >= 0 {
		used += len(c.st.Stages[here].Steps)
	}
	for i, stage := range c.st.Stages {
		if i != here && used+len(stage.Steps) <= rows {
			open[i] = true
			used += len(stage.Steps)
		}
	}
	var lines []string
	for i, stage := range c.st.Stages {
		mark, t := statusMark(stageStatus(stage))
		name, nameTone := " ", plain
		if i == here {
			name, nameTone = ">", strong
		}
		name += fmt.Sprintf("%d %s", i+1, clean(stage.Title, 0))
		lines = append(lines, c.ink.paint(nameTone, snug(name, inner-5))+" "+c.ink.paint(t, mark))
		if !open[i] {
			continue
		}
		for j, s := range stage.Steps {
			lines = append(lines, c.railStep(s, fmt.Sprintf("%d.%d", i+1, j+1), inner)...)
		}
	}
	return lines
}

// railStep is one step; the one on screen gets a second line for a long title.
func (c scene) railStep(s incident.Step, number string, inner int) []string {
	mark, t := statusMark(s.Status)
	mark = " " + c.ink.paint(t, mark[1:3])
	step := c.step()
	if step == nil || step.ID != s.ID {
		return []string{snug("  "+number+" "+clean(s.Title, 0), inner-3) + mark}
	}
	room := inner - 6 - 3
	title := wrap(clean(s.Title, 0), room)
	lines := []string{c.ink.paint(strong, snug(" >"+number+" "+title[0], inner-3)) + mark}
	if len(title) > 1 {
		lines = append(lines, c.ink.paint(strong, "      "+snug(strings.Join(title[1:], " "), room)))
	}
	return lines
}

// snug fills or cuts a text to n cells; the cut is marked in one cell only,
// because in a rail three dots cost a word.
func snug(s string, n int) string {
	if width(s) <= n || n < 2 {
		return pad(s, n)
	}
	return pad(strings.TrimRight(take(s, n-1), " ")+"~", n)
}

// ladder shows how far each lever is proven to hold.
func (c scene) ladder(inner int) []string {
	if len(c.st.Levers) == 0 {
		return nil
	}
	lines := []string{c.ink.paint(strong, pad("LADDER", inner-11)+"rung of 5")}
	levers := c.st.Levers
	hidden := 0
	if len(levers) > 5 {
		hidden = len(levers) - 4
		levers = levers[hidden:]
	}
	if hidden > 0 {
		lines = append(lines, fmt.Sprintf("  %d earlier (I shows)", hidden))
	}
	for _, l := range levers {
		word, t := rungWord(l.Rung), plain
		switch state, st := leverState(l); {
		case l.Failed != "" || l.InDoubt != "" || l.RolledBack || l.RollingBack,
			l.Verdict != nil && l.Verdict.Verdict != incident.Held:
			word, t = state[5:], st
		case l.Rung == incident.RungHeld || l.Rung == incident.RungEffective:
			t = good
		}
		lines = append(lines, snug(leverName(l.Change), inner-12)+" "+c.ink.paint(t, cut(word, 11)))
	}
	return lines
}
