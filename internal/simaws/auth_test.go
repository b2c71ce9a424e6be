package simaws

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func TestAuthenticationFailures(t *testing.T) {
	settle := func(w *World) { w.Clock().Advance(5 * time.Second) }
	cases := []struct {
		name                  string
		arrange               func(t *testing.T, w *World, c *Credentials)
		query, json, s3bucket string
	}{
		{"unknown key", func(_ *testing.T, _ *World, c *Credentials) { c.AccessKeyID = "AKIANOBODYNOBODYNOB1" },
			"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"},
		{"wrong secret", func(_ *testing.T, _ *World, c *Credentials) { c.SecretAccessKey = "wrong" },
			"SignatureDoesNotMatch", "InvalidSignatureException", "SignatureDoesNotMatch"},
		{"stray token", func(_ *testing.T, _ *World, c *Credentials) { c.SessionToken = "stray" },
			"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"},
		{"inactive key", func(t *testing.T, w *World, _ *Credentials) {
			must(w.responderClients().iam.UpdateAccessKey(bg, &iam.UpdateAccessKeyInput{UserName: p("alice"), AccessKeyId: p(aliceKey), Status: iamtypes.StatusTypeInactive}))(t)
			settle(w)
		}, "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"},
		{"deleted key", func(t *testing.T, w *World, _ *Credentials) {
			must(w.responderClients().iam.DeleteAccessKey(bg, &iam.DeleteAccessKeyInput{UserName: p("alice"), AccessKeyId: p(aliceKey)}))(t)
			settle(w)
		}, "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"},
		{"expired session", func(t *testing.T, w *World, c *Credentials) {
			out := must(of(config(w, *c)).sts.AssumeRole(bg, &sts.AssumeRoleInput{RoleArn: p("arn:aws:iam::000000000000:role/svc/deploy"), RoleSessionName: p("x")}))(t)
			*c = Credentials{AccessKeyID: *out.Credentials.AccessKeyId, SecretAccessKey: *out.Credentials.SecretAccessKey, SessionToken: *out.Credentials.SessionToken}
			w.Clock().Advance(time.Hour)
		}, "ExpiredToken", "ExpiredTokenException", "ExpiredToken"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			w := smallWorld(t)
			c, _ := w.Credentials(aliceKey)
			tc.arrange(t, w, &c)
			before, used := len(w.events), w.used[aliceKey]
			as := of(config(w, c))
			_, err := as.iam.ListUsers(bg, nil)
			wantCode(t, err, tc.query, "")
			_, err = as.sts.GetCallerIdentity(bg, nil)
			wantCode(t, err, tc.query, "")
			_, err = as.secrets.ListSecrets(bg, nil)
			wantCode(t, err, tc.json, "")
			_, err = as.s3.ListBuckets(bg, &s3.ListBucketsInput{})
			wantCode(t, err, tc.s3bucket, "")
			if len(w.events) != before {
				t.Errorf("failed authentication left %d events", len(w.events)-before)
			}
			if w.used[aliceKey] != used {
				t.Error("failed authentication counted as use of the key")
			}
		})
	}
}

func TestSkew(t *testing.T) {
	w := smallWorld(t, func(o *Options) { o.Wall = func() time.Time { return time.Now().Add(20 * time.Minute) } })
	c := w.responderClients()
	_, err := c.iam.ListUsers(bg, nil)
	wantCode(t, err, "SignatureDoesNotMatch", "Signature expired")
	_, err = c.s3.ListBuckets(bg, nil)
	wantCode(t, err, "RequestTimeTooSkewed", "")
}

func TestPropagation(t *testing.T) {
	w := smallWorld(t)
	alice := of(w.as(t, aliceKey))
	get := func() error {
		_, err := alice.secrets.GetSecretValue(bg, &secretsmanager.GetSecretValueInput{SecretId: p("prod/db")})
		return err
	}
	must(w.responderClients().iam.PutUserPolicy(bg, &iam.PutUserPolicyInput{UserName: p("alice"), PolicyName: p("guard"), PolicyDocument: p(denyAll())}))(t)
	must(w.responderClients().iam.GetUserPolicy(bg, &iam.GetUserPolicyInput{UserName: p("alice"), PolicyName: p("guard")}))(t)
	wantCode(t, get(), "", "")
	w.Clock().Advance(3900 * time.Millisecond)
	wantCode(t, get(), "", "")
	w.Clock().Advance(100 * time.Millisecond)
	wantCode(t, get(), "AccessDeniedException", "with an explicit deny in an identity-based policy")
	// The one call that works under deny-all.
	must(alice.sts.GetCallerIdentity(bg, nil))(t)
	must(w.responderClients().iam.DeleteUserPolicy(bg, &iam.DeleteUserPolicyInput{UserName: p("alice"), PolicyName: p("guard")}))(t)
	wantCode(t, get(), "AccessDeniedException", "")
	w.Clock().Advance(4 * time.Second)
	wantCode(t, get(), "", "")
}

func TestReadLag(t *testing.T) {
	w := smallWorld(t, func(o *Options) { o.ReadLag = Lag(2 * time.Second) })
	ops := w.responderClients()
	put := func() error {
		_, err := ops.iam.PutUserPolicy(bg, &iam.PutUserPolicyInput{UserName: p("alice"), PolicyName: p("guard"), PolicyDocument: p(denyAll())})
		return err
	}
	wantCode(t, put(), "", "")
	_, err := ops.iam.GetUserPolicy(bg, &iam.GetUserPolicyInput{UserName: p("alice"), PolicyName: p("guard")})
	wantCode(t, err, "NoSuchEntity", "")
	w.Clock().Advance(2 * time.Second)
	_, err = ops.iam.GetUserPolicy(bg, &iam.GetUserPolicyInput{UserName: p("alice"), PolicyName: p("guard")})
	wantCode(t, err, "", "")
}
