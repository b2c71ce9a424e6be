package ui

import (
	"strings"
)

// awaits says what the dialog is waiting for.
func (d *dialog) awaits() string {
	if d.ready() {
		if d.focus == len(d.fields) {
			return "Enter: " + d.press + ". Esc goes back, nothing is sent"
		}
		return "Tab to " + d.press + ", then Enter. Esc goes back, nothing is sent"
	}
	return d.missing()
}

func (d *dialog) hints() []hint {
	enter := hint{"Enter press", 1}
	if d.focus < len(d.fields) {
		enter.text = "Enter next field"
	}
	return []hint{{"Tab next", 0}, enter, {"Esc back", 0}, {"PgDn more text", 2}}
}

// aboutLines is what the dialog is about, wrapped.
func (d *dialog) aboutLines(c scene, w int) []string {
	s := &sheet{ink: c.ink, width: w}
	for _, r := range d.about {
		s.row(r.label, r.text, r.tone)
	}
	return s.lines
}

// controls are the fields and buttons, which never scroll away.
func (d *dialog) controls(c scene, w int) []string {
	var lines []string
	for i, f := range d.fields {
		lines = append(lines, d.fieldLine(c, i, f, w))
	}
	button := func(text string, focused, enabled bool) string {
		switch {
		case focused:
			return c.ink.paint(focus, ">[ "+text+" ]<")
		case !enabled:
			return c.ink.paint(faint, " ( "+text+" ) ")
		}
		return " [ " + text + " ] "
	}
	buttons := button(clean(d.cancel, 20), d.focus == len(d.fields)+1, true) + "    " + button(clean(d.press, 40), d.focus == len(d.fields), d.ready())
	lines = append(lines, "", "  "+buttons)
	problem := d.problem
	if problem == "" && !d.ready() {
		problem = "( ) opens when every field is filled as asked"
		return append(lines, "  "+c.ink.paint(faint, cut(problem, w-2)))
	}
	return append(lines, "  "+c.ink.paint(danger, clean(problem, w-2)))
}

func (d *dialog) fieldLine(c scene, i int, f field, w int) string {
	pointer, t := "  ", plain
	if i == d.focus {
		pointer, t = "> ", strong
	}
	label := pad(clean(f.label, 0), min(26, w/2))
	room := max(w-width(label)-2-2-7, 6)
	if f.want != "" {
		room = 8
	}
	value := clean(f.value, 0)
	for width(value) > room-1 && value != "" {
		// The end of a long text is where the typing happens.
		value = value[len(firstRune(value)):]
	}
	if i == d.focus {
		value += "_"
	}
	state := ""
	switch {
	case f.want != "" && f.met():
		state = " match"
	case f.want != "" && f.value != "":
		state = " no match yet"
	case !f.met():
		state = " needed"
	}
	return c.ink.paint(t, pointer+label) + "[" + pad(value, room) + "]" + state
}

func firstRune(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}

// draw fills the panel with the dialog.
func (d *dialog) draw(c scene, b box) []string {
	w, rows := b.width-4, b.height-2
	controls := d.controls(c, w)
	about := d.aboutLines(c, w)
	room := max(rows-len(controls)-1, 1)
	from := min(max(d.scroll, 0), max(len(about)-room, 0))
	lines := append([]string(nil), about[from:min(from+room, len(about))]...)
	if more := len(about) - from - room; more > 0 && len(lines) > 0 {
		lines[len(lines)-1] = c.ink.paint(caution, "... more below (PgDn)")
	}
	for len(lines) < rows-len(controls) {
		lines = append(lines, "")
	}
	b.title, b.right, b.lines = d.title, d.right, append(lines, controls...)
	if len(b.lines) > rows {
		b.lines = b.lines[:rows]
	}
	return b.draw()
}

func (d *dialog) settle(c scene, w, rows int) {
	limit := len(d.aboutLines(c, w)) - max(rows-len(d.controls(c, w))-1, 1)
	d.scroll = min(max(d.scroll, 0), max(limit, 0))
}

// oneLine joins texts for a row of a dialog.
func oneLine(parts []string) string { return strings.Join(nonEmpty(parts), "; ") }
