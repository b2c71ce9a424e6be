package ui

import (
	"fmt"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
)

// scene is everything a screen is drawn from. Drawing functions take it and
// return text; they change nothing and look at no clock.
type scene struct {
	st   *incident.State
	now  time.Time
	o    Options
	ink  ink
	look incident.StepID // the step looked at; "" follows the walk
	// small is set where the panel is too low for a generous pinned block.
	small bool
	// tiny is set where it is lower still.
	tiny bool
	// ended is set when the feed has no more facts.
	ended bool
}

// page is what one screen wants to show inside a box.
type page struct {
	title, right  string
	pinned, lines []string
	// cursor is the line that must stay in sight, -1 for none.
	cursor int
}

// step is the step on screen: the one looked at, the current one, or the last
// one that anything is known about.
func (c scene) step() *incident.Step {
	if s := c.st.Step(c.look); s != nil {
		return s
	}
	return c.current()
}

// current is the step the walk stands at, or the last one it reached.
func (c scene) current() *incident.Step {
	if s := c.st.Step(c.st.Current); s != nil {
		return s
	}
	var last *incident.Step
	for i := range c.st.Stages {
		for j := range c.st.Stages[i].Steps {
			s := &c.st.Stages[i].Steps[j]
			if last == nil || s.Status != incident.StepPending {
				last = s
			}
		}
	}
	return last
}

// number is the place of a step as people say it: 2.1.
func (c scene) number(id incident.StepID) string {
	for i, stage := range c.st.Stages {
		for j, step := range stage.Steps {
			if step.ID == id {
				return fmt.Sprintf("%d.%d", i+1, j+1)
			}
		}
	}
	return ""
}

// stageOf is the index of the stage that holds a step, -1 when none does.
func (c scene) stageOf(id incident.StepID) int {
	for i, stage := range c.st.Stages {
		for _, step := range stage.Steps {
			if step.ID == id {
				return i
			}
		}
	}
	return -1
}

// steps lists all steps in order.
func (c scene) steps() []*incident.Step {
	var out []*incident.Step
	for i := range c.st.Stages {
		for j := range c.st.Stages[i].Steps {
			out = append(out, &c.st.Stages[i].Steps[j])
		}
	}
	return out
}

// last reports whether the step is the one that closes the incident.
func (c scene) last(id incident.StepID) bool {
	all := c.steps()
	return len(all) > 0 && all[len(all)-1].ID == id
}

// decidable reports whether the current step takes a skip or a new plan.
func decidable(s *incident.Step) bool {
	if s == nil {
		return false
	}
	switch s.Status {
	case incident.StepWaiting, incident.StepFailed, incident.StepRefused, incident.StepInDoubt:
		return true
	}
	return false
}

// last4 is what a responder types to confirm.
func (c scene) last4() string { return c.st.Opened.AccessKey.Last4() }

// target names the key and, when it is known and there is room, its user.
func (c scene) target(w int) string {
	t := "key " + c.st.Opened.AccessKey.Short()
	if w >= 66 && c.st.Card != nil && c.st.Card.User != "" {
		t += " of " + clean(c.st.Card.User, 24)
	}
	return clean(t, 0)
}

// statusMark is the word and symbol of a step status; all are four cells.
func statusMark(s incident.StepStatus) (string, tone) {
	switch s {
	case incident.StepDone:
		return "[OK]", good
	case incident.StepPlanning, incident.StepRunning:
		return "[..]", plain
	case incident.StepWaiting:
		return "[>>]", caution
	case incident.StepWasSkipped, incident.StepRolledBack:
		return "[--]", faint
	case incident.StepFailed, incident.StepRefused:
		return "[!!]", danger
	case incident.StepInDoubt:
		return "[??]", danger
	}
	return "[  ]", faint
}

// statusWord says the same in words.
func statusWord(s incident.StepStatus) string {
	switch s {
	case incident.StepPending:
		return "not reached"
	case incident.StepPlanning:
		return "reading"
	case incident.StepWaiting:
		return "waiting"
	case incident.StepRunning:
		return "running"
	case incident.StepWasSkipped:
		return "skipped"
	case incident.StepInDoubt:
		return "IN DOUBT"
	case incident.StepFailed, incident.StepRefused:
		return strings.ToUpper(string(s))
	case incident.StepRolledBack:
		return "rolled back"
	}
	return clean(string(s), 14)
}

// stageStatus sums up a stage: the most pressing status of its steps.
func stageStatus(stage incident.Stage) incident.StepStatus {
	rank := func(s incident.StepStatus) int {
		switch s {
		case incident.StepInDoubt:
			return 7
		case incident.StepFailed, incident.StepRefused:
			return 6
		case incident.StepWaiting:
			return 5
		case incident.StepRunning, incident.StepPlanning:
			return 4
		case incident.StepPending:
			return 3
		case incident.StepDone:
			return 2
		}
		return 1
	}
	out := incident.StepPending
	best, pending := 0, 0
	for _, s := range stage.Steps {
		if s.Status == incident.StepPending {
			pending++
		}
		if r := rank(s.Status); r > best {
			best, out = r, s.Status
		}
	}
	if out == incident.StepPending && pending < len(stage.Steps) {
		return incident.StepRunning
	}
	return out
}
