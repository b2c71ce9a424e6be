package ui

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// maxShown is the most bytes of one string that any screen shows; the largest
// IAM document is 10,240 characters, and the journal holds everything.
const maxShown = 16 << 10

// clean is the one sanitizer of the package: every string of a State passes
// through it on its way to a screen. What is printable, and the plain space,
// stay; everything else becomes \u{..}: control characters, escape sequences,
// bidirectional and zero-width characters, tag characters, and code points that
// terminals do not agree on the width of. Names, user agents and tags are
// written by attackers. A width above 0 cuts the text to that many cells.
func clean(s string, width int) string {
	if len(s) > maxShown {
		s = prefix(s, maxShown) + "..."
	}
	var b strings.Builder
	b.Grow(len(s))
	marks := 2 // no base character yet: a mark may not start a text
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n <= 1:
			fmt.Fprintf(&b, `\x{%02x}`, s[i])
			marks = 2
		case unicode.Is(unicode.M, r) && marks < 2 && !ignorable(r):
			marks++
			b.WriteRune(r)
		case shown(r):
			marks = 2
			if unicode.IsLetter(r) {
				marks = 0
			}
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
			marks = 2
		}
		i += n
	}
	if width <= 0 {
		return b.String()
	}
	return cut(b.String(), width)
}

// shown reports whether r may reach a terminal as it is.
func shown(r rune) bool {
	return r == ' ' || (unicode.IsPrint(r) && !unicode.Is(unicode.M, r) && !ignorable(r) && !disputed(r))
}

// ignorable reports code points that Unicode calls default-ignorable or that
// draw nothing though they count as letters, marks or symbols.
func ignorable(r rune) bool {
	switch {
	case r == 0x034F, r == 0x115F, r == 0x1160, r == 0x2800, r == 0x3164, r == 0xFFA0, r == 0xFFFC:
		return true
	case r >= 0x17B4 && r <= 0x17B5, r >= 0x180B && r <= 0x180F, r >= 0xFE00 && r <= 0xFE0F:
		return true
	}
	return r >= 0xE0000 && r <= 0xE0FFF
}

// disputed reports code points that some terminals join with their neighbours
// and others do not: regional indicators and emoji modifiers.
func disputed(r rune) bool {
	return (r >= 0x1F1E6 && r <= 0x1F1FF) || (r >= 0x1F3FB && r <= 0x1F3FF)
}

// cut shortens a text to n cells, with a mark where something is missing.
// It counts cells as the renderer does and never splits a character.
func cut(s string, n int) string {
	switch {
	case n <= 0:
		return ""
	case width(s) <= n:
		return s
	case n < 5:
		return take(s, n)
	case ascii(s):
		return s[:n-3] + "..."
	}
	return ansi.Truncate(s, n, "...")
}

// pad cuts or fills a text to exactly n cells.
func pad(s string, n int) string {
	s = cut(s, n)
	if gap := n - width(s); gap > 0 {
		return s + strings.Repeat(" ", gap)
	}
	return s
}

// cell is one table cell: sanitized, and exactly n cells wide.
func cell(s string, n int) string { return pad(clean(s, n), n) }

// prefix is at most n bytes of s, cut between characters: measuring only what
// can fit keeps wrap linear in the length of a hostile word.
func prefix(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// wrap breaks cleaned text into lines of at most n cells, at spaces where
// it can. Words that are longer than a line are broken hard.
func wrap(s string, n int) []string {
	n = max(n, 1)
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(s) {
		if len(word) <= 16*n {
			if w := width(word); used > 0 && used+1+w <= n {
				line, used = line+" "+word, used+1+w
				continue
			}
		}
		if used > 0 {
			lines = append(lines, line)
		}
		line = word
		for {
			near := prefix(line, 16*n+64)
			if used = width(near); len(near) == len(line) && used <= n {
				break
			}
			head := take(near, n)
			if head == "" {
				// One character is wider than the line.
				return append(lines, strings.Repeat(".", n))
			}
			lines = append(lines, head)
			line = line[len(head):]
		}
	}
	return append(lines, line)
}
