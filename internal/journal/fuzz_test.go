package journal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"
)

// canonical renders what an accepted line said, without its signature.
func canonical(t *testing.T, e Entry) []byte {
	t.Helper()
	raw, err := marshalLine(line{V: Version, Inc: e.Incident, Seq: e.Seq, T: e.Time.Format(timeLayout), Sess: e.Session,
		Prev: e.Prev.String(), Kind: e.Kind, Body: e.Body})
	if err != nil {
		t.Fatal(err)
	}
	return raw[:len(raw)-1]
}

// FuzzScanner: no input makes the scanner panic, and what it accepts has one form.
func FuzzScanner(f *testing.F) {
	lines := threeLines(f, "a")
	f.Add(joined(lines))
	f.Add(joined(lines)[:700])
	f.Add([]byte("\x00\x00"))
	f.Add([]byte("\n"))
	f.Add(bytes.Repeat([]byte("x"), MaxLine+1))
	f.Fuzz(func(t *testing.T, data []byte) {
		sc := NewScanner(bytes.NewReader(data))
		rest := data
		for {
			e, err := sc.Next()
			if err != nil {
				break
			}
			raw, after, _ := bytes.Cut(rest, []byte("\n"))
			rest = after
			if e.Hash != sha256.Sum256(raw) {
				t.Fatalf("hash of %q", raw)
			}
			if !bytes.HasPrefix(raw, append(canonical(t, e), selfMark...)) {
				t.Fatalf("accepted %q, canonical is %q", raw, canonical(t, e))
			}
		}
		if got := int64(len(data) - len(rest)); sc.Offset() != got {
			t.Fatalf("offset %d, want %d", sc.Offset(), got)
		}
	})
}

// FuzzSignedLine: the owner of the key signs anything; what is accepted still
// has one form.
func FuzzSignedLine(f *testing.F) {
	f.Add(unsealed())
	f.Fuzz(func(t *testing.T, signed string) {
		raw := sealed(signed)
		e, err := decode(raw)
		if err != nil {
			return
		}
		if got := canonical(t, e); string(got) != signed {
			t.Fatalf("accepted %q, canonical is %q", signed, got)
		}
	})
}

// FuzzBody: whatever body is written comes back with the same meaning, in ASCII.
func FuzzBody(f *testing.F) {
	f.Add([]byte("{\"a\":\"\u202e\x7f\u009b\U0001f4a9\"}"))
	f.Add([]byte(`"\ud800"`))
	f.Fuzz(func(t *testing.T, body []byte) {
		key := testKey()
		e := Entry{Incident: "a", Time: time.Unix(1e9, 0), Session: hex.EncodeToString(key.Public().(ed25519.PublicKey)), Kind: "k", Body: body}
		raw, err := encode(e, key)
		if err != nil {
			return
		}
		if !isPrintableASCII(raw) {
			t.Fatalf("%q", raw)
		}
		got, err := decode(raw)
		if err != nil {
			t.Fatalf("own line refused: %v: %s", err, raw)
		}
		again, err := compactASCII(body)
		if err != nil || !bytes.Equal(got.Body, again) {
			t.Fatalf("%q came back as %q, %v", body, got.Body, err)
		}
	})
}
