package journal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// FileName is the journal's name inside an incident directory.
const FileName = "journal.jsonl"

// Options are what a Writer needs from outside; Clock and Rand are passed in so
// that a rehearsal can be byte-identical.
type Options struct {
	// Incident is written in every line.
	Incident string
	Clock    func() time.Time
	// Rand feeds the sitting's signing key.
	Rand io.Reader
}

// Recovery describes a torn tail that Open cut off and kept.
type Recovery struct {
	SHA256 string
	Bytes  int
}

// Writer appends to one journal. It is safe for concurrent use; the file is
// locked against other processes until Close.
type Writer struct {
	mu      sync.Mutex
	f       *os.File
	opt     Options
	key     ed25519.PrivateKey
	session string
	seq     uint64
	head    Hash
	broken  error
}

// Errors of Create, Open and Append.
var (
	ErrLocked     = errors.New("journal is locked by another process")
	ErrUnsafe     = errors.New("journal is not safe to write any more")
	ErrPermission = errors.New("journal can be read or written by others")
)

// Create makes the incident directory (0700) and an empty journal (0600) in
// it, durably, and locks it.
func Create(dir string, opt Options) (*Writer, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make incident directory: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, FileName), os.O_RDWR|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create journal: %w", err)
	}
	w, err := newWriter(f, opt)
	if err == nil {
		err = w.persistGenesis(dir)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return w, nil
}

func (w *Writer) persistGenesis(dir string) error {
	if err := w.f.Chmod(0o600); err != nil {
		return fmt.Errorf("set journal mode: %w", err)
	}
	if err := w.f.Sync(); err != nil {
		return fmt.Errorf("sync journal: %w", err)
	}
	// The name must survive a power cut too: sync the directory and its parent.
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := syncDir(d); err != nil {
			return err
		}
	}
	return nil
}

// Open continues a journal: it locks it, checks the whole chain, cuts a torn
// tail (kept under blobs/) and returns the entries. The caller must record a
// non-nil Recovery as its first entry.
func Open(path string, opt Options) (*Writer, []Entry, *Recovery, error) {
	checked, err := checkFile(path)
	if err != nil {
		return nil, nil, nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("open journal: %w", err)
	}
	if err := sameFile(checked, f); err != nil {
		return nil, nil, nil, errors.Join(err, f.Close())
	}
	w, entries, rec, err := openLocked(f, opt)
	if err != nil {
		return nil, nil, nil, errors.Join(err, f.Close())
	}
	return w, entries, rec, nil
}

func openLocked(f *os.File, opt Options) (*Writer, []Entry, *Recovery, error) {
	w, err := newWriter(f, opt)
	if err != nil {
		return nil, nil, nil, err
	}
	var entries []Entry
	sc := NewScanner(f)
	for {
		e, err := sc.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.Is(err, ErrTornTail) {
			rec, err := cutTail(f, sc.Offset())
			return w.continueFrom(entries, rec, err)
		}
		if err != nil {
			return nil, nil, nil, err
		}
		entries = append(entries, e)
	}
	return w.continueFrom(entries, nil, nil)
}

func (w *Writer) continueFrom(entries []Entry, rec *Recovery, err error) (*Writer, []Entry, *Recovery, error) {
	if err != nil {
		return nil, nil, nil, err
	}
	if n := len(entries); n > 0 {
		w.seq, w.head = entries[n-1].Seq+1, entries[n-1].Hash
		w.opt.Incident = entries[0].Incident
	}
	return w, entries, rec, nil
}

func newWriter(f *os.File, opt Options) (*Writer, error) {
	if err := lock(f); err != nil {
		return nil, err
	}
	// Not ed25519.GenerateKey: it may leave the reader aside, and a rehearsal
	// with the same seed must sign the same bytes.
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(opt.Rand, seed); err != nil {
		return nil, fmt.Errorf("make session key: %w", err)
	}
	key := ed25519.NewKeyFromSeed(seed)
	pub := key.Public().(ed25519.PublicKey)
	return &Writer{f: f, opt: opt, key: key, session: hex.EncodeToString(pub)}, nil
}

// cutTail keeps the bytes from off on under blobs/ and cuts them off. Only a
// write that was never acknowledged can leave such bytes.
func cutTail(f *os.File, off int64) (*Recovery, error) {
	tail, err := io.ReadAll(io.NewSectionReader(f, off, MaxLine))
	if err != nil {
		return nil, fmt.Errorf("read torn tail: %w", err)
	}
	tail = bytes.TrimRight(tail, "\x00")
	sum := sha256.Sum256(tail)
	name := hex.EncodeToString(sum[:])
	dir := filepath.Join(filepath.Dir(f.Name()), "blobs")
	if err := keep(dir, name, tail); err != nil {
		return nil, fmt.Errorf("keep torn tail: %w", err)
	}
	if err := f.Truncate(off); err != nil {
		return nil, fmt.Errorf("cut torn tail: %w", err)
	}
	if err := f.Sync(); err != nil {
		return nil, fmt.Errorf("%w: sync after cutting the tail: %w", ErrUnsafe, err)
	}
	return &Recovery{SHA256: name, Bytes: len(tail)}, nil
}

// keep writes a blob durably: the original is cut off right after.
func keep(dir, name string, data []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return errors.Join(syncDir(dir), syncDir(filepath.Dir(dir)))
}

// Session returns the public key of this sitting, in hex.
func (w *Writer) Session() string { return w.session }

// Path returns the journal's path.
func (w *Writer) Path() string { return w.f.Name() }

// Head returns the hash of the last acknowledged line and the number of lines.
func (w *Writer) Head() (Hash, int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.head, int(w.seq)
}

// Append writes one entry and returns after it is on disk. After any error but
// a refused body the Writer is poisoned: ErrUnsafe from then on.
func (w *Writer) Append(kind string, body []byte) (Entry, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return Entry{}, w.broken
	}
	e := Entry{Incident: w.opt.Incident, Seq: w.seq, Time: w.opt.Clock().UTC().Truncate(time.Microsecond),
		Session: w.session, Kind: kind, Body: body, Prev: w.head}
	raw, err := encode(e, w.key)
	if err != nil {
		return Entry{}, err
	}
	if n, err := w.f.Write(append(raw, '\n')); err != nil {
		return Entry{}, w.poison(fmt.Errorf("write %d of %d bytes: %w", n, len(raw)+1, err))
	}
	if err := w.f.Sync(); err != nil {
		return Entry{}, w.poison(fmt.Errorf("sync: %w", err))
	}
	e.Hash = sha256.Sum256(raw)
	w.head = e.Hash
	w.seq++
	return e, nil
}

func (w *Writer) poison(err error) error {
	w.broken = fmt.Errorf("%w: %w", ErrUnsafe, err)
	return w.broken
}

// Close unlocks and closes the journal.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken == nil {
		w.broken = fmt.Errorf("%w: closed", ErrUnsafe)
	}
	return w.f.Close()
}
