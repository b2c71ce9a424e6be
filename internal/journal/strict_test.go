package journal

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// Every line here is signed by the owner of the key: what refuses it is the
// form, not the signature.
func TestDecodeIsStrict(t *testing.T) {
	t.Parallel()
	good := unsealed()
	if _, err := decode(sealed(good)); err != nil {
		t.Fatalf("the line that the others are made of: %v", err)
	}
	sess, prev := testSession(), strings.Repeat("0", 64)
	replaced := func(old, by string) []byte {
		if !strings.Contains(good, old) {
			t.Fatalf("%q is not in the line", old)
		}
		return sealed(strings.Replace(good, old, by, 1))
	}
	for name, raw := range map[string][]byte{
		"extra member":             replaced(`"body"`, `"x":1,"body"`),
		"missing member":           replaced(`"kind":"genesis",`, ``),
		"reordered members":        replaced(`"v":1,"inc":"i"`, `"inc":"i","v":1`),
		"duplicate key":            replaced(`"seq":0`, `"seq":0,"seq":0`),
		"upper-case name":          replaced(`"kind"`, `"Kind"`),
		"long s in a name":         replaced(`"sess"`, `"\u017fess"`),
		"white space":              replaced(`"seq":0`, `"seq": 0`),
		"white space in the body":  replaced(`{"a":1}`, `{"a": 1}`),
		"leading white space":      sealed(" " + good),
		"escaped plain letter":     replaced(`"genesis"`, `"\u0067enesis"`),
		"escaped slash":            replaced(`"genesis"`, `"gene\/sis"`),
		"upper-case escape":        replaced(`"genesis"`, `"\u00FC"`),
		"raw control character":    replaced(`genesis`, "gene\x01sis"),
		"raw non-ASCII":            replaced(`genesis`, "gen\u00e8se"),
		"raw invalid UTF-8":        replaced(`genesis`, "gen\xff"),
		"DEL":                      replaced(`genesis`, "gen\x7f"),
		"seq as float":             replaced(`"seq":0`, `"seq":0.0`),
		"seq as exponent":          replaced(`"seq":0`, `"seq":0e0`),
		"seq negative zero":        replaced(`"seq":0`, `"seq":-0`),
		"seq null":                 replaced(`"seq":0`, `"seq":null`),
		"version 2":                replaced(`"v":1`, `"v":2`),
		"session in upper case":    replaced(sess, strings.ToUpper(sess)),
		"session too short":        replaced(sess, sess[:62]),
		"prev in upper case":       replaced(prev, strings.Repeat("AB", 32)),
		"prev too long":            replaced(prev, prev+"00"),
		"time with a comma":        replaced(`07.000000Z`, `07,000000Z`),
		"time with a short hour":   replaced(`T05:`, `T5:`),
		"time with nanoseconds":    replaced(`07.000000Z`, `07.000000000Z`),
		"time with an offset":      replaced(`07.000000Z`, `07.000000+00:00`),
		"time with a month 13":     replaced(`-03-`, `-13-`),
		"no body":                  replaced(`,"body":{"a":1}`, ``),
		"trailing space":           append(sealed(good), ' '),
		"trailing object":          append(sealed(good), `{}`...),
		"member after self":        []byte(strings.TrimSuffix(string(sealed(good)), "}") + `,"x":1}`),
		"two selfs":                sealed(good + `,"self":"x"`),
		"carriage return":          append(sealed(good), '\r'),
		"empty":                    nil,
		"array":                    []byte(`[]`),
		"null":                     []byte(`null`),
		"signature without pads":   []byte(strings.Replace(string(sealed(good)), `=="}`, `"}`, 1)),
		"signature with loose end": looseBase64(sealed(good)),
		"signature of another":     bytes.Replace(sealed(good), []byte(`"a":1`), []byte(`"a":2`), 1),
		"no signature":             []byte(good + `}`),
	} {
		if _, err := decode(raw); err == nil {
			t.Errorf("%s: accepted: %s", name, raw)
		}
	}
}

// looseBase64 sets bits of the last signature character that no byte uses.
func looseBase64(raw []byte) []byte {
	at := bytes.LastIndex(raw, []byte(`=="}`)) - 1
	out := bytes.Clone(raw)
	out[at]++ // A, Q, g or w: the next letter decodes to the same bytes
	return out
}

func TestDamageClasses(t *testing.T) {
	t.Parallel()
	good := string(sealed(unsealed()))
	for name, c := range map[string]struct{ line, class string }{
		"forged body":             {strings.Replace(good, `"a":1`, `"a":2`, 1), "signature"},
		"text about a signature":  {strings.Replace(good, `"kind"`, `"signature"`, 1), "syntax"},
		"starts at seq 5":         {string(sealed(strings.Replace(unsealed(), `"seq":0`, `"seq":5`, 1))), "sequence"},
		"starts with a prev":      {string(sealed(strings.Replace(unsealed(), `"prev":"0`, `"prev":"1`, 1))), "chain"},
		"NUL bytes and line feed": {"\x00\x00\x00", "syntax"},
		"blank line":              {"", "syntax"},
	} {
		_, err := NewScanner(strings.NewReader(c.line + "\n")).Next()
		var bad *DamagedError
		if !errors.As(err, &bad) || bad.Class != c.class || bad.Line != 1 {
			t.Errorf("%s: %v, want class %s", name, err, c.class)
		}
		if errors.Is(err, io.EOF) {
			t.Errorf("%s: damage reads as a proper end", name)
		}
	}
}

func TestLineLength(t *testing.T) {
	t.Parallel()
	w := create(t)
	frame := len(`{}`)
	add(t, w, "genesis", `{}`)
	size, err := fileSize(w)
	if err != nil {
		t.Fatal(err)
	}
	room := MaxLine - int(size) + frame // the body that makes the line exactly MaxLine
	text := func(n int) []byte { return []byte(`"` + strings.Repeat("x", n-2) + `"`) }
	if _, err := w.Append("genesis", text(room+1)); !errors.Is(err, ErrTooLong) {
		t.Fatalf("one byte too long: %v", err)
	}
	if _, err := w.Append("genesis", text(room)); err != nil {
		t.Fatalf("exactly MaxLine after a refusal: %v", err)
	}
	if size2, err := fileSize(w); err != nil || size2-size != MaxLine {
		t.Fatalf("the long line has %d bytes, %v; want %d", size2-size, err, MaxLine)
	}
	if es, err := ReadFile(w.Path()); err != nil || len(es) != 2 {
		t.Fatalf("read back: %d entries, %v", len(es), err)
	}
	long := bytes.Repeat([]byte("x"), MaxLine+1)
	if r := verify(t, append(long, '\n'), nil); r.Verdict != Tampered || r.Line != 1 || r.Class != "syntax" {
		t.Errorf("over-long line: %+v", r)
	}
}

// A reader that goes on after damage must not find its way back into a chain.
func TestScannerStaysDamaged(t *testing.T) {
	t.Parallel()
	lines := threeLines(t, "a")
	for name, junk := range map[string][]byte{
		"a line between two good ones":     []byte("garbage\n"),
		"an over-long run before the next": bytes.Repeat([]byte("x"), MaxLine),
	} {
		sc := NewScanner(bytes.NewReader(bytes.Join([][]byte{lines[0], junk, lines[1], lines[2]}, nil)))
		if _, err := sc.Next(); err != nil {
			t.Fatal(err)
		}
		_, first := sc.Next()
		var bad *DamagedError
		if !errors.As(first, &bad) || bad.Line != 2 {
			t.Fatalf("%s: %v", name, first)
		}
		if e, err := sc.Next(); !errors.Is(err, first) {
			t.Errorf("%s: after the damage came entry %d, %v", name, e.Seq, err)
		}
	}
}
