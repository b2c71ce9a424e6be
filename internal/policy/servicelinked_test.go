package policy

import (
	"strings"
	"testing"
)

// TestServiceLinkedByNameIsOpen: recognised by its name only, and said so.
func TestServiceLinkedByNameIsOpen(t *testing.T) {
	session := "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForSupport/s"
	for _, c := range []struct {
		who, context string
		kind         Kind
		want         bool
	}{
		{session, "", KindSCP, true}, {session, "", KindRCP, true}, {session, "", KindIdentity, false}, {app, "", KindSCP, false},
		{session, "aws:PrincipalArn=arn:aws:iam::111122223333:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport", KindSCP, false},
	} {
		p := compile(t, c.kind, doc(`{"Effect":"Deny","Action":"s3:*","Resource":"*"}`))
		got := false
		for _, o := range Explain(p, Request{Principal: principal(t, c.who), Action: "s3:GetObject", Resource: bucket, Context: NewValueContext(keys(c.context))}) {
			got = got || o.Code == "service-linked-name"
		}
		if got != c.want {
			t.Errorf("%s in %s: %t", c.who, c.kind, got)
		}
	}
	var w strings.Builder
	err := ExplainCase(strings.NewReader(`{"policies":{"scps":[[`+doc(denyS3)+`]]},"request":{"principal":"`+session+`","action":"s3:GetObject","resource":"`+bucket+`"}}`), &w)
	if err != nil || !strings.Contains(w.String(), "service-linked-name") {
		t.Errorf("%v\n%s", err, w.String())
	}
}
