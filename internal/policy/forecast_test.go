package policy

import (
	"strings"
	"testing"
)

func TestForecastDeny(t *testing.T) {
	deny := func(rest string) string { return `{"Sid":"D","Effect":"Deny",` + rest + `}` }
	all := `"Action":"*","Resource":"*"`
	vpc := deny(all + `,"Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}`)
	for _, c := range []struct {
		name, policy           string
		known, absent, present string
		resources              []string
		want                   Verdict
		depends                string
	}{
		{"plain deny", deny(all), "", "", "", nil, VerdictDenied, ""},
		{"other action", deny(`"Action":"ec2:*","Resource":"*"`), "", "", "", nil, VerdictNotDenied, ""},
		{"allow is no deny", `{"Effect":"Allow",` + all + `}`, "", "", "", nil, VerdictNotDenied, ""},
		{"unknown is not absent", vpc, "", "", "", nil, VerdictUnknown, "aws:SourceVpc"},
		{"absent", vpc, "", "aws:sourcevpc", "", nil, VerdictDenied, ""},
		{"present", vpc, "", "", "aws:SourceVpc", nil, VerdictUnknown, "aws:SourceVpc"},
		{"known", vpc, "aws:SourceVPC=vpc-1", "", "", nil, VerdictNotDenied, ""},
		{"known false beats unknown", deny(all + `,"Condition":{"StringEquals":{"x":"1"},"Bool":{"y":"true"}}`), "y=false", "", "", nil, VerdictNotDenied, ""},
		{"true beats unknown", vpc + "," + deny(all), "", "", "", nil, VerdictDenied, ""},
		{"resource unknown", deny(`"Action":"*","Resource":"arn:aws:s3:::data/*"`), "", "", "", nil, VerdictUnknown, "Resource"},
		{"resource known", deny(`"Action":"*","Resource":"arn:aws:s3:::data/*"`), "", "", "", []string{bucket}, VerdictDenied, ""},
		{"one of two resources", deny(`"Action":"*","Resource":"arn:aws:s3:::data/*"`), "", "", "", []string{"arn:aws:s3:::x", bucket}, VerdictDenied, ""},
		{"no resource", deny(`"Action":"*","Resource":"arn:aws:s3:::data/*"`), "", "", "", []string{}, VerdictNotDenied, ""},
		{"not-resource unknown", deny(`"Action":"*","NotResource":"arn:aws:s3:::data/*"`), "", "", "", nil, VerdictUnknown, "Resource"},
		{"variable unknown", deny(`"Action":"*","Resource":"arn:aws:s3:::data/${aws:username}*"`), "", "", "", []string{"arn:aws:s3:::data/bob"}, VerdictUnknown, "aws:username"},
		{"variable cannot help", deny(`"Action":"*","Resource":"arn:aws:s3:::else/${aws:username}*"`), "", "", "", []string{bucket}, VerdictNotDenied, ""},
		{"not-resource with unknown variable", deny(`"Action":"*","NotResource":"arn:aws:sqs:::${aws:username}"`), "", "", "", []string{bucket}, VerdictUnknown, "aws:username"},
		{"not-resource, variable absent", deny(`"Action":"*","NotResource":"arn:aws:sqs:::${aws:username}"`), "", "aws:username", "", []string{bucket}, VerdictNotDenied, ""},
		{"operand unknown", deny(all + `,"Condition":{"StringEquals":{"k":"${aws:username}"}}`), "k=bob", "", "", nil, VerdictUnknown, "aws:username"},
		{"two keys", deny(all + `,"Condition":{"StringEquals":{"a":"1"},"Bool":{"b":"true"}}`), "", "", "", nil, VerdictUnknown, "a,b"},
		{"contradiction on one key", deny(all + `,"Condition":{"StringEquals":{"k":"1"},"StringNotEquals":{"k":"1"}}`), "", "", "", nil, VerdictNotDenied, ""},
		{"empty date window", deny(all + `,"Condition":{"DateLessThan":{"k":"2020"},"DateGreaterThan":{"k":"2021"}}`), "", "", "", nil, VerdictNotDenied, ""},
		{"date window", deny(all + `,"Condition":{"DateLessThan":{"k":"2021"},"DateGreaterThan":{"k":"2020"}}`), "", "", "", nil, VerdictUnknown, "k"},
		{"empty numeric gap", deny(all + `,"Condition":{"NumericLessThan":{"k":"2"},"NumericGreaterThan":{"k":"2.0"}}`), "", "", "", nil, VerdictNotDenied, ""},
		{"complement in two statements", deny(all+`,"Condition":{"StringEquals":{"aws:username":"1"}}`) + "," + deny(all+`,"Condition":{"StringNotEquals":{"aws:username":"1"}}`), "", "", "", nil, VerdictDenied, ""},
		{"complement on a key of several values", deny(all+`,"Condition":{"StringEquals":{"k":"1"}}`) + "," + deny(all+`,"Condition":{"StringNotEquals":{"k":"1"}}`), "", "", "", nil, VerdictUnknown, "k"},
		{"presence and value", deny(all + `,"Condition":{"Null":{"k":"true"},"StringEquals":{"k":"1"}}`), "", "", "", nil, VerdictNotDenied, ""},
		{"case apart", deny(all + `,"Condition":{"StringEqualsIgnoreCase":{"k":"a"},"StringNotEquals":{"k":["a","A"]}}`), "", "", "", nil, VerdictNotDenied, ""},
		{"case apart, longer", deny(all + `,"Condition":{"StringEqualsIgnoreCase":{"k":"ab"},"StringNotEquals":{"k":["ab","AB"]}}`), "", "", "", nil, VerdictUnknown, "k"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Request{Principal: principal(t, bob), Action: "s3:GetObject",
				Context: NewPartialValueContext(keys(c.known), fields(c.absent), fields(c.present))}
			f := ForecastDeny(identity(t, c.policy), r, c.resources)
			if f.Verdict != c.want || strings.Join(f.DependsOn, ",") != c.depends {
				t.Errorf("%s on %v, want %s on %s", f.Verdict, f.DependsOn, c.want, c.depends)
			}
		})
	}
}

func fields(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func TestForecastNeverDeniesWhoAmI(t *testing.T) {
	p := identity(t, `{"Effect":"Deny","Action":"*","Resource":"*"}`)
	r := Request{Principal: principal(t, bob), Action: "sts:GetCallerIdentity", Context: PartialContext{}}
	if f := ForecastDeny(p, r, nil); f.Verdict != VerdictNotDenied {
		t.Error(f.Verdict)
	}
}

func TestMatchSaysWhy(t *testing.T) {
	p := identity(t, `{"Sid":"A","Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::data/*","Condition":{"Bool":{"k":"true"},"StringEquals":{"K2":"x"}}}`)
	for _, c := range []struct {
		action, resource, known string
		match                   Tri
		because                 string
	}{
		{"ec2:X", bucket, "", False, "Action"},
		{"s3:X", "arn:aws:s3:::else", "", False, "Resource"},
		{"s3:X", bucket, "k=false", False, "Condition"},
		{"s3:X", bucket, "k=true", Unknown, "Condition"},
		{"s3:X", bucket, "k=true;k2=x", True, ""},
	} {
		got := p.Match(Request{Action: c.action, Resource: c.resource, Context: NewPartialValueContext(keys(c.known), nil, nil)})[0]
		because := ""
		if len(got.Because) > 0 {
			because = got.Because[0].Name
		}
		if got.Match != c.match || because != c.because || got.Sid != "A" || got.Effect != Deny {
			t.Errorf("%+v: %+v", c, got)
		}
		if c.match == Unknown && (len(got.Missing) != 1 || got.Missing[0] != "K2") {
			t.Errorf("missing %v", got.Missing)
		}
	}
}
