package cli

import (
	"context"
	"fmt"

	"github.com/ircontain/ircontain/internal/actions"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/simaws"
	"github.com/ircontain/ircontain/internal/snapshot"
)

// onSnapshot replaces the live account by a copy: the same steps then run for
// real on the copy, on a clock that never makes anybody wait. Logs are still
// read from the live account.
func (a *App) onSnapshot(ctx context.Context, live surroundings, key incident.AccessKeyID) (surroundings, error) {
	pre, err := live.preflight(ctx, key, "")
	if err != nil {
		return live, err
	}
	a.talk("dry run: reading account %s into a snapshot; nothing in it will be changed", pre.Account)
	account, err := snapshot.Read(ctx, live.conn.IAM, pre.Account, pre.User)
	if err != nil {
		return live, err
	}
	world, err := simaws.FromAccount(account, simaws.Options{ResponderARN: pre.Caller, Clock: simaws.NewRunningClock(a.Now().UTC(), 1)})
	if err != nil {
		return live, &incident.Problem{Class: incident.ClassError, Text: "the snapshot cannot be loaded for a dry run", Err: err,
			Hint: "nothing was changed; the step can still be run with --live, one --approve at a time"}
	}
	conn, err := simulated(ctx, world)
	if err != nil {
		return live, fmt.Errorf("connect to the snapshot: %w", err)
	}
	return surroundings{mode: incident.ModeDryRun, conn: conn, clock: world.Clock(), logs: live.logs, history: actions.NewEventHistory(conn.CloudTrail), observe: live.observe}, nil
}
