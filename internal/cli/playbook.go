package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/playbook"
	"github.com/ircontain/ircontain/playbooks"
)

func (a *App) playbookCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "playbook", Short: "List, show and validate playbooks"}
	cmd.AddCommand(&cobra.Command{
		Use: "list", Short: "List the shipped playbooks", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.listPlaybooks() },
	}, &cobra.Command{
		Use: "show NAME|FILE", Short: "Print a playbook's stages and steps", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.showPlaybook(args[0]) },
	}, &cobra.Command{
		Use: "validate FILE", Short: "Check a playbook; problems are file:line:col: message", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.validatePlaybook(args[0]) },
	})
	return cmd
}

func (a *App) listPlaybooks() error {
	type row struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Title   string `json:"title"`
		Digest  string `json:"digest"`
	}
	var rows []row
	for _, name := range playbooks.Names() {
		pb, err := a.loadPlaybook(name)
		if err != nil {
			return err
		}
		rows = append(rows, row{pb.Name, pb.Version, pb.Title, pb.Digest})
	}
	if a.cfg.Output == "json" {
		return a.printJSON(map[string]any{"schema_version": 1, "playbooks": rows})
	}
	for _, r := range rows {
		fmt.Fprintf(a.Out, "%-26s %-8s %s\n", r.Name, r.Version, r.Title)
	}
	return nil
}

func (a *App) showPlaybook(name string) error {
	pb, err := a.loadPlaybook(name)
	if err != nil {
		return err
	}
	if a.cfg.Output == "json" {
		return a.printJSON(map[string]any{"schema_version": 1, "name": pb.Name, "version": pb.Version, "title": pb.Title, "digest": pb.Digest, "stages": outline(pb)})
	}
	fmt.Fprintf(a.Out, "%s %s: %s\n%s\n", pb.Name, pb.Version, pb.Title, pb.Summary)
	for i, stage := range pb.Stages {
		fmt.Fprintf(a.Out, "%d %s\n", i+1, stage.Title)
		for _, s := range stage.Steps {
			fmt.Fprintf(a.Out, "    %-14s %-24s %-8s %s\n", s.ID, s.Action, s.Gate, s.Title)
		}
	}
	return nil
}

// validatePlaybook prints each problem as file:line:col: message on standard
// output, where editors look for it.
func (a *App) validatePlaybook(path string) error {
	data, err := readCapped(path)
	if err != nil {
		return &incident.Problem{Class: incident.ClassUsage, Text: "cannot read the playbook", Err: err, Hint: "check the path"}
	}
	pb, err := playbook.Parse(data, path, catalog())
	if err != nil {
		fmt.Fprintln(a.Out, err)
		return usage("playbook "+path+" is not valid", "docs/playbook.md has the format")
	}
	a.talk("%s: playbook %s %s is valid", path, pb.Name, pb.Version)
	return nil
}
