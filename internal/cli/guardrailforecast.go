package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/catalogue"
	"github.com/ircontain/ircontain/internal/forecast"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/trail"
)

type forecastFlags struct {
	guardrailFlags
	document string
	asLimit  bool
}

func (a *App) guardrailForecastCommand() *cobra.Command {
	var f forecastFlags
	cmd := &cobra.Command{
		Use:   "forecast (--access-key ID | --principal ARN) --logs SOURCE... [--intent INTENT... | --document FILE]",
		Short: "Say which logged calls a guardrail would have denied", Args: cobra.NoArgs,
		Long: "Replay logged calls through a guardrail and say what becomes of each consumer.\n" +
			"Without --intent and --document every lever is replayed, and the levers are\n" +
			"ranked: most suspicious calls stopped, then fewest legitimate calls broken.\n\n" + intentHelp(),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.forecastGuardrail(cmd.Context(), f) },
	}
	f.intentFlags(cmd)
	f.logFlags(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.document, "document", "", "replay this policy document instead of intents")
	fl.BoolVar(&f.asLimit, "as-boundary", false, "with --document: as a permissions boundary")
	fl.StringVar(&f.reason, "reason", "", "with --expire-at: why")
	return cmd
}

// leverReport is the JSON of `guardrail forecast`.
type leverReport struct {
	SchemaVersion int                      `json:"schema_version"`
	Selection     trail.Selection          `json:"selection"`
	Principal     string                   `json:"principal"`
	Matched       int                      `json:"matched"`
	Levers        []forecast.LeverForecast `json:"levers"`
	Blind         []trail.BlindSpot        `json:"blind"`
	Observed      *observation             `json:"observed,omitempty"`
}

func (a *App) forecastGuardrail(ctx context.Context, f forecastFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	u, target, err := a.readUsage(ctx, f.usage)
	if err != nil {
		return err
	}
	cat, err := catalogue.Load()
	if err != nil {
		return fmt.Errorf("read the action catalogue: %w", err)
	}
	seen, err := a.observe(&f.guardrailFlags, u, target, cat)
	if err != nil {
		return err
	}
	levers, err := f.levers(u, target, a.Now().UTC())
	if err != nil {
		return err
	}
	report := leverReport{SchemaVersion: 1, Selection: u.Report().Selection, Principal: target, Matched: u.Coverage.Matched, Levers: []forecast.LeverForecast{}, Observed: seen}
	for _, l := range levers {
		report.Levers = append(report.Levers, forecast.Replayer{Catalogue: cat}.Replay(u, l))
	}
	report.Levers = forecast.Rank(report.Levers)
	report.Blind = forecast.Blind(u, report.Levers)
	if a.cfg.Output == "json" {
		return a.printJSON(report)
	}
	return a.printLevers(report)
}

func (f *forecastFlags) check() error {
	if err := f.usage.checkSelection("guardrail forecast"); err != nil {
		return err
	}
	switch {
	case f.document != "" && len(f.intents) > 0:
		return usage("--document and --intent exclude each other", "forecast the one, then the other")
	case f.asLimit && f.document == "":
		return usage("--as-boundary needs --document", "name the boundary's document with --document FILE")
	}
	_, err := f.spec(time.Time{}) // before the logs are read, which may take long
	return err
}

// targetOf is the user or role that documents would be attached to.
func targetOf(u *trail.Usage, f mapFlags) (string, error) {
	target := f.principal
	for _, k := range u.Keys {
		if f.key != "" && k.AccessKey == f.key {
			target = k.Principal
		}
	}
	if target == "" {
		return "", &incident.Problem{Class: incident.ClassError, Text: "no record of " + f.key + " names whose key it is",
			Hint: "read more of the log, or name the user with --principal ARN"}
	}
	p, err := policy.ParsePrincipal(target)
	if err != nil {
		return "", &incident.Problem{Class: incident.ClassUsage, Text: "cannot attach a document", Err: err, Hint: "name a user or a role by its ARN"}
	}
	switch p.Kind {
	case policy.PrincipalUser, policy.PrincipalRole:
		return target, nil
	case policy.PrincipalAssumedRole:
		// The path is not in a session's ARN; a lever is matched by name.
		return "arn:" + p.Partition + ":iam::" + p.Account + ":role/" + p.Name, nil
	}
	return "", &incident.Problem{Class: incident.ClassUsage, Text: "no policy attached to " + target + " would stop it",
		Hint: "a guardrail sits on a user or a role; root and federated sessions are contained otherwise"}
}

func (f *forecastFlags) levers(u *trail.Usage, target string, now time.Time) ([]forecast.Lever, error) {
	switch {
	case f.document != "":
		text, err := os.ReadFile(f.document)
		if err != nil {
			return nil, &incident.Problem{Class: incident.ClassUsage, Text: "cannot read the document", Err: err, Hint: "check the path"}
		}
		read := forecast.Deny
		if f.asLimit {
			read = forecast.Boundary
		}
		l, err := read(f.document, target, text)
		var at *policy.ParseError
		if errors.As(err, &at) {
			return nil, &incident.Problem{Class: incident.ClassError, Text: fmt.Sprintf("%s:%d:%d: %s", f.document, at.Line, at.Col, at.Message),
				Hint: "fix it there; `ircontain policy lint` shows all that is wrong"}
		}
		if err != nil {
			return nil, &incident.Problem{Class: incident.ClassError, Text: "cannot use that document", Err: err, Hint: "fix it at the line and column named"}
		}
		return []forecast.Lever{l}, nil
	case len(f.intents) > 0:
		l, err := f.lever(target, now, f.intents...)
		return []forecast.Lever{l}, err
	}
	return f.everyLever(u, target, now)
}

// lever compiles intents for the target.
func (f *forecastFlags) lever(target string, now time.Time, intents ...string) (forecast.Lever, error) {
	flags := f.guardrailFlags
	flags.intents = intents
	if p, err := policy.ParsePrincipal(target); err == nil {
		flags.partition, flags.account = p.Partition, p.Account
		if p.Kind == policy.PrincipalRole {
			flags.role = p.Name
		} else {
			flags.user = p.Name
		}
	}
	spec, err := flags.spec(now)
	if err != nil {
		return forecast.Lever{}, err
	}
	g, err := compileGuardrail(spec)
	if err != nil {
		return forecast.Lever{}, err
	}
	return forecast.Deny(strings.Join(intents, " + "), target, g.Document)
}

// everyLever lists what could be done without knowing more than the log shows:
// deactivating each long-term key of the target, each intent that needs no
// value, the four freezes together, and ending the sessions.
func (f *forecastFlags) everyLever(u *trail.Usage, target string, now time.Time) ([]forecast.Lever, error) {
	var out []forecast.Lever
	for _, k := range u.Keys {
		if trail.KeyKind(k.AccessKey) == trail.KindLongTerm && (k.Principal == target || k.AccessKey == f.usage.key) {
			out = append(out, forecast.DeactivateKey(k.AccessKey))
		}
	}
	sets := [][]string{{string(policy.FreezeSecrets), string(policy.FreezeIAM), string(policy.FreezeAssume), string(policy.FreezeSessions)}}
	for _, i := range policy.Intents() {
		if i.Needs() == "" {
			sets = append(sets, []string{string(i)})
		}
	}
	for _, set := range sets {
		l, err := f.lever(target, now, set...)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	sessions, err := sessionLevers(u, target)
	return append(out, sessions...), err
}

// sessionLevers end what was minted: the user's own sessions, and those of the
// roles seen, up to the last event of the log.
func sessionLevers(u *trail.Usage, target string) ([]forecast.Lever, error) {
	var out []forecast.Lever
	roles := map[string]bool{}
	for _, c := range u.Calls() {
		if c.Identity.Issuer.Type == "Role" {
			roles[c.Identity.Issuer.ARN] = true
		}
	}
	names := make([]string, 0, len(roles))
	for arn := range roles {
		names = append(names, arn)
	}
	slices.Sort(names)
	for _, arn := range names {
		l, err := forecast.RevokeRoleSessions(arn, u.Coverage.LastEvent.Add(time.Second))
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	if strings.Contains(target, ":user/") {
		l, err := forecast.RevokeUserSessions(target)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}
