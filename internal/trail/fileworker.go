package trail

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// fileWorker reads one file.
type fileWorker struct {
	ctx    context.Context
	limits Limits
	out    chan<- delivery
	batch  []entry
	report fileReport
	stray  Fault // first item that is no record
}

func (w *fileWorker) read(file File) {
	w.report = fileReport{file: file, kind: classifyPath(file.Path)}
	switch w.report.kind {
	case pathDigest, pathInsight, pathAggregated:
	default:
		w.readContent(file)
		w.judge()
	}
	w.flush(&w.report)
}

func (w *fileWorker) readContent(file File) {
	src, err := file.Open()
	if err != nil {
		w.fault(0, err)
		return
	}
	defer func() {
		if err := src.Close(); err != nil {
			w.fault(0, err)
		}
	}()
	text, err := plain(ctxReader{w.ctx, src}, w.limits)
	if err != nil {
		w.fault(0, err)
		return
	}
	if _, err := text.Peek(1); errors.Is(err, io.EOF) {
		w.fault(0, errEmpty)
		return
	}
	st := itemStream{limits: w.limits, emit: w.item, fault: w.fault}
	if rows, ok := csvRows(text); ok {
		st.readRows(rows)
		return
	}
	st.read(text)
}

func (w *fileWorker) fault(offset int64, err error) {
	w.report.faults = append(w.report.faults, Fault{Path: w.report.file.Path, Offset: offset, Err: err.Error()})
}

// maxFaults bounds the faults kept of one file; the counts stay complete.
const maxFaults = 50

func (w *fileWorker) item(it item) {
	n := &w.report.items
	n.Read++
	switch it.kind {
	case itemRecord:
		n.Records++
		w.batch = append(w.batch, newEntry(it.rec))
		if len(w.batch) >= batchSize {
			w.flush(nil)
		}
	case itemInsight:
		n.Insights++
	case itemAggregated:
		n.Aggregated++
	case itemDigest:
		n.Digests++
	case itemForeign:
		if n.Foreign++; n.Foreign == 1 {
			w.stray = Fault{Path: w.report.file.Path, Offset: it.offset}
		}
	case itemMalformed:
		if n.Malformed++; n.Malformed <= maxFaults {
			w.fault(it.offset, it.err)
		}
	}
}

// judge decides what the file was, now that it has been read.
func (w *fileWorker) judge() {
	n, named := w.report.items, w.report.file.Named
	notLog := n.Records == 0 && n.Malformed == 0 && n.Insights+n.Aggregated+n.Digests == 0
	switch {
	case n.Digests > 0 && n.Records == 0:
		w.report.kind = pathDigest
	case n.Insights > 0 && n.Records == 0:
		w.report.kind = pathInsight
	case n.Aggregated > 0 && n.Records == 0:
		w.report.kind = pathAggregated
	case notLog && len(w.report.faults) > 0 && !named && w.report.kind != pathLog && w.ctx.Err() == nil:
		w.report.skip = w.report.faults[0].Err
		w.report.faults = nil
	case notLog && len(w.report.faults) == 0 && !named && n.Foreign > 0:
		w.report.skip = fmt.Sprintf("%d json values, no cloudtrail record among them", n.Foreign)
		return
	}
	if n.Foreign > 0 && w.report.skip == "" {
		w.stray.Err = fmt.Sprintf("%d values: %v", n.Foreign, ErrNotRecord)
		w.report.faults = append(w.report.faults, w.stray)
	}
}

func (w *fileWorker) flush(report *fileReport) {
	w.out <- delivery{entries: w.batch, report: report}
	w.batch = nil
}

// ctxReader ends a read when the context does.
type ctxReader struct {
	ctx context.Context
	src io.Reader
}

func (r ctxReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.src.Read(p)
}
