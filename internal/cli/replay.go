package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/journal"
	"github.com/ircontain/ircontain/internal/trail"
)

func (a *App) replayCommand() *cobra.Command {
	var print bool
	var speed float64
	cmd := &cobra.Command{
		Use: "replay [INCIDENT]", Short: "The journal as it happened", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := a.find(args)
			if err != nil {
				return err
			}
			entries, err := journal.ReadFile(path)
			if err != nil {
				return err
			}
			if print {
				return a.printReplay(entries)
			}
			if !a.hasTerminal() {
				return usage("replay draws a screen, and this is not a terminal", "add --print")
			}
			o := a.screenOptions(nil, path)
			o.Replay, o.ReadOnly = true, true
			feed := &entriesFeed{entries: entries, speed: speed, wait: func(ctx context.Context, d time.Duration) error { return wallClock{}.Sleep(ctx, d) }}
			return a.draw(cmd.Context(), feed, nil, o)
		},
	}
	cmd.Flags().BoolVar(&print, "print", false, "print it, one line an entry")
	cmd.Flags().Float64Var(&speed, "speed", 0, "replay at this multiple of the real pace, silences folded (0: all at once)")
	return cmd
}

func (a *App) printReplay(entries []journal.Entry) error {
	if a.cfg.Output == "json" {
		facts := []map[string]any{}
		for _, e := range entries {
			facts = append(facts, map[string]any{"seq": e.Seq, "time": e.Time, "kind": e.Kind, "hash": e.Hash.String(), "body": e.Body})
		}
		return a.printJSON(map[string]any{"schema_version": 1, "entries": facts})
	}
	for _, e := range entries {
		f := incident.FromEntry(e)
		fmt.Fprintf(a.Out, "%4d %s %s\n", f.Seq, f.Time.UTC().Format("2006-01-02T15:04:05Z"), trail.Plain(f.Event.Summary()))
	}
	return nil
}
