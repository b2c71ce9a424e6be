package simaws

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// rehearse makes the same moves every time; reads, which a screen makes
// concurrently and in any number, may differ.
func rehearse(t *testing.T, seed uint64, readers int) (*World, string) {
	t.Helper()
	w := scenarioWorld(t, func(o *Options) { o.Seed = seed })
	c := w.responderClients().iam
	user := p("svc-billing-export")
	read := func() {
		var wg sync.WaitGroup
		for i := range readers {
			wg.Go(func() {
				_, _ = c.ListAccessKeys(bg, &iam.ListAccessKeysInput{UserName: user})
				_, _ = c.GetUser(bg, &iam.GetUserInput{UserName: p([]string{"ci-deploy", "breakglass"}[i%2])})
			})
		}
		wg.Wait()
	}
	read()
	must(c.PutUserPolicy(bg, &iam.PutUserPolicyInput{UserName: user, PolicyName: p("guard"), PolicyDocument: p(denyAll())}))(t)
	w.Clock().Advance(10 * time.Minute)
	read()
	must(c.UpdateAccessKey(bg, &iam.UpdateAccessKeyInput{UserName: user, AccessKeyId: p(w.Target()), Status: iamtypes.StatusTypeInactive}))(t)
	k := must(c.CreatePolicy(bg, &iam.CreatePolicyInput{PolicyName: p("g2"), PolicyDocument: p(denyAll())}))(t)
	must(c.AttachRolePolicy(bg, &iam.AttachRolePolicyInput{RoleName: p("deploy-artifacts"), PolicyArn: k.Policy.Arn}))(t)
	w.Clock().Advance(time.Hour)
	w.Tick()
	read()
	return w, fingerprint(w)
}

// fingerprint is the account, everybody's fortune and all events but the
// readers' own.
func fingerprint(w *World) string {
	var b strings.Builder
	for _, v := range []any{w.Dump(), w.Outcome()} {
		text, _ := json.Marshal(v)
		b.Write(text)
		b.WriteByte('\n')
	}
	for _, e := range w.events {
		if e.from.ip != "192.0.2.77" || !e.readOnly {
			b.Write(e.json())
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func TestDeterminism(t *testing.T) {
	_, one := rehearse(t, 7, 0)
	for _, readers := range []int{0, 1, 8} {
		if _, two := rehearse(t, 7, readers); one != two {
			t.Errorf("a second run with %d readers differs: %s", readers, firstDifference(one, two))
		}
	}
	if _, other := rehearse(t, 8, 0); one == other {
		t.Error("another seed gives the same world")
	}
}

func firstDifference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(as), len(bs)) {
		if as[i] != bs[i] {
			return fmt.Sprintf("line %d:\n%.600s\n%.600s", i, as[i], bs[i])
		}
	}
	return fmt.Sprintf("%d and %d lines", len(as), len(bs))
}

// Equal reads, made concurrently, leave the same set of events every time.
func TestConcurrentReadsLeaveTheSameEvents(t *testing.T) {
	ids := func() string {
		w := smallWorld(t)
		c := w.responderClients().iam
		var wg sync.WaitGroup
		for i := range 24 {
			wg.Go(func() {
				_, _ = c.GetUser(bg, &iam.GetUserInput{UserName: p([]string{"alice", "bob"}[i%2])})
				_, _ = c.PutUserPolicy(bg, &iam.PutUserPolicyInput{UserName: p("bob"), PolicyName: p("p"), PolicyDocument: p(denyAll())})
			})
		}
		wg.Wait()
		seen := map[string]bool{}
		for _, e := range w.events {
			seen[e.id+e.name] = true
		}
		if len(seen) != 48 {
			t.Errorf("%d distinct events", len(seen))
		}
		return strings.Join(sortedKeys(seen), "\n")
	}
	if one, two := ids(), ids(); one != two {
		t.Error("event ids depend on scheduling")
	}
}

func TestConcurrentQuota(t *testing.T) {
	w := smallWorld(t)
	c := w.responderClients().iam
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { _, _ = c.CreateAccessKey(bg, &iam.CreateAccessKeyInput{UserName: p("bob")}) })
		wg.Go(func() { w.Clock().Advance(time.Second); w.Tick(); _ = w.Outcome(); _ = w.Mutations() })
	}
	wg.Wait()
	if n := len(w.Dump().Users[1].Keys); n != 2 {
		t.Errorf("%d keys", n)
	}
}
