package ui

// helpPage is made from the key table, so that it cannot fall behind it.
func (c scene) helpPage(w int) page {
	s := &sheet{ink: c.ink, width: w}
	for _, group := range []struct {
		title string
		keys  []binding
	}{
		{"ACT (lower case; changes always ask for the last four)", actKeys()},
		{"VIEW AND HOLD (UPPER CASE never changes anything)", viewKeys()},
		{"MOVE", moveKeys()},
	} {
		s.blank()
		s.head(group.title)
		for _, b := range group.keys {
			s.row("  "+b.show, b.help+b.place(), plain)
		}
	}
	s.blank()
	s.head("MARKS")
	for _, row := range [][2]string{
		{"[OK]", "done, or proven to hold"}, {"[>>]", "waits for you"}, {"[..]", "under way"},
		{"[!!]", "failed, refused or reverted"}, {"[??]", "in doubt, or not seen: blind is not quiet"}, {"[--]", "skipped or rolled back"},
		{"rung 1-5", "sent, accepted, read back, effective, held"},
	} {
		s.row("  "+row[0], row[1], plain)
	}
	return page{title: "KEYS", right: "ircontain " + clean(c.o.Version, 20), lines: s.lines, cursor: -1}
}

// place names the screen that a key belongs to, when it is one other than the step.
func (b binding) place() string {
	if len(b.on) != 1 {
		return ""
	}
	switch b.on[0] {
	case mapScreen:
		return " (map)"
	case rollbackScreen:
		return " (roll back)"
	case journalScreen:
		return " (journal)"
	}
	return ""
}
