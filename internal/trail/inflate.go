package trail

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// errBomb is the reason a stream was given up: it expands beyond what logs do.
var errBomb = errors.New("expands beyond the limit")

// errUTF16 names a file some shells write when output is redirected.
var errUTF16 = errors.New("utf-16 text: convert to utf-8")

// Limits bound what one file may cost. The zero value means the defaults.
type Limits struct {
	// RecordBytes is the largest record kept; CloudTrail cuts events at 256 KB,
	// pretty printing and wrappers add to it. Default 1 MiB.
	RecordBytes int
	// InflatedBytes is the most one file may inflate to. AWS keeps log files
	// under 50 MB compressed; default 16 GiB.
	InflatedBytes int64
	// Ratio is the highest expansion accepted after the first RatioAfter bytes.
	// CloudTrail compresses 5 to 30 fold, DEFLATE can reach 1032. Default 400.
	Ratio int64
	// RatioAfter is how much may inflate before Ratio applies. Default 64 MiB.
	RatioAfter int64
}

func (l Limits) withDefaults() Limits {
	if l.RecordBytes <= 0 {
		l.RecordBytes = 1 << 20
	}
	if l.InflatedBytes <= 0 {
		l.InflatedBytes = 16 << 30
	}
	if l.Ratio <= 0 {
		l.Ratio = 400
	}
	if l.RatioAfter <= 0 {
		l.RatioAfter = 64 << 20
	}
	return l
}

// plain returns the text of a stream that may be gzip (any number of members),
// base64 of gzip (CloudWatch Logs subscriptions), or text already. A UTF-8 byte
// order mark is dropped.
func plain(src io.Reader, limits Limits) (*bufio.Reader, error) {
	counted := &counter{src: src}
	head := bufio.NewReaderSize(counted, readSize)
	magic, _ := head.Peek(4)
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		return inflate(head, counted, limits)
	case string(magic) == "H4sI": // the base64 of a gzip header
		return inflate(bufio.NewReader(base64.NewDecoder(base64.StdEncoding, head)), counted, limits)
	case bytes.HasPrefix(magic, []byte{0xef, 0xbb, 0xbf}):
		_, _ = head.Discard(3)
	case bytes.HasPrefix(magic, []byte{0xff, 0xfe}), bytes.HasPrefix(magic, []byte{0xfe, 0xff}):
		return nil, errUTF16
	}
	return head, nil
}

func inflate(src *bufio.Reader, counted *counter, limits Limits) (*bufio.Reader, error) {
	z, err := gzip.NewReader(src)
	if err != nil {
		return nil, fmt.Errorf("read gzip header: %w", err)
	}
	text := bufio.NewReaderSize(&bounded{src: z, in: counted, limits: limits}, readSize)
	if mark, _ := text.Peek(3); bytes.Equal(mark, []byte{0xef, 0xbb, 0xbf}) {
		_, _ = text.Discard(3)
	}
	return text, nil
}

// counter counts the bytes that came from the file.
type counter struct {
	src io.Reader
	n   int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.src.Read(p)
	c.n += int64(n)
	return n, err
}

// bounded gives up on a decompression bomb before it costs anything.
type bounded struct {
	src    io.Reader
	in     *counter
	limits Limits
	out    int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.src.Read(p)
	b.out += int64(n)
	if b.out > b.limits.InflatedBytes {
		return n, fmt.Errorf("%w of %d bytes", errBomb, b.limits.InflatedBytes)
	}
	if b.out > b.limits.RatioAfter && b.out/max(b.in.n, 1) > b.limits.Ratio {
		return n, fmt.Errorf("%w of %d to 1", errBomb, b.limits.Ratio)
	}
	return n, err
}
