package policy

import (
	"strings"
	"testing"
	"time"
)

// effectOn evaluates one call of bob, who may do everything, under a guardrail.
func effectOn(t *testing.T, p *Policy, action, context string) Effect {
	t.Helper()
	all := identity(t, `{"Effect":"Allow","Action":"*","Resource":"*"}`)
	r := Request{Principal: principal(t, bob), Action: action, Resource: bucket, Context: NewValueContext(keys(context))}
	if strings.HasPrefix(action, "iam:") {
		r.Resource = bob
	}
	return Evaluate(Layers{Identity: []*Policy{all, p}}, r).Effect
}

func TestPinOrigin(t *testing.T) {
	both := Origin{CIDRs: []string{"203.0.113.0/24", "2001:db8:7::/48"},
		VPCs: []string{"vpc-0a1b2c3d4e5f67890"}, Endpoints: []string{"vpce-0a1b2c3d"}}
	onlyNet := Origin{CIDRs: []string{"203.0.113.0/24"}}
	onlyVPC := Origin{VPCs: []string{"vpc-0a1b2c3d4e5f67890"}}
	// What the requests carry is the documented availability of the keys: behind
	// an endpoint there is no aws:SourceIp, on the internet no aws:SourceVpc.
	endpoint := "aws:SourceVpc=vpc-0a1b2c3d4e5f67890;aws:SourceVpce=vpce-11111111;aws:VpcSourceIp=10.0.0.4;aws:ViaAWSService=false"
	for _, c := range []struct {
		name    string
		origin  Origin
		context string
		want    Effect
	}{
		{"inside", both, "aws:SourceIp=203.0.113.77;aws:ViaAWSService=false", Allowed},
		{"last inside", both, "aws:SourceIp=203.0.113.255;aws:ViaAWSService=false", Allowed},
		{"outside", both, "aws:SourceIp=203.0.114.0;aws:ViaAWSService=false", ExplicitlyDenied},
		{"inside by IPv6", both, "aws:SourceIp=2001:db8:7:1::9;aws:ViaAWSService=false", Allowed},
		{"outside by IPv6", both, "aws:SourceIp=2001:db8:8::9;aws:ViaAWSService=false", ExplicitlyDenied},
		{"IPv6 under an IPv4 pin", onlyNet, "aws:SourceIp=2001:db8:7::9;aws:ViaAWSService=false", ExplicitlyDenied},
		{"named VPC", both, endpoint, Allowed},
		{"named endpoint", both, "aws:SourceVpc=vpc-22222222;aws:SourceVpce=vpce-0a1b2c3d;aws:ViaAWSService=false", Allowed},
		{"foreign VPC", both, "aws:SourceVpc=vpc-22222222;aws:SourceVpce=vpce-22222222;aws:ViaAWSService=false", ExplicitlyDenied},
		{"foreign VPC with a look-alike address", onlyNet, "aws:VpcSourceIp=203.0.113.7;aws:SourceVpc=vpc-22222222;aws:SourceVpce=vpce-22222222;aws:ViaAWSService=false", ExplicitlyDenied},
		{"named VPC under a network pin", onlyNet, endpoint, ExplicitlyDenied},
		{"internet under a VPC pin", onlyVPC, "aws:SourceIp=203.0.113.77;aws:ViaAWSService=false", ExplicitlyDenied},
		{"VPC under a VPC pin", onlyVPC, endpoint, Allowed},
		{"through a service", both, "aws:SourceIp=192.0.2.1;aws:ViaAWSService=true", Allowed},
		{"through a service without an address", onlyNet, "aws:ViaAWSService=true", Allowed},
		{"nothing known", both, "", ExplicitlyDenied},
	} {
		_, p := guardrail(t, GuardrailSpec{Intents: []Intent{PinOrigin}, Origin: c.origin})
		if got := effectOn(t, p, "s3:GetObject", c.context); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if got := effectOn(t, p, "iam:DeleteUserPolicy", c.context); got != ExplicitlyDenied {
			t.Errorf("%s: removing the guardrail is %s", c.name, got)
		}
	}
	for _, f := range Lint(func() *Document { _, p := guardrail(t, specOf(PinOrigin)); return p.Document() }()) {
		if f.Code == "deny-location-service" {
			t.Errorf("%s", f)
		}
	}
}

func TestPinOriginForecastNamesWhatIsUnknown(t *testing.T) {
	_, p := guardrail(t, specOf(PinOrigin))
	r := Request{Principal: principal(t, bob), Action: "s3:GetObject",
		Context: NewPartialContext(map[string][]string{"aws:ViaAWSService": {"false"}}, []string{"aws:SourceIp"}, []string{"aws:SourceVpc"})}
	f := ForecastDeny(p, r, []string{bucket})
	if f.Verdict != VerdictUnknown || len(f.DependsOn) != 1 || f.DependsOn[0] != "aws:SourceVpc" {
		t.Errorf("%+v", f)
	}
}

// TestCarveOutSparesOneConsumer checks every freeze: the consumer passes, each
// neighbour does not, and nobody gets rid of the guardrail.
func TestCarveOutSparesOneConsumer(t *testing.T) {
	frozen := map[Intent]string{FreezeSecrets: "secretsmanager:GetSecretValue", FreezeIAM: "iam:CreateRole", FreezeAssume: "sts:AssumeRole",
		FreezeSessions: "sts:GetSessionToken", QuarantineV3: "s3:GetObject", PinOrigin: "s3:GetObject", OnlyActions: "ec2:RunInstances", DenyAll: "s3:GetObject"}
	for intent, action := range frozen {
		spec := specOf(intent, CarveOut)
		spec.Consumer = Consumer{Origin: Origin{CIDRs: []string{"198.51.100.7", "2001:db8:9::1"}, Endpoints: []string{"vpce-0a1b2c3d"}}}
		_, p := guardrail(t, spec)
		for context, want := range map[string]Effect{
			"aws:SourceIp=198.51.100.7;aws:ViaAWSService=false":                           Allowed,
			"aws:SourceIp=2001:db8:9::1;aws:ViaAWSService=false":                          Allowed,
			"aws:SourceVpc=vpc-33333333;aws:SourceVpce=vpce-0a1b2c3d":                     Allowed,
			"aws:SourceIp=198.51.100.6;aws:ViaAWSService=false":                           ExplicitlyDenied,
			"aws:SourceIp=198.51.100.8;aws:ViaAWSService=false":                           ExplicitlyDenied,
			"aws:SourceIp=2001:db8:9::2;aws:ViaAWSService=false":                          ExplicitlyDenied,
			"aws:SourceVpc=vpc-33333333;aws:SourceVpce=vpce-44444444":                     ExplicitlyDenied,
			"aws:VpcSourceIp=198.51.100.7;aws:SourceVpc=vpc-3333;aws:SourceVpce=vpce-444": ExplicitlyDenied,
			"": ExplicitlyDenied,
		} {
			if got := effectOn(t, p, action, context); got != want {
				t.Errorf("%s, %q: %s is %s, want %s", intent, context, action, got, want)
			}
			for _, way := range waysAround() {
				if got := effectOn(t, p, way, context); got != ExplicitlyDenied {
					t.Errorf("%s, %q: %s is %s", intent, context, way, got)
				}
			}
		}
	}
}

// TestPinAndCarveOutAdmitBoth: two networks on one key must both stay open.
func TestPinAndCarveOutAdmitBoth(t *testing.T) {
	_, p := guardrail(t, specOf(PinOrigin, CarveOut))
	for context, want := range map[string]Effect{
		"aws:SourceIp=203.0.113.9": Allowed, "aws:SourceIp=198.51.100.7": Allowed, "aws:SourceIp=198.51.100.8": ExplicitlyDenied,
		"aws:SourceVpc=vpc-0a1b2c3d4e5f67890": Allowed, "aws:SourceVpc=vpc-22222222": ExplicitlyDenied,
	} {
		if got := effectOn(t, p, "s3:GetObject", context); got != want {
			t.Errorf("%s: %s", context, got)
		}
	}
}

func TestCarveOutByARN(t *testing.T) {
	spec := specOf(DenyAll)
	spec.Intents, spec.Consumer = []Intent{DenyAll, CarveOut}, Consumer{PrincipalARN: appRole}
	_, p := guardrail(t, spec)
	for arn, want := range map[string]Effect{
		appRole: Allowed, appRole + "2": ExplicitlyDenied, "arn:aws:iam::111122223333:role/app": ExplicitlyDenied, bob: ExplicitlyDenied,
	} {
		if got := effectOn(t, p, "s3:GetObject", "aws:PrincipalArn="+arn); got != want {
			t.Errorf("%s: %s", arn, got)
		}
	}
	if got := effectOn(t, p, "s3:GetObject", ""); got != ExplicitlyDenied {
		t.Errorf("no ARN at all: %s", got)
	}
}

func TestDeadlines(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	at := now.Add(4 * time.Hour)
	moments := map[string]time.Time{"T-1": at.Add(-time.Second), "T": at, "T+1": at.Add(time.Second)}
	hard := specOf(FreezeSecrets)
	hard.Now, hard.HardenAt = now, at
	soft := specOf(FreezeSecrets, FreezeIAM, DenyAll)
	soft.Now, soft.ExpireAt, soft.Reason = now, at, "the weekend release must run"
	allowed := specOf(OnlyActions)
	allowed.Now, allowed.HardenAt = now, at
	for _, c := range []struct {
		name   string
		spec   GuardrailSpec
		action string
		want   map[string]Effect
	}{
		{"harden, frozen", hard, "secretsmanager:GetSecretValue", map[string]Effect{"T-1": ExplicitlyDenied, "T": ExplicitlyDenied, "T+1": ExplicitlyDenied}},
		{"harden, open before", hard, "s3:GetObject", map[string]Effect{"T-1": Allowed, "T": ExplicitlyDenied, "T+1": ExplicitlyDenied}},
		{"harden, listed", allowed, "s3:GetObject", map[string]Effect{"T-1": Allowed, "T": ExplicitlyDenied, "T+1": ExplicitlyDenied}},
		{"harden, not listed", allowed, "s3:PutObject", map[string]Effect{"T-1": ExplicitlyDenied, "T": ExplicitlyDenied, "T+1": ExplicitlyDenied}},
		{"expire", soft, "s3:GetObject", map[string]Effect{"T-1": ExplicitlyDenied, "T": Allowed, "T+1": Allowed}},
		{"expire, other IAM writes", soft, "iam:TagUser", map[string]Effect{"T-1": ExplicitlyDenied, "T": Allowed, "T+1": Allowed}},
		{"expire, protection", soft, "iam:DeleteUserPolicy", map[string]Effect{"T-1": ExplicitlyDenied, "T": ExplicitlyDenied, "T+1": ExplicitlyDenied}},
	} {
		g, p := guardrail(t, c.spec)
		for name, when := range moments {
			if got := effectOn(t, p, c.action, "aws:CurrentTime="+when.Format(time.RFC3339)); got != c.want[name] {
				t.Errorf("%s at %s: %s", c.name, name, got)
			}
		}
		if got := effectOn(t, p, c.action, ""); got != ExplicitlyDenied {
			t.Errorf("%s without a clock: %s", c.name, got)
		}
		if !strings.Contains(strings.Join(g.Warnings, "\n"), "2026-11-21T14:00:00Z") {
			t.Errorf("%s: no warning names the deadline: %q", c.name, g.Warnings)
		}
	}
}

func TestRevokeSessionsBefore(t *testing.T) {
	_, p := guardrail(t, specOf(RevokeSessionsBefore))
	for context, want := range map[string]Effect{
		"aws:TokenIssueTime=2026-11-21T09:59:59Z": ExplicitlyDenied,
		"aws:TokenIssueTime=2026-11-21T10:00:00Z": Allowed,
		"": Allowed,
	} {
		if got := effectOn(t, p, "s3:GetObject", context); got != want {
			t.Errorf("%q: %s", context, got)
		}
	}
}

// TestRevocationHasNoLimits: neither a carve-out nor an expiry brings an old
// session back.
func TestRevocationHasNoLimits(t *testing.T) {
	old := "aws:TokenIssueTime=2026-11-21T09:00:00Z;"
	spec := specOf(DenyAll, CarveOut, RevokeSessionsBefore)
	_, p := guardrail(t, spec)
	if got := effectOn(t, p, "s3:GetObject", old+"aws:SourceIp=198.51.100.7"); got != ExplicitlyDenied {
		t.Errorf("carved out: %s", got)
	}
	spec = specOf(FreezeSecrets, RevokeSessionsBefore)
	spec.Now, spec.Reason = spec.RevokeBefore, "weekend release"
	spec.ExpireAt = spec.Now.Add(time.Hour)
	_, p = guardrail(t, spec)
	if got := effectOn(t, p, "s3:GetObject", old+"aws:CurrentTime=2026-11-22T10:00:00Z"); got != ExplicitlyDenied {
		t.Errorf("expired: %s", got)
	}
}
