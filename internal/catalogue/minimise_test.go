package catalogue

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// expandAll is what a list of entries names.
func expandAll(c *Catalogue, entries []string) []string {
	var out []string
	for _, e := range entries {
		out = append(out, c.Expand(e)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func assertExact(t *testing.T, c *Catalogue, set, list []string) {
	t.Helper()
	want := slices.Sorted(slices.Values(set))
	want = slices.Compact(want)
	if got := expandAll(c, list); !slices.Equal(got, want) {
		t.Errorf("%v stands for %v, want %v", list, got, want)
	}
}

func TestMinimise(t *testing.T) {
	c := load(t)
	for _, row := range []struct{ set, want string }{
		{"", ""},
		{"ssm:GetParameter ssm:GetParameters ssm:GetParametersByPath ssm:GetParameterHistory", "ssm:G*am*"},
		{"sts:AssumeRole", "sts:*le"},
		{"sts:AssumeRole sts:AssumeRoot sts:AssumeRoleWithSAML sts:AssumeRoleWithWebIdentity", "sts:A*"},
		{"STS:GETCALLERIDENTITY", "sts:G*y"},
		{"not:There s3:NotThere", "not:There s3:NotThere"},
		{"sts:Assume*", "sts:A*"},
		{"rds-data:*", "rds-data:*"},
	} {
		if got := strings.Join(c.Minimise(strings.Fields(row.set)), " "); got != row.want {
			t.Errorf("%s: %s, want %s", row.set, got, row.want)
		}
	}
}

func TestMinimiseByWord(t *testing.T) {
	c := load(t)
	for _, row := range []struct{ set, want string }{
		{"", ""},
		{"ssm:GetParameter ssm:GetParameters ssm:GetParametersByPath ssm:GetParameterHistory", "ssm:GetParameter*"},
		{"sts:AssumeRole", "sts:AssumeRole"},
		{"sts:AssumeRole sts:AssumeRoot sts:AssumeRoleWithSAML sts:AssumeRoleWithWebIdentity", "sts:Assume*"},
		{"iam:CreateAccessKey iam:DeleteAccessKey iam:UpdateAccessKey", "iam:*AccessKey"},
		{"rds-data:*", "rds-data:*"},
	} {
		if got := strings.Join(c.MinimiseByWord(strings.Fields(row.set)), " "); got != row.want {
			t.Errorf("%s: %s, want %s", row.set, got, row.want)
		}
	}
}

// TestMinimiseIsExact minimises random sets and compares what they name.
func TestMinimiseIsExact(t *testing.T) {
	c := load(t)
	random := rand.New(rand.NewPCG(1, 2))
	services := c.Services()
	before, after := 0, 0
	for range 150 {
		var set []string
		for range 1 + random.IntN(3) {
			names := c.Expand(services[random.IntN(len(services))] + ":*")
			for range 1 + random.IntN(8) {
				set = append(set, names[random.IntN(len(names))])
			}
		}
		list := c.Minimise(set)
		assertExact(t, c, set, list)
		if !slices.Equal(list, c.Minimise(set)) {
			t.Errorf("%v: not deterministic", set)
		}
		slices.Sort(set)
		assertExact(t, c, set, c.MinimiseByWord(set))
		before, after = before+len(strings.Join(slices.Compact(set), `","`)), after+len(strings.Join(list, `","`))
	}
	t.Logf("%d characters became %d", before, after)
}

// TestMinimiseByLevel takes the largest services by level, the worst case.
func TestMinimiseByLevel(t *testing.T) {
	c := load(t)
	for _, prefix := range []string{"ec2", "iam", "s3", "sagemaker", "kms"} {
		var set []string
		for _, name := range c.Expand(prefix + ":*") {
			if l, _ := c.Level(name); l.Mutates() {
				set = append(set, name)
			}
		}
		start := time.Now()
		list := c.Minimise(set)
		assertExact(t, c, set, list)
		byWord := c.MinimiseByWord(set)
		assertExact(t, c, set, byWord)
		t.Logf("%s by word: %s", prefix, strings.Join(byWord, " "))
		t.Logf("%s: %d actions in %d entries, %d characters, %s", prefix, len(set), len(list), len(strings.Join(list, `","`))+2, time.Since(start).Round(time.Millisecond))
	}
}
