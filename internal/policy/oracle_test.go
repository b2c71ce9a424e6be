//go:build oracle

package policy

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
)

// oracleAnswer is one line of either engine.
type oracleAnswer struct {
	ID     int    `json:"id"`
	Result string `json:"result"`
	Error  string `json:"error"`
}

// TestOracle answers random cases with both engines and fails on a
// disagreement that no modelled deviation explains. Run it with `make oracle`.
func TestOracle(t *testing.T) {
	dir := os.Getenv("IRCONTAIN_ORACLE_DIR")
	if dir == "" {
		t.Skip("IRCONTAIN_ORACLE_DIR is not set; use make oracle")
	}
	cases := drawCases(number(t, "IRCONTAIN_ORACLE_SEED", 1), number(t, "IRCONTAIN_ORACLE_CASES", 25000))
	theirs := askOracle(t, dir, cases)
	ours := askOurselves(t, cases)

	results, explained, refused := map[string]int{}, map[string]int{}, map[string]int{}
	compared, unexplained := 0, []string(nil)
	for i, c := range cases {
		if theirs[i].Error != "" || ours[i].Error != "" {
			refused[kindOfRefusal(theirs[i].Error+ours[i].Error)]++
			continue
		}
		compared++
		results[ours[i].Result]++
		if theirs[i].Result == ours[i].Result {
			continue
		}
		if why := explain(t, c, theirs[i].Result); why != "" {
			explained[why]++
			continue
		}
		unexplained = append(unexplained, fmt.Sprintf("ours %s, theirs %s:\n%s", ours[i].Result, theirs[i].Result, c.line()))
	}
	t.Logf("%d cases compared: %v", compared, results)
	for _, name := range sorted(explained) {
		t.Logf("%6d explained by %s", explained[name], name)
	}
	for _, why := range sorted(refused) {
		t.Logf("%6d refused by one engine: %s", refused[why], why)
	}
	t.Logf("%d unexplained", len(unexplained))
	// The shortest say most.
	sort.Slice(unexplained, func(i, j int) bool { return len(unexplained[i]) < len(unexplained[j]) })
	for _, text := range unexplained[:min(len(unexplained), 5)] {
		t.Error(text)
	}
	if compared*20 < len(cases)*19 {
		t.Errorf("only %d of %d cases could be compared", compared, len(cases))
	}
}

func drawCases(seed, n int) []oracleCase {
	g := oracleGenerator{rand.New(rand.NewPCG(uint64(seed), 0))}
	out := make([]oracleCase, n)
	for i := range out {
		out[i] = g.next(i)
	}
	return out
}

func number(t *testing.T, name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

func lines(cases []oracleCase) *bytes.Reader {
	var b bytes.Buffer
	for _, c := range cases {
		b.Write(c.line())
	}
	return bytes.NewReader(b.Bytes())
}

func askOracle(t *testing.T, dir string, cases []oracleCase) []oracleAnswer {
	script, err := filepath.Abs("../../scripts/oracle/oracle.mjs")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", script)
	cmd.Dir, cmd.Stdin, cmd.Stderr = dir, lines(cases), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	return answers(t, out, len(cases))
}

func askOurselves(t *testing.T, cases []oracleCase) []oracleAnswer {
	var out bytes.Buffer
	mine := make([]oracleCase, len(cases))
	for i, c := range cases {
		mine[i] = withFullAccessRCP(c)
	}
	if _, err := EvalCases(lines(mine), &out); err != nil {
		t.Fatal(err)
	}
	return answers(t, out.Bytes(), len(cases))
}

// withFullAccessRCP adds the policy that is always attached and cannot be
// detached; our batch format implies nothing, the other engine adds it.
func withFullAccessRCP(c oracleCase) oracleCase {
	c = c.clone()
	for i := range c.Policies.RCPs {
		c.Policies.RCPs[i] = append(c.Policies.RCPs[i], oracleDoc{Version: Version2012, Statement: []oracleStatement{
			{Effect: "Allow", Principal: "*", Action: []string{"*"}, Resource: []string{"*"}}}})
	}
	return c
}

func answers(t *testing.T, out []byte, n int) []oracleAnswer {
	list := make([]oracleAnswer, 0, n)
	s := bufio.NewScanner(bytes.NewReader(out))
	s.Buffer(nil, 1<<22)
	for s.Scan() {
		var a oracleAnswer
		if err := json.Unmarshal(s.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		if a.ID != len(list) {
			t.Fatalf("answer %d is for case %d", len(list), a.ID)
		}
		list = append(list, a)
	}
	if len(list) != n {
		t.Fatalf("%d answers for %d cases", len(list), n)
	}
	return list
}

// kindOfRefusal drops what differs from case to case.
func kindOfRefusal(text string) string {
	if _, after, ok := strings.Cut(text, `"message":"`); ok {
		text, _, _ = strings.Cut(after, `"`)
	}
	return text
}

func sorted(m map[string]int) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
