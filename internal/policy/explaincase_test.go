package policy

import (
	"bytes"
	"strings"
	"testing"
)

func explained(t *testing.T, text string) string {
	t.Helper()
	var w bytes.Buffer
	if err := ExplainCase(strings.NewReader(text), &w); err != nil {
		t.Fatal(err)
	}
	return w.String()
}

// caseOf puts layers and a caller into one case.
func caseOf(policies, who string) string {
	return `{"policies":{` + policies + `},"request":{"principal":"` + who + `","action":"s3:GetObject","resource":"` +
		bucket + `","resource_account":"` + account + `","context":{"aws:username":"bob"}}}`
}

func TestExplainCase(t *testing.T) {
	got := explained(t, caseOf(`"identity":[`+doc(allowS3+`,{"Sid":"Pin","Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"},"StringEquals":{"aws:SourceVpc":"v"}}}`)+
		`],"scps":[[`+doc(allowAll)+`],[`+doc(allowEC2)+`]],"resource":`+doc(to("Allow", aws(account))), bob))
	want := `request   arn:aws:iam::111122223333:user/team/bob calls s3:GetObject
          on arn:aws:s3:::data/key (same account)
decision  ImplicitlyDenied, by scp

layers in the order of evaluation
  rcp       not there
  scp       silent: not every level allows
    level 0, policy 0
      statement 0 Allow: applies
    level 1, policy 0
      statement 0 Allow: does not apply: Action
  resource  allows
    policy 0
      statement 0 Allow: applies, but names only the account: the identity policies decide
  identity  allows
    policy 0
      statement 0 Allow: applies
      statement 1 "Pin" Deny: does not apply: condition StringEquals on aws:SourceVpc, which the request does not carry
  boundary  not there
  session   not there
  endpoint  not there

condition keys that were asked for and are not in the request
  aws:SourceVpc
`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestExplainCaseCallers(t *testing.T) {
	deny := `"identity":[` + doc(denyS3) + `],"scps":[[` + doc(denyS3) + `]]`
	for _, c := range []struct{ policies, who, want string }{
		{deny, bob, "decision  ExplicitlyDenied, by scp"},
		{deny, bob, "  identity  denies\n"},
		{`"identity":[` + doc(denyS3) + `]`, rootOf, "  identity  the root user has full access in its own account"},
		{`"identity":[` + doc(allowAll) + `]`, fedBob, "  session   not there: a federated session without one has no identity permissions"},
		{deny, "lambda.amazonaws.com", "  scp       does not reach this caller or service"},
		{deny, anonymous, "request   an anonymous caller calls s3:GetObject"},
		{`"rcps":[[` + doc(to("Deny", `"*"`)) + `]],"resource":` + doc(to("Allow", aws(app))), app, "resource, policy 0, statement 0: session-grant: "},
	} {
		if got := explained(t, caseOf(c.policies, c.who)); !strings.Contains(got, c.want) {
			t.Errorf("%s: no %q in\n%s", c.who, c.want, got)
		}
	}
}

func TestExplainCaseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                             "bad-json: 1:1: ",
		`[]`:                           "bad-json: a case must be an object",
		`{"id":1,"id":2}`:              `bad-case: duplicate member "id"`,
		`{"policies":{}}`:              "bad-case: request is missing",
		caseOf(`"identity":[1]`, bob):  "bad-policy: ",
		caseOf(`"identity":[]`, "bob"): "bad-principal: ",
	} {
		if err := ExplainCase(strings.NewReader(text), &bytes.Buffer{}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if err := ExplainCase(brokenPipe{}, &bytes.Buffer{}); err == nil {
		t.Error("read error lost")
	}
	if err := ExplainCase(strings.NewReader(caseOf(`"identity":[]`, bob)), brokenPipe{}); err == nil {
		t.Error("write error lost")
	}
}

// FuzzExplainCase: whatever can be evaluated can be explained, and the
// explanation names the result.
func FuzzExplainCase(f *testing.F) {
	f.Add(caseOf(`"identity":[`+doc(denyS3)+`],"scps":[[`+doc(allowAll)+`],[]]`, bob))
	f.Add(caseOf(`"resource":`+doc(to("Allow", aws(bob)))+`,"session":`+doc(allowS3), fedBob))
	f.Add(caseOf(`"rcps":[[`+doc(to("Deny", `"*"`))+`]],"endpoint":[`+doc(to("Allow", `"*"`))+`]`, anonymous))
	f.Add(`{"policies":{"identity":{"Statement":{}}},"request":{}}`)
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.Join(strings.Fields(text), " ")
		var told, results bytes.Buffer
		err := ExplainCase(strings.NewReader(text), &told)
		bad, evalErr := EvalCases(strings.NewReader(text), &results)
		if text == "" || evalErr != nil {
			return
		}
		if (err != nil) != (bad > 0) {
			t.Fatalf("explain: %v, eval: %s", err, results.String())
		}
		if err == nil {
			_, after, _ := strings.Cut(told.String(), "\ndecision  ")
			effect, _, _ := strings.Cut(after, ",")
			if !strings.Contains(results.String(), `"result":"`+effect+`"`) {
				t.Fatalf("explain says %s, eval %s", effect, results.String())
			}
		}
	})
}
