package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/config"
)

// App is one run of the program with its surroundings.
type App struct {
	In      io.Reader
	Out     io.Writer
	Err     io.Writer
	Environ []string
	Home    string
	Now     func() time.Time

	cfg config.Config
	// exit is set by a command that ends well but not with 0.
	exit int
}

// Main runs the program on the process's own streams and returns its exit code.
func Main(args []string) int {
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	a := &App{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Environ: os.Environ(), Home: home, Now: time.Now}
	ctx, stop := untilSignal()
	defer stop()
	return a.Run(ctx, args)
}

// signalled is the cause of a context that a signal ended.
type signalled struct{ sig syscall.Signal }

func (s signalled) Error() string { return s.sig.String() }

// untilSignal gives a context that the first interrupt, termination or hang-up
// ends. The second one kills the program as usual: the journal then says what
// is in doubt.
func untilSignal() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		got := <-ch
		signal.Stop(ch)
		if sig, ok := got.(syscall.Signal); ok {
			cancel(signalled{sig})
			return
		}
		cancel(context.Canceled)
	}()
	return ctx, func() { cancel(nil) }
}

// Run runs one command line and returns its exit code.
func (a *App) Run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	err := root.ExecuteContext(ctx)
	if err != nil {
		a.complain(err)
		code := exitCode(err)
		var by signalled
		if code == exitInterrupted && errors.As(context.Cause(ctx), &by) {
			code = 128 + int(by.sig) // 129 hang-up, 130 interrupt, 143 termination
		}
		return code
	}
	return a.exit
}

func (a *App) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "ircontain",
		Short: "Contain a compromised AWS access key: staged, verified, reversible, recorded",
		Long: "ircontain walks a responder through a staged playbook for a compromised AWS IAM\n" +
			"access key and records every step in an audit journal that can be verified,\n" +
			"resumed from and replayed.\n\n" +
			"  ircontain rehearse                      practise on an embedded account\n" +
			"  ircontain contain --access-key AKIA...  dry run on a snapshot of the real account\n" +
			"  ircontain contain --access-key AKIA... --live\n",
		SilenceErrors: true, SilenceUsage: true,
		Args: cobra.NoArgs,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := config.Load(cmd.Root().PersistentFlags(), a.Environ, a.Home)
			a.cfg = cfg
			return err
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	config.AddFlags(root.PersistentFlags())
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err.Error(), "run `ircontain help`") })
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(a.rehearseCommand(), a.containCommand(), a.resumeCommand(), a.rollbackCommand(), a.watchCommand(),
		a.replayCommand(), a.incidentsCommand(), a.journalCommand(), a.mapCommand(), a.permissionsCommand(), a.policyCommand(), a.guardrailCommand(),
		a.playbookCommand(), a.sandboxCommand(), a.versionCommand())
	return root
}

func (a *App) env(name string) string {
	for i := len(a.Environ) - 1; i >= 0; i-- {
		if k, v, ok := strings.Cut(a.Environ[i], "="); ok && k == name {
			return v
		}
	}
	return ""
}

func (a *App) talk(format string, args ...any) {
	fmt.Fprintf(a.Err, format+"\n", args...)
}
