package journal

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"
)

func follow(t *testing.T, path string) *Follower {
	t.Helper()
	f, err := Follow(path, time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// next fails the test rather than hang it.
func next(t *testing.T, f *Follower) (Entry, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	return f.Next(ctx)
}

// nothing polls the end of the file some times and expects no entry.
func nothing(t *testing.T, f *Follower) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if e, err := f.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("entry %d, %v; want none yet", e.Seq, err)
	}
}

func appendRaw(t *testing.T, path string, data []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestFollowSeesWhatIsAppendedLater(t *testing.T) {
	t.Parallel()
	w := create(t)
	want := add(t, w, "genesis", `{}`)
	f := follow(t, w.Path())
	if e, err := next(t, f); err != nil || e.Hash != want.Hash {
		t.Fatalf("%+v, %v", e, err)
	}
	nothing(t, f)
	for i := range 20 {
		want := add(t, w, "kind", `{}`)
		if e, err := next(t, f); err != nil || e.Hash != want.Hash || e.Seq != uint64(i+1) {
			t.Fatalf("%+v, %v", e, err)
		}
	}
}

func TestFollowWaitsForHalfLines(t *testing.T) {
	t.Parallel()
	lines := threeLines(t, "a")
	path := onDisk(t, nil)
	f := follow(t, path)
	nothing(t, f)
	for i, line := range lines {
		for _, cut := range []int{1, len(line) / 2, len(line) - 1} {
			appendRaw(t, path, line[:cut])
			nothing(t, f)
			if err := os.Truncate(path, int64(len(joined(lines[:i])))); err != nil {
				t.Fatal(err)
			}
		}
		appendRaw(t, path, line[:7])
		nothing(t, f)
		appendRaw(t, path, line[7:])
		if e, err := next(t, f); err != nil || e.Hash != headOf(line) {
			t.Fatalf("line %d: %+v, %v", i+1, e, err)
		}
	}
}

func TestFollowReportsDamageAndStops(t *testing.T) {
	t.Parallel()
	lines := threeLines(t, "a")
	path := onDisk(t, lines[0])
	f := follow(t, path)
	if _, err := next(t, f); err != nil {
		t.Fatal(err)
	}
	appendRaw(t, path, append([]byte("{}\n"), lines[1]...))
	for range 2 {
		var bad *DamagedError
		if e, err := next(t, f); !errors.As(err, &bad) || bad.Line != 2 {
			t.Fatalf("entry %d, %v", e.Seq, err)
		}
	}
}

// A screen that has shown three entries must not go on quietly over a file
// that holds two.
func TestFollowNoticesThatLinesWereCutOff(t *testing.T) {
	t.Parallel()
	lines := threeLines(t, "a")
	path := onDisk(t, joined(lines))
	f := follow(t, path)
	for range lines {
		if _, err := next(t, f); err != nil {
			t.Fatal(err)
		}
	}
	nothing(t, f)
	if err := os.Truncate(path, int64(len(lines[0]))); err != nil {
		t.Fatal(err)
	}
	var bad *DamagedError
	if _, err := next(t, f); !errors.As(err, &bad) || bad.Class != "tail" {
		t.Errorf("%v", err)
	}
}

func TestFollowOfNothing(t *testing.T) {
	t.Parallel()
	if _, err := Follow(t.TempDir()+"/none", time.Millisecond); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}
