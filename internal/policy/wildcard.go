package policy

import (
	"strings"
	"unicode/utf8"
)

// matchTokens is the usual greedy wildcard walk: on a mismatch it goes back to
// the last star and lets it swallow one more byte. It needs no memory and at
// most len(tokens)·len(value) steps.
func matchTokens(tokens []token, value string, fold bool) bool {
	ti, vi := 0, 0
	star, resume := -1, 0
	for {
		if ti < len(tokens) {
			switch tok := tokens[ti]; tok.kind {
			case tokenStar:
				star, resume = ti, vi
				ti++
				continue
			case tokenQuestion:
				if vi < len(value) {
					_, size := utf8.DecodeRuneInString(value[vi:])
					ti, vi = ti+1, vi+size
					continue
				}
			default:
				if hasPrefix(value[vi:], tok.text, fold) {
					ti, vi = ti+1, vi+len(tok.text)
					continue
				}
			}
		} else if vi == len(value) || star == len(tokens)-1 && star >= 0 {
			return true
		}
		if star < 0 || resume >= len(value) {
			return false
		}
		resume = nextTry(tokens[star+1:], value, resume, fold)
		if resume < 0 {
			return false
		}
		ti, vi = star+1, resume
	}
}

// nextTry returns the next place after resume where the pattern behind a star
// could begin, or -1. When case counts and text comes next, a search skips the
// places where it cannot.
func nextTry(after []token, value string, resume int, fold bool) int {
	_, size := utf8.DecodeRuneInString(value[resume:])
	resume += size
	if fold || len(after) == 0 || after[0].kind != tokenText {
		return resume
	}
	i := strings.Index(value[resume:], after[0].text)
	if i < 0 {
		return -1
	}
	return resume + i
}

func hasPrefix(s, prefix string, fold bool) bool {
	if len(s) < len(prefix) {
		return false
	}
	if fold {
		return equalFold(s[:len(prefix)], prefix)
	}
	return s[:len(prefix)] == prefix
}

// equalFold compares ASCII without regard to case; action names and the first
// five parts of an ARN hold nothing else.
func equalFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	if a == b {
		return true
	}
	for i := range len(a) {
		if a[i] != b[i] && lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
