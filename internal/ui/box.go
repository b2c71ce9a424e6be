package ui

import (
	"fmt"
	"strings"
)

// border is the set of characters boxes are drawn with.
type border struct {
	topLeft, topRight, bottomLeft, bottomRight, across, down string
}

func borderFor(ascii bool) border {
	if ascii {
		return border{"+", "+", "+", "+", "-", "|"}
	}
	return border{"┌", "┐", "└", "┘", "─", "│"}
}

// box is a framed panel: title left and right in the top edge, pinned lines
// that never scroll, then the part of lines that scroll shows.
type box struct {
	title, right  string
	pinned, lines []string
	width, height int
	scroll        int
	ink           ink
	ascii         bool
}

// draw returns exactly height lines of exactly width cells.
func (b box) draw() []string {
	if b.width < 8 || b.height < 3 {
		return fit(append(b.pinned, b.lines...), b.width, b.height)
	}
	e := borderFor(b.ascii)
	inner, rows := b.width-4, b.height-2
	body := b.visible(rows)
	out := make([]string, 0, b.height)
	out = append(out, b.edge(e.topLeft, e.topRight, b.title, b.right))
	for i := range rows {
		text := ""
		if i < len(body) {
			text = body[i]
		}
		out = append(out, e.down+" "+pad(text, inner)+" "+e.down)
	}
	left, right := b.marks(rows)
	return append(out, b.edge(e.bottomLeft, e.bottomRight, left, right))
}

// visible is the pinned block and the window of the rest.
func (b box) visible(rows int) []string {
	pinned := b.pinned
	if len(pinned) > rows {
		pinned = pinned[:rows]
	}
	room := rows - len(pinned)
	from := min(max(b.scroll, 0), max(len(b.lines)-room, 0))
	to := min(from+room, len(b.lines))
	return append(append([]string(nil), pinned...), b.lines[from:to]...)
}

// marks says in the bottom edge what is out of sight.
func (b box) marks(rows int) (left, right string) {
	room := max(rows-len(b.pinned), 0)
	limit := max(len(b.lines)-room, 0)
	from := min(max(b.scroll, 0), limit)
	if from > 0 {
		left = fmt.Sprintf("%d more above (PgUp)", from)
	}
	if below := limit - from; below > 0 {
		right = fmt.Sprintf("%d more below (PgDn)", below)
	}
	return left, right
}

// edge is a horizontal border with a text near each end.
func (b box) edge(first, last, left, right string) string {
	across := borderFor(b.ascii).across
	room := b.width - 2
	if left != "" {
		left = across + " " + cut(left, max(room-4-ofWidth(right), 8)) + " "
	}
	if right != "" {
		right = " " + cut(right, max(room-width(left)-4, 1)) + " " + across
	}
	fill := room - width(left) - width(right)
	if fill < 0 {
		right, fill = "", room-width(left)
	}
	if fill < 0 {
		left, fill = "", room
	}
	return first + b.ink.paint(strong, left) + strings.Repeat(across, fill) + b.ink.paint(strong, right) + last
}

func ofWidth(s string) int {
	if s == "" {
		return 0
	}
	return width(s) + 3
}

// fit makes exactly height lines of at most width cells.
func fit(lines []string, w, h int) []string {
	out := make([]string, max(h, 0))
	for i := range out {
		if i < len(lines) {
			out[i] = cut(lines[i], w)
		}
	}
	return out
}

// beside joins two blocks of equal height.
func beside(left, right []string) []string {
	out := make([]string, 0, len(right))
	for i := range right {
		l := ""
		if i < len(left) {
			l = left[i]
		}
		out = append(out, l+right[i])
	}
	return out
}
