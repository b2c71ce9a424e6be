package forecast_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ircontain/ircontain/internal/authcontext"
	"github.com/ircontain/ircontain/internal/forecast"
	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/trail"
)

// TestDeniedHoldsForEveryCompletion: what Replay calls denied, the evaluator
// denies however the unknown turns out; not denied likewise.
func TestDeniedHoldsForEveryCompletion(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[rnd.IntN(len(list))] }
	verdicts := map[policy.Verdict]int{}
	for range 3000 {
		record := event(1, pick(asUser, asToken), "s3", pick("ListObjects", "GetObject", "ListBuckets"),
			pick(``, `,"vpcEndpointId":"vpce-1"`, `,"tlsDetails":{"tlsVersion":"TLSv1.3"}`)+pick(``, `,"requestParameters":{"bucketName":"b","key":"k","prefix":"p"}`))
		document := statement(`"` + pick("Action", "NotAction") + `":"` + pick("s3:*", "s3:Get*", "*:x", "s3:ListBucket") + `","` +
			pick("Resource", "NotResource") + `":"` + pick("*", "arn:aws:s3:::b", "arn:aws:s3:::b/*") + `","Condition":{"` +
			pick("StringEquals", "StringNotEquals", "StringEqualsIfExists") + `":{"` +
			pick("aws:SourceVpce", "aws:SourceVpc", "aws:PrincipalTag/t", "aws:username", "s3:prefix", "aws:PrincipalOrgID") + `":"` + pick("vpce-1", "ana", "p", "other") + `"}` +
			pick(``, `,"Null":{"`+pick("aws:TokenIssueTime", "aws:ResourceTag/t", "aws:SourceVpc")+`":"`+pick("true", "false")+`"}`) + `}`)
		if strings.Contains(document, `"*:x"`) {
			document = strings.ReplaceAll(document, `"*:x"`, `"iam:*"`)
		}
		u := usageOf(t, selectorOf(record), record)
		l, err := forecast.Deny("d", caller, []byte(document))
		if err != nil {
			t.Fatal(err)
		}
		f := forecast.Replay(u, l)
		c := f.Consumers[0]
		verdicts[c.Verdict]++
		if c.Verdict == policy.VerdictUnknown {
			continue
		}
		for range 8 {
			if got := completed(t, u.Calls()[0], document, pick); got != (c.Verdict == policy.VerdictDenied) {
				t.Fatalf("%s, but a completion is denied %v\n%s\n%s", c.Verdict, got, record, document)
			}
		}
	}
	if verdicts[policy.VerdictDenied] < 50 || verdicts[policy.VerdictUnknown] < 50 || verdicts[policy.VerdictNotDenied] < 50 {
		t.Errorf("the cases are lopsided: %v", verdicts)
	}
}

// completed fills in what the record leaves open and runs the whole decision
// beside an identity policy that allows everything.
func completed(t *testing.T, call *trail.Call, document string, pick func(...string) string) bool {
	t.Helper()
	parse := func(text string) *policy.Policy {
		d, err := policy.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return d.Compile()
	}
	layers := policy.Layers{Identity: []*policy.Policy{parse(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`), parse(document)}}
	check := authcontext.FromCall(call, authcontext.Next).Checks[0]
	check.Request.Context = completion{under: check.Request.Context, pick: pick, made: map[string]policy.Value{}}
	check.Request.Resource = "*"
	switch {
	case len(check.Resources) > 0:
		check.Request.Resource = check.Resources[0]
	case check.Resources == nil:
		check.Request.Resource = pick("arn:aws:s3:::b", "arn:aws:s3:::b/k", "arn:aws:s3:::other")
	}
	return policy.Evaluate(layers, check.Request).Effect == policy.ExplicitlyDenied
}

// completion is one way the unknown could turn out.
type completion struct {
	under policy.Context
	pick  func(...string) string
	made  map[string]policy.Value
}

func (c completion) Get(key string) policy.Value {
	v := c.under.Get(key)
	if v.Known() || v.Absent() {
		return v
	}
	if _, ok := c.made[key]; !ok {
		c.made[key] = policy.SingleValue(c.pick("vpce-1", "ana", "p", "other", "x"))
		if key != "aws:sourcevpc" && c.pick("absent", "there") == "absent" {
			c.made[key] = policy.AbsentValue()
		}
	}
	return c.made[key]
}

// TestBoundaryAgreesWithTheEvaluator: for a context without unknowns the two
// ways to read a boundary are one.
func TestBoundaryAgreesWithTheEvaluator(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	pick := func(list ...string) string { return list[rnd.IntN(len(list))] }
	for range 1000 {
		record := event(1, asUser, "s3", pick("GetObject", "PutObject"), `,"requestParameters":{"bucketName":"`+pick("a", "b")+`","key":"k"}`)
		one := func() string {
			return `{"Effect":"` + pick("Allow", "Allow", "Deny") + `","` + pick("Action", "NotAction") + `":"` + pick("s3:*", "s3:Get*", "iam:*") + `","Resource":"` + pick("*", "arn:aws:s3:::a*", "arn:aws:s3:::b/k") + `"}`
		}
		document := `{"Version":"2012-10-17","Statement":[` + one() + `,` + one() + `]}`
		u := usageOf(t, selectorOf(record), record)
		l, err := forecast.Boundary("b", caller, []byte(document))
		if err != nil {
			t.Fatal(err)
		}
		d, err := policy.Parse([]byte(document))
		if err != nil {
			t.Fatal(err)
		}
		all, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`))
		if err != nil {
			t.Fatal(err)
		}
		check := authcontext.FromCall(u.Calls()[0], authcontext.Next).Checks[0]
		check.Request.Resource = check.Resources[0]
		want := policy.Evaluate(policy.Layers{Identity: []*policy.Policy{all.Compile()}, Boundary: d.Compile()}, check.Request).Effect == policy.Allowed
		if got := forecast.Replay(u, l).Consumers[0].Verdict; (got == policy.VerdictNotDenied) != want || got == policy.VerdictUnknown {
			t.Fatalf("%s, the evaluator allows: %v\n%s\n%s", got, want, record, document)
		}
	}
}

func TestBadDocuments(t *testing.T) {
	for _, text := range []string{``, `{}`, `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*"}}`} {
		if _, err := forecast.Deny("d", caller, []byte(text)); err == nil || !strings.Contains(err.Error(), "of d: ") {
			t.Errorf("%q: %v", text, err)
		}
		if _, err := forecast.Boundary("d", caller, []byte(text)); err == nil {
			t.Errorf("%q passed as a boundary", text)
		}
	}
}
