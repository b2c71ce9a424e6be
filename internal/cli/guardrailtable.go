package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/ircontain/ircontain/internal/forecast"
	"github.com/ircontain/ircontain/internal/trail"
)

// printLevers prints one lever by its consumers, several as a ranking.
func (a *App) printLevers(r leverReport) error {
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	if len(r.Levers) == 1 {
		printConsumers(w, r.Levers[0])
	} else {
		printRanking(w, r.Levers)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the forecast: %w", err)
	}
	fmt.Fprintln(a.Out, "\nNot to be seen:")
	for _, b := range r.Blind {
		if _, err := fmt.Fprintf(a.Out, "  %s: %s\n", trail.Plain(b.What), trail.Plain(b.Why)); err != nil {
			return fmt.Errorf("write the forecast: %w", err)
		}
	}
	if r.Matched == 0 {
		a.talk("no logged call matched: this forecast rests on nothing")
	}
	return nil
}

func printRanking(w *tabwriter.Writer, levers []forecast.LeverForecast) {
	fmt.Fprintln(w, "LEVER\tSTOPS SUSPICIOUS\tWITH SESSION END\tBREAKS LEGITIMATE\tUNDECIDED\tUNKNOWN\tFORWARDED")
	for _, l := range levers {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\n", trail.Plain(l.Lever), l.StoppedSuspicious, l.StoppedLater, l.BrokenLegitimate,
			l.BrokenUndecided, l.Unknown, l.Forwarded.Denied)
	}
}

func printConsumers(w *tabwriter.Writer, l forecast.LeverForecast) {
	fmt.Fprintf(w, "%s: stops %d calls of suspicious consumers, breaks %d of legitimate and %d of undecided ones, cannot tell for %d\n",
		trail.Plain(l.Lever), l.StoppedSuspicious, l.BrokenLegitimate, l.BrokenUndecided, l.Unknown)
	fmt.Fprintf(w, "set apart: %d calls already denied, %d not checked by policies; forwarded by services: %d, of which %d denied\n\n",
		l.AlreadyDenied, l.NotChecked, l.Forwarded.Calls, l.Forwarded.Denied)
	fmt.Fprintln(w, "VERDICT\tCONSUMER\tLABEL\tCLIENT\tORIGIN\tCALLS\tDENIED\tUNKNOWN\tNEXT DUE\tWHAT")
	for _, c := range l.Consumers {
		what := append([]string{}, c.Examples...)
		if c.EndsWithSession > 0 {
			what = append(what, fmt.Sprintf("calls in sessions that cannot be issued again: %d", c.EndsWithSession))
		}
		if len(what) == 0 {
			what = []string{"-"}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\t%s\n", c.Verdict, c.Consumer, c.Label, trail.Plain(c.Client), trail.Plain(c.Origin),
			c.Calls, c.Denied, c.Unknown, c.NextDue, trail.Plain(strings.Join(what, "; ")))
	}
}
