package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/actions"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/trail"
)

type mapFlags struct {
	key, principal string
	logs           []string
	window         time.Duration
	descend        bool
}

func (a *App) mapCommand() *cobra.Command {
	var f mapFlags
	cmd := &cobra.Command{
		Use: "map (--access-key ID | --principal ARN) --logs SOURCE...", Short: "Dependency map from CloudTrail logs", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.mapDependencies(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.key, "access-key", "", "map this key and everything born from it")
	fl.StringVar(&f.principal, "principal", "", "map this principal (ARN)")
	fl.StringArrayVar(&f.logs, "logs", nil, "CloudTrail file, directory, - or lookup (repeatable)")
	fl.DurationVar(&f.window, "window", 90*24*time.Hour, "with lookup: how far back")
	fl.BoolVar(&f.descend, "descend", false, "with --principal: follow the keys it created and the roles it assumed")
	return cmd
}

func (a *App) mapDependencies(ctx context.Context, f mapFlags) error {
	if (f.key == "") == (f.principal == "") {
		return usage("map needs --access-key or --principal, and not both", "`ircontain map --access-key AKIA... --logs DIR`")
	}
	if len(f.logs) == 0 {
		return usage("map needs --logs", "name a CloudTrail file, a directory, -, or lookup for the account's event history")
	}
	if f.key != "" && trail.KeyKind(f.key) != trail.KindLongTerm && trail.KeyKind(f.key) != trail.KindTemporary {
		return usage(fmt.Sprintf("%.40q is not an access key id", f.key), "it starts with AKIA or ASIA")
	}
	log, err := a.readForMap(ctx, f)
	if err != nil {
		return err
	}
	u, err := trail.Analyze(log, trail.Selector{AccessKey: f.key, Principal: f.principal, Descend: f.descend})
	if err != nil {
		return &incident.Problem{Class: incident.ClassUsage, Text: "cannot map that", Err: err, Hint: "a principal is an ARN, such as arn:aws:iam::111122223333:user/name"}
	}
	if a.cfg.Output == "json" {
		err = a.printJSON(u.Report())
	} else {
		err = u.Text(a.Out)
	}
	if err != nil {
		return err
	}
	if failed := u.Coverage.FilesFailed; len(failed) > 0 {
		return &incident.Problem{Class: incident.ClassError, Text: fmt.Sprintf("%d file(s) could not be read whole, first %s at offset %d: %s", len(failed), failed[0].Path, failed[0].Offset, failed[0].Err),
			Hint: "the map covers what could be read; coverage.files_failed in the JSON lists every file"}
	}
	return nil
}

func (a *App) readForMap(ctx context.Context, f mapFlags) (*trail.Log, error) {
	for _, s := range f.logs {
		if strings.HasPrefix(s, "s3://") || strings.HasPrefix(s, "athena:") {
			return nil, usage("source "+s+" is not supported yet", "copy the objects with `aws s3 sync` and name the directory")
		}
	}
	files := slices.DeleteFunc(slices.Clone(f.logs), func(s string) bool { return s == "lookup" })
	if len(files) == len(f.logs) {
		return a.readLogs(ctx, files)
	}
	if len(files) > 0 {
		return nil, usage("lookup cannot be mixed with files", "run map twice")
	}
	around, err := a.realSurroundings(ctx, false, nil)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	o := trail.HistoryOptions{AccessKey: f.key, Start: now.Add(-f.window), End: now, Pace: actions.NewPace(around.clock)}
	if f.principal != "" {
		o.Username = f.principal[strings.LastIndex(f.principal, "/")+1:]
	}
	log, err := trail.ReadHistory(ctx, around.history, o)
	if err != nil {
		return nil, fmt.Errorf("read the event history: %w", err)
	}
	return log, nil
}
