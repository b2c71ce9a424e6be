package cli

import (
	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/incident"
)

func (a *App) watchCommand() *cobra.Command {
	return &cobra.Command{
		Use: "watch [INCIDENT]", Short: "The same screen, read-only, following the journal", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := a.find(args)
			if err != nil {
				return err
			}
			if !a.hasTerminal() {
				return usage("watch draws a screen, and this is not a terminal", "`ircontain replay --print` prints the journal")
			}
			o := a.screenOptions(nil, path)
			o.ReadOnly = true
			if readIncident(path).state.Opened.Mode == incident.ModeLive {
				o.Clock = a.Now // so that the log lag goes on growing between facts
			}
			return a.screen(cmd.Context(), path, o, nil, nil)
		},
	}
}
