package policy

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// conformanceCase is a case of the batch format with what the documentation
// says about it. Page is the file name of the page in the IAM User Guide (or,
// for orgs_ pages, the Organizations User Guide) the rule comes from.
type conformanceCase struct {
	ID        string   `json:"id"`
	Page      string   `json:"page"`
	Want      string   `json:"want"`
	DecidedBy string   `json:"decided_by"`
	DependsOn []string `json:"depends_on"`
}

// conformanceAnswer holds the members of both kinds of result.
type conformanceAnswer struct {
	ID        string   `json:"id"`
	Error     string   `json:"error"`
	Result    string   `json:"result"`
	Verdict   string   `json:"verdict"`
	DecidedBy string   `json:"decided_by"`
	DependsOn []string `json:"depends_on"`
}

// TestConformance runs testdata/*.jsonl: files named forecast-* through
// ForecastCases, the others through EvalCases.
func TestConformance(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	total, pages, seen := 0, map[string]bool{}, map[string]bool{}
	for _, file := range files {
		run := EvalCases
		if strings.HasPrefix(filepath.Base(file), "forecast-") {
			run = ForecastCases
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".jsonl"), func(t *testing.T) {
			for _, c := range conform(t, file, run) {
				if seen[c.ID] || c.Page == "" {
					t.Errorf("%s: an id must be unique and name its page", c.ID)
				}
				seen[c.ID], pages[c.Page] = true, true
				total++
			}
		})
	}
	t.Logf("%d cases in %d files, rules of %d pages", total, len(files), len(pages))
	if total < 600 {
		t.Errorf("only %d cases", total)
	}
}

func conform(t *testing.T, file string, run func(io.Reader, io.Writer) (int, error)) []conformanceCase {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := run(bytes.NewReader(src), &out); err != nil {
		t.Fatal(err)
	}
	cases, answers := decodeLines[conformanceCase](t, src), decodeLines[conformanceAnswer](t, out.Bytes())
	if len(cases) != len(answers) {
		t.Fatalf("%d answers for %d cases", len(answers), len(cases))
	}
	for i, c := range cases {
		a := answers[i]
		switch got := a.Result + a.Verdict + a.Error; {
		case got != c.Want:
			t.Errorf("%s: %s, %s says %s", c.ID, got, c.Page, c.Want)
		case c.DecidedBy != "" && a.DecidedBy != c.DecidedBy:
			t.Errorf("%s: decided by %s, want %s", c.ID, a.DecidedBy, c.DecidedBy)
		case c.DependsOn != nil && !slices.Equal(a.DependsOn, c.DependsOn):
			t.Errorf("%s: depends on %v, want %v", c.ID, a.DependsOn, c.DependsOn)
		}
	}
	return cases
}

func decodeLines[T any](t *testing.T, src []byte) (list []T) {
	t.Helper()
	s := bufio.NewScanner(bytes.NewReader(src))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var one T
		if err := json.Unmarshal(s.Bytes(), &one); err != nil {
			t.Fatalf("%v in %s", err, s.Text())
		}
		list = append(list, one)
	}
	return list
}
