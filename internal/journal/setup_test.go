package journal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func testOptions(incident string, seed byte) Options {
	now := time.Date(2026, 3, 4, 5, 6, 7, 890123000, time.UTC)
	return Options{Incident: incident, Rand: bytes.NewReader(bytes.Repeat([]byte{seed}, ed25519.SeedSize)),
		Clock: func() time.Time { now = now.Add(time.Second); return now }}
}

// create makes a journal and closes it at the end of the test.
func create(t testing.TB) *Writer {
	t.Helper()
	w, err := Create(filepath.Join(t.TempDir(), "20260304-calm-otter"), testOptions("20260304-calm-otter", 7))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

func add(t testing.TB, w *Writer, kind, body string) Entry {
	t.Helper()
	e, err := w.Append(kind, []byte(body))
	if err != nil {
		t.Fatalf("append %s: %v", kind, err)
	}
	return e
}

// small returns the lines (each with its line feed) of a closed journal.
func small(t testing.TB, incident string, bodies ...string) [][]byte {
	t.Helper()
	w, err := Create(filepath.Join(t.TempDir(), incident), testOptions(incident, 7))
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range bodies {
		add(t, w, fmt.Sprintf("kind_%d", i), b)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(w.Path())
	if err != nil {
		t.Fatal(err)
	}
	return bytes.SplitAfter(bytes.TrimSuffix(data, nil), []byte("\n"))[:len(bodies)]
}

func threeLines(t testing.TB, incident string) [][]byte {
	return small(t, incident, `{"genesis":true}`, `{"step":"cut","n":9007199254740993}`, `{"text":"done"}`)
}

func joined(lines [][]byte) []byte { return bytes.Join(lines, nil) }

func headOf(line []byte) Hash { return sha256.Sum256(bytes.TrimSuffix(line, []byte("\n"))) }

func verify(t testing.TB, data []byte, outside *Hash) Result {
	t.Helper()
	r, err := Verify(bytes.NewReader(data), outside)
	if err != nil {
		t.Fatalf("verify: %v", err)
	}
	return r
}

func testKey() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
}

func testSession() string { return hex.EncodeToString(testKey().Public().(ed25519.PublicKey)) }

// sealed is a line that the owner of the key signed, whatever it says.
func sealed(signed string) []byte {
	sig := base64.StdEncoding.EncodeToString(ed25519.Sign(testKey(), []byte(signed)))
	return []byte(signed + selfMark + sig + `"}`)
}

// unsealed is the signed part of a well-formed first line.
func unsealed() string {
	return `{"v":1,"inc":"i","seq":0,"t":"2026-03-04T05:06:07.000000Z","sess":"` + testSession() +
		`","prev":"` + strings.Repeat("0", 64) + `","kind":"genesis","body":{"a":1}`
}
