package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// A trace has no JSON form, so asking for one is a mistake and not ignored.
func TestPolicyExplainRefusesJSON(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	a := &App{In: strings.NewReader("{}"), Out: &out, Err: &errs, Home: t.TempDir(), Now: time.Now}
	if code := a.Run(t.Context(), []string{"policy", "explain", "--case", "-", "--output", "json"}); code != 2 || out.Len() > 0 ||
		!strings.Contains(errs.String(), "policy explain has no JSON output\nhint: ") {
		t.Errorf("exit %d, %s%s", code, out.String(), errs.String())
	}
}
