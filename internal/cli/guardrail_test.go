package cli

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ircontain/ircontain/internal/policy"
)

// rendered runs `guardrail render` and returns what it printed.
func rendered(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	a := &App{In: strings.NewReader(""), Out: &out, Err: &errs, Home: t.TempDir(),
		Now: func() time.Time { return time.Date(2026, 3, 31, 6, 0, 0, 0, time.UTC) }}
	code = a.Run(t.Context(), append([]string{"guardrail", "render", "--intent", "freeze-secrets"}, args...))
	return code, out.String(), errs.String()
}

func reportOf(t *testing.T, args ...string) guardrailReport {
	t.Helper()
	code, out, errs := rendered(t, append(args, "--output", "json")...)
	var r guardrailReport
	if err := json.Unmarshal([]byte(out), &r); code != 0 || err != nil {
		t.Fatalf("%v: exit %d, %v, %s", args, code, err, errs)
	}
	return r
}

// inlineFull leaves no room for an inline or a managed policy.
func inlineFull(args ...string) []string {
	return append([]string{"--existing-inline", "-1", "--attached", "10"}, args...)
}

// A document for a boundary must not stop what the guardrail does not deny.
func TestRenderedBoundaryLetsTheRestThrough(t *testing.T) {
	t.Parallel()
	compiled := func(text string) *policy.Policy {
		d, err := policy.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return d.Compile()
	}
	r := reportOf(t, inlineFull()...)
	var compact bytes.Buffer
	if err := json.Compact(&compact, r.Document); err != nil {
		t.Fatal(err)
	}
	_, text, errs := rendered(t, inlineFull()...)
	if compact.String() != strings.TrimSpace(text) || r.Size != compact.Len() || r.Placement.Where != "boundary" {
		t.Errorf("size %d of %d, %+v\n%s\n%s", r.Size, compact.Len(), r.Placement, compact.String(), text)
	}
	if !strings.Contains(errs, "statement NoFurtherLimit: lets through") {
		t.Errorf("the Allow is not explained: %s", errs)
	}
	identity := compiled(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:GetObject","secretsmanager:GetSecretValue"],"Resource":"*"}}`)
	who, err := policy.ParsePrincipal("arn:aws:iam::111122223333:user/app")
	if err != nil {
		t.Fatal(err)
	}
	for action, want := range map[string]policy.Effect{"s3:GetObject": policy.Allowed, "secretsmanager:GetSecretValue": policy.ExplicitlyDenied} {
		d := policy.Evaluate(policy.Layers{Identity: []*policy.Policy{identity}, Boundary: compiled(text)},
			policy.Request{Principal: who, Action: action, Resource: "arn:aws:s3:::bucket/key"})
		if d.Effect != want {
			t.Errorf("%s: %s", action, d.Effect)
		}
	}
}

func TestRenderOnAGroup(t *testing.T) {
	t.Parallel()
	if code, out, errs := rendered(t, inlineFull("--has-boundary")...); code != 2 || out != "" || !strings.Contains(errs, "hint: add --group NAME") {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
	r := reportOf(t, inlineFull("--has-boundary", "--group", "contained")...)
	if r.Placement.Where != "group" || !strings.Contains(string(r.Document), "ProtectGroup") {
		t.Errorf("%+v\n%s", r.Placement, r.Document)
	}
	r = reportOf(t, "--group", "contained")
	if r.Placement.Where != "inline" || !slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.Contains(w, "--group contained is not used") }) {
		t.Errorf("%+v, %q", r.Placement, r.Warnings)
	}
}

// A role has more room inline than a user, and joins no group.
func TestRenderOnARole(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"inline":  {"--existing-inline", "2000"},
		"managed": {"--existing-inline", "10000"},
		"nowhere": inlineFull("--has-boundary"),
	} {
		if r := reportOf(t, append(args, "--role", "deploy")...); r.Placement.Where != want {
			t.Errorf("%v: %+v", args, r.Placement)
		}
	}
	if r := reportOf(t, "--existing-inline", "2000", "--user", "app"); r.Placement.Where != "managed" {
		t.Errorf("a user has the quota of a role: %+v", r.Placement)
	}
}

// What is given twice must not vanish.
func TestRenderRefuses(t *testing.T) {
	t.Parallel()
	for text, args := range map[string][]string{
		"revoke-sessions-before is given twice":       {"--intent", "revoke-sessions-before=2026-03-31T06:00:00Z", "--intent", "revoke-sessions-before=2026-03-31T05:00:00Z"},
		"carve-out spares one principal":              {"--intent", "carve-out=arn:aws:iam::111122223333:role/a,arn:aws:iam::111122223333:role/b"},
		"--group and --role exclude each other":       {"--group", "g", "--role", "r"},
		`"aws*" is not a partition`:                   {"--partition", "aws*"},
		"--consumer needs --intent only=observed":     {"--consumer", "c1"},
		"need --intent only=observed":                 {"--logs", "x"},
		"only=observed needs --access-key":            {"--intent", "only=observed"},
		"only=observed needs --logs":                  {"--intent", "only=observed", "--principal", "arn:aws:iam::111122223333:user/app"},
		"--user and --role exclude each other":        {"--user", "u", "--role", "r"},
		"choose between 15m and 168h":                 {"--review-in", "1s"},
		"cannot compile that guardrail":               {"--intent", "pin-origin=10.0.0.0/8"},
		"only=observed needs --access-key or --princ": {"--intent", "only=s3:GetObject,observed", "--logs", "x"},
	} {
		code, out, errs := rendered(t, args...)
		if code != 2 || out != "" || !strings.Contains(errs, text) || strings.Count(errs, "\n") > 2 {
			t.Errorf("%v: exit %d, %s%s", args, code, out, errs)
		}
	}
}

func TestRenderPartitionAndAttachedPolicies(t *testing.T) {
	t.Parallel()
	const warning = "no --protect-policy was given"
	r := reportOf(t, "--partition", "aws-cn")
	if !strings.Contains(string(r.Document), `"arn:aws-cn:iam::`) || !slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.HasPrefix(w, warning) }) {
		t.Errorf("%q\n%s", r.Warnings, r.Document)
	}
	if _, _, errs := rendered(t); !strings.Contains(errs, "warning: "+warning) {
		t.Errorf("no warning: %s", errs)
	}
	for _, args := range [][]string{
		{"--protect-policy", "arn:aws:iam::111122223333:policy/app"},
		{"--intent", "freeze-iam"}, // stops new versions of any policy
	} {
		if _, _, errs := rendered(t, args...); strings.Contains(errs, warning) {
			t.Errorf("%v: %s", args, errs)
		}
	}
}
