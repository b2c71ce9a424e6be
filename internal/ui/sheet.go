package ui

import "strings"

// labelWidth is the width of the label column: DOES NOT STOP and a gap.
const labelWidth = 15

// sheet collects the lines of a panel: a column of labels, a column of text.
type sheet struct {
	ink   ink
	width int
	lines []string
}

// row adds a labelled text, wrapped. An empty label continues the one above.
func (s *sheet) row(label, text string, t tone) {
	indent := leading(text)
	for i, line := range wrap(clean(text, 0), s.width-labelWidth-len(indent)) {
		if i > 0 {
			label = ""
		}
		s.lines = append(s.lines, s.ink.paint(strong, pad(label, labelWidth))+indent+s.ink.paint(t, line))
	}
}

// rows adds a labelled list, one text a row.
func (s *sheet) rows(label string, texts []string, t tone) {
	for i, text := range texts {
		if i > 0 {
			label = ""
		}
		s.row(label, text, t)
	}
}

// line adds a labelled line of which the cells are already cleaned and styled;
// it is cut, not wrapped.
func (s *sheet) line(label, text string) {
	s.lines = append(s.lines, s.ink.paint(strong, pad(label, labelWidth))+cut(text, s.width-labelWidth))
}

// free adds a line over the full width; its parts are cleaned and styled.
func (s *sheet) free(text string) { s.lines = append(s.lines, cut(text, s.width)) }

// text adds wrapped text over the full width.
func (s *sheet) text(text string, t tone) {
	indent := leading(text)
	for _, line := range wrap(clean(text, 0), s.width-len(indent)) {
		s.lines = append(s.lines, indent+s.ink.paint(t, line))
	}
}

// leading is the indentation of a text, kept on all its lines. Eight spaces at
// most, so that hostile text cannot push itself out of sight.
func leading(text string) string {
	n := len(text) - len(strings.TrimLeft(text, " "))
	return strings.Repeat(" ", min(n, 8))
}

// blank adds an empty line unless the sheet is empty or ends with one.
func (s *sheet) blank() {
	if n := len(s.lines); n > 0 && s.lines[n-1] != "" {
		s.lines = append(s.lines, "")
	}
}

// head adds a heading over the full width.
func (s *sheet) head(text string) {
	s.lines = append(s.lines, s.ink.paint(strong, cut(text, s.width)))
}

// room is the width beside the label column.
func (s *sheet) room() int { return s.width - labelWidth }

// columns joins cells with one space.
func columns(cells ...string) string { return strings.Join(cells, " ") }
