package policy

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func run(t *testing.T, batch func(in string) (int, string, error), lines ...string) (int, []string) {
	t.Helper()
	bad, out, err := batch(strings.Join(lines, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return bad, strings.Split(strings.TrimSuffix(out, "\n"), "\n")
}

func evalBatch(in string) (int, string, error) {
	var w bytes.Buffer
	bad, err := EvalCases(strings.NewReader(in), &w)
	return bad, w.String(), err
}

func forecastBatch(in string) (int, string, error) {
	var w bytes.Buffer
	bad, err := ForecastCases(strings.NewReader(in), &w)
	return bad, w.String(), err
}

func TestEvalCases(t *testing.T) {
	request := `"request":{"principal":"` + bob + `","action":"s3:GetObject","resource":"` + bucket + `","resource_account":"` + account + `","context":{"aws:username":"bob","aws:TagKeys":["a"],"aws:SecureTransport":true}}`
	s3 := doc(allowS3)
	bad, out := run(t, evalBatch,
		`{"id":"a","policies":{"identity":[`+s3+`]},`+request+`,"comment":"ignored"}`,
		``,
		`{"id":2,"policies":{"identity":[`+s3+`],"scps":[[`+s3+`],[`+doc(`{"Sid":"No","Effect":"Deny","Action":"*","Resource":"*"}`)+`]]},`+request+`}`,
		`{"id":"c","policies":{"identity":[],"scps":null},`+request+`}`,
		`{"id":"d","policies":{"identity":[{"Statement":[],"Statement":[]}]},`+request+`}`,
		`{"id":"e","policies":{"identity":[{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Nope":{"a":"b"}}}}]},`+request+`}`,
		`not json`,
		`{"id":"f","policies":{},"request":{"principal":"nobody","action":"s3:X","resource":"*"}}`,
		`{"id":"g","policies":{}}`,
		`{"id":"h","policies":{},"request":{"principal":"anonymous","resource":"*"}}`,
		`{"id":"i","policies":{},"request":{"principal":"anonymous","action":"s3:X","resource":"*","context":{"a":"1","A":"2"}}}`,
		`{"id":"j","policies":{},"request":{"principal":"anonymous","action":"s3:X"}}`,
		`{"id":"k","policies":{"identity":[`+s3+`]},"request":{"principal":"`+bob+`","action":"s3:ListAllMyBuckets","wildcard_only_action":true}}`,
		`{"id":"l","policies":{"scps":`+s3+`},`+request+`}`,
	)
	want := []string{
		`{"schema_version":1,"id":"a","result":"Allowed","decided_by":"identity","statements":[{"layer":"identity","level":0,"policy":0,"statement":0,"sid":"","effect":"Allow"}]}`,
		`{"schema_version":1,"id":2,"result":"ExplicitlyDenied","decided_by":"scp","statements":[{"layer":"scp","level":1,"policy":0,"statement":0,"sid":"No","effect":"Deny"}]}`,
		`{"schema_version":1,"id":"c","result":"ImplicitlyDenied","decided_by":"default","statements":[]}`,
		`{"schema_version":1,"id":"d","error":"bad-policy: identity policy: 1:51: duplicate member`,
		`{"schema_version":1,"id":"e","error":"bad-policy: identity policy: 1:`,
		`{"schema_version":1,"id":null,"error":"bad-json: 1:1: `,
		`{"schema_version":1,"id":"f","error":"bad-principal: `,
		`{"schema_version":1,"id":"g","error":"bad-case: request is missing`,
		`{"schema_version":1,"id":"h","error":"bad-request: action is missing"}`,
		`{"schema_version":1,"id":"i","error":"bad-context: key \"A\" is given twice"}`,
		`{"schema_version":1,"id":"j","error":"bad-request: resource is missing"}`,
		`{"schema_version":1,"id":"k","result":"Allowed"`,
		`{"schema_version":1,"id":"l","error":"bad-policy: `,
	}
	if bad != 9 || len(out) != len(want) {
		t.Fatalf("%d bad, %d lines:\n%s", bad, len(out), strings.Join(out, "\n"))
	}
	for i := range want {
		if !strings.HasPrefix(out[i], want[i]) {
			t.Errorf("line %d:\n got %s\nwant %s", i, out[i], want[i])
		}
	}
}

func TestForecastCases(t *testing.T) {
	deny := doc(`{"Sid":"V","Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::data/*","Condition":{"StringNotEquals":{"aws:SourceVpc":"v"}}}`)
	call := func(rest string) string {
		return `,"deny_policy":` + deny + `,"call":{"principal":"` + bob + `","action":"s3:GetObject","resource_account":"` + account + `",` + rest + `}}`
	}
	bad, out := run(t, forecastBatch,
		`{"id":"a"`+call(`"resources":["`+bucket+`"],"known":{},"absent":["aws:SourceVpc"],"present":[]`),
		`{"id":"b"`+call(`"resources":["`+bucket+`"],"known":{},"absent":[],"present":[]`),
		`{"id":"c"`+call(`"resources":null,"known":{},"absent":["aws:sourcevpc"],"present":[]`),
		`{"id":"d"`+call(`"resources":["`+bucket+`"],"known":{"aws:SourceVpc":"v"}`),
		`{"id":"e","call":{}}`,
		`{"id":"f","deny_policy":`+doc(to("Deny", `"*"`))+`,"call":{"principal":"anonymous","action":"s3:X","resources":["*"]}}`,
	)
	want := []string{
		`{"schema_version":1,"id":"a","verdict":"denied","depends_on":[],"statements":[{"statement":0,"sid":"V","match":"yes"}]}`,
		`{"schema_version":1,"id":"b","verdict":"unknown","depends_on":["aws:SourceVpc"],"statements":[{"statement":0,"sid":"V","match":"maybe"}]}`,
		`{"schema_version":1,"id":"c","verdict":"unknown","depends_on":["Resource"],"statements":[{"statement":0,"sid":"V","match":"maybe"}]}`,
		`{"schema_version":1,"id":"d","verdict":"not-denied","depends_on":[],"statements":[{"statement":0,"sid":"V","match":"no"}]}`,
		`{"schema_version":1,"id":"e","error":"bad-case: deny_policy is missing or no object"}`,
		`{"schema_version":1,"id":"f","verdict":"denied","depends_on":[],"statements":[{"statement":0,"sid":"","match":"yes"}]}`,
	}
	if bad != 1 || strings.Join(out, "\n") != strings.Join(want, "\n") {
		t.Errorf("%d bad:\n%s", bad, strings.Join(out, "\n"))
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func (brokenPipe) Read([]byte) (int, error) { return 0, errors.New("gone") }

func TestCasesReportIOErrors(t *testing.T) {
	if _, err := EvalCases(strings.NewReader("x\n"), brokenPipe{}); err == nil {
		t.Error("write error lost")
	}
	if _, err := ForecastCases(brokenPipe{}, &bytes.Buffer{}); err == nil {
		t.Error("read error lost")
	}
}
