package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/catalogue"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/permission"
	"github.com/ircontain/ircontain/internal/policy"
)

type permissionsFlags struct {
	snapshot, save, service string
}

func (a *App) permissionsCommand() *cobra.Command {
	var f permissionsFlags
	cmd := &cobra.Command{
		Use: "permissions PRINCIPAL", Short: "What a user or role can do, where it can get to, and what could not be seen", Args: cobra.ExactArgs(1),
		Long: "PRINCIPAL is the ARN of a user or role, user/NAME, role/NAME or a user name. The\n" +
			"account is read and never written to; with --snapshot nothing is read but the file.",
		RunE: func(cmd *cobra.Command, args []string) error { return a.permissions(cmd.Context(), args[0], f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.snapshot, "snapshot", "", "review a saved snapshot: no credentials, no network")
	fl.StringVar(&f.save, "save-snapshot", "", "save what was read of the account to a new file")
	fl.StringVar(&f.service, "service", "", "only the actions of one service, such as iam")
	return cmd
}

// permissionsResult is the JSON of permissions.
type permissionsResult struct {
	SchemaVersion int       `json:"schema_version"`
	Account       string    `json:"account"`
	TakenAt       time.Time `json:"taken_at"`
	Catalogue     string    `json:"catalogue"`
	permission.Report
}

func (a *App) permissions(ctx context.Context, name string, f permissionsFlags) error {
	if f.snapshot != "" && f.save != "" {
		return usage("--snapshot and --save-snapshot exclude each other", "a snapshot that was read from a file is in that file already")
	}
	cat, err := catalogue.Load()
	if err != nil {
		return fmt.Errorf("load the list of IAM actions: %w", err)
	}
	if f.service = strings.ToLower(f.service); f.service != "" && !slices.Contains(cat.Services(), f.service) {
		return usage(fmt.Sprintf("no service %.40q", f.service), "use the prefix of its actions, such as iam, s3 or secretsmanager")
	}
	who, err := parseWho(name)
	if err != nil {
		return err
	}
	snap, err := a.accountFor(ctx, who, f)
	if err != nil {
		return err
	}
	in, err := snap.around(who)
	if err != nil {
		return err
	}
	subject, err := permission.Compile(in)
	if err != nil {
		return usage(err.Error(), "name a user or a role")
	}
	r := permissionsResult{SchemaVersion: 1, Account: snap.Account.ID, TakenAt: snap.TakenAt, Catalogue: cat.Version(), Report: subject.Review(cat)}
	if f.service != "" {
		r.Services = slices.DeleteFunc(r.Services, func(s permission.Service) bool { return s.Service != f.service })
	}
	if a.cfg.Output == "json" {
		return a.printJSON(r)
	}
	return printPermissions(a.Out, r, f.service != "")
}

func (a *App) accountFor(ctx context.Context, who wanted, f permissionsFlags) (*accountSnapshot, error) {
	if f.snapshot != "" {
		return readSnapshot(f.snapshot)
	}
	snap, err := a.takeSnapshot(ctx, who)
	if err != nil || f.save == "" {
		return snap, err
	}
	if err := snap.write(f.save); err != nil {
		return nil, err
	}
	a.talk("snapshot of account %s saved to %s", snap.Account.ID, f.save)
	return snap, nil
}

// wanted is the principal that was asked for, as far as its name says.
type wanted struct {
	kind    string // user or role
	name    string
	arn     string // "" when only a name was given
	account string
}

// parseWho reads an ARN, user/NAME, role/NAME or a user name. A role session is
// asked about as its role.
func parseWho(text string) (wanted, error) {
	const hint = "name a user or role: arn:aws:iam::111122223333:user/NAME, user/NAME, role/NAME or a user name"
	if !strings.HasPrefix(text, "arn:") {
		kind, name, ok := strings.Cut(text, "/")
		if !ok {
			kind, name = "user", text
		}
		if kind != "user" && kind != "role" || name == "" || strings.ContainsAny(name, "*? ") {
			return wanted{}, usage(fmt.Sprintf("%.80q is not a user or role", text), hint)
		}
		return wanted{kind: kind, name: name[strings.LastIndex(name, "/")+1:]}, nil
	}
	p, err := policy.ParsePrincipal(text)
	if err != nil {
		return wanted{}, usage(fmt.Sprintf("%.80q is not the ARN of a user or role", text), hint)
	}
	w := wanted{name: p.Name, arn: text, account: p.Account}
	switch p.Kind {
	case policy.PrincipalUser:
		w.kind = "user"
	case policy.PrincipalRole:
		w.kind = "role"
	case policy.PrincipalAssumedRole:
		w.kind, w.arn = "role", ""
	case policy.PrincipalRoot:
		return w, usage("the root user holds no policies: it may do everything in its account", "only organisation policies limit it; name a user or role")
	default:
		return w, usage(fmt.Sprintf("%.80q is not a user or role", text), hint)
	}
	return w, nil
}

// of refuses a principal of another account than the one at hand.
func (w wanted) of(account string) error {
	if w.account == "" || w.account == account {
		return nil
	}
	return &incident.Problem{Class: incident.ClassRefused, Text: fmt.Sprintf("the principal is of account %s, and what can be read is account %s", w.account, account),
		Hint: "use credentials (--profile) or a snapshot of that account"}
}
