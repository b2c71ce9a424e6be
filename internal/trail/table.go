package trail

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Plain makes a string from a log safe to print: printable ASCII stays, and
// everything else (terminal escapes, bidirectional overrides, line breaks) is
// written as a Go escape. Log contents are chosen by whoever makes the calls.
func Plain(s string) string {
	quoted := strconv.QuoteToASCII(s)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}

// plainCut is Plain cut to a column width.
func plainCut(s string, width int) string {
	s = Plain(s)
	if len(s) > width {
		return s[:width-3] + "..."
	}
	return s
}

// tableRows bounds every table of the text form; the JSON has all rows.
const tableRows = 60

// printer remembers the first error, so that the tables need not.
type printer struct {
	to  *tabwriter.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.to, format+"\n", args...)
	}
}

func (p *printer) more(rows int) {
	if rows > tableRows {
		p.line("and %d more (the json form lists all)", rows-tableRows)
	}
}

func shown[T any](rows []T) []T { return rows[:min(len(rows), tableRows)] }

// Text writes the map as plain ASCII tables.
func (u *Usage) Text(w io.Writer) error {
	p := &printer{to: tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)}
	u.textHead(p)
	u.textConsumers(p)
	u.textKeys(p)
	u.textOperations(p)
	u.textOrigins(p)
	u.textBlind(p)
	if err := errors.Join(p.err, p.to.Flush()); err != nil {
		return fmt.Errorf("write map: %w", err)
	}
	return nil
}

func (u *Usage) textHead(p *printer) {
	subject := u.Selector.AccessKey + u.Selector.Principal
	p.line("dependency map of %s", Plain(subject))
	c := u.Coverage
	p.line("%d of %d unique records (%d read, %d files, %d faults), %s to %s, %d regions",
		c.Matched, c.RecordsUnique, c.Records, c.Files, len(c.FilesFailed), c.FirstEvent, c.LastEvent, len(c.Regions))
	t := u.Totals
	p.line("%d events: %d denied, %d throttled, %d errors in all, %d forwarded by services",
		t.Events, t.Denied, t.Throttled, t.Errors, t.Forwarded)
}

func (u *Usage) textConsumers(p *printer) {
	p.line("\nCONSUMER\tORIGIN\tCLIENT\tEVENTS\tDENIED\tSCHEDULE\tNEXT DUE\tLABEL")
	for _, c := range shown(u.Consumers) {
		p.line("%s\t%s\t%s\t%d\t%d\t%s\t%s\t%s", c.ID, plainCut(c.Origin, 45), plainCut(c.Client, 40),
			c.Events, c.Denied, c.Schedule.describe(), c.Schedule.NextDue, c.Label)
		for _, reason := range c.Reasons {
			p.line("\t%s", plainCut(reason, 160))
		}
	}
	p.more(len(u.Consumers))
}

func (s Schedule) describe() string {
	if s.Kind != ScheduleCron {
		return string(s.Kind)
	}
	text := fmt.Sprintf("%s every %ds", s.Kind, s.PeriodSeconds)
	if s.Missed > 0 {
		text += fmt.Sprintf(", %d missed", s.Missed)
	}
	return text
}

func (u *Usage) textKeys(p *printer) {
	p.line("\nKEY\tKIND\tPARENT\tISSUED BY\tEVENTS\tLAST SEEN\tPRINCIPAL")
	for _, k := range shown(u.Keys) {
		p.line("%s\t%s\t%s\t%s\t%d\t%s\t%s", plainCut(k.AccessKey, 24), k.Kind, orDash(k.Parent), orDash(k.IssuedBy),
			k.Events, k.LastSeen, plainCut(k.Principal, 80))
	}
	p.more(len(u.Keys))
}

func orDash(s *string) string {
	if s == nil {
		return "-"
	}
	return plainCut(*s, 32)
}

func (u *Usage) textOperations(p *printer) {
	p.line("\nOPERATION\tIAM ACTION\tEVENTS\tDENIED\tERRORS\tLAST SEEN\tRESOURCES")
	for _, o := range shown(u.Operations) {
		name := ShortSource(o.EventSource) + ":" + o.EventName
		if o.Forwarded {
			name += " (forwarded)"
		}
		p.line("%s\t%s\t%d\t%d\t%d\t%s\t%s", plainCut(name, 60), plainCut(o.IAMAction, 50), o.Events, o.Denied,
			o.Errors, o.LastSeen, resourceSummary(o))
	}
	p.more(len(u.Operations))
}

func resourceSummary(o OperationUse) string {
	switch {
	case len(o.Resources) == 0:
		return "-"
	case o.ResourcesTotal == 1:
		return plainCut(o.Resources[0], 80)
	}
	return fmt.Sprintf("%s and %d more", plainCut(o.Resources[0], 80), o.ResourcesTotal-1)
}

func (u *Usage) textOrigins(p *printer) {
	p.line("\nORIGIN\tKIND\tEVENTS\tDENIED\tFIRST SEEN\tLAST SEEN")
	for _, o := range shown(u.Origins) {
		p.line("%s\t%s\t%d\t%d\t%s\t%s", plainCut(o.SourceIP, 45), o.Kind, o.Events, o.Denied, o.FirstSeen, o.LastSeen)
	}
	p.more(len(u.Origins))
}

func (u *Usage) textBlind(p *printer) {
	p.line("\nthis log cannot show:")
	for _, b := range u.Coverage.Blind {
		p.line("  %s: %s", Plain(b.What), Plain(b.Why))
	}
}
