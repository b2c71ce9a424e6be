package ui

import (
	"fmt"
	"strings"

	"github.com/ircontain/ircontain/internal/incident"
)

// journalPage is the record itself, one line an entry.
func (c scene) journalPage(w int, filter string) page {
	s := &sheet{ink: c.ink, width: w}
	shown := 0
	for _, line := range c.st.Lines {
		if filter != "" && !strings.Contains(strings.ToLower(line.Kind+" "+line.Text), strings.ToLower(filter)) {
			continue
		}
		shown++
		c.journalLine(s, line)
	}
	title := fmt.Sprintf("JOURNAL %d entries", c.st.Entries)
	if filter != "" {
		title = fmt.Sprintf("JOURNAL %d of %d entries with %q", shown, c.st.Entries, clean(filter, 20))
	}
	if shown == 0 {
		s.text("No entry to show.", plain)
	}
	return page{title: title, right: "head " + headHash(c.st.Head), lines: s.lines, cursor: -1}
}

// headHash is the journal's head, short enough to read out on a call.
func headHash(h string) string {
	h = clean(h, 0)
	if len(h) > 16 {
		return h[:8] + ".." + h[len(h)-4:]
	}
	return h
}

func (c scene) journalLine(s *sheet, line incident.Line) {
	mark, t := " ", plain
	switch {
	case line.Star:
		mark, t = "*", strong
	case strings.HasPrefix(line.Kind, "change_in_doubt"), line.Kind == "change_failed", line.Kind == "change_drifted", line.Kind == "rollback_refused", line.Kind == "hold_set":
		mark, t = "!", danger
	}
	prefix := right(fmt.Sprint(line.Seq), 4) + " " + clockTime(line.At) + " " + mark + " "
	for i, part := range wrap(clean(line.Text, 0), s.width-width(prefix)) {
		if i > 0 {
			prefix = pad("", width(prefix))
		}
		s.free(c.ink.paint(faint, prefix) + c.ink.paint(t, part))
	}
}

// commandLog is the last AWS calls, newest at the bottom.
func (c scene) commandLog(w, height int) []string {
	s := &sheet{ink: c.ink, width: w - 4}
	calls := c.st.Calls
	if n := height - 2; len(calls) > n {
		calls = calls[len(calls)-n:]
	}
	name := 12
	for _, call := range calls {
		name = max(name, min(width(clean(call.Service+":"+call.Operation, 0)), 34))
	}
	for _, call := range calls {
		word, t := "ok", plain
		switch {
		case call.Error != "":
			word, t = "!!", danger
		case call.Status == 0:
			word, t = "??", danger
		case call.Status >= 300:
			word, t = fmt.Sprint(call.Status), danger
		}
		tail := call.RequestID
		if call.Error != "" {
			tail = call.Error
		}
		s.free(columns(c.ink.paint(faint, clockTime(call.At)), c.ink.paint(t, pad(word, 3)), cell(call.Service+":"+call.Operation, name),
			cell(tail, max(s.width-9-3-name-7-4, 4)), right(fmt.Sprintf("%dms", call.Millis), 7)))
	}
	if len(calls) == 0 {
		s.text("No AWS call was recorded yet.", faint)
	}
	return box{title: "COMMAND LOG", right: "J journal", lines: s.lines, width: w, height: height, ink: c.ink, ascii: c.o.ASCII}.draw()
}
