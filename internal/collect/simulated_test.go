package collect

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ircontain/ircontain/internal/simaws"
)

const statement = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:user/svc-billing-export"},"Action":"*","Resource":"*"}]}`

// world is the scenario's account with a policy on a bucket and on a secret of
// the connection's region. Its responder may list both, or neither.
func world(t *testing.T, mayList bool) (*simaws.World, *aws.Credentials) {
	t.Helper()
	sc, err := simaws.LoadScenario("forgotten-key")
	if err != nil {
		t.Fatal(err)
	}
	sc.History.Days = 1
	sc.Account.Buckets = append(sc.Account.Buckets, simaws.Bucket{Name: "seeded-bucket", Policy: statement})
	sc.Account.Secrets = append(sc.Account.Secrets, simaws.Secret{Name: "seeded", Region: "eu-west-1", Policy: statement}, simaws.Secret{Name: "bare", Region: "eu-west-1"})
	for i := range sc.Account.Roles {
		if r := &sc.Account.Roles[i]; !mayList && strings.Contains(sc.Responder.ARN, r.Name) {
			r.Inline = map[string]string{"blind": `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["s3:List*","secretsmanager:List*"],"Resource":"*"}]}`}
		}
	}
	w, err := simaws.New(sc, simaws.Options{Seed: 1, Clock: simaws.NewStepClock(sc.Start)})
	if err != nil {
		t.Fatal(err)
	}
	who := w.Responder()
	return w, &aws.Credentials{AccessKeyID: who.AccessKeyID, SecretAccessKey: who.SecretAccessKey, SessionToken: who.SessionToken}
}

// policyDesk answers for the seeded policies, which the simulated account holds
// and evaluates but does not give away; all else goes through to it.
type policyDesk struct{ world *simaws.World }

// Do implements aws.HTTPClient.
func (d policyDesk) Do(r *http.Request) (*http.Response, error) {
	var text string
	status := 200
	if r.URL.Query().Has("policy") {
		status, text = 404, "<Error><Code>NoSuchBucketPolicy</Code></Error>"
		for _, b := range d.world.Dump().Buckets {
			if b.Policy != "" && strings.Contains(r.URL.Host+r.URL.Path, b.Name) {
				status, text = 200, b.Policy
			}
		}
	} else if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetResourcePolicy") {
		text = "{}"
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		for _, x := range d.world.Dump().Secrets {
			if x.Policy != "" && strings.Contains(string(body), x.ARN) {
				text = `{"ResourcePolicy":"` + strings.ReplaceAll(x.Policy, `"`, `\"`) + `"}`
			}
		}
	} else {
		return d.world.Do(r)
	}
	s := &stub{answer: func(asked) (int, string) { return status, text }}
	return s.Do(r)
}

func TestSeededPoliciesOfTheSimulatedAccount(t *testing.T) {
	t.Parallel()
	w, key := world(t, true)
	got, unseen := ResourcePolicies(t.Context(), clientsOf(connected(t, policyDesk{w}, key)), Scope{Partition: "aws", Region: "eu-west-1"})
	arns := arnsOf(got)
	if !slices.Contains(arns, "arn:aws:s3:::seeded-bucket") || !slices.ContainsFunc(arns, func(a string) bool { return strings.Contains(a, ":secret:seeded-") }) || len(arns) != 2 {
		t.Errorf("policies of %v", arns)
	}
	// The four services that the simulated account does not have, and the two
	// lines that are always there.
	if len(unseen) != 6 {
		t.Errorf("unseen %+v", unseen)
	}
}

// Nothing in front of it: what the simulated account refuses or does not know
// is said, once for each operation.
func TestSimulatedAccountAsItIs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mayList bool
		want    []string
	}{
		"may list": {true, []string{"s3:GetBucketPolicy is not known", "kms:ListKeys is not known", "sqs:ListQueues is not known", "sns:ListTopics got no clear answer",
			"lambda:ListFunctions is not known", "secretsmanager:GetResourcePolicy is not known"}},
		"may not": {false, []string{"s3:ListAllMyBuckets was refused (AccessDenied)", "secretsmanager:ListSecrets was refused (AccessDeniedException)"}},
	} {
		w, key := world(t, c.mayList)
		conn := connected(t, w, key)
		got, unseen := ResourcePolicies(t.Context(), clientsOf(conn), Scope{Partition: "aws", Region: "eu-west-1"})
		lines := []string{}
		for _, u := range unseen {
			lines = append(lines, u.Why)
		}
		for _, want := range c.want {
			if !strings.Contains(strings.Join(lines, "\n"), want) {
				t.Errorf("%s: no line with %q in\n%s", name, want, strings.Join(lines, "\n"))
			}
		}
		above := ServiceControlPolicies(t.Context(), conn.Organizations, "000000000000")
		if len(got) != 0 || above.Levels != nil || len(above.Unseen) != 1 || !strings.Contains(above.Unseen[0].Why, "organizations:DescribeOrganization is not known") {
			t.Errorf("%s: %v, %+v", name, got, above)
		}
	}
}
