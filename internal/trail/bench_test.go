package trail

import (
	"fmt"
	"runtime"
	"testing"
	"time"
)

// benchmarkLog is 20,000 records of many users, as log files deliver them.
func benchmarkLog(b *testing.B) memory {
	var m memory
	for f := range 20 {
		var recs []rec
		for i := range 1000 {
			n := f*1000 + i
			recs = append(recs, newRec(fmt.Sprintf("%08x-aaaa-4bbb-8ccc-%012x", n*2654435761, n), "s3", "ListBuckets", monday().Add(time.Duration(n)*time.Second)).
				identity("accessKeyId", fmt.Sprintf("AKIA%016d", n%50)).with("requestParameters", rec{"bucketName": fmt.Sprintf("bucket-%d", n%100)}))
		}
		m = append(m, memoryFile{fmt.Sprintf("%d.json.gz", f), zip(b, records(b, recs...))})
	}
	return m
}

func BenchmarkRead(b *testing.B) {
	m := benchmarkLog(b)
	b.SetBytes(20000 * 800) // about what the records are in plain text
	for b.Loop() {
		l := readMemory(b, m, Options{})
		if l.Coverage().RecordsUnique != 20000 {
			b.Fatal("records lost")
		}
	}
}

func BenchmarkHeapPerRecord(b *testing.B) {
	m := benchmarkLog(b)
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		l := readMemory(b, m, Options{})
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/20000, "B/record")
		runtime.KeepAlive(l)
	}
}
