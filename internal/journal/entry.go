package journal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Version is the format version written in every line.
const Version = 1

// MaxLine is the largest line, in bytes, including its line feed.
const MaxLine = 64 << 10

// timeLayout has microseconds and Z: fixed width, sortable, UTC.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// Hash is the SHA-256 of one raw line without its line feed.
type Hash [sha256.Size]byte

// String returns the hash in lower-case hex.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Entry is one line of a journal.
type Entry struct {
	Incident string
	Seq      uint64
	Time     time.Time
	// Session is the public key of the sitting that wrote the line, in hex.
	Session string
	Kind    string
	// Body is the raw JSON of the caller's payload.
	Body json.RawMessage
	Prev Hash
	// Hash is the hash of this line: the head of the journal up to it.
	Hash Hash
}

// line is the wire form. The order of its members is part of the format.
type line struct {
	V    int             `json:"v"`
	Inc  string          `json:"inc"`
	Seq  uint64          `json:"seq"`
	T    string          `json:"t"`
	Sess string          `json:"sess"`
	Prev string          `json:"prev"`
	Kind string          `json:"kind"`
	Body json.RawMessage `json:"body"`
	Self string          `json:"self,omitempty"`
}

// ErrTooLong is returned for an entry whose line would pass MaxLine.
var ErrTooLong = errors.New("journal entry is longer than 64 KiB")

var errSignature = errors.New("signature does not verify")

const selfMark = `,"self":"`

// encode renders and signs one line, without its line feed.
func encode(e Entry, key ed25519.PrivateKey) ([]byte, error) {
	body, err := compactASCII(e.Body)
	if err != nil {
		return nil, fmt.Errorf("encode body of a %s entry: %w", e.Kind, err)
	}
	l := line{V: Version, Inc: e.Incident, Seq: e.Seq, T: e.Time.UTC().Format(timeLayout),
		Sess: e.Session, Prev: e.Prev.String(), Kind: e.Kind, Body: body}
	raw, err := marshalLine(l)
	if err != nil {
		return nil, err
	}
	signed := raw[:len(raw)-1] // all but the closing brace
	sig := ed25519.Sign(key, signed)
	out := make([]byte, 0, len(raw)+len(selfMark)+90)
	out = append(out, signed...)
	out = append(out, selfMark...)
	out = base64.StdEncoding.AppendEncode(out, sig)
	out = append(out, `"}`...)
	if len(out)+1 > MaxLine {
		return nil, fmt.Errorf("%w: %d bytes of kind %s", ErrTooLong, len(out), e.Kind)
	}
	return out, nil
}

func marshalLine(l line) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(l); err != nil {
		return nil, fmt.Errorf("encode journal line: %w", err)
	}
	return compactASCII(bytes.TrimRight(buf.Bytes(), "\n"))
}

// decode parses one raw line (without line feed) strictly: the exact members
// in the exact order, proven by encoding them again and comparing the bytes,
// and a signature by the key that the line names.
func decode(raw []byte) (Entry, error) {
	for i, c := range raw {
		if c < 0x20 || c > 0x7e {
			return Entry{}, fmt.Errorf("byte %d is not printable ASCII", i)
		}
	}
	var l line
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&l); err != nil {
		return Entry{}, fmt.Errorf("not a journal line: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Entry{}, errors.New("trailing bytes after the journal line")
	}
	if l.V != Version {
		return Entry{}, fmt.Errorf("format version %d, this program reads %d", l.V, Version)
	}
	self := l.Self
	l.Self = ""
	again, err := marshalLine(l)
	if err != nil {
		return Entry{}, err
	}
	signed := again[:len(again)-1]
	want := string(signed) + selfMark + self + `"}`
	if want != string(raw) {
		return Entry{}, errors.New("line is not in canonical form")
	}
	return l.entry(raw, signed, self)
}

func (l line) entry(raw, signed []byte, self string) (Entry, error) {
	pub, err := unhex(l.Sess)
	if err != nil || len(pub) != ed25519.PublicKeySize {
		return Entry{}, errors.New("session is not a public key")
	}
	sig, err := base64.StdEncoding.Strict().DecodeString(self)
	if err != nil || !ed25519.Verify(pub, signed, sig) {
		return Entry{}, errSignature
	}
	t, err := time.Parse(timeLayout, l.T)
	if err != nil {
		return Entry{}, fmt.Errorf("time %q: %w", l.T, err)
	}
	// time.Parse also takes a comma and an hour of one digit.
	if t.Format(timeLayout) != l.T {
		return Entry{}, fmt.Errorf("time %q is not in canonical form", l.T)
	}
	e := Entry{Incident: l.Inc, Seq: l.Seq, Time: t, Session: l.Sess, Kind: l.Kind, Body: l.Body, Hash: sha256.Sum256(raw)}
	prev, err := unhex(l.Prev)
	if err != nil || len(prev) != len(e.Prev) {
		return Entry{}, errors.New("prev is not a SHA-256 in hex")
	}
	copy(e.Prev[:], prev)
	return e, nil
}

// unhex takes lower case only, so that a value has one form.
func unhex(s string) ([]byte, error) {
	b, err := hex.DecodeString(s)
	if err == nil && hex.EncodeToString(b) != s {
		err = errors.New("not lower-case hex")
	}
	return b, err
}
