package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/policy"
)

func (a *App) guardrailCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "guardrail", Short: "Compile a guardrail, or say what it would have denied"}
	cmd.AddCommand(a.guardrailRenderCommand(), a.guardrailForecastCommand())
	return cmd
}

// guardrailFlags say what to compile.
type guardrailFlags struct {
	intents, protect, spare  []string
	incident, owner, reason  string
	account, user, role      string
	reviewIn                 time.Duration
	hardenAt, expireAt       string
	existingInline, attached int
	boundary                 bool
	partition                string
}

// noIncident names the guardrail of nobody's incident: fit to read, not to attach.
const noIncident = "draft"

func (a *App) guardrailRenderCommand() *cobra.Command {
	var f guardrailFlags
	cmd := &cobra.Command{
		Use: "render --intent INTENT...", Short: "Print the document that a guardrail would be", Args: cobra.NoArgs,
		Long: "Print the compact document that the intents compile to. Nothing is sent to AWS.\n\n" + intentHelp(),
		RunE: func(*cobra.Command, []string) error { return a.renderGuardrail(f) },
	}
	fl := cmd.Flags()
	f.intentFlags(cmd)
	fl.StringVar(&f.incident, "incident", "", "incident id, part of the name")
	fl.StringVar(&f.owner, "owner", "", "who looks after the guardrail")
	fl.StringVar(&f.reason, "reason", "", "why it is there")
	fl.DurationVar(&f.reviewIn, "review-in", 4*time.Hour, "when it has to be looked at again")
	fl.IntVar(&f.existingInline, "existing-inline", 0, "characters of inline policies the user already has; -1 if not known")
	fl.IntVar(&f.attached, "attached", 0, "managed policies attached to the user; -1 if not known")
	fl.BoolVar(&f.boundary, "has-boundary", false, "the user has a permissions boundary")
	fl.StringVar(&f.account, "account", "", "account the guardrail is for; default any")
	fl.StringVar(&f.user, "user", "", "user the guardrail is for")
	fl.StringVar(&f.role, "role", "", "role the guardrail is for, instead of --user")
	return cmd
}

// intentFlags are the flags that shape the document, common to both commands.
func (f *guardrailFlags) intentFlags(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringArrayVar(&f.intents, "intent", nil, "what to stop (repeatable); NAME or NAME=VALUE[,VALUE]")
	fl.StringArrayVar(&f.protect, "protect-policy", nil, "ARN of a managed policy of the principal or its groups: no new versions (repeatable)")
	fl.StringArrayVar(&f.spare, "spare", nil, "ARN that stays usable under a freeze (repeatable)")
	fl.StringVar(&f.hardenAt, "harden-at", "", "deny everything from this time on (RFC 3339)")
	fl.StringVar(&f.expireAt, "expire-at", "", "end the intents at this time (RFC 3339); fails open, needs --reason")
}

func intentHelp() string {
	var b strings.Builder
	b.WriteString("Intents:\n")
	for _, i := range policy.Intents() {
		name := string(i)
		switch i {
		case policy.PinOrigin:
			name += "=CIDR|VPC|VPCE,..."
		case policy.CarveOut:
			name += "=CIDR|VPC|VPCE|ARN,..."
		case policy.OnlyActions:
			name += "=ACTION,..."
		case policy.RevokeSessionsBefore:
			name += "=TIME"
		}
		fmt.Fprintf(&b, "  %s\n      %s\n", name, i.Purpose())
	}
	return b.String()
}

// spec reads the flags. Every mistake in them is one of usage.
func (f *guardrailFlags) spec(now time.Time) (policy.GuardrailSpec, error) {
	spec := policy.GuardrailSpec{Incident: f.incident, Owner: f.owner, Reason: f.reason, Partition: f.partition, Account: f.account,
		User: f.user, Role: f.role, ProtectPolicies: f.protect, Spare: f.spare, Now: now}
	if spec.Incident == "" {
		spec.Incident = noIncident
	}
	if f.user != "" && f.role != "" {
		return spec, usage("--user and --role exclude each other", "a guardrail sits on one principal")
	}
	for _, text := range f.intents {
		if err := addIntent(&spec, text); err != nil {
			return spec, err
		}
	}
	for _, at := range []struct {
		flag, text string
		to         *time.Time
	}{{"--harden-at", f.hardenAt, &spec.HardenAt}, {"--expire-at", f.expireAt, &spec.ExpireAt}} {
		if at.text == "" {
			continue
		}
		t, err := time.Parse(time.RFC3339, at.text)
		if err != nil {
			return spec, usage(fmt.Sprintf("%s %.40q is not a time", at.flag, at.text), "write it as 2026-03-31T06:00:00Z")
		}
		*at.to = t
	}
	return spec, nil
}

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
				spec.Consumer.PrincipalARN = v
				continue
			}
			addOrigin(&spec.Consumer.Origin, []string{v})
		}
	case policy.OnlyActions:
		spec.Actions = append(spec.Actions, values...)
	case policy.RevokeSessionsBefore:
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

func compileGuardrail(spec policy.GuardrailSpec) (policy.Guardrail, error) {
	g, err := policy.CompileGuardrail(spec)
	if err != nil {
		return g, &incident.Problem{Class: incident.ClassUsage, Text: "cannot compile that guardrail", Err: err,
			Hint: "`ircontain guardrail render --help` lists the intents and what they need"}
	}
	return g, nil
}
