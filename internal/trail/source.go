package trail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// File is one container to read. Path is for messages only, and comes from the
// outside: escape it before showing it.
type File struct {
	Path  string
	Named bool // given by name, so being no log is an error rather than a skip
	Open  func() (io.ReadCloser, error)
}

// Source yields files in a stable order. Adapters outside this package (S3)
// implement it too. A non-nil error from yield must end the walk and be returned.
type Source interface {
	Name() string
	Files(ctx context.Context, yield func(File, error) error) error
}

// Open turns a command-line source into a [Source]: "-" is stdin, a directory
// is walked, anything else is a file. It fails on a name that does not exist,
// so that a typing error is not reported as a quiet log.
func Open(name string, stdin io.Reader) (Source, error) {
	if name == "-" {
		if stdin == nil {
			return nil, errors.New("open log source -: no standard input")
		}
		return streamSource{stdin}, nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("open log source: %w", err)
	}
	if info.IsDir() {
		return dirSource{name}, nil
	}
	return fileSource{name}, nil
}

type streamSource struct{ src io.Reader }

func (streamSource) Name() string { return "-" }

func (s streamSource) Files(_ context.Context, yield func(File, error) error) error {
	open := func() (io.ReadCloser, error) { return io.NopCloser(s.src), nil }
	return yield(File{Path: "-", Named: true, Open: open}, nil)
}

type fileSource struct{ path string }

func (s fileSource) Name() string { return s.path }

func (s fileSource) Files(_ context.Context, yield func(File, error) error) error {
	return yield(File{Path: s.path, Named: true, Open: opener(s.path)}, nil)
}

func opener(path string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return os.Open(path) }
}

// dirSource walks a tree in lexical order. It does not follow symbolic links
// and never opens pipes or devices: opening those can block for ever.
type dirSource struct{ root string }

func (s dirSource) Name() string { return s.root }

// errIrregular is the reason a directory entry is left alone.
var errIrregular = errors.New("not a regular file")

func (s dirSource) Files(ctx context.Context, yield func(File, error) error) error {
	return filepath.WalkDir(s.root, func(path string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case err != nil:
			if yerr := yield(File{Path: path}, err); yerr != nil {
				return yerr
			}
			if entry != nil && entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			return nil
		case !entry.Type().IsRegular():
			return yield(File{Path: path}, errIrregular)
		}
		return yield(File{Path: path, Open: opener(path)}, nil)
	})
}
