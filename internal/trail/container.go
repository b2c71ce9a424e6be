package trail

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// itemKind is what one item of a container turned out to be.
type itemKind int

const (
	itemRecord itemKind = iota
	itemInsight
	itemAggregated
	itemDigest
	itemForeign   // valid JSON, but no record
	itemMalformed // no JSON, too large, too deep
)

// item is one thing a container held. rec is set for records only.
type item struct {
	kind   itemKind
	rec    *Record
	offset int64
	err    error
}

// itemStream reads one container and hands its items to emit in file order.
// Faults that are not tied to one item (truncation, bad compression, garbage
// between values) go to fault.
type itemStream struct {
	limits Limits
	emit   func(item)
	fault  func(offset int64, err error)
	depth  int   // containers inside containers
	shift  int64 // offset of the container that holds this one
}

// maxWrap bounds wrappers inside wrappers: envelope, message, string, record.
const maxWrap = 6

// maxStrayFaults bounds garbage reported between values of one file.
const maxStrayFaults = 20

// read consumes src, which must be plain text, to its end.
func (st *itemStream) read(src io.Reader) {
	s := newSplitter(src, st.limits.RecordBytes)
	stray, lines := 0, lineShape{}
	for {
		c, ok := s.peek()
		if !ok {
			if err := s.ended(); err != nil {
				st.fault(st.shift+s.offset(), err)
			}
			return
		}
		start := s.offset()
		var err error
		switch c {
		case '{':
			err = st.object(s)
		case '[':
			s.at++
			err = st.array(s)
		case '"':
			err = st.element(s)
		case ',', 0x1e: // values separated by commas; RFC 7464 record separators
			s.at++
			continue
		default:
			err = errNotJSON
		}
		if err == nil {
			lines.saw(s)
			continue
		}
		st.fault(st.shift+start, err)
		if stray++; stray >= maxStrayFaults || (errors.Is(err, errNotJSON) && stray == 1 && start == 0) {
			return
		}
		if !s.resync() {
			return
		}
	}
}

// lineShape notices JSON lines: once one top-level object has stood alone on
// its line, a line break inside a later one means damage, and reading resumes
// on the next line instead of swallowing it.
type lineShape struct{ decided bool }

func (l *lineShape) saw(s *splitter) {
	if l.decided || s.at >= len(s.buf) {
		return
	}
	l.decided = true
	s.oneLine = s.buf[s.at] == '\n' && !s.broke
}

// isListKey reports the members whose array holds the records: log files,
// LookupEvents pages, CloudWatch Logs subscriptions, Lake results.
func isListKey(key []byte) bool {
	switch strings.ToLower(string(key)) {
	case "records", "events", "logevents", "queryresultrows", "hits":
		return true
	}
	return false
}

// object reads a top-level object. Members that list records are streamed; the
// others are collected, and make up a record or envelope if nothing was listed.
func (st *itemStream) object(s *splitter) error {
	start := s.offset()
	s.at++
	s.broke = false
	rest := []byte{'{'}
	listed, large := false, false
	for !s.take('}') {
		s.take(',')
		if c, ok := s.peek(); !ok {
			return s.truncated()
		} else if c == '}' {
			continue
		} else if c != '"' {
			return fmt.Errorf("%w: member name expected at offset %d", ErrInvalidJSON, st.shift+s.offset())
		}
		if s.oneLine && s.broke {
			return errLineBreak
		}
		raw, _, err := s.value()
		if err != nil {
			return err
		}
		key := bytes.Clone(raw)
		if !s.take(':') {
			return fmt.Errorf("%w: colon expected at offset %d", ErrInvalidJSON, st.shift+s.offset())
		}
		if c, _ := s.peek(); c == '[' && isListKey(bytes.Trim(key, `"`)) {
			listed = true
			s.at++
			if err := st.array(s); err != nil {
				return err
			}
			continue
		}
		raw, _, err = s.value()
		switch {
		case errors.Is(err, errTooLarge), errors.Is(err, errTooDeep):
			large = true
		case err != nil:
			return err
		case !large:
			rest = appendMember(rest, key, raw)
			large = len(rest) > st.limits.RecordBytes
		}
		if large {
			rest = rest[:1]
		}
	}
	switch {
	case listed:
	case large:
		st.emit(item{kind: itemMalformed, offset: st.shift + start, err: errTooLarge})
	default:
		st.item(append(rest, '}'), st.shift+start)
	}
	return nil
}

func appendMember(object, key, value []byte) []byte {
	if len(object) > 1 {
		object = append(object, ',')
	}
	object = append(object, key...)
	object = append(object, ':')
	return append(object, value...)
}

// array streams the elements of an array whose bracket has been taken.
func (st *itemStream) array(s *splitter) error {
	for {
		if s.take(']') {
			return nil
		}
		s.take(',')
		c, ok := s.peek()
		if !ok {
			return s.truncated()
		}
		if c == ']' {
			continue
		}
		if err := st.element(s); err != nil {
			return err
		}
	}
}

func (st *itemStream) element(s *splitter) error {
	raw, offset, err := s.value()
	switch {
	case errors.Is(err, errTooLarge), errors.Is(err, errTooDeep):
		st.emit(item{kind: itemMalformed, offset: st.shift + offset, err: err})
		return nil
	case err != nil:
		return err
	}
	st.item(raw, st.shift+offset)
	return nil
}

// item unwraps one value down to its records.
func (st *itemStream) item(raw []byte, offset int64) {
	if !json.Valid(raw) {
		st.emit(item{kind: itemMalformed, offset: offset, err: ErrInvalidJSON})
		return
	}
	u := unwrapper{stream: st, offset: offset}
	u.value(raw, 0)
}

// embedded reads a container found inside another one, such as the base64 of
// a gzip stream in a subscription message.
func (st *itemStream) embedded(encoded string, offset int64) error {
	if st.depth >= 2 {
		return fmt.Errorf("%w: containers nested too deep", ErrNotRecord)
	}
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return fmt.Errorf("decode base64: %w", err)
	}
	src, err := plain(bytes.NewReader(data), st.limits)
	if err != nil {
		return err
	}
	inner := *st
	inner.depth++
	inner.shift = offset
	inner.read(src)
	return nil
}
