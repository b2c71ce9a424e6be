package trail

import (
	"bytes"
)

// valueScan is the cursor inside one value.
type valueScan struct {
	*splitter
	start, pos int
	dropped    bool // over the limit: the bytes are skipped, not kept
	deep       bool
}

// more makes buf[pos] readable.
func (v *valueScan) more() bool {
	for v.pos >= len(v.buf) {
		if v.pos-v.start > v.limit {
			v.dropped = true
		}
		keep := v.start
		if v.dropped {
			keep = v.pos
		}
		v.at = v.pos
		before := v.base
		ok := v.fill(keep)
		moved := int(v.base - before) // also when nothing more came
		v.pos -= moved
		v.start = max(0, v.start-moved)
		if !ok {
			return false
		}
	}
	return true
}

// str stands on the opening quote and moves behind the closing one.
func (v *valueScan) str() error {
	v.pos++
	for v.more() {
		i := stringStop(v.buf[v.pos:])
		if i < 0 {
			v.pos = len(v.buf)
			continue
		}
		v.pos += i
		switch v.buf[v.pos] {
		case '"':
			v.pos++
			if v.pos-v.start > v.limit {
				v.dropped = true
			}
			return nil
		case '\n': // never legal inside a JSON string
			return errLineBreak
		}
		v.pos++ // the backslash
		if !v.more() {
			break
		}
		v.pos++ // what it escapes
	}
	return v.truncated()
}

// stringStop finds the first quote, backslash or line break.
func stringStop(b []byte) int {
	quote := bytes.IndexByte(b, '"')
	if quote >= 0 {
		b = b[:quote]
	}
	if i := bytes.IndexByte(b, '\\'); i >= 0 {
		b, quote = b[:i], i
	}
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return i
	}
	return quote
}

func (v *valueScan) nest() error {
	depth := 0
	for v.more() {
		switch v.buf[v.pos] {
		case '"':
			if err := v.str(); err != nil {
				return err
			}
			continue
		case '{', '[':
			if depth++; depth > maxDepth {
				v.deep = true
			}
		case '}', ']':
			depth--
		case '\n':
			if v.oneLine {
				return errLineBreak
			}
			v.broke = true
		}
		v.pos++
		if depth == 0 {
			if v.pos-v.start > v.limit {
				v.dropped = true
			}
			return nil
		}
	}
	return v.truncated()
}

func (v *valueScan) scalar() error {
	for v.more() {
		c := v.buf[v.pos]
		if isSpace(c) || c == ',' || c == ']' || c == '}' || c == ':' || c == '"' || c == '{' || c == '[' {
			if v.pos == v.start && !v.dropped {
				return errNotJSON
			}
			return nil
		}
		v.pos++
	}
	if v.ended() != nil {
		return v.truncated()
	}
	return nil
}
