package journal

import (
	"bytes"
	"strings"
	"testing"
)

func BenchmarkAppend(b *testing.B) {
	w := create(b)
	body := []byte(`{"text":"` + strings.Repeat("x", 400) + `"}`)
	for b.Loop() {
		if _, err := w.Append("kind", body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	const lines = 1000
	key := testKey()
	var data bytes.Buffer
	opt := testOptions("a", 7)
	var prev Hash
	for i := range uint64(lines) {
		raw, err := encode(Entry{Incident: "a", Seq: i, Time: opt.Clock(), Session: testSession(), Kind: "kind",
			Body: []byte(`{"text":"` + strings.Repeat("x", 400) + `"}`), Prev: prev}, key)
		if err != nil {
			b.Fatal(err)
		}
		prev = headOf(raw)
		data.Write(append(raw, '\n'))
	}
	b.SetBytes(int64(data.Len()))
	for b.Loop() {
		if r, err := Verify(bytes.NewReader(data.Bytes()), &prev); err != nil || r.Verdict != Anchored {
			b.Fatal(r, err)
		}
	}
	b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}
