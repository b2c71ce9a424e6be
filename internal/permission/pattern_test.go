package permission

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ircontain/ircontain/internal/policy"
)

// matches asks the evaluator, the authority on matching.
func matches(t interface{ Fatal(...any) }, action, resource, on, target string) bool {
	d, err := (&policy.Builder{Statements: []policy.Statement{{Effect: policy.Allow, Action: []string{action}, Resource: []string{resource}}}}).Document()
	if err != nil {
		t.Fatal(err)
	}
	return d.Compile().Match(policy.Request{Action: on, Resource: target})[0].Match == policy.True
}

// The review sorts actions with a match of its own, for speed. It has to agree
// with the evaluator.
func TestGlobAgreesWithTheEvaluator(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[aB*?]{1,8}`).Draw(t, "pattern")
		name := rapid.StringMatching(`[Ab]{1,8}`).Draw(t, "name")
		if got, want := glob(strings.ToLower(pattern), strings.ToLower(name)), matches(t, "s3:"+pattern, "*", "S3:"+name, "*"); got != want {
			t.Fatalf("%q on %q: %v, the evaluator says %v", pattern, name, got, want)
		}
	})
}

// A made-up example matches both patterns it was made for, and where none can
// be made, no simple one exists either.
func TestExamplesMatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tail := rapid.StringMatching(`[ab/:*?]{1,6}`)
		a, b := "arn:aws:s3:::"+tail.Draw(t, "a"), "arn:aws:s3:::"+tail.Draw(t, "b")
		x, y := fill(a, true, knownKeys{}), fill(b, true, knownKeys{})
		arn, ok := example(x, y, acct)
		if ok && !(matches(t, "s3:GetObject", a, "s3:GetObject", arn) && matches(t, "s3:GetObject", b, "s3:GetObject", arn)) {
			t.Fatalf("%s is no example of %s and %s", arn, a, b)
		}
		if probe := "arn:aws:s3:::" + rapid.StringMatching(`[ab/:]{1,6}`).Draw(t, "probe"); !ok && matches(t, "s3:GetObject", a, "s3:GetObject", probe) && matches(t, "s3:GetObject", b, "s3:GetObject", probe) {
			t.Fatalf("%s is an example of %s and %s, and none was found", probe, a, b)
		}
		if covers(x, y) && ok && !matches(t, "s3:GetObject", a, "s3:GetObject", arn) {
			t.Fatalf("%s does not take in %s", a, b)
		}
	})
}

func TestFill(t *testing.T) {
	t.Parallel()
	keys := knownKeys{values: map[string]policy.Value{"aws:username": policy.SingleValue("a*b")}}
	for in, want := range map[string]string{
		"arn:aws:s3:::b/${aws:username}/*": "arn:aws:s3:::b/a*b/*", "x${*}y": "x*y", "${aws:SourceIp}": "*", "${aws:SourceIp, 'd'}": "*", "${": "${", "a${}b": "a*b",
	} {
		got := fill(in, true, keys)
		if shown(got) != want {
			t.Errorf("%s: %q, want %q", in, shown(got), want)
		}
	}
	if got := fill("${aws:username}", false, keys); got != "${aws:username}" {
		t.Errorf("without variables: %q", got)
	}
	if strings.ContainsRune(fill("${*}a*b", true, keys)[:1], anyRun) {
		t.Error("a literal star became a wildcard")
	}
}
