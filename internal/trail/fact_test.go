package trail

import (
	"slices"
	"testing"
)

func TestFactsKeepWhatConditionsTest(t *testing.T) {
	assume := newRec("e1", "sts", "AssumeRole", monday()).with(
		"requestParameters", rec{"roleArn": "arn:aws:iam::1:role/r", "externalId": "x-1", "roleSessionName": "s", "policy": "{}",
			"tags": []rec{{"key": "Team", "value": "a"}}},
		"vpcEndpointId", "vpce-1", "vpcEndpointAccountId", testAccount, "tlsDetails", rec{"tlsVersion": "TLSv1.3"},
		"resources", []rec{{"ARN": "arn:aws:iam::1:role/r", "accountId": "111122223333"}},
		"eventContext", rec{"requestContext": rec{"aws:SourceOrgID": "o-1", "aws:TagKeys": []string{"a", "b"}}, "tagContext": rec{"principalTags": rec{"Dept": "x"}}})
	assume.identity("sessionContext", rec{"assumedRoot": "true", "webIdFederationData": rec{"federatedProvider": "accounts.google.com"}})
	plain := newRec("e2", "s3", "ListObjects", monday()).with("requestParameters", rec{"bucketName": "b", "secret": "s", "prefix": "p/"})
	calls := readText(t, records(t, assume, plain)).Calls()
	f := calls[0].Facts
	for name, want := range map[string]string{"externalId": "x-1", "roleSessionName": "s", "policy": "", "roleArn": ""} {
		if got, ok := f.Parameter(name); got != want || ok != (want != "") {
			t.Errorf("parameter %s is %q %v, want %q", name, got, ok, want)
		}
	}
	if got, _ := f.Tag("team"); got != "a" {
		t.Errorf("tag %q", got)
	}
	for key, want := range map[string][]string{"aws:sourceorgid": {"o-1"}, "AWS:TagKeys": {"a", "b"}, "aws:principaltag/dept": {"x"}, "aws:other": nil} {
		if got := f.Condition(key); !slices.Equal(got, want) {
			t.Errorf("condition %s is %v, want %v", key, got, want)
		}
	}
	c, id := calls[0].Client, calls[0].Identity
	if !c.TLS || c.EndpointAccount != testAccount || calls[0].ResourceAccountID != "111122223333" || id.AssumedRoot != "true" || id.WebProvider != "accounts.google.com" {
		t.Errorf("client %+v, account %s, identity %+v", c, calls[0].ResourceAccountID, id)
	}
	if got := calls[1].Facts; got != "parameter prefix\x00p/\x00" || calls[1].Client.TLS || calls[1].ResourceAccountID != "" {
		t.Errorf("facts %q", got)
	}
}
