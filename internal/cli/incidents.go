package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/trail"
)

type incidentRow struct {
	ID        string    `json:"id"`
	Mode      string    `json:"mode"`
	Account   string    `json:"account"`
	Principal string    `json:"principal"`
	AccessKey string    `json:"access_key"`
	State     string    `json:"state"`
	Last      time.Time `json:"last_entry"`
	InDoubt   int       `json:"in_doubt"`
	Overdue   bool      `json:"guardrail_overdue"`
	Journal   string    `json:"journal"`
	Problem   string    `json:"problem,omitempty"`
}

func (a *App) incidentsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "incidents", Short: "List incidents: mode, account, principal, open or closed", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			all, err := a.readStore()
			if err != nil {
				return err
			}
			rows := []incidentRow{}
			for _, r := range all {
				rows = append(rows, a.row(r))
			}
			return errors.Join(a.printIncidents(rows), damagedAmong(rows))
		},
	}
}

// damagedAmong is an error when a journal of the list does not verify.
func damagedAmong(rows []incidentRow) error {
	for _, r := range rows {
		if r.Problem != "" {
			return &incident.Problem{Class: incident.ClassDamaged, Text: fmt.Sprintf("the journal of %s does not verify: %s", r.ID, r.Problem),
				Hint: "it is evidence: leave it as it is and copy it away; `ircontain journal verify` names the first bad line"}
		}
	}
	return nil
}

func (a *App) row(r record) incidentRow {
	s := r.state
	row := incidentRow{ID: string(s.Opened.ID), Mode: string(s.Opened.Mode), Account: s.Opened.Account, AccessKey: string(s.Opened.AccessKey),
		State: "open", Last: s.Last, InDoubt: len(s.InDoubt()), Journal: r.path}
	if s.Card != nil {
		row.Principal = s.Card.Principal
	}
	if s.Closed != nil {
		row.State = "closed"
	}
	// Only a live guardrail is somebody's debt; a rehearsal's is gone with it.
	row.Overdue = s.Opened.Mode == "live" && len(s.Overdue(a.Now())) > 0
	if r.err != nil {
		row.State, row.Problem = "damaged", r.err.Error()
	}
	return row
}

func (a *App) printIncidents(rows []incidentRow) error {
	for _, r := range rows {
		if r.Overdue {
			a.exit = exitOverdue
		}
	}
	if a.cfg.Output == "json" {
		return a.printJSON(struct {
			SchemaVersion int           `json:"schema_version"`
			Incidents     []incidentRow `json:"incidents"`
		}{1, rows})
	}
	if len(rows) == 0 {
		a.talk("no incidents in %s", a.incidentsDir())
		return nil
	}
	for _, r := range rows {
		last := "-"
		if !r.Last.IsZero() {
			last = r.Last.UTC().Format("2006-01-02T15:04:05Z")
		}
		fmt.Fprintf(a.Out, "%-28s %-9s %-8s %-12s %s  %s", r.ID, r.Mode, r.State, r.Account, last, trail.Plain(r.Principal))
		if r.InDoubt > 0 {
			fmt.Fprintf(a.Out, "  %d in doubt", r.InDoubt)
		}
		if r.Overdue {
			fmt.Fprint(a.Out, "  GUARDRAIL OVERDUE")
		}
		if r.Problem != "" {
			fmt.Fprint(a.Out, "  "+trail.Plain(r.Problem))
		}
		fmt.Fprintln(a.Out)
	}
	return nil
}
