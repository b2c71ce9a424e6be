package policy

import (
	"strings"
	"testing"
)

// conditionTable: operator, key, operands (JSON), context, result. It is the
// documentation's condition chapter, line by line.
func conditionTable() [][5]string {
	return [][5]string{
		{"StringEquals", "k", `"a"`, "k=a", "true"},
		{"StringEquals", "k", `"a"`, "k=A", "false"},
		{"StringEquals", "K", `"a"`, "k=a", "true"},
		{"StringEquals", "k", `["a","b"]`, "k=b", "true"},
		{"StringEquals", "k", `"a*"`, "k=ab", "false"},
		{"StringEquals", "k", `"a*"`, "k=a*", "true"},
		{"StringEquals", "k", `"a"`, "", "false"},
		{"StringEquals", "k", `""`, "k=", "true"},
		{"StringEquals", "k", `[]`, "k=a", "false"},
		{"StringNotEquals", "k", `[]`, "k=a", "true"},
		{"StringNotEquals", "k", `["a","b"]`, "k=b", "false"},
		{"StringNotEquals", "k", `["a","b"]`, "k=c", "true"},
		{"StringNotEquals", "k", `"a"`, "", "true"},
		{"StringEqualsIgnoreCase", "k", `"ÉA"`, "k=éa", "true"},
		{"StringNotEqualsIgnoreCase", "k", `"a"`, "k=A", "false"},
		{"StringEqualsIgnoreCase", "k", `"${u}-X"`, "k=BOB-x;u=bob", "true"},
		{"StringLike", "k", `"a*c?"`, "k=a:/bcd", "true"},
		{"StringLike", "k", `"a?"`, "k=aé", "true"},
		{"StringLike", "k", `"A*"`, "k=ab", "false"},
		{"StringNotLike", "k", `["a*","b*"]`, "k=bx", "false"},
		{"StringNotLike", "k", `"a*"`, "", "true"},
		{"StringEqualsIfExists", "k", `"a"`, "", "true"},
		{"StringEqualsIfExists", "k", `"a"`, "k=b", "false"},
		{"StringNotEqualsIfExists", "k", `"a"`, "", "true"},
		{"stringequals", "k", `"a"`, "k=a", "true"},
		{"StringEquals", "k", `"${u}"`, "k=bob;u=bob", "true"},
		{"StringEquals", "k", `"${u}"`, "k=${u};u=bob", "false"},
		{"StringEquals", "k", `"${none}"`, "k=", "false"},
		{"StringNotEquals", "k", `"${none}"`, "k=x", "true"},
		{"StringNotLike", "k", `"${none}*"`, "k=x", "true"},
		{"StringEquals", "k", `"${none, 'd'}"`, "k=d", "true"},
		{"StringLike", "k", `"${s}"`, "k=anything;s=*", "false"},
		{"StringEquals", "k", `"${m}"`, "k=a;m=[a,b]", "false"},
		{"NumericEquals", "k", `"10"`, "k=10.0", "true"},
		{"NumericEquals", "k", `10.50`, "k=10.5", "true"},
		{"NumericNotEquals", "k", `"10"`, "k=10.01", "true"},
		{"NumericLessThan", "k", `"10"`, "k=9.99", "true"},
		{"NumericLessThan", "k", `"10"`, "k=9", "true"},
		{"NumericLessThanEquals", "k", `"10"`, "k=10.000", "true"},
		{"NumericGreaterThan", "k", `"-2"`, "k=-1.5", "true"},
		{"NumericGreaterThanEquals", "k", `"123456789012345678901"`, "k=123456789012345678900", "false"},
		{"NumericLessThan", "k", `"10"`, "k=many", "false"},
		{"NumericLessThan", "k", `"10"`, "", "false"},
		{"NumericLessThanIfExists", "k", `"10"`, "", "true"},
		{"DateLessThan", "k", `"2024-01-01T00:00:00Z"`, "k=2023-12-31T23:59:59.999Z", "true"},
		{"DateLessThan", "k", `"2024-01-01T00:00:00Z"`, "k=2024-01-01T01:00:00+02:00", "true"},
		{"DateEquals", "k", `"1704067200"`, "k=2024-01-01T00:00:00Z", "true"},
		{"DateEquals", "k", `"2024"`, "k=1704067200", "true"},
		{"DateGreaterThan", "k", `"2024-01"`, "k=2024-01-02", "true"},
		{"DateNotEquals", "k", `"2024"`, "k=2024-01-01", "false"},
		{"DateGreaterThanEquals", "k", `"2024-01-01T10:00Z"`, "k=2024-01-01T10:00:00Z", "true"},
		{"DateLessThanEquals", "k", `"2024"`, "", "false"},
		{"Bool", "k", `"true"`, "k=TRUE", "true"},
		{"Bool", "k", `true`, "k=true", "true"},
		{"Bool", "k", `"False"`, "k=false", "true"},
		{"Bool", "k", `"false"`, "", "false"},
		{"BoolIfExists", "k", `"false"`, "", "true"},
		{"Bool", "k", `"${t}"`, "k=true;t=TRUE", "true"},
		{"BinaryEquals", "k", `"QUI="`, "k=QUI=", "true"},
		{"BinaryEquals", "k", `"QUI="`, "k=QUM=", "false"},
		{"IpAddress", "k", `"10.0.0.0/8"`, "k=10.9.8.7", "true"},
		{"IpAddress", "k", `"10.1.2.3/8"`, "k=10.9.8.7", "true"},
		{"IpAddress", "k", `"10.1.2.3"`, "k=10.1.2.3", "true"},
		{"IpAddress", "k", `"0.0.0.0/0"`, "k=203.0.113.9", "true"},
		{"IpAddress", "k", `"0.0.0.0/0"`, "k=2001:db8::1", "false"},
		{"IpAddress", "k", `"2001:DB8::/32"`, "k=2001:db8:0:0:0:0:0:1", "true"},
		{"IpAddress", "k", `"2001:db8::1"`, "k=2001:0db8:0000::0001", "true"},
		{"NotIpAddress", "k", `"203.0.113.1"`, "k=2001:db8::1", "true"},
		{"NotIpAddress", "k", `["10.0.0.0/8","192.0.2.0/24"]`, "k=192.0.2.5", "false"},
		{"NotIpAddress", "k", `"10.0.0.0/8"`, "", "true"},
		{"NotIpAddressIfExists", "k", `"10.0.0.0/8"`, "", "true"},
		{"ArnEquals", "k", `"arn:aws:iam::1:role/*"`, "k=arn:aws:iam::1:role/a/b", "true"},
		{"ArnLike", "k", `"arn:aws:*:role/x"`, "k=arn:aws:iam::1:role/x", "false"},
		{"StringLike", "k", `"arn:aws:*:role/x"`, "k=arn:aws:iam::1:role/x", "true"},
		{"ArnLike", "k", `"arn:aws:sns:*:*:t?"`, "k=arn:aws:sns:eu:1:t1", "true"},
		{"ArnLike", "k", `"arn:AWS:sns:*:*:t"`, "k=arn:aws:sns:eu:1:t", "false"},
		{"ArnEquals", "k", `"${a}"`, "k=arn:aws:sns:eu:1:t;a=arn:aws:sns:eu:1:t", "true"},
		{"ArnLike", "k", `"arn:aws:iam::${acct}:*"`, "k=arn:aws:iam::7:role/x;acct=7", "true"},
		{"ArnNotLike", "k", `"arn:aws:iam::*:role/x"`, "k=arn:aws:iam::1:role/x", "false"},
		{"ArnNotEquals", "k", `"arn:aws:iam::*:role/x"`, "", "true"},
		{"ArnLike", "k", `"arn:aws:iam::*:role/x"`, "k=role/x", "false"},
		{"Null", "k", `"true"`, "", "true"},
		{"Null", "k", `"true"`, "k=a", "false"},
		{"Null", "k", `false`, "k=a", "true"},
		{"Null", "k", `"false"`, "", "false"},
		{"Null", "k", `["true","false"]`, "", "true"},
		{"Null", "k", `"false"`, "k=[a]", "true"},
		{"StringEquals", "k", `"a"`, "k=[a]", "false"},
		{"StringNotEquals", "k", `"x"`, "k=[a]", "false"},
		{"ForAnyValue:StringEquals", "k", `["a","b"]`, "k=[x,b]", "true"},
		{"ForAnyValue:StringEquals", "k", `["a","b"]`, "k=[x,y]", "false"},
		{"ForAnyValue:StringEquals", "k", `"a"`, "", "false"},
		{"ForAnyValue:StringEquals", "k", `"a"`, "k=a", "true"},
		{"ForAnyValue:StringNotEquals", "k", `"a"`, "k=[a,b]", "true"},
		{"ForAnyValue:StringNotEquals", "k", `"a"`, "", "false"},
		{"ForAnyValue:StringEqualsIfExists", "k", `"a"`, "", "true"},
		{"ForAllValues:StringEquals", "k", `["a","b"]`, "k=[a,b,a]", "true"},
		{"ForAllValues:StringEquals", "k", `["a","b"]`, "k=[a,c]", "false"},
		{"ForAllValues:StringEquals", "k", `"a"`, "", "true"},
		{"ForAllValues:StringEquals", "k", `"a"`, "k=[]", "true"},
		{"ForAllValues:StringNotLike", "k", `"a*"`, "k=[b,c]", "true"},
		{"ForAllValues:StringNotLike", "k", `"a*"`, "k=[b,ab]", "false"},
		{"ForAllValues:StringLike", "k", `"*"`, "k=[b,ab]", "true"},
		{"ForAllValues:NumericLessThan", "k", `"5"`, "k=[1,4]", "true"},
	}
}

func conditionDoc(operator, key, operands string) string {
	return doc(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"` + operator + `":{"` + key + `":` + operands + `}}}`)
}

func TestConditions(t *testing.T) {
	for _, c := range conditionTable() {
		text := conditionDoc(c[0], c[1], c[2])
		got := matchOne(t, text, Request{Action: "s3:X", Resource: "*", Context: NewValueContext(keys(c[3]))})
		if got.String() != c[4] {
			t.Errorf("%s %s %s in %q: %v, want %s", c[0], c[1], c[2], c[3], got, c[4])
		}
	}
}

// An unknown key must never give an answer that one of its completions
// contradicts: every row of the table is a completion.
func TestUnknownBracketsEveryCompletion(t *testing.T) {
	for _, c := range conditionTable() {
		p := compile(t, KindIdentity, conditionDoc(c[0], c[1], c[2]))
		known := keys(c[3])
		for _, ctx := range []Context{
			PartialContext{},
			NewPartialValueContext(nil, nil, presentIn(known)),
		} {
			got := p.Match(Request{Action: "s3:X", Resource: "*", Context: ctx})[0]
			multi := strings.Contains(c[3], "[") && !strings.HasPrefix(c[0], "For")
			if got.Match != Unknown && got.Match.String() != c[4] && !multi && ctx.Get("k").state != stateAbsent {
				t.Errorf("%v: %v says %v", c, ctx, got.Match)
			}
			if got.Match == Unknown && len(got.Missing) == 0 {
				t.Errorf("%v: unknown without a missing key", c)
			}
		}
	}
}

func presentIn(m map[string]Value) (out []string) {
	for k, v := range m {
		if v.Known() {
			out = append(out, k)
		}
	}
	return out
}

func TestConditionsAreAnded(t *testing.T) {
	text := doc(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"a":"1","b":"2"},"Bool":{"c":"true"}}}`)
	for context, want := range map[string]Tri{
		"a=1;b=2;c=true": True, "a=1;b=2": False, "a=1;c=true": False, "a=1;b=3;c=true": False,
	} {
		if got := matchOne(t, text, Request{Action: "s3:X", Resource: "*", Context: NewValueContext(keys(context))}); got != want {
			t.Errorf("%s: %v", context, got)
		}
	}
}

func TestEmptyConditionHolds(t *testing.T) {
	text := doc(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{}}`)
	if got := matchOne(t, text, Request{Action: "s3:X", Resource: "*"}); got != True {
		t.Error(got)
	}
}

func TestUnknownKeysThatDoNotMatter(t *testing.T) {
	for _, c := range []struct {
		operator, operands string
		known              bool
		want               Tri
	}{
		{"StringLikeIfExists", `"*"`, false, Unknown}, // several values would not match
		{"StringLike", `"*"`, false, Unknown},
		{"StringLike", `"*"`, true, Unknown},
		{"StringNotLike", `"*"`, true, False},
		{"ForAnyValue:StringLike", `"*"`, true, True},
		{"ForAnyValue:StringLike", `"*"`, false, Unknown},
		{"Null", `"false"`, true, True},
		{"Null", `"true"`, true, False},
		{"Null", `["true","false"]`, false, True},
		{"StringEquals", `[]`, false, False},
		{"StringNotEquals", `[]`, false, Unknown},
		{"ForAllValues:StringLike", `"*"`, false, True},
		{"StringEquals", `"a"`, true, Unknown},
		{"StringNotEquals", `"a"`, false, Unknown},
	} {
		ctx := PartialContext{}
		if c.known {
			ctx = NewPartialContext(nil, nil, []string{"K"})
		}
		if got := matchOne(t, conditionDoc(c.operator, "k", c.operands), Request{Action: "s3:X", Resource: "*", Context: ctx}); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	for key, want := range map[string]Tri{"aws:SourceVpc": True, "aws:PrincipalTag/Team": True, "AWS:UserName": True,
		"aws:TagKeys": False, "aws:CalledVia": False, "s3:prefix": Unknown, "aws:Unheard": Unknown, "aws:UnheardTag/x": Unknown} {
		ctx := NewPartialContext(nil, nil, []string{key})
		if got := matchOne(t, conditionDoc("StringLike", key, `"*"`), Request{Action: "s3:X", Resource: "*", Context: ctx}); got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
}
