package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ircontain/ircontain/internal/actions"
	"github.com/ircontain/ircontain/internal/awsconn"
	"github.com/ircontain/ircontain/internal/engine"
	"github.com/ircontain/ircontain/internal/forecast"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/playbook"
	"github.com/ircontain/ircontain/internal/trail"
)

// surroundings is everything that differs between live, dry run and rehearsal:
// a connection, a clock and where the logs come from. Nothing above this line
// of the program knows which of the three it is in.
type surroundings struct {
	mode  incident.Mode
	conn  *awsconn.Conn
	clock engine.Clock
	logs  *actions.Logs
	// history is the event history of the account that the writes reach.
	history *actions.EventHistory
	// observe overrides the playbook's observation window when not negative.
	observe time.Duration
}

// catalog lists every action with its parameters, for playbook.Parse.
func catalog() playbook.Catalog {
	c := engine.Builtin()
	for name, p := range planners(surroundings{}, actions.Preflight{}) {
		c[name] = p.Params()
	}
	return c
}

func planners(s surroundings, pre actions.Preflight) map[string]planner {
	if s.conn == nil {
		s.conn = &awsconn.Conn{} // for the catalogue: nothing is called
	}
	return map[string]planner{
		"identify-credential":   actions.NewIdentifyCredential(s.conn.IAM, pre),
		"attach-guardrail":      actions.AttachGuardrail{},
		"observe-denials":       actions.NewObserveDenials(s.logs, s.observe),
		"deactivate-access-key": actions.NewDeactivateAccessKey(s.conn.IAM),
		"revoke-user-sessions":  actions.RevokeUserSessions{},
		"revoke-role-sessions":  actions.NewRevokeRoleSessions(s.conn.IAM, s.logs),
		"map-dependencies":      actions.NewMapDependencies(s.logs),
		"sweep-persistence":     actions.NewSweepPersistence(s.conn.IAM, s.logs),
	}
}

func levers(c *awsconn.Conn) map[incident.ChangeKind]engine.Lever {
	return map[incident.ChangeKind]engine.Lever{
		incident.AccessKeyStatus:      actions.NewAccessKeyStatus(c.IAM, c.WriteIAM),
		incident.UserInlinePolicy:     actions.NewUserInlinePolicy(c.IAM, c.WriteIAM),
		incident.RoleInlinePolicy:     actions.NewRoleInlinePolicy(c.IAM, c.WriteIAM),
		incident.UserTags:             actions.NewUserTags(c.IAM, c.WriteIAM),
		incident.ManagedPolicy:        actions.NewManagedPolicy(c.IAM, c.WriteIAM),
		incident.UserPolicyAttachment: actions.NewUserPolicyAttachment(c.IAM, c.WriteIAM),
	}
}

// engineConfig wires an engine over the surroundings. Opened and Journal are
// the caller's to fill.
func (a *App) engineConfig(s surroundings, pb *playbook.Playbook, pre actions.Preflight, key incident.AccessKeyID) engine.Config {
	acts := map[string]engine.Action{}
	for name, p := range planners(s, pre) {
		acts[name] = adapt(p)
	}
	return engine.Config{Playbook: pb, Operator: a.operator(), Caller: pre.Caller, Version: version(), Actions: acts, Levers: levers(s.conn),
		Forecast: forecast.Predict, Witness: actions.NewLogWitness(s.history, s.clock, key), Clock: s.clock}
}

// preflight identifies caller and owner in one round trip.
func (s surroundings) preflight(ctx context.Context, key incident.AccessKeyID, account string) (actions.Preflight, error) {
	callerKey, err := s.conn.CallerKey(ctx)
	if err != nil {
		return actions.Preflight{}, err
	}
	return actions.RunPreflight(ctx, actions.PreflightRequest{Key: key, Account: account, CallerKey: callerKey, STS: s.conn.STS, IAM: s.conn.IAM,
		History: func(ctx context.Context) (*actions.Recent, error) { return s.logs.Newest(ctx, key, s.clock.Now()) }})
}

// operator is who sits here, for the journal: a claim, unlike the caller ARN.
func (a *App) operator() string {
	for _, name := range []string{"IRCONTAIN_OPERATOR", "USER", "USERNAME", "LOGNAME"} {
		if v := a.env(name); v != "" {
			return v
		}
	}
	return "operator"
}

// wallClock is the incident clock of live runs.
type wallClock struct{}

func (wallClock) Now() time.Time { return time.Now().UTC() }

func (wallClock) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// readLogs reads the sources that the responder named; nil when none was.
func (a *App) readLogs(ctx context.Context, sources []string) (*trail.Log, error) {
	if len(sources) == 0 {
		return nil, nil
	}
	var opened []trail.Source
	for _, name := range sources {
		src, err := trail.Open(name, a.In)
		if err != nil {
			return nil, &incident.Problem{Class: incident.ClassUsage, Text: "cannot read log source " + name, Err: err, Hint: "--logs takes a CloudTrail file, a directory, or - for standard input"}
		}
		opened = append(opened, src)
	}
	log, err := trail.Read(ctx, opened, trail.Options{})
	if err != nil {
		return nil, &incident.Problem{Class: incident.ClassError, Text: "cannot read the logs", Err: err, Hint: "check the path and its permissions; nothing was changed"}
	}
	return log, nil
}

// unreadable refuses logs that would leave a walk blind without a word: a file
// that was named and cannot be read whole, or sources that gave nothing at all.
// One bad file among many of a directory is a line of the coverage instead.
func unreadable(log *trail.Log, sources []string) error {
	if log == nil {
		return nil
	}
	cov := log.Coverage()
	for _, f := range cov.FilesFailed {
		if cov.Records == 0 || slices.Contains(sources, f.Path) {
			return &incident.Problem{Class: incident.ClassError, Text: fmt.Sprintf("cannot read the logs: %s at offset %d: %s", f.Path, f.Offset, f.Err),
				Hint: "leave that file out or repair it; nothing was changed (a directory is read as far as it goes)"}
		}
	}
	return nil
}
