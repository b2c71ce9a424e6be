package policy

import (
	"errors"
	"testing"
	"time"
)

func TestScopeRefuses(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	cidr := func(text string) func(*GuardrailSpec) {
		return func(s *GuardrailSpec) { s.Intents, s.Origin = []Intent{PinOrigin}, Origin{CIDRs: []string{text}} }
	}
	only := func(text string) func(*GuardrailSpec) {
		return func(s *GuardrailSpec) { s.Intents, s.Actions = []Intent{OnlyActions}, []string{text} }
	}
	for name, change := range map[string]func(*GuardrailSpec){
		"pin without origin":     func(s *GuardrailSpec) { s.Intents = []Intent{PinOrigin} },
		"origin without pin":     func(s *GuardrailSpec) { s.Origin.VPCs = []string{"vpc-0a1b2c3d"} },
		"only nothing":           func(s *GuardrailSpec) { s.Intents = []Intent{OnlyActions} },
		"actions without only":   func(s *GuardrailSpec) { s.Actions = []string{"s3:GetObject"} },
		"carve-out of nothing":   func(s *GuardrailSpec) { s.Intents, s.Consumer.PrincipalARN = []Intent{CarveOut}, appRole },
		"carve-out of nobody":    func(s *GuardrailSpec) { s.Intents = append(s.Intents, CarveOut) },
		"consumer without carve": func(s *GuardrailSpec) { s.Consumer.PrincipalARN = appRole },
		"carve-out of a session": func(s *GuardrailSpec) { s.Intents, s.Consumer.PrincipalARN = append(s.Intents, CarveOut), app },
		"carve-out by pattern":   func(s *GuardrailSpec) { s.Intents, s.Consumer.PrincipalARN = append(s.Intents, CarveOut), appRole+"*" },
		"carve-out both ways": func(s *GuardrailSpec) {
			s.Intents, s.Consumer = append(s.Intents, CarveOut), Consumer{Origin{CIDRs: []string{"198.51.100.7"}}, appRole}
		},
		"no cut-off": func(s *GuardrailSpec) { s.Intents = []Intent{RevokeSessionsBefore} },
		"no clock":   func(s *GuardrailSpec) { s.ExpireAt, s.Reason = now, "x" },
		"too soon":   func(s *GuardrailSpec) { s.Now, s.HardenAt = now, now.Add(15*time.Minute-time.Second) },
		"too late":   func(s *GuardrailSpec) { s.Now, s.HardenAt = now, now.Add(72*time.Hour+time.Second) },
		"no reason":  func(s *GuardrailSpec) { s.Now, s.ExpireAt = now, now.Add(time.Hour) },
		"both deadlines": func(s *GuardrailSpec) {
			s.Now, s.ExpireAt, s.HardenAt, s.Reason = now, now.Add(time.Hour), now.Add(time.Hour), "x"
		},
		"harder than all": func(s *GuardrailSpec) { s.Intents, s.Now, s.HardenAt = []Intent{DenyAll}, now, now.Add(time.Hour) },
		"everywhere":      cidr("0.0.0.0/0"), "half the world": cidr("128.0.0.0/1"), "all of IPv6": cidr("::/0"),
		"private": cidr("10.1.2.0/24"), "carrier": cidr("100.64.1.0/24"), "loopback": cidr("127.0.0.1"), "local IPv6": cidr("fd00::/48"),
		"not a network": cidr("203.0.113.0/33"), "name": cidr("example.com"), "mapped": cidr("::ffff:203.0.113.1"), "blank": cidr(""),
		"group name":  func(s *GuardrailSpec) { s.Group = "ops\n" },
		"VPC id":      func(s *GuardrailSpec) { s.Intents, s.Origin.VPCs = []Intent{PinOrigin}, []string{"vpc-*"} },
		"endpoint id": func(s *GuardrailSpec) { s.Intents, s.Origin.Endpoints = []Intent{PinOrigin}, []string{"vpc-0a1b2c3d"} },
		"only star":   only("*"), "only any service": only("*:GetObject"), "only no name": only("s3:"), "only no prefix": only(":Get"),
		"only with a quote": only(`s3:Get"Object`), "only with a space": only("s3:Get Object"), "only with a variable": only("s3:${x}"), "only two colons": only("s3:a:b"),
	} {
		s := GuardrailSpec{Name: GuardrailPrefix + "x", Intents: []Intent{FreezeSecrets}}
		change(&s)
		if _, err := CompileGuardrail(s); !errors.Is(err, ErrGuardrail) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, left := range []time.Duration{15 * time.Minute, 72 * time.Hour} {
		if _, err := CompileGuardrail(GuardrailSpec{Name: GuardrailPrefix + "x", Intents: []Intent{FreezeSecrets}, Now: now, HardenAt: now.Add(left)}); err != nil {
			t.Errorf("%s: %v", left, err)
		}
	}
}
