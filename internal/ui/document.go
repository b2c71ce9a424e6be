package ui

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/ircontain/ircontain/internal/incident"
)

// documentPage shows the changes of the step on screen in full: documents
// pretty-printed, the exact calls, and their undo.
func (c scene) documentPage(w int) page {
	s := &sheet{ink: c.ink, width: w}
	step := c.step()
	title := "DOCUMENTS"
	if step != nil {
		title = c.number(step.ID) + " IN FULL"
		if step.Plan != nil {
			for _, change := range step.Plan.Changes {
				c.changeInFull(s, change)
			}
		}
	}
	if len(s.lines) == 0 {
		s.text("This step changes nothing, so there is no document to show. Esc goes back.", plain)
	}
	return page{title: title, right: c.target(w), lines: s.lines, cursor: -1}
}

func (c scene) changeInFull(s *sheet, change incident.Change) {
	s.blank()
	s.row("CHANGE", change.ID+"  "+change.Attribute, strong)
	s.row("RESOURCE", change.Resource, plain)
	s.row("CALL", change.Call, plain)
	if change.CLI != "" {
		s.row("AWS CLI", change.CLI, plain)
	}
	s.row("UNDO", change.Undo, plain)
	c.document(s, "BEFORE", change.Before)
	c.document(s, "AFTER", change.After)
}

// document pretty-prints a JSON value; anything else is shown as it is.
func (c scene) document(s *sheet, label, value string) {
	if !isDocument(value) {
		s.row(label, valueWord(value), plain)
		return
	}
	s.row(label, valueWord(value), plain)
	var b bytes.Buffer
	if json.Indent(&b, []byte(value), "", "  ") != nil {
		s.text(value, plain)
		return
	}
	for _, line := range strings.Split(b.String(), "\n") {
		body := strings.TrimLeft(line, " ")
		indent := min(len(line)-len(body), s.width/2)
		for _, part := range wrap(clean(body, 0), s.width-indent-2) {
			s.free(strings.Repeat(" ", indent+2) + part)
		}
	}
}
