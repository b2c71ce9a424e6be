package cli

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/actions"
	"github.com/ircontain/ircontain/internal/awsconn"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/simaws"
	"github.com/ircontain/ircontain/internal/trail"
)

// defaultScenario is the one a newcomer meets.
const defaultScenario = "forgotten-key"

type rehearseFlags struct {
	list, headless, score bool
	seed                  uint64
	speed                 float64
	playbook              string
	observe               time.Duration
	approve, confirm      string
}

func (a *App) rehearseCommand() *cobra.Command {
	var f rehearseFlags
	cmd := &cobra.Command{
		Use: "rehearse [SCENARIO]", Short: "Walk the playbook on the embedded account", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.list {
				return a.listScenarios()
			}
			name := defaultScenario
			if len(args) == 1 {
				name = args[0]
			}
			return a.rehearse(cmd.Context(), name, f)
		},
	}
	fl := cmd.Flags()
	fl.BoolVar(&f.list, "list", false, "list the scenarios")
	fl.BoolVar(&f.headless, "headless", false, "no screen: play the recommended decisions")
	fl.BoolVar(&f.score, "score", false, "print what the intruder and the workloads got done")
	fl.Uint64Var(&f.seed, "seed", 1, "same seed and same moves give the same journal, byte for byte")
	fl.Float64Var(&f.speed, "speed", 1, "how fast the scenario's clock runs beside the screen")
	fl.StringVar(&f.playbook, "playbook", defaultPlaybook, "playbook name or file")
	fl.DurationVar(&f.observe, "observe", 10*time.Minute, "observation window before the cut, in scenario time")
	fl.StringVar(&f.approve, "approve", "all", "with --headless: all, or the steps to approve")
	fl.StringVar(&f.confirm, "confirm", "", "with --headless: last four characters of the key id (default: the recommended answer)")
	return cmd
}

func (a *App) listScenarios() error {
	if a.cfg.Output == "json" {
		return a.printJSON(struct {
			SchemaVersion int                   `json:"schema_version"`
			Scenarios     []simaws.ScenarioInfo `json:"scenarios"`
		}{1, simaws.Scenarios()})
	}
	for _, s := range simaws.Scenarios() {
		fmt.Fprintf(a.Out, "%-16s %s\n", s.Name, s.Title)
	}
	return nil
}

func (a *App) rehearse(ctx context.Context, name string, f rehearseFlags) error {
	if !f.headless {
		if err := a.needTerminal("rehearse"); err != nil {
			return err
		}
	}
	if f.speed < 0 || f.speed > 100 {
		return usage(fmt.Sprintf("--speed %g is out of range", f.speed), "choose between 0 and 100")
	}
	// Ninety days of history are played out before the first screen: a small
	// heap that grows fast, where collecting early is a third of the work.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	pb, err := a.loadPlaybook(f.playbook)
	if err != nil {
		return err
	}
	sc, world, err := newWorld(name, f)
	if err != nil {
		return err
	}
	around, err := a.rehearsalSurroundings(ctx, world)
	if err != nil {
		return err
	}
	around.observe = f.observe
	key := incident.AccessKeyID(world.Target())
	opened := incident.IncidentOpened{AccessKey: key, Alert: strings.Join(strings.Fields(sc.Alert), " "), Scenario: sc.Name, Seed: f.seed}
	if opened.ReviewAt, err = reviewAt(world.Clock().Now(), 4*time.Hour); err != nil {
		return err
	}
	w := walk{around: around, playbook: pb, opened: opened, random: seeded(f.seed)}
	if f.headless {
		confirm := f.confirm
		if confirm == "" {
			confirm = key.Last4()
		}
		ap, err := parseApproval(f.approve, confirm, a.operator(), pb)
		if err != nil {
			return err
		}
		w.auto = ap.decide
	} else {
		w.random = systemRandom()
	}
	err = a.start(ctx, w)
	if f.score {
		a.printOutcome(world.Outcome())
	}
	return err
}

func newWorld(name string, f rehearseFlags) (simaws.Scenario, *simaws.World, error) {
	sc, err := simaws.LoadScenario(name)
	if err != nil {
		return sc, nil, &incident.Problem{Class: incident.ClassUsage, Text: fmt.Sprintf("no scenario %.40q", name), Err: err, Hint: "`ircontain rehearse --list` shows them"}
	}
	clock := simaws.NewStepClock(sc.Start)
	if !f.headless {
		clock = simaws.NewRunningClock(sc.Start, f.speed)
	}
	world, err := simaws.New(sc, simaws.Options{Seed: f.seed, Clock: clock})
	if err != nil {
		return sc, nil, fmt.Errorf("build the embedded account: %w", err)
	}
	return sc, world, nil
}

func (a *App) rehearsalSurroundings(ctx context.Context, world *simaws.World) (surroundings, error) {
	conn, err := simulated(ctx, world)
	if err != nil {
		return surroundings{}, err
	}
	history := actions.NewEventHistory(conn.CloudTrail)
	return surroundings{mode: incident.ModeRehearsal, conn: conn, clock: world.Clock(), history: history, observe: -1,
		logs: actions.NewLogs(nil, "", history, actions.NewPace(world.Clock()), conn.HistoryRegions()...)}, nil
}

// simulated connects the unmodified SDK to an embedded account.
func simulated(ctx context.Context, world *simaws.World) (*awsconn.Conn, error) {
	r := world.Responder()
	return awsconn.Connect(ctx, awsconn.Options{Region: "us-east-1", Transport: world, Clock: world.Clock().Now, AppID: "ircontain",
		Static: &aws.Credentials{AccessKeyID: r.AccessKeyID, SecretAccessKey: r.SecretAccessKey, SessionToken: r.SessionToken}})
}

// seeded is a reproducible source for rehearsals only.
func seeded(seed uint64) io.Reader {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	copy(key[8:], "ircontain rehearsal")
	return rand.NewChaCha8(key)
}

// printOutcome is the truth of the simulated world, which its logs do not show.
func (a *App) printOutcome(o simaws.Outcome) {
	for _, who := range o.Actors {
		line := fmt.Sprintf("%-10s %-24s ok %d  denied %d  dead credential %d", who.Kind, trail.Plain(who.Name), who.OK, who.Denied, who.Unauthenticated)
		if who.Kind == "workload" {
			line += fmt.Sprintf("  runs %d, broken %d", who.Runs, who.BrokenRuns)
		}
		a.talk("%s", line)
	}
}
