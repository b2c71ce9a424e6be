package trail

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
)

func TestFaultsCostOnlyWhatIsDamaged(t *testing.T) {
	r1, r2, r3 := newRec("e1", "s3", "ListBuckets", monday()), newRec("e2", "s3", "ListBuckets", monday()), newRec("e3", "s3", "ListBuckets", monday())
	j1, j2, j3 := encode(t, r1), encode(t, r2), encode(t, r3)
	all := records(t, r1, r2, r3)
	big := encode(t, newRec("big", "s3", "X", monday()).with("pad", strings.Repeat("x", 2<<20)))
	zipped := zip(t, all)
	corrupt := bytes.Clone(zipped)
	corrupt[len(corrupt)-5] ^= 0xff // checksum
	deep := `{"eventName":"X","eventID":"deep","a":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`
	for _, tt := range []struct {
		name, text, want, fault string
		offset                  int64
	}{
		{"truncated array", all[:len(all)-10], "e1 e2", "ends inside", -1},
		{"truncated gzip", string(zipped[:len(zipped)-20]), "e1 e2", "EOF", -1},
		{"bad checksum", string(corrupt), "e1 e2 e3", "checksum", -1},
		{"garbage behind gzip", string(zipped) + "tail tail tail", "e1 e2 e3", "gzip", -1},
		{"bare keys", `{"Records":[` + j1 + `,{eventName: "x"},` + j2 + `]}`, "e1 e2", "invalid json", int64(len(j1) + 13)},
		{"not a record", `{"Records":[` + j1 + `,{"a":1},7,null,` + j2 + `]}`, "e1 e2", "3 values: not a cloudtrail record", int64(len(j1) + 13)},
		{"oversize record", `{"Records":[` + j1 + `,` + big + `,` + j2 + `]}`, "e1 e2", "larger", int64(len(j1) + 13)},
		{"oversize line", j1 + "\n" + big + "\n" + j2, "e1 e2", "larger", int64(len(j1) + 1)},
		{"deep nesting", `{"Records":[` + j1 + `,` + deep + `,` + j2 + `]}`, "e1 e2", "deeper", int64(len(j1) + 13)},
		{"line cut in a string", j1 + "\n" + j2[:len(j2)/2] + "\n" + j3 + "\n", "e1 e3", "", -1},
		{"line cut after a comma", j1 + "\n{\"a\":1,\n" + j3 + "\n", "e1 e3", "", -1},
		{"line cut in a nested object", j1 + "\n{\"a\":{\"b\":1,\n" + j3 + "\n", "e1 e3", "", -1},
		{"garbage line", j1 + "\n<html>\n" + j3 + "\n", "e1 e3", "not json", -1},
		{"not json at all", "hello\n" + j1, "", "not json", 0},
		{"utf-16", "\xff\xfe{\x00", "", "utf-16", 0},
		{"empty", "", "", "empty", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := readText(t, tt.text, j1[:0]+encode(t, newRec("other", "s3", "ListBuckets", monday().Add(time.Hour))))
			c := l.Coverage()
			if got := strings.TrimSpace(strings.TrimSuffix(ids(l), "other")); got != tt.want {
				t.Errorf("records %q, want %q", got, tt.want)
			}
			if len(c.FilesFailed) != 1 {
				t.Fatalf("faults %v, want one", c.FilesFailed)
			}
			f := c.FilesFailed[0]
			if f.Path != "00.json" || !strings.Contains(f.Err, tt.fault) || (tt.offset >= 0 && f.Offset != tt.offset) {
				t.Errorf("fault %+v, want %q at %d", f, tt.fault, tt.offset)
			}
		})
	}
}

func TestTruncatedGzipKeepsWholeRecords(t *testing.T) {
	var recs []rec
	for i := range 2000 {
		recs = append(recs, newRec(fmt.Sprintf("e%d-%x", i, rand.Uint64()), "s3", "ListBuckets", monday()))
	}
	z := zip(t, records(t, recs...))
	l := readText(t, string(z[:len(z)/2]))
	c := l.Coverage()
	if c.Records < 200 || c.Records > 1999 || len(c.FilesFailed) != 1 {
		t.Errorf("records %d faults %v", c.Records, c.FilesFailed)
	}
}

func TestBombsAreGivenUp(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	chunk := bytes.Repeat([]byte(" "), 1<<20)
	_, _ = io.WriteString(z, `{"Records":[`+encode(t, newRec("e1", "s3", "ListBuckets", monday()))+`,`)
	for range 8 {
		_, _ = z.Write(chunk)
	}
	_ = z.Close()
	for name, limits := range map[string]Limits{
		"ratio": {RatioAfter: 1 << 20, Ratio: 100},
		"size":  {InflatedBytes: 2 << 20},
	} {
		l := readMemory(t, memory{{"bomb.json.gz", b.Bytes()}}, Options{Limits: limits})
		c := l.Coverage()
		if ids(l) != "e1" || len(c.FilesFailed) != 1 || !strings.Contains(c.FilesFailed[0].Err, "expands") {
			t.Errorf("%s: records %q faults %v", name, ids(l), c.FilesFailed)
		}
	}
}

func TestMemoryStaysBoundedByOneRecord(t *testing.T) {
	s := newSplitter(io.LimitReader(endless{}, 64<<20), 1<<20)
	_, _, err := s.value()
	if !errors.Is(err, errTruncated) {
		t.Fatalf("err = %v", err)
	}
	if cap(s.buf) > 8<<20 {
		t.Errorf("buffer grew to %d bytes", cap(s.buf))
	}
}

// endless is a string that never closes.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '"' + byte(i%2) // a quote first, then letters
		if i > 0 {
			p[i] = 'x'
		}
	}
	if len(p) > 0 {
		p[0] = '['
	}
	return len(p), nil
}

func TestBadUTF8AndEscapesSurvive(t *testing.T) {
	r := newRec("e1", "s3", "ListBuckets", monday())
	text := strings.Replace(encode(t, r.with("userAgent", "MARK")), "MARK", "a\xff\xfe\\u001b[31m\\\"", 1)
	l := readText(t, text)
	u := analyze(t, l, Selector{AccessKey: testKey})
	out, err := json.Marshal(u.Report())
	if err != nil || bytes.IndexByte(out, 0x1b) >= 0 || bytes.IndexByte(out, 0xff) >= 0 {
		t.Errorf("report carries raw bytes: %v", err)
	}
	var b bytes.Buffer
	if err := u.Text(&b); err != nil {
		t.Fatal(err)
	}
	for _, c := range b.Bytes() {
		if c != '\n' && (c < ' ' || c > '~') {
			t.Fatalf("text table holds byte %#x", c)
		}
	}
	if got := Plain("a\x1b[31m\"\u202e\n"); got != `a\x1b[31m"\u202e\n` {
		t.Errorf("Plain = %q", got)
	}
}

func TestOrderAndWorkersDoNotMatter(t *testing.T) {
	var m memory
	for f := range 12 {
		var recs []rec
		for i := range 40 {
			n := f*20 + i // neighbouring files overlap by half
			r := newRec(fmt.Sprintf("e%03d", n), "s3", "ListBuckets", monday().Add(time.Duration(n/3)*time.Second))
			if f%2 == 1 {
				r.with("userAgent", fmt.Sprintf("agent-%d/1", f)) // duplicates that differ
			}
			recs = append(recs, r)
		}
		recs[0].with("eventName", "AssumeRole", "eventSource", "sts.amazonaws.com").issues(fmt.Sprintf("ASIACHILD%d", f))
		m = append(m, memoryFile{fmt.Sprintf("f%02d.json", f), []byte(records(t, recs...))})
	}
	m = append(m, memoryFile{"bad.json", []byte("{")}, memoryFile{"note.txt", []byte("hello")})
	render := func(m memory, workers int) string {
		u := analyze(t, readMemory(t, m, Options{Workers: workers}), Selector{AccessKey: testKey})
		return encode(t, u.Report())
	}
	want := render(m, 1)
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 1))
		rng.Shuffle(len(m), func(i, j int) { m[i], m[j] = m[j], m[i] })
		if got := render(m, 1+int(seed)*2); got != want {
			t.Fatalf("seed %d: report differs\n%s\n%s", seed, got, want)
		}
	}
}

func TestCancelledReadKeepsWhatItHas(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	l, err := Read(ctx, []Source{memory{{"a.json", []byte(records(t, newRec("e1", "s3", "X", monday())))}}}, Options{})
	if !errors.Is(err, context.Canceled) || !l.Coverage().Balanced() {
		t.Errorf("err = %v", err)
	}
}

func FuzzReader(f *testing.F) {
	r := newRec("e1", "sts", "AssumeRole", monday()).issues("ASIAX")
	f.Add([]byte(records(f, r)))
	f.Add([]byte(encode(f, r) + "\n" + encode(f, r)))
	f.Add(zip(f, records(f, r)))
	f.Add([]byte(base64zip(f, records(f, r))))
	f.Add([]byte(encode(f, rec{"Events": []rec{{"CloudTrailEvent": encode(f, r)}}})))
	f.Add([]byte("eventid,eventname,eventsource,useridentity\ne1,X,s3,{a=b, c=[1, {d=null}]}\n"))
	f.Add([]byte(`[[{"eventName":"x"},{"eventID":"y"}],"H4sIAAAA",{"hits":{"hits":[{}]}}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := Read(t.Context(), []Source{memory{{"a.json", data}}}, Options{Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		if c := l.Coverage(); !c.Balanced() {
			t.Fatalf("records not accounted for: %+v", c)
		}
		u, err := Analyze(l, Selector{AccessKey: testKey})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(u.Report()); err != nil {
			t.Fatal(err)
		}
		if err := u.Text(io.Discard); err != nil {
			t.Fatal(err)
		}
	})
}
