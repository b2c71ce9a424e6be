package cli

import (
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/policy"
)

func (a *App) policyCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "policy", Short: "Evaluate policies offline"}
	cmd.AddCommand(
		a.casesCommand("eval", "Evaluate requests against policies, one JSON result a line", policy.EvalCases),
		a.casesCommand("forecast", "Say which logged calls a deny policy would have denied", policy.ForecastCases),
		a.explainCommand(), a.lintCommand())
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
			in, err := a.input(cases)
			if err != nil {
				return err
			}
			defer in.Close()
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

// input opens a file named on the command line; "-" is standard input.
func (a *App) input(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(a.In), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, &incident.Problem{Class: incident.ClassUsage, Text: "cannot read the input", Err: err, Hint: "check the path"}
	}
	return f, nil
}

func (a *App) explainCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "explain --case FILE", Short: "Show how one request is decided, layer by layer", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if file == "" {
				return usage("which case?", "add --case FILE, or --case - for standard input; the format is that of policy eval")
			}
			if a.cfg.Output == "json" {
				return usage("policy explain has no JSON output", "add --output text; `ircontain policy eval --cases FILE` gives the decision as JSON")
			}
			in, err := a.input(file)
			if err != nil {
				return err
			}
			defer in.Close()
			if err := policy.ExplainCase(in, a.Out); err != nil {
				return &incident.Problem{Class: incident.ClassError, Text: "cannot explain the case", Err: err, Hint: "one object with \"policies\" and \"request\", as for policy eval"}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&file, "case", "", "a file with one case, or - for standard input")
	return cmd
}

func (a *App) lintCommand() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use: "lint FILE...", Short: "Say what IAM refuses in a policy document, and what is dangerous in it",
		RunE: func(_ *cobra.Command, files []string) error {
			kind, ok := policy.ParseKind(name)
			if !ok {
				return usage("unknown kind of policy "+strconv.Quote(name), "use identity, resource, trust, scp, rcp or endpoint")
			}
			if len(files) == 0 {
				return usage("which documents?", "name one or more files, or - for standard input")
			}
			refused := 0
			for _, file := range files {
				problems, err := a.lintFile(file, kind)
				if err != nil {
					return err
				}
				if problems > 0 {
					refused++
				}
			}
			if refused > 0 {
				return &incident.Problem{Class: incident.ClassError, Text: fmt.Sprintf("%d of %d document(s) would be refused", refused, len(files)), Hint: "fix the lines above that are neither warning nor note"}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&name, "kind", "", "identity, resource, trust, scp, rcp or endpoint (default: told by the document)")
	return cmd
}

func (a *App) lintFile(file string, kind policy.Kind) (problems int, err error) {
	in, err := a.input(file)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	data, err := io.ReadAll(in)
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", file, err)
	}
	if file == "-" {
		file = "stdin"
	}
	return policy.LintFile(file, data, kind, a.Out)
}
