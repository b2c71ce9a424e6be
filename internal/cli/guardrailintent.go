package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/policy"
)

// addIntent reads NAME or NAME=VALUE[,VALUE].
func addIntent(spec *policy.GuardrailSpec, text string) error {
	name, list, given := strings.Cut(text, "=")
	i, err := policy.ParseIntent(name)
	if err != nil {
		return usage(fmt.Sprintf("unknown intent %.40q", name), "intents are "+intentNames())
	}
	needs := i.Needs() != ""
	switch {
	case needs && list == "":
		return usage(fmt.Sprintf("intent %s needs a value", i), fmt.Sprintf("write --intent %s=VALUE; `ircontain guardrail render --help` lists the forms", i))
	case given && !needs:
		return usage(fmt.Sprintf("intent %s takes no value", i), "write --intent "+name)
	}
	spec.Intents = append(spec.Intents, i)
	values := strings.Split(list, ",")
	switch i {
	case policy.PinOrigin:
		addOrigin(&spec.Origin, values)
	case policy.CarveOut:
		for _, v := range values {
			if strings.HasPrefix(v, "arn:") {
				if spec.Consumer.PrincipalARN != "" {
					return usage("intent carve-out spares one principal, and two were named", "carve out networks, or compile a guardrail for each principal")
				}
				spec.Consumer.PrincipalARN = v
				continue
			}
			addOrigin(&spec.Consumer.Origin, []string{v})
		}
	case policy.OnlyActions:
		spec.Actions = append(spec.Actions, values...)
	case policy.RevokeSessionsBefore:
		if !spec.RevokeBefore.IsZero() {
			return usage("intent revoke-sessions-before is given twice", "keep the later time: it covers the earlier one")
		}
		t, err := time.Parse(time.RFC3339, list)
		if err != nil {
			return usage(fmt.Sprintf("intent %s: %.40q is not a time", i, list), "write it as 2026-03-31T06:00:00Z")
		}
		spec.RevokeBefore = t
	}
	return nil
}

func addOrigin(o *policy.Origin, values []string) {
	for _, v := range values {
		switch {
		case strings.HasPrefix(v, "vpce-"):
			o.Endpoints = append(o.Endpoints, v)
		case strings.HasPrefix(v, "vpc-"):
			o.VPCs = append(o.VPCs, v)
		default:
			o.CIDRs = append(o.CIDRs, v)
		}
	}
}

func intentNames() string {
	var names []string
	for _, i := range policy.Intents() {
		names = append(names, string(i))
	}
	return strings.Join(names, ", ")
}
