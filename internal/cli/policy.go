package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/policy"
)

func (a *App) policyCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "policy", Short: "Evaluate policies offline"}
	cmd.AddCommand(
		a.casesCommand("eval", "Evaluate requests against policies, one JSON result a line", policy.EvalCases),
		a.casesCommand("forecast", "Say which logged calls a deny policy would have denied", policy.ForecastCases))
	return cmd
}

func (a *App) casesCommand(name, short string, run func(io.Reader, io.Writer) (int, error)) *cobra.Command {
	var cases string
	cmd := &cobra.Command{
		Use: name + " --cases FILE.jsonl", Short: short, Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if cases == "" {
				return usage("which cases?", "add --cases FILE.jsonl, or --cases - for standard input")
			}
			in := a.In
			if cases != "-" {
				f, err := os.Open(cases)
				if err != nil {
					return &incident.Problem{Class: incident.ClassUsage, Text: "cannot read the cases", Err: err, Hint: "check the path"}
				}
				defer f.Close()
				in = f
			}
			bad, err := run(in, a.Out)
			if err != nil {
				return err
			}
			if bad > 0 {
				return &incident.Problem{Class: incident.ClassError, Text: fmt.Sprintf("%d case(s) could not be read", bad), Hint: "their lines carry an \"error\" member"}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&cases, "cases", "", "JSON lines, or - for standard input")
	return cmd
}
