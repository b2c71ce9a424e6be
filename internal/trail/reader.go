package trail

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
)

// Options tune a [Reader]. The zero value is ready to use.
type Options struct {
	Limits  Limits
	Workers int // files read at once; default the number of CPUs, at most 8
	// Progress, if set, is called from the reading goroutine after every file.
	Progress func(Progress)
}

// Progress is how far reading has come.
type Progress struct {
	Path    string
	Files   int
	Records int
}

// Reader collects records from any number of sources into one [Log]. It is not
// safe for concurrent use.
type Reader struct {
	opts Options
	log  *logBuilder
	done int
}

// NewReader returns an empty Reader.
func NewReader(opts Options) *Reader {
	opts.Limits = opts.Limits.withDefaults()
	if opts.Workers <= 0 {
		opts.Workers = min(runtime.GOMAXPROCS(0), 8)
	}
	return &Reader{opts: opts, log: newLogBuilder()}
}

// Log returns what has been read so far.
func (r *Reader) Log() *Log { return r.log.log() }

// Read is the one-call form: all sources into one log. The log is valid, if
// incomplete, even when err is not nil. Damaged files are no error: they are in
// [Coverage.FilesFailed].
func Read(ctx context.Context, sources []Source, opts Options) (*Log, error) {
	r := NewReader(opts)
	err := r.Read(ctx, sources)
	return r.Log(), err
}

// fileReport is what reading one file came to.
type fileReport struct {
	file   File
	items  Items
	faults []Fault
	skip   string
	kind   pathKind
}

// delivery is one message from a worker: some records, or the end of a file.
type delivery struct {
	entries []entry
	report  *fileReport
}

const batchSize = 256

// Read adds sources. It fails only when ctx is done or a source cannot be walked.
func (r *Reader) Read(ctx context.Context, sources []Source) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	files := make(chan File)
	out := make(chan delivery, r.opts.Workers)
	var walkErr error
	go func() {
		defer close(files)
		walkErr = walk(ctx, sources, files, out)
	}()
	var workers sync.WaitGroup
	for range r.opts.Workers {
		workers.Go(func() {
			for file := range files {
				w := fileWorker{ctx: ctx, limits: r.opts.Limits, out: out}
				w.read(file)
			}
		})
	}
	go func() {
		workers.Wait()
		close(out)
	}()
	for d := range out {
		r.collect(d)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("read logs: %w", err)
	}
	return walkErr
}

// walk feeds the workers. What a source could not open becomes a report.
func walk(ctx context.Context, sources []Source, files chan<- File, out chan<- delivery) error {
	var errs []error
	for _, source := range sources {
		err := source.Files(ctx, func(file File, err error) error {
			if err != nil {
				out <- delivery{report: unopened(file, err)}
				return ctx.Err()
			}
			select {
			case files <- file:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		if err != nil {
			errs = append(errs, fmt.Errorf("walk log source %s: %w", source.Name(), err))
		}
	}
	return errors.Join(errs...)
}

func unopened(file File, err error) *fileReport {
	report := &fileReport{file: file}
	if errors.Is(err, errIrregular) {
		report.skip = err.Error()
		return report
	}
	report.faults = []Fault{{Path: file.Path, Err: err.Error()}}
	return report
}

func (r *Reader) collect(d delivery) {
	for _, e := range d.entries {
		r.log.add(e)
	}
	if d.report == nil {
		return
	}
	cov := &r.log.coverage
	cov.Items.add(d.report.items)
	cov.Records += d.report.items.Records
	cov.FilesFailed = append(cov.FilesFailed, d.report.faults...)
	switch {
	case d.report.skip != "":
		cov.FilesSkipped = append(cov.FilesSkipped, Skip{d.report.file.Path, d.report.skip})
	case d.report.kind == pathDigest:
		cov.DigestFiles++
	case d.report.kind == pathInsight:
		cov.InsightFiles++
	case d.report.kind == pathAggregated:
		cov.AggregatedFiles++
	default:
		cov.Files++
	}
	r.done++
	if r.opts.Progress != nil {
		r.opts.Progress(Progress{Path: d.report.file.Path, Files: r.done, Records: cov.Records})
	}
}

// errEmpty names a file without a byte in it, which is no empty log.
var errEmpty = errors.New("empty file")
