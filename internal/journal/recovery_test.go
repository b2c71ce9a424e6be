package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// onDisk writes a journal file with exactly these bytes.
func onDisk(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), FileName)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpenContinuesTheChain(t *testing.T) {
	t.Parallel()
	path := onDisk(t, joined(threeLines(t, "a")))
	w, entries, rec, err := Open(path, testOptions("ignored", 9))
	if err != nil || rec != nil || len(entries) != 3 {
		t.Fatalf("%d entries, recovery %v, %v", len(entries), rec, err)
	}
	defer w.Close()
	e := add(t, w, "session_opened", `{}`)
	if e.Incident != "a" || e.Seq != 3 || e.Prev != entries[2].Hash || e.Session == entries[2].Session {
		t.Errorf("%+v", e)
	}
	if r := verify(t, mustRead(t, path), nil); r.Verdict != Consistent || r.Entries != 4 {
		t.Errorf("%+v", r)
	}
}

func TestOpenCutsEveryTornTailAndKeepsIt(t *testing.T) {
	t.Parallel()
	lines := threeLines(t, "a")
	good := joined(lines[:2])
	tails := map[string][]byte{"NULs": make([]byte, 100), "NULs to the limit": make([]byte, MaxLine-1), "garbage": []byte("\x1b[2J")}
	for n := 1; n < len(lines[2]); n += 37 {
		tails["half "+hex.EncodeToString([]byte{byte(n >> 8), byte(n)})] = lines[2][:n]
		tails["half and NULs "+hex.EncodeToString([]byte{byte(n >> 8), byte(n)})] = append(bytes.Clone(lines[2][:n]), 0, 0, 0)
	}
	tails["all but the line feed"] = lines[2][:len(lines[2])-1]
	for name, tail := range tails {
		path := onDisk(t, append(bytes.Clone(good), tail...))
		if r := verify(t, mustRead(t, path), nil); !r.Torn || r.Entries != 2 || r.Verdict != Consistent {
			t.Errorf("%s: verify before recovery: %+v", name, r)
		}
		w, entries, rec, err := Open(path, testOptions("a", 9))
		if err != nil || rec == nil || len(entries) != 2 {
			t.Fatalf("%s: %d entries, recovery %v, %v", name, len(entries), rec, err)
		}
		kept := mustRead(t, filepath.Join(filepath.Dir(path), "blobs", rec.SHA256))
		sum := sha256.Sum256(kept)
		want := bytes.TrimRight(tail, "\x00")
		if !bytes.Equal(kept, want) || rec.SHA256 != hex.EncodeToString(sum[:]) || rec.Bytes != len(want) {
			t.Errorf("%s: kept %q as %+v", name, kept, rec)
		}
		if !bytes.Equal(mustRead(t, path), good) {
			t.Errorf("%s: acknowledged lines changed", name)
		}
		add(t, w, "recovered", `{}`)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		again, entries, rec, err := Open(path, testOptions("a", 10))
		if err != nil || rec != nil || len(entries) != 3 {
			t.Fatalf("%s: opened again: %d entries, recovery %v, %v", name, len(entries), rec, err)
		}
		_ = again.Close()
	}
}

func TestOpenRefusesDamageAndLeavesItAlone(t *testing.T) {
	t.Parallel()
	lines := threeLines(t, "a")
	for name, data := range map[string][]byte{
		"flipped bit":           bytes.Replace(joined(lines), []byte(`"done"`), []byte(`"dOne"`), 1),
		"removed line":          joined([][]byte{lines[0], lines[2]}),
		"NULs inside":           joined([][]byte{lines[0], []byte("\x00\x00\n"), lines[1]}),
		"damaged and torn":      joined([][]byte{lines[0], lines[2], lines[1][:9]}),
		"a tail past the limit": append(joined(lines), bytes.Repeat([]byte("x"), MaxLine)...),
	} {
		path := onDisk(t, data)
		w, _, _, err := Open(path, testOptions("a", 9))
		var bad *DamagedError
		if !errors.As(err, &bad) {
			t.Errorf("%s: %v, %v", name, w, err)
		}
		if !bytes.Equal(mustRead(t, path), data) {
			t.Errorf("%s: the evidence was changed", name)
		}
		// The lock is gone with the refusal: the next Open fails for the same reason.
		if _, _, _, err := Open(path, testOptions("a", 9)); !errors.As(err, &bad) {
			t.Errorf("%s: second Open: %v", name, err)
		}
	}
}

func TestSecondWriterIsLockedOut(t *testing.T) {
	t.Parallel()
	w := create(t)
	add(t, w, "genesis", `{}`)
	if _, _, _, err := Open(w.Path(), testOptions("a", 9)); !errors.Is(err, ErrLocked) {
		t.Fatalf("while it is open: %v", err)
	}
	if es, err := ReadFile(w.Path()); err != nil || len(es) != 1 {
		t.Errorf("a reader is not locked out: %d, %v", len(es), err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	again, _, _, err := Open(w.Path(), testOptions("a", 9))
	if err != nil {
		t.Fatalf("after Close: %v", err)
	}
	_ = again.Close()
}

func TestOpenOfNothing(t *testing.T) {
	t.Parallel()
	if _, _, _, err := Open(filepath.Join(t.TempDir(), "none"), testOptions("a", 9)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}
