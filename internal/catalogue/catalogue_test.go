package catalogue

import (
	"bytes"
	"compress/gzip"
	"errors"
	"slices"
	"strings"
	"testing"
)

func load(t testing.TB) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFigures(t *testing.T) {
	c := load(t)
	levels, plain, dependents := map[Level]int{}, 0, 0
	for a := range c.Actions() {
		levels[a.Level]++
		if a.WildcardOnly() {
			plain++
		}
		if len(a.Dependent) > 0 {
			dependents++
		}
		if got, ok := c.Action(strings.ToUpper(a.String())); !ok || got.String() != a.String() {
			t.Fatalf("%s is not found by its own name", a)
		}
	}
	want := map[Level]int{Write: 11357, Read: 5871, List: 3719, Tagging: 719, PermissionsManagement: 425}
	for l, n := range want {
		if levels[l] != n {
			t.Errorf("%s: %d actions, want %d", l, levels[l], n)
		}
	}
	if c.Len() != 22091 || len(c.Services()) != 456 || dependents != 1565 || len(packed) > 250<<10 {
		t.Errorf("%d actions, %d services, %d with dependents, %d bytes", c.Len(), len(c.Services()), dependents, len(packed))
	}
	t.Logf("release %s: %d bytes embedded, %d actions without resource types", c.Version(), len(packed), plain)
}

func TestLookup(t *testing.T) {
	c := load(t)
	a, ok := c.Action("S3:getobject")
	if !ok || a.String() != "s3:GetObject" || a.Level != Read || a.WildcardOnly() || !slices.Contains(a.Keys, "s3:ExistingObjectTag/<key>") && len(a.Keys) == 0 {
		t.Errorf("s3:GetObject: %+v", a)
	}
	if got, _ := c.ARNFormat("IAM", "role"); got != "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}" {
		t.Errorf("role: %s", got)
	}
	if got := c.ResourceTypes("iam:CreateAccessKey"); !slices.Equal(got, []string{"user"}) {
		t.Errorf("iam:CreateAccessKey: %v", got)
	}
	if got := c.Dependent("lambda:CreateFunction"); !slices.Contains(got, "iam:PassRole") {
		t.Errorf("lambda:CreateFunction needs %v", got)
	}
	if l, ok := c.Level("iam:AttachUserPolicy"); !ok || l != PermissionsManagement && l != Write || !l.Mutates() || List.Mutates() {
		t.Errorf("iam:AttachUserPolicy: %s", l)
	}
	if !c.HonoursRCP("sts") || c.HonoursRCP("iam") || c.HonoursRCP("none") {
		t.Error("wrong list of services under resource control policies")
	}
	for _, name := range []string{"", "s3", "s3:", "s3:GetObjec", "none:Get", "*", "s3:*"} {
		if a, ok := c.Action(name); ok {
			t.Errorf("%q is %s", name, a)
		}
	}
	if _, ok := c.ARNFormat("iam", "nothing"); ok || c.Dependent("none:X") != nil || c.ResourceTypes("none:X") != nil {
		t.Error("unknown names have answers")
	}
	for range c.Actions() {
		break
	}
}

func TestExpand(t *testing.T) {
	c := load(t)
	for pattern, want := range map[string]string{
		"ssm:getparameter*":       "ssm:GetParameter ssm:GetParameterHistory ssm:GetParameters ssm:GetParametersByPath",
		"STS:Assume*":             "sts:AssumeRole sts:AssumeRoleWithSAML sts:AssumeRoleWithWebIdentity sts:AssumeRoot",
		"sts:AssumeRo?t":          "sts:AssumeRoot",
		"iam:*teAccess*Key":       "iam:CreateAccessKey iam:DeleteAccessKey iam:UpdateAccessKey",
		"secretsmanager:*Random*": "secretsmanager:GetRandomPassword",
		"s*:GetObject":            "", "sts": "", "": "", "none:*": "", "sts:": "",
	} {
		if got := strings.Join(c.Expand(pattern), " "); got != want {
			t.Errorf("%s: %s", pattern, got)
		}
	}
	if n := len(c.Expand("*")); n != c.Len() {
		t.Errorf("*: %d", n)
	}
	if n := len(c.Expand("iam:*")); n < 150 {
		t.Errorf("iam:*: %d", n)
	}
}

func TestDamagedData(t *testing.T) {
	pack := func(text string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write([]byte(text))
		w.Close()
		return b.String()
	}
	for name, data := range map[string]string{
		"not packed": "catalogue 1\n", "cut": packed[:len(packed)/2],
		"format": pack("catalogue 2\n"), "orphan": pack("catalogue 1\nA\tX\tR\n"),
		"kind": pack("catalogue 1\nS\ts\nZ\tx\n"), "level": pack("catalogue 1\nS\ts\nA\tX\tQ\n"),
		"type": pack("catalogue 1\nS\ts\nA\tX\tR\t0\n"), "key": pack("catalogue 1\nS\ts\nA\tX\tR\t\t-1\n"),
		"order": pack("catalogue 1\nS\ts\nA\tY\tR\nA\tX\tR\n"), "late source": pack("catalogue 1\nS\ts\nsource\n"),
	} {
		if _, err := decode(data); !errors.Is(err, errFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}
