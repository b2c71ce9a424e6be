package policy

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// ParseError says what is wrong with a document and where. Line and Col count
// from one, Col in characters.
type ParseError struct {
	Line, Col int
	// Code is a stable kebab-case name of the rule, for tests and machines.
	Code    string
	Message string
}

// Error implements error: "line:col: message".
func (e *ParseError) Error() string {
	return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Message)
}

// lineCol turns a byte offset into a place a reader can find.
func lineCol(src []byte, offset int) (line, col int) {
	offset = min(offset, len(src))
	line, lineStart := 1, 0
	for i := range offset {
		if src[i] == '\n' {
			line, lineStart = line+1, i+1
		}
	}
	return line, utf8.RuneCount(src[lineStart:offset]) + 1
}

func quote(s string) string { return strconv.Quote(s) }
