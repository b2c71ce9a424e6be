package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func fileSize(w *Writer) (int64, error) {
	info, err := os.Stat(w.Path())
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	w := create(t)
	var wrote []Entry
	for _, body := range []string{`{}`, `null`, `[1,2]`, `"text"`, `9007199254740993`, `{"b":1,"a":{"z":[true,null]}}`} {
		wrote = append(wrote, add(t, w, "kind", body))
	}
	read, err := ReadFile(w.Path())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(read, wrote) {
		t.Errorf("read\n%+v\nwrote\n%+v", read, wrote)
	}
	head, n := w.Head()
	if last := read[len(read)-1]; head != last.Hash || n != len(read) || last.Session != w.Session() || last.Incident != "20260304-calm-otter" {
		t.Errorf("head %s of %d, last %+v", head, n, last)
	}
	if want := time.Date(2026, 3, 4, 5, 6, 8, 890123000, time.UTC); !read[0].Time.Equal(want) {
		t.Errorf("time %s, want %s", read[0].Time, want)
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	if a, b := joined(threeLines(t, "a")), joined(threeLines(t, "a")); !bytes.Equal(a, b) {
		t.Errorf("two rehearsals differ:\n%s\n%s", a, b)
	}
}

func TestHostileBodiesAreHarmlessAndKept(t *testing.T) {
	t.Parallel()
	w := create(t)
	hostile := []string{"\x1b[2J\x1b]0;own\a", "\u009b31m", "\u202egnp.exe", "\u2066\u2069", "\x7f", "\b\r\t\n\f\x00",
		"\u2028\u2029", "\U0001f4a9\U0010ffff", "\ufeff\ufffd", `\u001b \" \\`, "</script>&'", "\u00e9\u4e2d"}
	for _, text := range hostile {
		body, err := json.Marshal(map[string]string{text: text})
		if err != nil {
			t.Fatal(err)
		}
		raw := []byte(`{"raw":"` + strings.NewReplacer("\\", `\\`, `"`, `\"`).Replace(strings.Map(func(r rune) rune {
			if r < 0x20 {
				return -1
			}
			return r
		}, text)) + `"}`)
		for _, b := range [][]byte{body, raw} {
			if _, err := w.Append("kind", b); err != nil {
				t.Fatalf("%q: %v", b, err)
			}
			es, err := ReadFile(w.Path())
			if err != nil {
				t.Fatal(err)
			}
			var want, got any
			if err := errors.Join(json.Unmarshal(b, &want), json.Unmarshal(es[len(es)-1].Body, &got)); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%q came back as %q", want, got)
			}
		}
	}
	data, err := os.ReadFile(w.Path())
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range data {
		if c != '\n' && (c < 0x20 || c > 0x7e) {
			t.Fatalf("byte %d of the file is %#x", i, c)
		}
	}
}

func TestHostileNamesAreHarmless(t *testing.T) {
	t.Parallel()
	opt := testOptions("i\x1b\u202e\u009b\U0001f4a9\x7f", 1)
	w, err := Create(filepath.Join(t.TempDir(), "d"), opt)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	wrote := add(t, w, "k\u2028\x00", `{}`)
	read, err := ReadFile(w.Path())
	if err != nil || len(read) != 1 || read[0].Incident != opt.Incident || read[0].Kind != "k\u2028\x00" || read[0].Hash != wrote.Hash {
		t.Errorf("%+v, %v", read, err)
	}
}

func TestBadBodyIsRefusedAndDoesNotPoison(t *testing.T) {
	t.Parallel()
	w := create(t)
	for _, body := range []string{``, `{`, `{} {}`, `{"a":}`, "\xff", `nil`} {
		if _, err := w.Append("kind", []byte(body)); err == nil || errors.Is(err, ErrUnsafe) {
			t.Errorf("%q: %v", body, err)
		}
	}
	add(t, w, "kind", `{}`)
	if r := verify(t, mustRead(t, w.Path()), nil); r.Entries != 1 || r.Verdict != Consistent {
		t.Errorf("%+v", r)
	}
}

func mustRead(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestCreateDoesNotTouchAnExistingJournal(t *testing.T) {
	t.Parallel()
	w := create(t)
	add(t, w, "genesis", `{}`)
	before := mustRead(t, w.Path())
	if again, err := Create(filepath.Dir(w.Path()), testOptions("other", 2)); !errors.Is(err, os.ErrExist) {
		t.Errorf("second Create: %v, %v", again, err)
	}
	if !bytes.Equal(before, mustRead(t, w.Path())) {
		t.Error("the journal changed")
	}
}

func TestAppendAfterCloseIsUnsafe(t *testing.T) {
	t.Parallel()
	w := create(t)
	add(t, w, "genesis", `{}`)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Append("kind", []byte(`{}`)); !errors.Is(err, ErrUnsafe) {
		t.Errorf("%v", err)
	}
}

func TestConcurrentAppendsMakeOneChain(t *testing.T) {
	t.Parallel()
	w := create(t)
	const writers, each = 8, 5
	done := make(chan error)
	for range writers {
		go func() {
			var err error
			for range each {
				_, e := w.Append("kind", []byte(`{}`))
				err = errors.Join(err, e)
			}
			done <- err
		}()
	}
	for range writers {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if r := verify(t, mustRead(t, w.Path()), nil); r.Verdict != Consistent || r.Entries != writers*each {
		t.Errorf("%+v", r)
	}
}
