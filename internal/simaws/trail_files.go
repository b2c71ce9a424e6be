package simaws

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// filePeriod is how often a trail closes a log file.
const filePeriod = 5 * time.Minute

// trailFile is one log file: a region's events of one period.
type trailFile struct {
	region string
	closed time.Time
}

// WriteTrail writes what the trail has delivered of events from up to, not
// including, to, in the layout and naming of a real trail bucket below dir:
// AWSLogs/ACCOUNT/CloudTrail/REGION/Y/M/D/*.json.gz. Data events are there only
// when the scenario's trail records them.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
func (w *World) WriteTrail(dir string, from, to time.Time) error {
	files, order := w.trailFiles(from, to)
	zip := gzip.NewWriter(nil)
	for _, f := range order {
		var buf bytes.Buffer
		zip.Reset(&buf)
		if _, err := zip.Write(files[f]); err != nil {
			return fmt.Errorf("compress trail file: %w", err)
		}
		if err := zip.Close(); err != nil {
			return fmt.Errorf("compress trail file: %w", err)
		}
		name := w.trailPath(dir, f)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return fmt.Errorf("write trail: %w", err)
		}
		if err := os.WriteFile(name, buf.Bytes(), 0o600); err != nil {
			return fmt.Errorf("write trail: %w", err)
		}
	}
	return nil
}

// trailFiles gathers the files' text under the lock; disk work happens outside.
func (w *World) trailFiles(from, to time.Time) (map[trailFile][]byte, []trailFile) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.catchUp()
	files := map[trailFile][]byte{}
	var order []trailFile
	for _, e := range w.events {
		if e.at.Before(from) || !e.at.Before(to) || !w.delivered(e) || e.data && !w.data && e.raw == nil {
			continue
		}
		f := trailFile{e.region, e.at.Truncate(filePeriod).Add(filePeriod)}
		text, ok := files[f]
		if !ok {
			order = append(order, f)
			text = []byte(`{"Records":[`)
		} else {
			text = append(text, ',')
		}
		files[f] = append(text, e.json()...)
	}
	for f, text := range files {
		files[f] = append(text, "]}"...)
	}
	return files, order
}

func (w *World) trailPath(dir string, f trailFile) string {
	account := w.account
	suffix := w.derive.uniqueID("", 16, "trail file", f.region, clockText(f.closed))
	name := fmt.Sprintf("%s_CloudTrail_%s_%s_%s.json.gz", account, f.region, f.closed.Format("20060102T1504Z"), suffix)
	return filepath.Join(dir, "AWSLogs", account, "CloudTrail", f.region, f.closed.Format("2006"), f.closed.Format("01"), f.closed.Format("02"), name)
}
