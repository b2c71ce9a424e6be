package policy

import (
	"fmt"
	"strings"
	"testing"
)

const (
	allowAll  = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	allowS3   = `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`
	allowEC2  = `{"Effect":"Allow","Action":"ec2:*","Resource":"*"}`
	denyS3    = `{"Effect":"Deny","Action":"s3:*","Resource":"*"}`
	anonymous = "anonymous"
)

// to builds a resource policy statement that names a principal.
func to(effect, principal string) string {
	return fmt.Sprintf(`{"Effect":%q,"Principal":%s,"Action":"*","Resource":"*"}`, effect, principal)
}

func aws(arns ...string) string {
	return `{"AWS":["` + strings.Join(arns, `","`) + `"]}`
}

// scene is one row of a decision table; empty layers are not there.
type scene struct {
	name                         string
	who, action, resource, owner string
	identity, boundary, session  string
	policy                       string
	scps, rcps                   []string // one document a level
	endpoint                     string
	context                      string
	want                         Effect
	by                           Layer
}

func (s scene) layers(t testing.TB) Layers {
	one := func(kind Kind, statements string) *Policy {
		if statements == "" {
			return nil
		}
		return compile(t, kind, doc(strings.TrimPrefix(statements, "empty")))
	}
	l := Layers{Boundary: one(KindIdentity, s.boundary), Session: one(KindIdentity, s.session),
		Resource: one(KindResource, s.policy)}
	if s.identity != "" {
		l.Identity = []*Policy{one(KindIdentity, s.identity)}
	}
	for _, level := range s.scps {
		l.SCPs = append(l.SCPs, []*Policy{one(KindSCP, level)})
	}
	for _, level := range s.rcps {
		l.RCPs = append(l.RCPs, []*Policy{one(KindRCP, level)})
	}
	if s.endpoint != "" {
		l.Endpoint = []*Policy{one(KindEndpoint, s.endpoint)}
	}
	return l
}

func (s scene) request(t testing.TB) Request {
	r := Request{Principal: principal(t, s.who), Action: s.action, Resource: s.resource,
		ResourceAccount: s.owner, Context: NewValueContext(keys(s.context))}
	if r.Action == "" {
		r.Action = "s3:GetObject"
	}
	if r.Resource == "" {
		r.Resource = bucket
	}
	if r.ResourceAccount == "" {
		r.ResourceAccount = account
	}
	return r
}

func runScenes(t *testing.T, scenes []scene) {
	t.Helper()
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			d := Evaluate(s.layers(t), s.request(t))
			if d.Effect != s.want {
				t.Fatalf("%s by %s, want %s", d.Effect, d.DecidedBy, s.want)
			}
			if s.by != "" && d.DecidedBy != s.by {
				t.Errorf("decided by %s, want %s", d.DecidedBy, s.by)
			}
			if d.Effect == ImplicitlyDenied && len(d.Statements) != 0 {
				t.Errorf("implicit deny rests on %v", d.Statements)
			}
		})
	}
}

func TestSameAccount(t *testing.T) {
	runScenes(t, []scene{
		{name: "nothing", who: bob, want: ImplicitlyDenied, by: LayerDefault},
		{name: "identity allows", who: bob, identity: allowS3, want: Allowed, by: LayerIdentity},
		{name: "other service", who: bob, identity: allowEC2, want: ImplicitlyDenied, by: LayerDefault},
		{name: "resource allows", who: bob, policy: to("Allow", aws(bob)), want: Allowed, by: LayerResource},
		{name: "identity denies", who: bob, identity: allowS3 + "," + denyS3, want: ExplicitlyDenied, by: LayerIdentity},
		{name: "identity denies what the resource allows", who: bob, identity: denyS3, policy: to("Allow", aws(bob)), want: ExplicitlyDenied, by: LayerIdentity},
		{name: "resource denies", who: bob, identity: allowAll, policy: to("Deny", aws(bob)), want: ExplicitlyDenied, by: LayerResource},
		{name: "resource denies the account", who: bob, identity: allowAll, policy: to("Deny", aws(rootOf)), want: ExplicitlyDenied, by: LayerResource},
		{name: "resource denies someone else", who: bob, identity: allowAll, policy: to("Deny", aws(appRole)), want: Allowed},
		{name: "boundary silent", who: bob, identity: allowAll, boundary: allowEC2, want: ImplicitlyDenied, by: LayerBoundary},
		{name: "boundary allows", who: bob, identity: allowAll, boundary: allowS3, want: Allowed},
		{name: "boundary alone grants nothing", who: bob, boundary: allowAll, want: ImplicitlyDenied, by: LayerDefault},
		{name: "boundary denies", who: bob, policy: to("Allow", aws(bob)), boundary: denyS3, want: ExplicitlyDenied, by: LayerBoundary},
		{name: "session silent", who: app, identity: allowAll, session: allowEC2, want: ImplicitlyDenied, by: LayerSession},
		{name: "session allows", who: app, identity: allowAll, session: allowS3, want: Allowed},
		{name: "session alone grants nothing", who: app, session: allowAll, want: ImplicitlyDenied, by: LayerDefault},
		{name: "session denies", who: app, policy: to("Allow", aws(app)), session: denyS3, want: ExplicitlyDenied, by: LayerSession},
		{name: "account delegates, identity silent", who: bob, policy: to("Allow", aws(account)), want: ImplicitlyDenied, by: LayerIdentity},
		{name: "root delegates, identity silent", who: bob, policy: to("Allow", aws(rootOf)), want: ImplicitlyDenied, by: LayerIdentity},
		{name: "root delegates, identity allows", who: bob, policy: to("Allow", aws(rootOf)), identity: allowS3, want: Allowed},
		{name: "owner read from the arn", who: bob, resource: "arn:aws:sqs:eu:" + account + ":q", action: "sqs:SendMessage", identity: allowAll, want: Allowed},
		{name: "who-am-I under deny-all", who: bob, action: "STS:getcalleridentity", resource: "*", identity: `{"Effect":"Deny","Action":"*","Resource":"*"}`, want: Allowed, by: LayerService},
		{name: "endpoint silent", who: bob, identity: allowAll, endpoint: to("Allow", aws(appRole)), want: ImplicitlyDenied, by: LayerEndpoint},
		{name: "endpoint allows", who: bob, identity: allowAll, endpoint: to("Allow", `"*"`), want: Allowed},
		{name: "endpoint denies", who: bob, identity: allowAll, endpoint: to("Allow", `"*"`) + "," + to("Deny", `"*"`), want: ExplicitlyDenied, by: LayerEndpoint},
	})
}

// TestDirectGrants is the documented table: caller named by a resource policy
// of its own account, identity silent, then boundary silent, session silent.
func TestDirectGrants(t *testing.T) {
	for _, c := range []struct {
		name, who, named                              string
		identitySilent, boundarySilent, sessionSilent Effect
		identityBy, boundaryBy, sessionBy             Layer
		needsSession/* federated: none means nothing */ bool
	}{
		{"user arn", bob, aws(bob), Allowed, Allowed, Allowed, "", "", "", false},
		{"role arn", app, aws(appRole), Allowed, ImplicitlyDenied, ImplicitlyDenied, "", LayerBoundary, LayerSession, false},
		{"role arn, bare role calls", appRole, aws(appRole), Allowed, ImplicitlyDenied, ImplicitlyDenied, "", LayerBoundary, LayerSession, false},
		{"session arn", app, aws(app), Allowed, Allowed, Allowed, "", "", "", false},
		{"federated arn", fedBob, aws(fedBob), Allowed, Allowed, Allowed, "", "", "", false},
		{"user arn, federated session", fedBob, aws(bob), Allowed, ImplicitlyDenied, ImplicitlyDenied, "", LayerBoundary, LayerSession, true},
		{"everyone, user", bob, `"*"`, Allowed, Allowed, Allowed, "", "", "", false},
		{"everyone, session", app, `{"AWS":"*"}`, Allowed, Allowed, Allowed, "", "", "", false},
		{"everyone, federated", fedBob, `"*"`, Allowed, Allowed, Allowed, "", "", "", false},
	} {
		session := ""
		if c.needsSession {
			session = allowAll
		}
		sessionIfAny := allowEC2
		runScenes(t, []scene{
			{name: c.name + ", identity silent", who: c.who, policy: to("Allow", c.named), session: session, want: c.identitySilent, by: c.identityBy},
			{name: c.name + ", boundary silent", who: c.who, policy: to("Allow", c.named), session: session, boundary: allowEC2, want: c.boundarySilent, by: c.boundaryBy},
			{name: c.name + ", session silent", who: c.who, policy: to("Allow", c.named), session: sessionIfAny, want: c.sessionSilent, by: c.sessionBy},
		})
	}
}

func TestCrossAccount(t *testing.T) {
	runScenes(t, []scene{
		{name: "both allow", who: bob, owner: other, identity: allowS3, policy: to("Allow", aws(bob)), want: Allowed},
		{name: "account named, both allow", who: bob, owner: other, identity: allowS3, policy: to("Allow", aws(account)), want: Allowed},
		{name: "resource silent", who: bob, owner: other, identity: allowS3, want: ImplicitlyDenied, by: LayerResource},
		{name: "identity silent", who: bob, owner: other, policy: to("Allow", aws(bob)), want: ImplicitlyDenied, by: LayerIdentity},
		{name: "everyone, identity silent", who: bob, owner: other, policy: to("Allow", `"*"`), want: ImplicitlyDenied, by: LayerIdentity},
		{name: "no bypass of the boundary", who: bob, owner: other, identity: allowS3, boundary: allowEC2, policy: to("Allow", aws(bob)), want: ImplicitlyDenied, by: LayerBoundary},
		{name: "no bypass of the session policy", who: app, owner: other, identity: allowS3, session: allowEC2, policy: to("Allow", aws(app)), want: ImplicitlyDenied, by: LayerSession},
		{name: "federated without session policy", who: fedBob, owner: other, identity: allowS3, policy: to("Allow", aws(fedBob)), want: ImplicitlyDenied},
		{name: "root of the caller", who: rootOf, owner: other, policy: to("Allow", aws(account)), want: Allowed},
		{name: "root not named", who: rootOf, owner: other, want: ImplicitlyDenied, by: LayerResource},
		{name: "user of the owner named", who: bob, owner: other, identity: allowS3, policy: to("Allow", aws("arn:aws:iam::"+other+":user/bob")), want: ImplicitlyDenied, by: LayerResource},
		{name: "caller's scp", who: bob, owner: other, identity: allowS3, policy: to("Allow", aws(bob)), scps: []string{allowEC2}, want: ImplicitlyDenied, by: LayerSCP},
		{name: "owner's rcp", who: bob, owner: other, identity: allowS3, policy: to("Allow", aws(bob)), rcps: []string{to("Allow", `"*"`) + "," + to("Deny", `"*"`)}, want: ExplicitlyDenied, by: LayerRCP},
	})
}

func TestFederatedAndRoot(t *testing.T) {
	runScenes(t, []scene{
		{name: "federated, no session policy", who: fedBob, identity: allowAll, want: ImplicitlyDenied},
		{name: "federated, intersection", who: fedBob, identity: allowAll, session: allowS3, want: Allowed},
		{name: "federated, session wider than the user", who: fedBob, identity: allowEC2, session: allowAll, want: ImplicitlyDenied, by: LayerDefault},
		{name: "federated, user's deny without session policy", who: fedBob, identity: denyS3, policy: to("Allow", aws(fedBob)), want: ExplicitlyDenied, by: LayerIdentity},
		{name: "federated, user arn, no session policy", who: fedBob, identity: allowAll, policy: to("Allow", aws(bob)), want: ImplicitlyDenied, by: LayerSession},
		{name: "root", who: rootOf, want: Allowed},
		{name: "root is not limited by user policies", who: rootOf, identity: denyS3, boundary: denyS3, want: Allowed},
		{name: "root under scp deny", who: rootOf, scps: []string{allowAll + "," + denyS3}, want: ExplicitlyDenied, by: LayerSCP},
		{name: "root under silent scp", who: rootOf, scps: []string{allowEC2}, want: ImplicitlyDenied, by: LayerSCP},
		{name: "root under resource deny", who: rootOf, policy: to("Deny", `"*"`), want: ExplicitlyDenied, by: LayerResource},
		{name: "root under rcp", who: rootOf, rcps: []string{to("Deny", `"*"`)}, want: ExplicitlyDenied, by: LayerRCP},
	})
}

func TestServiceAndAnonymous(t *testing.T) {
	lambda := "lambda.amazonaws.com"
	runScenes(t, []scene{
		{name: "service named", who: lambda, policy: to("Allow", `{"Service":"lambda.amazonaws.com"}`), want: Allowed, by: LayerResource},
		{name: "other service named", who: lambda, policy: to("Allow", `{"Service":"ec2.amazonaws.com"}`), want: ImplicitlyDenied},
		{name: "service has no identity", who: lambda, identity: allowAll, want: ImplicitlyDenied},
		{name: "service outside scps", who: lambda, policy: to("Allow", `{"Service":"lambda.amazonaws.com"}`), scps: []string{denyS3}, want: Allowed},
		{name: "service under rcp", who: lambda, policy: to("Allow", `{"Service":"lambda.amazonaws.com"}`), rcps: []string{to("Deny", `"*"`)}, want: ExplicitlyDenied},
		{name: "account does not name a service", who: lambda, policy: to("Allow", aws(account)), want: ImplicitlyDenied},
		{name: "anonymous, everyone", who: anonymous, policy: to("Allow", `"*"`), want: Allowed, by: LayerResource},
		{name: "anonymous, AWS star", who: anonymous, policy: to("Allow", `{"AWS":"*"}`), want: Allowed},
		{name: "anonymous, account", who: anonymous, policy: to("Allow", aws(account)), want: ImplicitlyDenied, by: LayerDefault},
		{name: "anonymous, no policy", who: anonymous, identity: allowAll, want: ImplicitlyDenied, by: LayerDefault},
		{name: "anonymous under rcp", who: anonymous, policy: to("Allow", `"*"`), rcps: []string{to("Deny", `"*"`)}, want: ExplicitlyDenied, by: LayerRCP},
	})
}

func TestOrganisation(t *testing.T) {
	slr := "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForSupport/s"
	rcpAllow := to("Allow", `"*"`)
	runScenes(t, []scene{
		{name: "every level allows", who: bob, identity: allowAll, scps: []string{allowAll, allowS3}, want: Allowed},
		{name: "one level silent", who: bob, identity: allowAll, scps: []string{allowAll, allowEC2}, want: ImplicitlyDenied, by: LayerSCP},
		{name: "one level empty", who: bob, identity: allowAll, scps: []string{allowAll, "empty"}, want: ImplicitlyDenied, by: LayerSCP},
		{name: "one level denies", who: bob, identity: allowAll, scps: []string{allowAll + "," + denyS3, allowAll}, want: ExplicitlyDenied, by: LayerSCP},
		{name: "scp grants nothing", who: bob, scps: []string{allowAll}, want: ImplicitlyDenied, by: LayerDefault},
		{name: "scp caps a direct grant", who: bob, policy: to("Allow", aws(bob)), scps: []string{allowEC2}, want: ImplicitlyDenied, by: LayerSCP},
		{name: "scp with NotAction and Allow", who: bob, identity: allowAll, scps: []string{`{"Effect":"Allow","NotAction":"ec2:*","Resource":"*"}`}, want: Allowed},
		{name: "scp with condition", who: bob, identity: allowAll, context: "aws:RequestedRegion=us-west-2",
			scps: []string{allowAll + `,{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}}}`}, want: ExplicitlyDenied, by: LayerSCP},
		{name: "service-linked role outside scps", who: slr, identity: allowAll, scps: []string{denyS3}, want: Allowed},
		{name: "service-linked role by path", who: "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/Any", identity: allowAll, scps: []string{denyS3}, want: Allowed},
		{name: "principal arn refutes the name", who: slr, identity: allowAll, scps: []string{denyS3}, context: "aws:PrincipalArn=arn:aws:iam::111122223333:role/AWSServiceRoleForSupport", want: ExplicitlyDenied},
		{name: "rcp allows", who: bob, identity: allowAll, rcps: []string{rcpAllow}, want: Allowed},
		{name: "rcp denies", who: bob, identity: allowAll, rcps: []string{rcpAllow, rcpAllow + "," + to("Deny", `"*"`)}, want: ExplicitlyDenied, by: LayerRCP},
		{name: "rcp of an uncovered service", who: bob, identity: allowAll, action: "ec2:RunInstances", resource: "arn:aws:ec2:eu:111122223333:instance/*", rcps: []string{to("Deny", `"*"`)}, want: Allowed},
		{name: "rcp named before scp", who: bob, identity: allowAll, scps: []string{denyS3}, rcps: []string{to("Deny", `"*"`)}, want: ExplicitlyDenied, by: LayerRCP},
	})
}

func TestStrictResourcePolicies(t *testing.T) {
	key := "arn:aws:kms:eu-west-1:111122223333:key/k"
	runScenes(t, []scene{
		{name: "identity alone is not enough for a key", who: bob, action: "kms:Decrypt", resource: key, identity: allowAll, want: ImplicitlyDenied, by: LayerResource},
		{name: "key delegates, identity allows", who: bob, action: "kms:Decrypt", resource: key, identity: allowAll, policy: to("Allow", aws(rootOf)), want: Allowed},
		{name: "key delegates, identity silent", who: bob, action: "kms:Decrypt", resource: key, policy: to("Allow", aws(rootOf)), want: ImplicitlyDenied, by: LayerIdentity},
		{name: "key names the user", who: bob, action: "kms:Decrypt", resource: key, policy: to("Allow", aws(bob)), want: Allowed, by: LayerResource},
		{name: "root needs the key policy too", who: rootOf, action: "kms:Decrypt", resource: key, want: ImplicitlyDenied, by: LayerResource},
		{name: "root delegated", who: rootOf, action: "kms:Decrypt", resource: key, policy: to("Allow", aws(rootOf)), want: Allowed},
		{name: "creating a key is not strict", who: bob, action: "kms:CreateKey", resource: "*", identity: allowAll, want: Allowed},
		{name: "trust names someone else", who: bob, action: "sts:AssumeRole", resource: appRole, identity: allowAll, policy: `{"Effect":"Allow","Principal":{"AWS":"` + app + `"},"Action":"sts:AssumeRole"}`, want: ImplicitlyDenied, by: LayerResource},
		{name: "trust names the user", who: bob, action: "sts:AssumeRole", resource: appRole, policy: `{"Effect":"Allow","Principal":{"AWS":"` + bob + `"},"Action":"sts:AssumeRole"}`, want: Allowed, by: LayerResource},
		{name: "trust delegates", who: bob, action: "sts:AssumeRole", resource: appRole, identity: allowAll, policy: `{"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole"}`, want: Allowed},
	})
	s := scene{who: bob, identity: allowAll}
	l := s.layers(t)
	l.StrictResource = true
	if d := Evaluate(l, s.request(t)); d.Effect != ImplicitlyDenied || d.DecidedBy != LayerResource {
		t.Errorf("strict by option: %+v", d)
	}
}

func TestNotPrincipal(t *testing.T) {
	deny := func(arns ...string) string {
		return to("Allow", `"*"`) + `,{"Effect":"Deny","NotPrincipal":` + aws(arns...) + `,"Action":"*","Resource":"*"}`
	}
	runScenes(t, []scene{
		{name: "listed with its account", who: bob, policy: deny(bob, rootOf), want: Allowed},
		{name: "listed alone", who: bob, policy: deny(bob), want: Allowed},
		{name: "only the account listed", who: bob, policy: deny(rootOf), want: ExplicitlyDenied},
		{name: "someone else listed", who: bob, policy: deny(appRole, rootOf), want: ExplicitlyDenied},
		{name: "session of a listed role", who: app, policy: deny(appRole, rootOf), want: Allowed},
		{name: "session listed", who: app, policy: deny(app, appRole, rootOf), want: Allowed},
		{name: "root listed", who: rootOf, policy: deny(rootOf), want: Allowed},
		{name: "boundary undoes the exemption", who: bob, boundary: allowAll, policy: deny(bob, rootOf), want: ExplicitlyDenied},
		{name: "wildcard inside an arn is none", who: bob, policy: deny("arn:aws:iam::111122223333:user/*"), want: ExplicitlyDenied},
		{name: "service spared", who: "sns.amazonaws.com", policy: to("Allow", `"*"`) + `,{"Effect":"Deny","NotPrincipal":{"Service":"sns.amazonaws.com"},"Action":"*","Resource":"*"}`, want: Allowed},
		{name: "anonymous hit", who: anonymous, policy: deny(bob), want: ExplicitlyDenied},
	})
}

func TestPrincipalNames(t *testing.T) {
	for _, c := range []struct {
		who, named string
		want       Effect
	}{
		{bob, aws("arn:aws:iam::111122223333:user/bob"), ImplicitlyDenied}, // another path, another user
		{bob, aws("AIDAEXAMPLEUNIQUEID"), ImplicitlyDenied},                // deleted principal
		{bob, aws("arn:aws:iam::111122223333:user/*"), ImplicitlyDenied},
		{app, aws("arn:aws:sts::111122223333:assumed-role/app/other"), ImplicitlyDenied},
		{app, aws("arn:aws:iam::444455556666:role/app"), ImplicitlyDenied},
		{appRole, aws("arn:aws:iam::111122223333:role/app"), ImplicitlyDenied},
		{appRole, aws(app), ImplicitlyDenied},
		{bob, `{"CanonicalUser":"abc"}`, ImplicitlyDenied},
		{bob, `{"Federated":"accounts.example.com"}`, ImplicitlyDenied},
		{bob, `{"AWS":"` + bob + `","Service":"x.amazonaws.com"}`, Allowed},
	} {
		s := scene{who: c.who, policy: to("Allow", c.named)}
		if d := Evaluate(s.layers(t), s.request(t)); d.Effect != c.want {
			t.Errorf("%s named by %s: %s", c.who, c.named, d.Effect)
		}
	}
}

func TestFederatedIssuer(t *testing.T) {
	s := scene{who: "arn:aws:sts::111122223333:federated-user/ticket", policy: to("Allow", aws(bob)), session: allowAll}
	r := s.request(t)
	if d := Evaluate(s.layers(t), r); d.Effect != ImplicitlyDenied {
		t.Errorf("issuer unknown, other name: %s", d.Effect)
	}
	r.Principal.IssuedBy = bob
	if d := Evaluate(s.layers(t), r); d.Effect != Allowed {
		t.Errorf("issuer known: %s", d.Effect)
	}
}

func TestEvaluateUnknown(t *testing.T) {
	s := scene{who: bob, identity: allowS3 + `,{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:ViaAWSService":"false"}}}`}
	r := s.request(t)
	r.Context = PartialContext{}
	d := Evaluate(s.layers(t), r)
	if d.Effect != EffectUnknown || d.Access != Unknown || len(d.DependsOn) != 1 || d.DependsOn[0] != "aws:ViaAWSService" {
		t.Errorf("%+v", d)
	}
	r.Action = "ec2:RunInstances"
	if d := Evaluate(s.layers(t), r); d.Effect != EffectUnknown || d.Access != False {
		t.Errorf("refused either way: %+v", d)
	}
}

func TestDecisiveStatements(t *testing.T) {
	s := scene{who: bob, identity: `{"Sid":"Yes","Effect":"Allow","Action":"s3:*","Resource":"*"}`, scps: []string{allowAll, allowAll}}
	d := Evaluate(s.layers(t), s.request(t))
	want := []Decisive{
		{LayerSCP, 0, 0, 0, "", Allow}, {LayerSCP, 1, 0, 0, "", Allow}, {LayerIdentity, 0, 0, 0, "Yes", Allow},
	}
	if fmt.Sprint(d.Statements) != fmt.Sprint(want) {
		t.Errorf("%+v", d.Statements)
	}
}
