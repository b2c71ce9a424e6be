//go:build unix

package journal

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// Not parallel: the umask belongs to the process.
func TestModesUnderAnOpenUmask(t *testing.T) {
	defer unix.Umask(unix.Umask(0))
	dir := filepath.Join(t.TempDir(), "state", "incident")
	w, err := Create(dir, testOptions("a", 1))
	if err != nil {
		t.Fatal(err)
	}
	add(t, w, "genesis", `{}`)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(w.Path(), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteString("torn")
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	again, _, rec, err := Open(w.Path(), testOptions("a", 2))
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	for path, want := range map[string]os.FileMode{
		filepath.Dir(dir): 0o700, dir: 0o700, w.Path(): 0o600,
		filepath.Join(dir, "blobs"): 0o700, filepath.Join(dir, "blobs", rec.SHA256): 0o600,
	} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %v", path, info.Mode().Perm(), err, want)
		}
	}
}

func TestOpenRefusesWhatOthersCanTouch(t *testing.T) {
	t.Parallel()
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o602, 0o666, 0o610} {
		path := onDisk(t, joined(threeLines(t, "a")))
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := Open(path, testOptions("a", 9)); !errors.Is(err, ErrPermission) {
			t.Errorf("mode %v: %v", mode, err)
		}
	}
	target := onDisk(t, joined(threeLines(t, "a")))
	link := filepath.Join(t.TempDir(), FileName)
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{link, t.TempDir(), "/dev/null"} {
		if _, _, _, err := Open(path, testOptions("a", 9)); !errors.Is(err, ErrPermission) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// What was checked must be what is opened, even when somebody swaps the name
// between the two.
func TestSwappedFileIsRefused(t *testing.T) {
	t.Parallel()
	checked, swapped := onDisk(t, joined(threeLines(t, "a"))), onDisk(t, joined(threeLines(t, "b")))
	info, err := os.Lstat(checked)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(swapped)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := sameFile(info, f); !errors.Is(err, ErrPermission) {
		t.Errorf("%v", err)
	}
}

func TestFullDiskPoisonsTheWriter(t *testing.T) {
	t.Parallel()
	f, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no /dev/full here: %v", err)
	}
	defer f.Close()
	w, err := newWriter(f, testOptions("a", 1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Append("genesis", []byte(`{}`)); !errors.Is(err, ErrUnsafe) || !errors.Is(err, unix.ENOSPC) {
		t.Fatalf("full disk: %v", err)
	}
	staysUnsafe(t, w)
}

func TestFailedSyncPoisonsTheWriter(t *testing.T) {
	t.Parallel()
	w := create(t)
	r, p, err := os.Pipe() // takes the bytes, but cannot be synced
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer p.Close()
	_ = w.f.Close()
	w.f = p
	if _, err := w.Append("genesis", []byte(`{}`)); !errors.Is(err, ErrUnsafe) || !strings.Contains(err.Error(), "sync") {
		t.Fatalf("failed sync: %v", err)
	}
	staysUnsafe(t, w)
}

// staysUnsafe gives the writer a descriptor that works: it must not be used.
func staysUnsafe(t *testing.T, w *Writer) {
	t.Helper()
	good, err := os.Create(filepath.Join(t.TempDir(), "good"))
	if err != nil {
		t.Fatal(err)
	}
	defer good.Close()
	w.f = good
	for range 3 {
		if _, err := w.Append("kind", []byte(`{}`)); !errors.Is(err, ErrUnsafe) {
			t.Errorf("after a failure: %v", err)
		}
	}
	if info, err := good.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("a poisoned writer wrote %d bytes, %v", info.Size(), err)
	}
	if head, n := w.Head(); n != 0 || head != (Hash{}) {
		t.Errorf("head %s of %d lines that were not acknowledged", head, n)
	}
}

const traceDir = "JOURNAL_TRACE_DIR"

// TestUnderTrace is the program that TestOneWriteAndOneSyncPerEntry traces.
func TestUnderTrace(t *testing.T) {
	dir := os.Getenv(traceDir)
	if dir == "" {
		t.Skip("runs only as the child of TestOneWriteAndOneSyncPerEntry")
	}
	w, err := Create(filepath.Join(dir, "incident"), testOptions("a", 1))
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		add(t, w, "kind", `{"text":"`+strings.Repeat("x", 20_000)+`"}`)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	torn := filepath.Join(dir, "torn")
	if err := os.Rename(filepath.Dir(w.Path()), torn); err != nil {
		t.Fatal(err)
	}
	appendRaw(t, filepath.Join(torn, FileName), []byte("torn"))
	again, _, _, err := Open(filepath.Join(torn, FileName), testOptions("a", 2))
	if err != nil {
		t.Fatal(err)
	}
	_ = again.Close()
}

func TestOneWriteAndOneSyncPerEntry(t *testing.T) {
	t.Parallel()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	dir := t.TempDir()
	trace := filepath.Join(dir, "trace")
	if err := exec.Command(strace, "-o", trace, "true").Run(); err != nil {
		t.Skipf("tracing is not allowed here: %v", err)
	}
	cmd := exec.Command(strace, "-f", "-y", "-e", "trace=write,writev,pwrite64,fsync,fdatasync,ftruncate", "-o", trace,
		os.Args[0], "-test.run=^TestUnderTrace$")
	cmd.Env = append(os.Environ(), traceDir+"="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var calls, recovery []string
	for _, line := range strings.Split(string(mustRead(t, trace)), "\n") {
		_, call, _ := strings.Cut(line, " ")
		name, _, _ := strings.Cut(strings.TrimSpace(call), "(")
		switch {
		case strings.Contains(call, "/torn/blobs/"):
			recovery = append(recovery, name+" blob")
		case strings.Contains(call, "/torn/"+FileName):
			recovery = append(recovery, name)
		case strings.Contains(call, FileName):
			calls = append(calls, name)
		}
	}
	// Create syncs the empty file first.
	if got, want := strings.Join(calls, " "), "fsync"+strings.Repeat(" write fsync", 4); got != want {
		t.Errorf("calls on the journal: %s\nwant: %s", got, want)
	}
	// The tail is safe beside the journal before it is cut off.
	if got, want := strings.Join(recovery, ", "), "write, write blob, fsync blob, ftruncate, fsync"; got != want {
		t.Errorf("calls of a recovery: %s\nwant: %s", got, want)
	}
}
