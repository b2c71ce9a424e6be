//go:build moto

// Containment in moto_server, an AWS that nobody here wrote: what the program
// says is compared with moto's own view of the account and of the requests.
// What moto cannot prove (propagation, conditions, sessions) is proven on the
// simulated account instead. Run by scripts/test-moto.sh.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

const motoPlaybook = "../../scripts/testdata/moto.yaml"

// ran is the JSON of contain and rollback, as far as it is looked at here.
type ran struct {
	Incident  string `json:"incident"`
	Mode      string `json:"mode"`
	Principal string `json:"principal"`
	Closed    bool   `json:"closed"`
	Steps     []struct {
		ID      string `json:"id"`
		Status  string `json:"status"`
		Changes []struct {
			Attribute  string `json:"attribute"`
			RequestID  string `json:"request_id"`
			Rung       string `json:"rung"`
			RolledBack bool   `json:"rolled_back"`
		} `json:"changes"`
	} `json:"steps"`
	Journal struct {
		Path string `json:"path"`
	} `json:"journal"`
	Absent []string `json:"capabilities_absent"`
}

// responder is somebody with a key of their own and a state directory.
type responder struct {
	motoAccount
	key   *types.AccessKey
	state string
}

// run runs the built program and insists on its exit code.
func (r responder) run(code int, args ...string) []byte {
	r.Helper()
	cmd := exec.CommandContext(r.Context(), os.Getenv("IRCONTAIN_TEST_BIN"), append(args, "--state-dir", r.state, "--output", "json")...)
	cmd.Env = []string{"HOME=" + r.state, "PATH=" + os.Getenv("PATH"), "USER=ana", "AWS_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_ACCESS_KEY_ID=" + *r.key.AccessKeyId, "AWS_SECRET_ACCESS_KEY=" + *r.key.SecretAccessKey}
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	_ = cmd.Run() // the exit code is looked at next
	if got := cmd.ProcessState.ExitCode(); got != code {
		r.Fatalf("ircontain %s: exit %d, want %d\n%s%s", strings.Join(args, " "), got, code, &talk, &out)
	}
	return out.Bytes()
}

func (r responder) contain(key *types.AccessKey, more ...string) ran {
	r.Helper()
	id := *key.AccessKeyId
	return r.result(r.run(0, append([]string{"contain", "--live", "--headless", "--endpoint-url", r.url, "--access-key", id,
		"--approve", "all", "--confirm", id[len(id)-4:], "--playbook", motoPlaybook, "--owner", "ana", "--reason", "key seen in a public repository"}, more...)...))
}

func (r responder) rollBack() ran {
	r.Helper()
	return r.result(r.run(0, "rollback", "--headless", "--approve", "all", "--endpoint-url", r.url))
}

func (r responder) result(raw []byte) ran {
	r.Helper()
	var out ran
	if err := json.Unmarshal(raw, &out); err != nil {
		r.Fatalf("%v in\n%s", err, raw)
	}
	return out
}

func (r responder) verifyJournal() {
	r.Helper()
	var v struct{ Verdict string }
	if err := json.Unmarshal(r.run(0, "journal", "verify"), &v); err != nil || v.Verdict != "consistent" {
		r.Errorf("journal verify says %q, want consistent (%v)", v.Verdict, err)
	}
}

func newResponder(t *testing.T, name string) responder {
	t.Helper()
	a := account(t)
	return responder{a, a.key(name), t.TempDir()}
}

// A leaked key is contained, and the account is returned to what it was except
// that the key stays Inactive.
func TestMotoContainAndRollBack(t *testing.T) {
	r := newResponder(t, "responder-1")
	key := r.seed("svc-export", map[string]string{"own-reads": allowReads})
	before := r.dump()

	var res ran
	calls := r.record(func() { res = r.contain(key) })
	after := r.dump()
	journal := readJournal(t, res.Journal.Path)
	r.wantDiff("contain", diff(before, after),
		"~ /credentials/svc-export/AccessKeyMetadata/AccessKeyId="+*key.AccessKeyId+"/Status: Active -> Inactive",
		"+ /UserDetailList/UserName=svc-export/UserPolicyList/PolicyName=IRContainGuard-*-guard/PolicyName: *",
		"+ /UserDetailList/UserName=svc-export/UserPolicyList/PolicyName=IRContainGuard-*-guard/PolicyDocument: {*\"Effect\":\"Deny\"*}",
		"+ /UserDetailList/UserName=svc-export/UserPolicyList/PolicyName=IRContainGuard-*-user-sessions/PolicyName: *",
		"+ /UserDetailList/UserName=svc-export/UserPolicyList/PolicyName=IRContainGuard-*-user-sessions/PolicyDocument: {*\"Effect\":\"Deny\"*}",
		"+ */Tags/Key=ircontain-incident/Key: ircontain-incident", "+ */Tags/Key=ircontain-incident/Value: "+res.Incident,
		"+ */Tags/Key=ircontain-owner/Key: ircontain-owner", "+ */Tags/Key=ircontain-owner/Value: ana",
		"+ */Tags/Key=ircontain-reason/Key: ircontain-reason", "+ */Tags/Key=ircontain-reason/Value: key seen in a public repository",
		"+ */Tags/Key=ircontain-review/Key: ircontain-review", "+ */Tags/Key=ircontain-review/Value: 20*Z")
	r.denies(after)
	r.keptOneKey("svc-export")
	r.everyWriteIsJournaled(calls, journal, 0, *r.key.AccessKeyId)
	r.complete(res)
	r.absentIsJournaled(calls, journal, res)
	r.verifyJournal()

	var back ran
	calls = r.record(func() { back = r.rollBack() })
	r.wantDiff("rollback", diff(before, r.dump()),
		"~ /credentials/svc-export/AccessKeyMetadata/AccessKeyId="+*key.AccessKeyId+"/Status: Active -> Inactive")
	r.everyWriteIsJournaled(calls, readJournal(t, back.Journal.Path), len(journal), *r.key.AccessKeyId)
	r.verifyJournal()
}

// A user whose inline quota is nearly full gets the guardrail as a managed
// policy; the role that the log shows assumed gets its sessions revoked.
func TestMotoManagedPolicyAndRoleFromLogs(t *testing.T) {
	r := newResponder(t, "responder-2")
	inline := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::%s"}]}`, strings.Repeat("x", 1700))
	key := r.seed("svc-import", map[string]string{"wide": inline})
	logs := filepath.Join(t.TempDir(), "trail.json")
	if err := os.WriteFile(logs, fmt.Appendf(nil, assumeRole, time.Now().UTC().Add(-time.Hour).Format(time.RFC3339), *key.AccessKeyId), 0o600); err != nil {
		t.Fatal(err)
	}
	before := r.dump()

	var res ran
	calls := r.record(func() { res = r.contain(key, "--logs", logs) })
	after := r.dump()
	r.wantDiff("contain", diff(before, after),
		"~ /credentials/svc-import/AccessKeyMetadata/AccessKeyId="+*key.AccessKeyId+"/Status: Active -> Inactive",
		"+ /Policies/Arn=arn:aws:iam::123456789012:policy/IRContainGuard-*-guard/*",
		"+ /UserDetailList/UserName=svc-import/AttachedManagedPolicies/PolicyName=IRContainGuard-*-guard/PolicyName: *",
		"+ /UserDetailList/UserName=svc-import/AttachedManagedPolicies/PolicyName=IRContainGuard-*-guard/PolicyArn: arn:aws:iam::123456789012:policy/*",
		"+ /UserDetailList/UserName=svc-import/UserPolicyList/PolicyName=IRContainGuard-*-user-sessions/*",
		"+ /RoleDetailList/RoleName=svc-import-role/RolePolicyList/PolicyName=IRContainGuard-*-role-sessions/PolicyName: *",
		"+ /RoleDetailList/RoleName=svc-import-role/RolePolicyList/PolicyName=IRContainGuard-*-role-sessions/PolicyDocument: *aws:TokenIssueTime*",
		"+ */Tags/Key=ircontain-*")
	r.denies(after)
	r.keptOneKey("svc-import")
	journal := readJournal(t, res.Journal.Path)
	r.everyWriteIsJournaled(calls, journal, 0, *r.key.AccessKeyId)
	r.complete(res)
	r.verifyJournal()

	calls = r.record(func() { r.rollBack() })
	r.wantDiff("rollback", diff(before, r.dump()),
		"~ /credentials/svc-import/AccessKeyMetadata/AccessKeyId="+*key.AccessKeyId+"/Status: Active -> Inactive")
	r.everyWriteIsJournaled(calls, readJournal(t, res.Journal.Path), len(journal), *r.key.AccessKeyId)
	r.verifyJournal()
}

// assumeRole is one CloudTrail record of a time and a key: the leaked key opens
// a role session. Sessions older than 36 hours cannot be alive.
const assumeRole = `{"Records":[{"eventVersion":"1.08","eventID":"6c1f2d0e-0000-4000-8000-000000000001","eventTime":"%s",
"eventSource":"sts.amazonaws.com","eventName":"AssumeRole","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.44","userAgent":"Boto3/1.34",
"userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::123456789012:user/svc-import","accountId":"123456789012","accessKeyId":"%s","userName":"svc-import"},
"requestParameters":{"roleArn":"arn:aws:iam::123456789012:role/svc-import-role","roleSessionName":"x"},
"responseElements":{"credentials":{"accessKeyId":"ASIAEXAMPLEEXAMPLE12","expiration":"Mar 1, 2026, 11:00:00 AM"},"assumedRoleUser":{"arn":"arn:aws:sts::123456789012:assumed-role/svc-import-role/x"}},
"resources":[{"accountId":"123456789012","type":"AWS::IAM::Role","ARN":"arn:aws:iam::123456789012:role/svc-import-role"}],
"readOnly":true,"eventType":"AwsApiCall","managementEvent":true,"eventCategory":"Management","recipientAccountId":"123456789012"}]}`

// denies checks the guardrails' documents in moto: nothing in them allows.
func (r responder) denies(dump map[string]string) {
	r.Helper()
	for at, doc := range dump {
		if !strings.Contains(at, "IRContainGuard-") || !strings.HasSuffix(at, "Document") {
			continue
		}
		if !strings.Contains(doc, `"Effect":"Deny"`) || strings.Contains(doc, "Allow") {
			r.Errorf("%s does more, or less, than deny: %s", at, doc)
		}
	}
}

// keptOneKey checks that nobody "contained" the key by deleting or replacing it.
func (r responder) keptOneKey(user string) {
	r.Helper()
	keys := must(r.api.ListAccessKeys(r.Context(), &iam.ListAccessKeysInput{UserName: aws.String(user)}))(r)
	if n := len(keys.AccessKeyMetadata); n != 1 {
		r.Errorf("user %s has %d keys, want the one that leaked, kept", user, n)
	}
}

// complete checks that every step is done and every lever held.
func (r responder) complete(res ran) {
	r.Helper()
	if res.Mode != "live" || !res.Closed {
		r.Errorf("mode %s, closed %t", res.Mode, res.Closed)
	}
	for _, s := range res.Steps {
		if s.Status != "done" {
			r.Errorf("step %s is %s", s.ID, s.Status)
		}
		for _, c := range s.Changes {
			if c.Rung != "held" || c.RequestID == "" {
				r.Errorf("step %s: %s is on rung %s, request %q", s.ID, c.Attribute, c.Rung, c.RequestID)
			}
		}
	}
}

// absentIsJournaled checks what moto answers with an HTML page: asked once
// each time (no retry), journaled as absent, and no reason to stop.
func (r responder) absentIsJournaled(calls []sentCall, journal []journalLine, res ran) {
	r.Helper()
	var details []string
	for _, l := range journal {
		if l.Kind == "capability_absent" {
			details = append(details, l.Body.Detail)
		}
	}
	for _, op := range []string{"LookupEvents", "ListServiceSpecificCredentials"} {
		has := func(s string) bool { return strings.Contains(s, op) }
		if !slices.ContainsFunc(details, has) || !slices.ContainsFunc(res.Absent, has) {
			r.Errorf("%s is missing in moto and not reported as absent: journal %q, result %q", op, details, res.Absent)
		}
		if !slices.ContainsFunc(calls, func(c sentCall) bool { return has(c.action) }) {
			r.Errorf("moto was never asked for %s", op)
		}
	}
}
