package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/engine"
	"github.com/ircontain/ircontain/internal/incident"
)

type rollbackFlags struct {
	headless, rearm          bool
	approve, confirm, reason string
	steps                    []string
	playbook                 string
}

func (a *App) rollbackCommand() *cobra.Command {
	var f rollbackFlags
	cmd := &cobra.Command{
		Use: "rollback [INCIDENT]", Short: "Undo applied changes, newest first, three-way checked; never the key by default", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.rollback(cmd.Context(), args, f) },
	}
	fl := cmd.Flags()
	fl.BoolVar(&f.headless, "headless", false, "no screen: --approve all (or --step) decides")
	fl.StringVar(&f.approve, "approve", "", "with --headless: all")
	fl.StringVar(&f.confirm, "confirm", "", "the last four characters of the key id (with --headless --approve all: taken from the journal)")
	fl.StringArrayVar(&f.steps, "step", nil, "only this step or change (repeatable)")
	fl.BoolVar(&f.rearm, "rearm-key", false, "also re-activate keys: RE-ARMS the intruder; needs --reason")
	fl.StringVar(&f.reason, "reason", "", "why the key is re-armed")
	fl.StringVar(&f.playbook, "playbook", "", "playbook name or file (default: the one the incident began with)")
	return cmd
}

func (a *App) rollback(ctx context.Context, args []string, f rollbackFlags) error {
	path, err := a.findLive(args)
	if err != nil {
		return err
	}
	if f.rearm && f.reason == "" {
		return usage("--rearm-key needs --reason", "say who decided that the leaked key may be used again, and why")
	}
	if !f.headless {
		return a.rollbackOnScreen(ctx, path, f)
	}
	if f.approve != "all" && len(f.steps) == 0 {
		return usage("--headless needs --approve all or --step", "`ircontain rollback --headless --approve all` undoes everything but the key")
	}
	s, err := a.reopen(ctx, reopening{path: path, playbook: f.playbook})
	if err != nil {
		return err
	}
	defer s.journal.Close()
	key := s.state.Opened.AccessKey
	if f.confirm == "" && f.approve == "all" && !f.rearm {
		f.confirm = key.Last4()
	}
	s.config.Auto = func(*incident.State) incident.Decision { return incident.Decision{Verb: incident.Leave} }
	e, err := engine.Resume(s.config, s.entries, s.recovery)
	if err != nil {
		return err
	}
	err = e.RunRollback(ctx, incident.Decision{Verb: incident.RollBack, By: a.operator(), Changes: f.steps, Confirm: f.confirm, RearmKey: f.rearm, Reason: f.reason, How: "--approve"})
	if err == nil {
		err = refusedByName(readIncident(path).state, f.steps)
	}
	return a.report(path, err)
}

// refusedByName is an error when a change that was asked for by name is still
// in place: "all" may leave the key out, a name may not.
func refusedByName(s incident.State, names []string) error {
	for _, l := range s.Levers {
		if l.Applied() && (slices.Contains(names, l.Change.ID) || slices.Contains(names, string(l.Change.Step))) {
			return &incident.Problem{Class: incident.ClassRefused, Text: fmt.Sprintf("%s was not rolled back: undoing it would re-arm a leaked credential", l.Change.ID),
				Hint: "add --rearm-key and --reason if that is what you want"}
		}
	}
	return nil
}

// rollbackOnScreen opens the incident as resume does: the roll-back view is a
// key away, and decisions are typed there.
func (a *App) rollbackOnScreen(ctx context.Context, path string, f rollbackFlags) error {
	if len(f.steps) > 0 || f.rearm || f.confirm != "" || f.approve != "" {
		return usage("--step, --approve, --confirm and --rearm-key go with --headless", "without it the screen asks for each of them")
	}
	if err := a.needTerminal("rollback"); err != nil {
		return err
	}
	s, err := a.reopen(ctx, reopening{path: path, playbook: f.playbook})
	if err != nil {
		return err
	}
	defer s.journal.Close()
	e, err := engine.Resume(s.config, s.entries, s.recovery)
	if err != nil {
		return err
	}
	o := a.screenOptions(s.clock.Now, path)
	o.Command = "ircontain rollback " + string(s.state.Opened.ID)
	err = a.screen(ctx, path, o, e, e.RunDecisions)
	return a.report(path, err)
}
