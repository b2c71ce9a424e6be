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
	group                    string
	reviewIn                 time.Duration
	hardenAt, expireAt       string
	existingInline, attached int
	boundary                 bool
	partition                string
	// usage and consumers select the calls of only=observed, and of a forecast;
	// observed is what came of them.
	usage               mapFlags
	consumers, observed []string
}

// noIncident names the guardrail of nobody's incident: fit to read, not to attach.
const noIncident = "draft"

func (a *App) guardrailRenderCommand() *cobra.Command {
	var f guardrailFlags
	cmd := &cobra.Command{
		Use: "render --intent INTENT...", Short: "Print the document that a guardrail would be", Args: cobra.NoArgs,
		Long: "Print the compact document that the intents compile to. Nothing is changed in AWS,\n" +
			"and nothing is read from it but the event history with --logs lookup.\n\n" + intentHelp(),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.renderGuardrail(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	f.intentFlags(cmd)
	f.logFlags(cmd)
	fl.StringVar(&f.incident, "incident", "", "incident id, part of the name")
	fl.StringVar(&f.owner, "owner", "", "who looks after the guardrail")
	fl.StringVar(&f.reason, "reason", "", "why it is there")
	fl.DurationVar(&f.reviewIn, "review-in", 4*time.Hour, "when it has to be looked at again")
	fl.IntVar(&f.existingInline, "existing-inline", 0, "characters of inline policies the principal already has; -1 if not known")
	fl.IntVar(&f.attached, "attached", 0, "managed policies attached to the principal; -1 if not known")
	fl.BoolVar(&f.boundary, "has-boundary", false, "the principal has a permissions boundary")
	fl.StringVar(&f.account, "account", "", "account the guardrail is for; default any")
	fl.StringVar(&f.user, "user", "", "user the guardrail is for")
	fl.StringVar(&f.role, "role", "", "role the guardrail is for, instead of --user")
	fl.StringVar(&f.group, "group", "", "new group that holds the guardrail, where nothing else has room")
	fl.StringVar(&f.partition, "partition", "aws", "partition of the account: aws, aws-cn, aws-us-gov")
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

// logFlags select calls of a log.
func (f *guardrailFlags) logFlags(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.usage.key, "access-key", "", "the key whose calls, and those of everything born from it, are read")
	fl.StringVar(&f.usage.principal, "principal", "", "the principal whose calls are read (ARN)")
	fl.StringArrayVar(&f.usage.logs, "logs", nil, "CloudTrail file, directory, - or lookup (repeatable)")
	fl.DurationVar(&f.usage.window, "window", 90*24*time.Hour, "with lookup: how far back")
	fl.StringArrayVar(&f.consumers, "consumer", nil, "with only=observed: a consumer whose needs count, by its id in map (repeatable; default the legitimate ones)")
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
			name += "=ACTION|observed,..."
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
	switch {
	case f.user != "" && f.role != "":
		return spec, usage("--user and --role exclude each other", "a guardrail sits on one principal")
	case f.group != "" && f.role != "":
		return spec, usage("--group and --role exclude each other", "a role joins no group")
	case !isPartition(f.partition):
		return spec, usage(fmt.Sprintf("%.40q is not a partition", f.partition), "it is aws, aws-cn, aws-us-gov or another that begins with aws-")
	}
	for _, text := range f.intents {
		if err := addIntent(&spec, text); err != nil {
			return spec, err
		}
	}
	spec.Actions = f.putObserved(spec.Actions)
	if len(f.consumers) > 0 && !f.wantsObserved() {
		return spec, usage("--consumer needs --intent only=observed", "it selects the consumers whose actions stay possible")
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

// isPartition accepts partitions yet to come; empty is the default.
func isPartition(text string) bool {
	rest, ok := strings.CutPrefix(text, "aws")
	return text == "" || ok && (rest == "" || len(rest) > 1 && rest[0] == '-' && strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz-") == "")
}

func compileGuardrail(spec policy.GuardrailSpec) (policy.Guardrail, error) {
	g, err := policy.CompileGuardrail(spec)
	if err != nil {
		return g, &incident.Problem{Class: incident.ClassUsage, Text: "cannot compile that guardrail", Err: err,
			Hint: "`ircontain guardrail render --help` lists the intents and what they need"}
	}
	return g, nil
}
