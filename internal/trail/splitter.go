package trail

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Faults of a stream. They end up in [Fault.Err].
var (
	errTruncated = errors.New("ends inside a value")
	errTooLarge  = errors.New("value is larger than a record can be")
	errLineBreak = errors.New("line break inside a value")
	errTooDeep   = errors.New("nested deeper than a record can be")
	errNotJSON   = errors.New("not json")
)

// splitter cuts a byte stream into JSON values without looking into them. It
// holds one value at a time: buf never grows past limit plus one read.
type splitter struct {
	src     io.Reader
	buf     []byte
	at      int   // next unread byte in buf
	base    int64 // stream offset of buf[0]
	limit   int
	oneLine bool  // a value with a line break in it is damaged (JSON lines)
	broke   bool  // a line break was passed; reset by who wants to know
	err     error // what ended the stream; io.EOF when it ended well
}

const readSize = 64 << 10

func newSplitter(src io.Reader, limit int) *splitter {
	return &splitter{src: src, limit: limit}
}

func (s *splitter) offset() int64 { return s.base + int64(s.at) }

// fill reads more, keeping everything from keep on. It reports whether it did.
func (s *splitter) fill(keep int) bool {
	if s.err != nil {
		return false
	}
	if keep > 0 {
		s.base += int64(keep)
		s.at -= keep
		s.buf = s.buf[:copy(s.buf, s.buf[keep:])]
	}
	have := len(s.buf)
	if cap(s.buf)-have < readSize {
		grown := make([]byte, have, 2*cap(s.buf)+readSize)
		copy(grown, s.buf)
		s.buf = grown
	}
	for range 100 {
		n, err := s.src.Read(s.buf[have : have+readSize])
		s.buf = s.buf[:have+n]
		if err != nil {
			s.err = err
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// peek returns the next byte that is not white space, without taking it.
func (s *splitter) peek() (byte, bool) {
	for {
		for s.at < len(s.buf) {
			c := s.buf[s.at]
			if !isSpace(c) {
				return c, true
			}
			s.broke = s.broke || c == '\n'
			s.at++
		}
		if !s.fill(max(0, s.at-1)) { // resync looks one byte back
			return 0, false
		}
	}
}

// take consumes the next non-space byte if it is c.
func (s *splitter) take(c byte) bool {
	got, ok := s.peek()
	if ok && got == c {
		s.at++
		return true
	}
	return false
}

// skipLine moves behind the next line break; false at the end of the stream.
func (s *splitter) skipLine() bool {
	for {
		if i := bytes.IndexByte(s.buf[s.at:], '\n'); i >= 0 {
			s.at += i + 1
			return true
		}
		s.at = len(s.buf)
		if !s.fill(s.at) {
			return false
		}
	}
}

// resync moves to a line start that can begin a value: the current one if the
// damage was noticed only there, else the next.
func (s *splitter) resync() bool {
	fresh := s.at > 0 && s.at < len(s.buf) && s.buf[s.at-1] == '\n'
	for fresh || s.skipLine() {
		fresh = false
		if s.at >= len(s.buf) && !s.fill(s.at) {
			return false
		}
		if c := s.buf[s.at]; c == '{' || c == '[' {
			return true
		}
	}
	return false
}

// ended describes what cut the stream short, or nil at a clean end.
func (s *splitter) ended() error {
	if s.err == nil || errors.Is(s.err, io.EOF) {
		return nil
	}
	return s.err
}

// value takes one JSON value. The slice is valid until the next call. After
// errTooLarge and errTooDeep the value has been skipped and the stream is in
// step; after errLineBreak it stands on the line break; after errTruncated it
// has ended.
func (s *splitter) value() (raw []byte, offset int64, err error) {
	c, ok := s.peek()
	if !ok {
		return nil, s.offset(), s.truncated()
	}
	offset = s.offset()
	v := valueScan{splitter: s, start: s.at, pos: s.at}
	switch c {
	case '"':
		err = v.str()
	case '{', '[':
		err = v.nest()
	default:
		err = v.scalar()
	}
	if err == nil && v.dropped {
		err = errTooLarge
	}
	if err == nil && v.deep {
		err = errTooDeep
	}
	s.at = v.pos
	if err != nil {
		return nil, offset, err
	}
	return s.buf[v.start:v.pos], offset, nil
}

func (s *splitter) truncated() error {
	if err := s.ended(); err != nil {
		return fmt.Errorf("%w: %w", errTruncated, err)
	}
	return errTruncated
}
