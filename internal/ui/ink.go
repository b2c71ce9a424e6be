package ui

import (
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// tone is what a piece of text means; ink decides how that looks.
type tone int

const (
	plain tone = iota
	strong
	faint
	good
	caution
	danger
	advice
	focus
	banner
)

// ink turns tones into attributes. Hues are those of Okabe and Ito, which
// colour-blind people tell apart; without colour, bold and reverse remain, and
// every meaning is also a word or a symbol.
type ink struct {
	color bool
	light bool
}

// paint styles text that was cleaned before.
func (k ink) paint(t tone, s string) string {
	if s == "" || t == plain {
		return s
	}
	style := k.style(t)
	if len(style) == 0 {
		return s
	}
	return style.Styled(s)
}

func (k ink) style(t tone) ansi.Style {
	var s ansi.Style
	switch t {
	case strong:
		return s.Bold()
	case focus, banner:
		return s.Bold().Reverse(true)
	case danger, caution:
		s = s.Bold()
	}
	if !k.color {
		return s
	}
	dark, light := "", ""
	switch t {
	case faint:
		dark, light = "#9A9A9A", "#5F5F5F"
	case good:
		dark, light = "#56B4E9", "#0072B2"
	case caution:
		dark, light = "#E69F00", "#8A5F00"
	case danger:
		dark, light = "#FF7F2A", "#D55E00"
	case advice:
		dark, light = "#CC79A7", "#8F3F6E"
	}
	if dark == "" {
		return s
	}
	if k.light {
		return s.ForegroundColor(lipgloss.Color(light))
	}
	return s.ForegroundColor(lipgloss.Color(dark))
}

// width is the number of cells of styled text. Plain ASCII, which nearly all
// text is, is counted without a look at grapheme tables.
func width(s string) int {
	if ascii(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// ascii reports whether every byte is a printable ASCII character.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// take is the start of s that fills at most n cells, styles closed.
func take(s string, n int) string {
	if ascii(s) {
		return s[:min(max(n, 0), len(s))]
	}
	return ansi.Truncate(s, n, "")
}
