package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/actions"
	"github.com/ircontain/ircontain/internal/awsconn"
	"github.com/ircontain/ircontain/internal/incident"
)

type containFlags struct {
	key, account     string
	live, headless   bool
	approve, confirm string
	playbook         string
	owner, reason    string
	review, observe  time.Duration
	logs             []string
	alert            string
	detailedExit     bool
}

func (a *App) containCommand() *cobra.Command {
	var f containFlags
	cmd := &cobra.Command{
		Use: "contain --access-key ID", Short: "Walk the playbook on the real account (dry run unless --live)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.contain(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.key, "access-key", "", "the compromised access key id, from the alert")
	fl.StringVar(&f.account, "account", "", "refuse unless the credentials are for this account")
	fl.BoolVar(&f.live, "live", false, "write to the account; without it every step runs on a snapshot")
	fl.BoolVar(&f.headless, "headless", false, "no screen: --approve and --confirm decide")
	fl.StringVar(&f.approve, "approve", "", "with --headless: all, or the steps to approve, comma-separated")
	fl.StringVar(&f.confirm, "confirm", "", "with --headless: the last four characters of the key id")
	fl.StringVar(&f.playbook, "playbook", defaultPlaybook, "playbook name or file")
	fl.StringVar(&f.owner, "owner", "", "who answers for the guardrail (default: you)")
	fl.StringVar(&f.reason, "reason", "", "why, for the tags and the journal")
	fl.DurationVar(&f.review, "review-in", 4*time.Hour, "when the guardrail has to be looked at again")
	fl.DurationVar(&f.observe, "observe", -1, "leave the key active under the guardrail this long and list who is denied")
	fl.StringArrayVar(&f.logs, "logs", nil, "CloudTrail file, directory or - (repeatable; default: the account's event history)")
	fl.StringVar(&f.alert, "alert", "", "what set the incident off, for the journal")
	fl.BoolVar(&f.detailedExit, "detailed-exitcode", false, "dry run: exit 10 when --live would change something")
	return cmd
}

func (a *App) contain(ctx context.Context, f containFlags) error {
	key, err := parseKey(f.key)
	if err != nil {
		return err
	}
	if f.live && a.cfg.ReadOnly {
		return &incident.Problem{Class: incident.ClassRefused, Text: "--live is refused: read-only is set", Hint: "unset read-only in the configuration file and IRCONTAIN_READ_ONLY"}
	}
	if !f.headless {
		if err := a.needTerminal("contain"); err != nil {
			return err
		}
	}
	pb, err := a.loadPlaybook(f.playbook)
	if err != nil {
		return err
	}
	w := walk{playbook: pb, account: f.account, random: systemRandom(),
		opened: incident.IncidentOpened{AccessKey: key, Owner: f.owner, Reason: f.reason, Alert: f.alert, Endpoint: a.cfg.Endpoint, Logs: f.logs}}
	if w.opened.ReviewAt, err = reviewAt(a.Now(), f.review); err != nil {
		return err
	}
	if f.headless {
		ap, err := parseApproval(f.approve, f.confirm, a.operator(), pb)
		if err != nil {
			return err
		}
		w.auto = ap.decide
	}
	if w.around, err = a.realSurroundings(ctx, f.live, f.logs); err != nil {
		return err
	}
	w.around.observe = f.observe
	if !f.live {
		if w.around, err = a.onSnapshot(ctx, w.around, key); err != nil {
			return err
		}
	}
	w.detailedExit = f.detailedExit && !f.live
	return a.start(ctx, w)
}

// realSurroundings connects to AWS. Nothing is written here.
func (a *App) realSurroundings(ctx context.Context, live bool, sources []string) (surroundings, error) {
	if name := awsconn.AmbientEndpoint(a.Environ); name != "" && a.cfg.Endpoint == "" {
		if live {
			return surroundings{}, &incident.Problem{Class: incident.ClassRefused, Text: name + " is set: an ambient endpoint could redirect writes",
				Hint: "unset it, or say what you mean with --endpoint-url"}
		}
		a.talk("note: %s is set and is not obeyed; --endpoint-url would be", name)
	}
	log, err := a.readLogs(ctx, sources)
	if err != nil {
		return surroundings{}, err
	}
	if err := unreadable(log, sources); err != nil {
		return surroundings{}, err
	}
	clock := wallClock{}
	conn, err := awsconn.Connect(ctx, awsconn.Options{Profile: a.cfg.Profile, Region: a.cfg.Region, Endpoint: a.cfg.Endpoint,
		AllowRemoteEndpoint: a.cfg.AllowRemoteEndpoint, Clock: clock.Now, AppID: "ircontain"})
	if err != nil {
		return surroundings{}, err
	}
	history := actions.NewEventHistory(conn.CloudTrail)
	return surroundings{mode: incident.ModeLive, conn: conn, clock: clock, history: history, observe: -1,
		logs: actions.NewLogs(log, strings.Join(sources, ", "), history, actions.NewPace(clock), conn.HistoryRegions()...)}, nil
}
