package policy

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	ok := `"Effect":"Allow","Action":"s3:*","Resource":"*"`
	cond := func(c string) string { return doc(`{` + ok + `,"Condition":` + c + `}`) }
	for _, c := range []struct {
		name, text string
		kind       Kind
		want       string
	}{
		{"empty", ``, 0, "1:1: unexpected end of document"},
		{"no object", `[]`, 0, "1:1: a policy document must be an object"},
		{"trailing text", `{"Statement":[]} x`, 0, "1:18: unexpected text"},
		{"trailing comma", `{"Statement":[],}`, 0, "1:17: expected a member name"},
		{"duplicate statement", `{"Statement":[],"Statement":[]}`, 0, `1:17: duplicate member "Statement"`},
		{"duplicate action", "{\"Statement\":{\"Action\":\"a:b\",\n  \"Action\":\"c:d\"}}", 0, `2:3: duplicate member "Action"`},
		{"duplicate by escape", `{"Statement":[],"\u0053tatement":[]}`, 0, "duplicate member"},
		{"duplicate key in other case", cond(`{"Bool":{"a:B":"true","A:b":"false"}}`), 0, `condition key "A:b" appears twice`},
		{"unknown member", `{"Statement":[],"Comment":""}`, 0, `1:17: unknown member "Comment"`},
		{"unknown statement member", doc(`{` + ok + `,"Actions":"x"}`), 0, `unknown member "Actions"`},
		{"lower-case member", doc(`{"effect":"Allow"}`), 0, `unknown member "effect"`},
		{"version", `{"Version":"2020-01-01","Statement":[]}`, 0, "1:12: version"},
		{"no statement", `{"Version":"2012-10-17"}`, 0, "document has no Statement"},
		{"effect", doc(`{"Effect":"allow","Action":"s3:*","Resource":"*"}`), 0, "Effect must be"},
		{"no effect", doc(`{"Action":"s3:*","Resource":"*"}`), 0, "statement has no Effect"},
		{"both actions", doc(`{` + ok + `,"NotAction":"s3:*"}`), 0, "both Action and NotAction"},
		{"no action", doc(`{"Effect":"Deny","Resource":"*"}`), 0, "neither Action nor NotAction"},
		{"both resources", doc(`{` + ok + `,"NotResource":"*"}`), 0, "both Resource and NotResource"},
		{"no resource", doc(`{"Effect":"Deny","Action":"*"}`), 0, "neither Resource nor NotResource"},
		{"principal in identity", doc(`{` + ok + `,"Principal":"*"}`), 0, "identity policy must not name a principal"},
		{"principal in scp", doc(`{` + ok + `,"Principal":"*"}`), KindSCP, "must not name a principal"},
		{"no principal in resource", doc(`{` + ok + `}`), KindResource, "neither Principal nor NotPrincipal"},
		{"both principals", doc(`{` + ok + `,"Principal":"*","NotPrincipal":"*"}`), KindResource, "both Principal and NotPrincipal"},
		{"principal type", doc(`{` + ok + `,"Principal":{"Aws":"*"}}`), KindResource, `unknown principal type "Aws"`},
		{"bare principal", doc(`{` + ok + `,"Principal":"bob"}`), KindResource, `Principal must be "*" or an object`},
		{"action type", doc(`{"Effect":"Deny","Action":1,"Resource":"*"}`), 0, "Action must be a string or a list"},
		{"action item", doc(`{"Effect":"Deny","Action":["a:b",null],"Resource":"*"}`), 0, "Action must hold strings"},
		{"unknown operator", cond(`{"StringContains":{"a":"b"}}`), 0, `unknown condition operator "StringContains"`},
		{"misspelt prefix", cond(`{"ForAnyValues:StringEquals":{"a":"b"}}`), 0, "unknown condition operator"},
		{"null with IfExists", cond(`{"NullIfExists":{"a":"true"}}`), 0, "unknown condition operator"},
		{"prefix on null", cond(`{"ForAllValues:Null":{"a":"true"}}`), 0, "unknown condition operator"},
		{"not numeric", cond(`{"NumericNotEquals":{"a":"ten"}}`), 0, "not a decimal number"},
		{"exponent", cond(`{"NumericEquals":{"a":1e9}}`), 0, "not a decimal number"},
		{"not a date", cond(`{"DateNotEquals":{"a":"yesterday"}}`), 0, "ISO 8601"},
		{"variable in a date", cond(`{"DateLessThan":{"a":"${aws:CurrentTime}"}}`), 0, "ISO 8601"},
		{"not a bool", cond(`{"Bool":{"a":"yes"}}`), 0, `not "true" or "false"`},
		{"not an address", cond(`{"NotIpAddress":{"a":"10.0.0.0/33"}}`), 0, "CIDR"},
		{"not base64", cond(`{"BinaryEquals":{"a":"%%"}}`), 0, "base64"},
		{"null operand", cond(`{"Null":{"a":"maybe"}}`), 0, `not "true" or "false"`},
		{"object operand", cond(`{"StringEquals":{"a":{}}}`), 0, "must be a string, a number or a boolean"},
		{"keys no object", cond(`{"StringEquals":"a"}`), 0, "must hold an object of keys"},
		{"character", doc(`{"Sid":"中","Effect":"Deny","Action":"*","Resource":"*"}`), 0, "character U+4E2D is not allowed"},
		{"control character", "{\"Statement\":[],\"Id\":\"a\x01\"}", 0, "control character"},
		{"utf-8", "{\"Id\":\"\xff\"}", 0, "not valid UTF-8"},
		{"depth", strings.Repeat("[", 100), 0, "nested too deeply"},
		{"open string", `{"Id":"x`, 0, "string is not closed"},
		{"open string after escape", `{"Id":"x\`, 0, "string is not closed"},
		{"open list", `{"Statement":[`, 0, "unexpected end"},
		{"bad number", `{"Statement":01}`, 0, "malformed number"},
		{"bad escape", `{"Id":"\x"}`, 0, "malformed string"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseWith([]byte(c.text), Options{Kind: c.kind})
			if err == nil {
				t.Fatal("accepted")
			}
			var pe *ParseError
			if !errors.As(err, &pe) || pe.Code == "" || pe.Line < 1 || pe.Col < 1 {
				t.Errorf("not a located ParseError: %#v", err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q, want %q", err, c.want)
			}
		})
	}
}

func TestParseAccepts(t *testing.T) {
	for _, c := range []struct {
		name, text string
		kind       Kind
	}{
		{"single statement", `{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`, KindIdentity},
		{"white space", " {\r\n\t\"Statement\" : [ ] } \n", KindIdentity},
		{"latin-1", doc(`{"Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::é"}`), KindIdentity},
		{"resource policy without resource", doc(`{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}`), KindTrust},
		{"wider characters in a resource policy", doc(`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::中"}`), KindResource},
		{"rcp", doc(`{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`), KindRCP},
		{"scp with everything", doc(`{"Effect":"Allow","NotAction":"a:b","NotResource":"arn:aws:s3:::x","Condition":{"Null":{"k":true}}}`), KindSCP},
		{"blank action", doc(`{"Effect":"Deny","Action":"","Resource":"*"}`), KindIdentity},
		{"all scalar types", doc(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"a":["x",1,true]}}}`), KindIdentity},
	} {
		d, err := ParseWith([]byte(c.text), Options{Kind: c.kind})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := string(d.Source()); got != strings.TrimSpace(c.text) {
			t.Errorf("%s: source %q", c.name, got)
		}
		again, err := ParseWith(d.JSON(), Options{Kind: c.kind})
		if err != nil || !bytes.Equal(again.JSON(), d.JSON()) {
			t.Errorf("%s: compact form %s: %v", c.name, d.JSON(), err)
		}
	}
}

func TestSizeLeavesOutWhiteSpace(t *testing.T) {
	compact := `{"Version":"2012-10-17","Id":"a b \" c","Statement":[]}`
	loose := "{\n\t\"Version\" : \"2012-10-17\",\r\n \"Id\": \"a b \\\" c\", \"Statement\": [ ]\n}"
	for _, text := range []string{compact, loose} {
		d, err := Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if d.Size() != len(compact) {
			t.Errorf("%q: %d, want %d", text, d.Size(), len(compact))
		}
	}
	d, _ := Parse([]byte(`{"Id":"éé","Statement":[]}`))
	if d.Size() != 26 {
		t.Errorf("characters, not bytes: %d", d.Size())
	}
}

func TestCompactForm(t *testing.T) {
	text := `{"Statement":[{"Condition":{"StringLike":{"b":["x"]},"Bool":{"c":[true]}},"Resource":["*"],"Action":["a:B","c:D"],` +
		`"Principal":{"AWS":["1","2"],"Service":["s.amazonaws.com"]},"Effect":"Allow","Sid":"S"}],"Version":"2012-10-17"}`
	d, err := ParseWith([]byte(text), Options{Kind: KindResource})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Version":"2012-10-17","Statement":{"Sid":"S","Effect":"Allow","Principal":{"AWS":["1","2"],"Service":"s.amazonaws.com"},` +
		`"Action":["a:B","c:D"],"Resource":"*","Condition":{"StringLike":{"b":"x"},"Bool":{"c":"true"}}}}`
	if got := string(d.JSON()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestBuilder(t *testing.T) {
	b := &Builder{ID: "quote\" 中😀"}
	b.Add(Statement{Effect: Deny, Action: []string{"*"}, Resource: []string{"*"},
		Conditions: []Condition{{Operator: "Bool", Key: "a", Values: []string{"true"}}, {Operator: "Null", Key: "b", Values: []string{"true"}},
			{Operator: "Bool", Key: "c", Values: []string{"false"}}}})
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Version":"2012-10-17","Id":"quote\" \u4e2d\ud83d\ude00","Statement":{"Effect":"Deny","Action":"*","Resource":"*",` +
		`"Condition":{"Bool":{"a":"true","c":"false"},"Null":{"b":"true"}}}}`
	if string(d.JSON()) != want || d.ID != b.ID {
		t.Errorf("got %s", d.JSON())
	}
	for name, s := range map[string]Statement{
		"no action":     {Effect: Deny, Resource: []string{"*"}},
		"bad operand":   {Effect: Deny, Action: []string{"*"}, Resource: []string{"*"}, Conditions: []Condition{{"IpAddress", "k", []string{"x"}}}},
		"same key":      {Effect: Deny, Action: []string{"*"}, Resource: []string{"*"}, Conditions: []Condition{{"Bool", "k", []string{"true"}}, {"Bool", "k", []string{"false"}}}},
		"bad principal": {Effect: Deny, Action: []string{"*"}, Resource: []string{"*"}, Principal: []PrincipalEntry{{Type: "*"}}},
	} {
		if _, err := (&Builder{Statements: []Statement{s}}).Document(); err == nil {
			t.Errorf("%s: built", name)
		}
	}
}

func TestParsePrincipal(t *testing.T) {
	for _, c := range []struct {
		text          string
		kind          PrincipalKind
		name, session string
	}{
		{bob, PrincipalUser, "bob", ""},
		{appRole, PrincipalRole, "app", ""},
		{app, PrincipalAssumedRole, "app", "run1"},
		{fedBob, PrincipalFederatedUser, "bob", ""},
		{rootOf, PrincipalRoot, "root", ""},
		{"arn:aws-cn:iam::111122223333:user/x", PrincipalUser, "x", ""},
		{"lambda.amazonaws.com", PrincipalService, "lambda.amazonaws.com", ""},
		{"states.eu-west-1.amazonaws.com", PrincipalService, "states.eu-west-1.amazonaws.com", ""},
		{"anonymous", PrincipalAnonymous, "", ""},
	} {
		p, err := ParsePrincipal(c.text)
		if err != nil || p.Kind != c.kind || p.Name != c.name || p.SessionName != c.session {
			t.Errorf("%s: %+v, %v", c.text, p, err)
		}
	}
	for _, text := range []string{
		"", "*", "bob", "111122223333", "arn:aws:iam::111122223333:group/x", "arn:aws:iam::1:user/x",
		"arn:aws:iam::111122223333:user/", "arn:aws:iam::111122223333:user/*", "arn:aws:sts::111122223333:assumed-role/app",
		"arn:aws:iam::111122223333:root/x", "arn:aws:s3:::bucket", ".amazonaws.com",
	} {
		if p, err := ParsePrincipal(text); !errors.Is(err, ErrPrincipal) {
			t.Errorf("%q: %+v, %v", text, p, err)
		}
	}
}
