package ui

import "fmt"

// narrow is the fallback for windows too small for panels: one column of plain
// text that still names the mode, the account, the step and the next key.
func (m *Model) narrow(c scene) []string {
	w := m.width
	lines := []string{c.ink.paint(banner, cut(c.modeTag(), w)), cut(clean(c.st.Opened.Account+" "+c.st.Opened.AccessKey.Short(), 0), w)}
	if d := m.dialog; d != nil {
		lines = append(lines, d.narrow(c, w)...)
		lines = append(lines, wrap(clean(m.dialog.awaits(), 0), w)...)
		return append(lines, d.short(c, w, m.height-len(lines))...)
	}
	if step := c.step(); step != nil {
		mark, _ := statusMark(step.Status)
		lines = append(lines, cut(fmt.Sprintf("%s %s %s", mark, c.number(step.ID), clean(step.Title, 0)), w))
	}
	text, t := m.awaits(c)
	if m.notice != "" {
		text, t = m.notice, m.noticeTone
	}
	for _, line := range wrap(clean(text, 0), w) {
		lines = append(lines, c.ink.paint(t, line))
	}
	lines = append(lines, m.keysLine(w), cut(c.lagLine(1 << 10)[1:], w))
	if room := m.height - len(lines); room > 0 {
		p := m.page(c, w)
		at := min(max(m.scroll[m.screen], 0), max(len(p.lines)-1, 0))
		lines = append(lines, p.pinned...)
		lines = append(lines, p.lines[at:]...)
	}
	return lines
}

// narrow is the focused part of a dialog and its buttons.
func (d *dialog) narrow(c scene, w int) []string {
	lines := []string{cut(d.title, w)}
	for i, f := range d.fields {
		if i == d.focus || len(d.fields) == 1 {
			value := clean(f.value, 0) + "_"
			for width(value) > max(w-4, 1) && len(value) > 1 {
				value = value[len(firstRune(value)):]
			}
			lines = append(lines, cut(clean(f.label, 0), w), c.ink.paint(strong, cut("> ["+value+"]", w)))
		}
	}
	controls := d.controls(c, max(w, 20))
	return append(lines, controls[len(controls)-2:]...)
}

func (d *dialog) short(c scene, w, rows int) []string {
	about := d.aboutLines(c, max(w, labelWidth+8))
	return about[:min(max(rows, 0), len(about))]
}
