package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/engine"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/journal"
	"github.com/ircontain/ircontain/internal/playbook"
)

type resumeFlags struct {
	headless                   bool
	approve, confirm, playbook string
	logs                       []string
}

func (a *App) resumeCommand() *cobra.Command {
	var f resumeFlags
	cmd := &cobra.Command{
		Use: "resume [INCIDENT]", Short: "Settle what is in doubt by reading AWS, then go on", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.resume(cmd.Context(), args, f) },
	}
	fl := cmd.Flags()
	fl.BoolVar(&f.headless, "headless", false, "no screen: --approve and --confirm decide")
	fl.StringVar(&f.approve, "approve", "", "with --headless: all, or the steps to approve")
	fl.StringVar(&f.confirm, "confirm", "", "with --headless: the last four characters of the key id")
	fl.StringVar(&f.playbook, "playbook", "", "playbook name or file (default: the one the incident began with)")
	fl.StringArrayVar(&f.logs, "logs", nil, "CloudTrail file, directory or - (repeatable)")
	return cmd
}

func (a *App) resume(ctx context.Context, args []string, f resumeFlags) error {
	path, err := a.findLive(args)
	if err != nil {
		return err
	}
	if !f.headless {
		if err := a.needTerminal("resume"); err != nil {
			return err
		}
	}
	s, err := a.reopen(ctx, reopening{path: path, logs: f.logs, playbook: f.playbook, walks: true})
	if err != nil {
		return err
	}
	defer s.journal.Close()
	if s.state.Closed != nil {
		return &incident.Problem{Class: incident.ClassRefused, Text: fmt.Sprintf("incident %s is closed", s.state.Opened.ID), Hint: "`ircontain rollback` undoes what stays; `ircontain replay` shows it"}
	}
	if f.headless {
		ap, err := parseApproval(f.approve, f.confirm, a.operator(), s.config.Playbook)
		if err != nil {
			return err
		}
		s.config.Auto = ap.decide
	}
	e, err := engine.Resume(s.config, s.entries, s.recovery)
	if err != nil {
		return err
	}
	if f.headless {
		err = e.Run(ctx)
	} else {
		o := a.screenOptions(s.clock.Now, path)
		o.Command = "ircontain resume " + string(s.state.Opened.ID)
		err = a.screen(ctx, path, o, e, e.Run)
	}
	return a.report(path, err)
}

// reopened is an incident that is open for writing again.
type reopened struct {
	state    incident.State
	entries  []journal.Entry
	recovery *journal.Recovery
	journal  *journal.Writer
	config   engine.Config
	clock    engine.Clock
}

// reopening says which incident to open again, and what for.
type reopening struct {
	path     string
	logs     []string
	playbook string
	// walks is set when the playbook's steps may run. A roll-back needs the
	// journal and nothing else: whoever runs it may not have the playbook file.
	walks bool
}

// reopen locks the journal and connects to the account it names: the same
// account and partition, checked again, whoever sits here now.
func (a *App) reopen(ctx context.Context, r reopening) (*reopened, error) {
	peek := readIncident(r.path)
	if peek.err != nil {
		return nil, peek.err
	}
	o := peek.state.Opened
	if o.Mode != incident.ModeLive {
		return nil, &incident.Problem{Class: incident.ClassRefused, Text: fmt.Sprintf("%s is a %s: its account was gone when the program ended", o.ID, o.Mode),
			Hint: "start a new one; `ircontain replay` shows this one"}
	}
	if a.cfg.ReadOnly {
		return nil, &incident.Problem{Class: incident.ClassRefused, Text: "refused: read-only is set", Hint: "unset read-only in the configuration file and IRCONTAIN_READ_ONLY"}
	}
	if o.Endpoint == "" && a.cfg.Endpoint != "" {
		return nil, &incident.Problem{Class: incident.ClassRefused, Text: fmt.Sprintf("incident %s was opened on AWS itself, not on %s", o.ID, a.cfg.Endpoint),
			Hint: "leave --endpoint-url out: what is in doubt can only be settled where it was sent"}
	}
	if a.cfg.Endpoint == "" && o.Endpoint != "" {
		return nil, usage(fmt.Sprintf("incident %s was opened against endpoint %s", o.ID, o.Endpoint), "name it again: --endpoint-url "+o.Endpoint)
	}
	var pb *playbook.Playbook
	if r.walks || r.playbook != "" {
		var err error
		if pb, err = a.samePlaybook(o, r.playbook); err != nil {
			return nil, err
		}
	}
	around, err := a.realSurroundings(ctx, true, r.logs)
	if err != nil {
		return nil, err
	}
	pre, err := around.preflight(ctx, o.AccessKey, o.Account)
	if err != nil {
		return nil, err
	}
	w, entries, rec, err := journal.Open(r.path, journal.Options{Clock: func() time.Time { return around.clock.Now() }, Rand: systemRandom()})
	if err != nil {
		return nil, err
	}
	cfg := a.engineConfig(around, pb, pre, o.AccessKey)
	cfg.Journal, cfg.Opened = w, o
	return &reopened{state: peek.state, entries: entries, recovery: rec, journal: w, config: cfg, clock: around.clock}, nil
}

// samePlaybook insists on the playbook that the incident began with: its steps
// are what the journal talks about.
func (a *App) samePlaybook(o incident.IncidentOpened, name string) (*playbook.Playbook, error) {
	if name == "" {
		name = o.Playbook.Name
	}
	pb, err := a.loadPlaybook(name)
	if err != nil {
		return nil, err
	}
	if pb.Digest != o.Playbook.Digest {
		return nil, &incident.Problem{Class: incident.ClassStale, Text: fmt.Sprintf("playbook %s is not the one incident %s began with", name, o.ID),
			Hint: fmt.Sprintf("give the same file with --playbook (SHA-256 %.16s, version %s)", o.Playbook.Digest, o.Playbook.Version)}
	}
	return pb, nil
}
