package ui

import "strings"

// The smallest window for panels; below it a plain column of text is drawn.
const (
	minWidth  = 60
	minHeight = 16
)

// geometry says which parts fit. The fold order is: command log, rail, scripted
// twin; what is left is never folded.
type geometry struct {
	rail, log, footer int
	body              int
	panel             int // width of the main panel
	main              int // height of the main panel
}

func (m *Model) geometry() geometry {
	g := geometry{footer: 4, panel: m.width}
	if m.height < 20 {
		g.footer = 3
	}
	g.body = m.height - 2 - g.footer
	if m.width >= m.railFrom() {
		g.rail = railWidth(m.width)
		g.panel = m.width - g.rail
	}
	if m.height >= 30 && m.dialog == nil && !m.card && m.screen == stepScreen {
		g.log = 7
		if m.height >= 40 {
			g.log = 10
		}
	}
	g.main = g.body - g.log
	return g
}

// railFrom is the width from which the rail is shown: tables need the room of
// a narrow window for themselves.
func (m *Model) railFrom() int {
	switch m.screen {
	case mapScreen, journalScreen, rollbackScreen, impactScreen:
		if m.dialog == nil && !m.card {
			return 120
		}
	}
	return 100
}

// draw lays the screen out in exactly the window's size.
func (m *Model) draw() string {
	c := m.scene()
	if m.width < minWidth || m.height < minHeight {
		return strings.Join(fit(m.narrow(c), m.width, m.height), "\n")
	}
	g := m.geometry()
	lines := []string{c.headerLine(m.width), c.trailLine(m.width, g.rail > 0)}
	main := m.panel(c, g)
	if g.log > 0 {
		main = append(main, c.commandLog(g.panel, g.log)...)
	}
	if g.rail > 0 {
		main = beside(c.rail(g.rail, g.body), main)
	}
	lines = append(lines, main...)
	lines = append(lines, m.footer(c, g.footer)...)
	return strings.Join(fit(lines, m.width, m.height), "\n")
}

// panel draws the dialog, or the page of the screen.
func (m *Model) panel(c scene, g geometry) []string {
	b := box{width: g.panel, height: g.main, ink: c.ink, ascii: m.o.ASCII}
	if m.dialog != nil {
		return m.dialog.draw(c, b)
	}
	p := m.page(c, g.panel-4)
	b.title, b.right, b.pinned, b.lines = p.title, p.right, p.pinned, p.lines
	b.pinned = capped(p.pinned, g.main-2)
	b.scroll = m.scroll[m.screen]
	return b.draw()
}

// capped keeps the pinned block from filling the whole panel.
func capped(pinned []string, rows int) []string {
	if limit := max(rows-3, 1); len(pinned) > limit {
		return pinned[:limit]
	}
	return pinned
}

// page is what the current screen shows.
func (m *Model) page(c scene, w int) page {
	if m.card {
		return c.openingPage(w)
	}
	switch m.screen {
	case documentScreen:
		return c.documentPage(w)
	case mapScreen:
		return c.mapPage(w, m.tab, m.mapCursor)
	case journalScreen:
		return c.journalPage(w, m.filter)
	case rollbackScreen:
		return c.rollbackPage(w, m.undoCursor, m.chosen)
	case impactScreen:
		return c.impactPage(w)
	case timersScreen:
		return c.timersPage(w)
	case helpScreen:
		return c.helpPage(w)
	}
	if c.concluded() {
		return c.closingPage(w)
	}
	return c.stepPage(w)
}

// settle keeps cursors and scroll positions inside what there is to show.
func (m *Model) settle() {
	c := m.scene()
	consumers := 0
	if m.state.Usage != nil {
		consumers = len(m.state.Usage.Consumers)
	}
	m.mapCursor = min(max(m.mapCursor, 0), max(consumers-1, 0))
	m.undoCursor = min(max(m.undoCursor, 0), max(len(m.state.Levers)-1, 0))
	g := m.geometry()
	w, rows := g.panel-4, g.main-2
	if m.width < minWidth || m.height < minHeight {
		w, rows = m.width, max(m.height-4, 1)
	}
	if m.dialog != nil {
		m.dialog.settle(c, w, rows)
		return
	}
	p := m.page(c, w)
	room := max(rows-len(capped(p.pinned, rows)), 1)
	limit := max(len(p.lines)-room, 0)
	at := m.scroll[m.screen]
	if m.screen == journalScreen && m.tail && !m.card {
		at = limit
	}
	if p.cursor >= 0 {
		// Keep the cursor and some of its detail in sight.
		at = max(min(at, p.cursor), p.cursor+min(6, room)-room)
	}
	m.scroll[m.screen] = min(max(at, 0), limit)
	if m.screen == journalScreen && m.scroll[m.screen] == limit {
		m.tail = true
	}
}
