package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/simaws"
)

type sandboxFlags struct {
	scenario string
	seed     uint64
	port     int
	speed    float64
	asOf     string
}

func (a *App) sandboxCommand() *cobra.Command {
	var f sandboxFlags
	cmd := &cobra.Command{
		Use: "sandbox", Short: "Serve the embedded account on a loopback port for any AWS client", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.sandbox(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.scenario, "scenario", defaultScenario, "scenario")
	fl.Uint64Var(&f.seed, "seed", 1, "seed of ids and jitter")
	fl.IntVar(&f.port, "port", 0, "port on 127.0.0.1 (0: a free one)")
	fl.Float64Var(&f.speed, "speed", 1, "how fast the scenario's clock runs")
	fl.StringVar(&f.asOf, "as-of", "now", "when the scenario begins: now, or scenario for its own date")
	return cmd
}

// sandbox serves until it is interrupted. It listens on the loopback address
// only, and nothing changes that.
func (a *App) sandbox(ctx context.Context, f sandboxFlags) error {
	sc, err := simaws.LoadScenario(f.scenario)
	if err != nil {
		return &incident.Problem{Class: incident.ClassUsage, Text: fmt.Sprintf("no scenario %.40q", f.scenario), Err: err, Hint: "`ircontain rehearse --list` shows them"}
	}
	switch f.asOf {
	case "scenario":
	case "now":
		// A client that asks for the last hours of event history must find them.
		sc.Start = a.Now().UTC().Truncate(time.Minute)
	default:
		return usage(fmt.Sprintf("--as-of %.20q is neither now nor scenario", f.asOf), "leave it out")
	}
	world, err := simaws.New(sc, simaws.Options{Seed: f.seed, Clock: simaws.NewRunningClock(sc.Start, f.speed), Log: func(s string) { a.talk("sandbox: %s", s) }})
	if err != nil {
		return fmt.Errorf("build the embedded account: %w", err)
	}
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", f.port))
	if err != nil {
		return &incident.Problem{Class: incident.ClassError, Text: "cannot listen on the loopback address", Err: err, Hint: "choose another --port"}
	}
	r := world.Responder()
	url := "http://" + l.Addr().String()
	for _, kv := range [][2]string{{"AWS_ENDPOINT_URL", url}, {"AWS_ACCESS_KEY_ID", r.AccessKeyID}, {"AWS_SECRET_ACCESS_KEY", r.SecretAccessKey},
		{"AWS_SESSION_TOKEN", r.SessionToken}, {"AWS_REGION", "us-east-1"}, {"AWS_DEFAULT_REGION", "us-east-1"}} {
		if kv[1] != "" {
			fmt.Fprintf(a.Out, "export %s=%s\n", kv[0], kv[1])
		}
	}
	a.talk("serving scenario %s, target key %s; Ctrl-C stops it", sc.Name, world.Target())
	srv := &http.Server{Handler: world, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = srv.Close() // the account is in memory: nothing is lost by closing
	}()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}
