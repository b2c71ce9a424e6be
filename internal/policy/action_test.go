package policy

import "testing"

func TestActionPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, action string
		want            bool
	}{
		{"*", "s3:GetObject", true},
		{"s3:*", "s3:GetObject", true},
		{"S3:getobject", "s3:GetObject", true},
		{"s3:Get*", "s3:GetObject", true},
		{"s3:*Object", "s3:GetObject", true},
		{"s3:*Object", "s3:GetObjectAcl", false},
		{"s3:G?tObject", "s3:GetObject", true},
		{"s3:G?tObject", "s3:GtObject", false},
		{"s3:Get*t", "s3:GetObject", true},
		{"s3:*e*O*t", "s3:GetObject", true},
		{"s*:GetObject", "s3:GetObject", false},
		{"s3:GetObject", "s3:GetObjectAcl", false},
		{"s3", "s3:GetObject", false},
		{"", "s3:GetObject", false},
		{" s3:GetObject", "s3:GetObject", false},
		{"s3:GetObject ", "s3:GetObject", false},
		{"s3:GetObject,s3:PutObject", "s3:GetObject", false},
		{"ec2:GetObject", "s3:GetObject", false},
	} {
		p := compileAction(c.pattern)
		q := newQuery(Request{Action: c.action})
		if got := p.matches(q.service, q.name); got != c.want {
			t.Errorf("%q against %q: %v", c.pattern, c.action, got)
		}
	}
}

func TestNotAction(t *testing.T) {
	for _, c := range []struct {
		list, action string
		want         Tri
	}{
		{`["iam:*","sts:*"]`, "s3:GetObject", True},
		{`["iam:*","sts:*"]`, "sts:AssumeRole", False},
		{`[]`, "s3:GetObject", True},
		{`""`, "s3:GetObject", True},
		{`"*"`, "s3:GetObject", False},
	} {
		got := matchOne(t, doc(`{"Effect":"Deny","NotAction":`+c.list+`,"Resource":"*"}`),
			Request{Action: c.action, Resource: bucket})
		if got != c.want {
			t.Errorf("NotAction %s, %s: %v", c.list, c.action, got)
		}
	}
}
