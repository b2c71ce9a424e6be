package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/ircontain/ircontain/internal/permission"
	"github.com/ircontain/ircontain/internal/trail"
)

// permissionRows bounds the tables of the text form; the JSON has everything.
const permissionRows = 30

// permissionsPage writes the text form. Names come out of the account, so an
// intruder may have chosen them: nothing is printed but through Plain.
type permissionsPage struct {
	out io.Writer
	err error
}

func (p *permissionsPage) line(format string, args ...any) {
	for i, a := range args {
		switch a := a.(type) {
		case string:
			args[i] = trail.Plain(a)
		case permission.Effect:
			args[i] = string(a)
		}
	}
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format+"\n", args...)
	}
}

// printPermissions puts the dangerous part first.
func printPermissions(w io.Writer, r permissionsResult, actions bool) error {
	tab := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	p := &permissionsPage{out: tab}
	p.line("%s", r.Principal)
	p.line("account %s, as of %s, action list %s", r.Account, r.TakenAt.UTC().Format("2006-01-02T15:04:05Z"), r.Catalogue)
	if r.Boundary != "" {
		p.line("permissions boundary %s", r.Boundary)
	}
	switch r.Administrator {
	case permission.Allowed:
		p.line("ADMINISTRATOR: a document allows every action there is")
	case permission.Conditional:
		p.line("ADMINISTRATOR under conditions: a document allows every action there is")
	}
	p.escalations(r.Escalation)
	p.roles(r.Roles)
	if actions {
		p.actions(r.Services)
	} else {
		p.services(r.Services)
	}
	p.line("\nNOT SEEN, and it could change the answer")
	for _, u := range r.Unseen {
		p.line("  %s: %s", u.What, u.Why)
	}
	p.line("\nDOCUMENTS")
	for _, d := range r.Documents {
		state := fmt.Sprintf("%d statement(s)", d.Statements)
		if !d.Read {
			state = "NOT READ"
		}
		p.line("  %s\t%s\t%s", d.Layer, d.Name, state)
	}
	if err := tab.Flush(); p.err == nil {
		p.err = err
	}
	if p.err != nil {
		return fmt.Errorf("write the review: %w", p.err)
	}
	return nil
}

func (p *permissionsPage) escalations(list []permission.Escalation) {
	p.line("\nWAYS UP, AND WAYS TO STAY  %d", len(list))
	for _, e := range list {
		p.line("  %s\t%s\t%s", e.Effect, e.Attack, e.Name)
		p.line("  \t\t  %s: %s", strings.Join(e.Actions, ", "), e.Why)
		p.depends("  \t\t  ", e.DependsOn)
	}
}

func (p *permissionsPage) roles(list []permission.Reached) {
	p.line("\nROLES WITHIN REACH  %d", len(list))
	for i, r := range list {
		if i == permissionRows {
			p.line("  and %d more (--output json)", len(list)-i)
			break
		}
		name := r.Role
		if r.Administrator != "" {
			name += "  ADMINISTRATOR"
		}
		p.line("  %s\t%s", r.Effect, name)
		if len(r.Path) > 2 {
			p.line("  \t  over %s", strings.Join(r.Path[1:len(r.Path)-1], " -> "))
		}
		p.depends("  \t  ", r.DependsOn)
		if len(r.Escalation) > 0 {
			p.line("  \t  from there: %s", strings.Join(r.Escalation, "; "))
		}
	}
}

func (p *permissionsPage) depends(indent string, on []string) {
	if len(on) > 0 {
		p.line(indent+"depends on %s", strings.Join(on, ", "))
	}
}

// services is one row a service: allowed actions, and conditional ones after a
// plus, by access level.
func (p *permissionsPage) services(list []permission.Service) {
	columns := []string{"Permissions management", "Write", "Tagging", "Read", "List"}
	cell := func(s permission.Service, level string) (text string, weight int) {
		for _, l := range s.Levels {
			if l.Level == level && l.Allowed+l.Conditional > 0 {
				text = fmt.Sprintf("%d", l.Allowed)
				if l.Conditional > 0 {
					text += fmt.Sprintf("+%d?", l.Conditional)
				}
				return text, l.Allowed + l.Conditional
			}
		}
		return "-", 0
	}
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b permission.Service) int {
		for _, c := range columns {
			_, x := cell(a, c)
			_, y := cell(b, c)
			if x != y {
				return cmp.Compare(y, x)
			}
		}
		return 0
	})
	p.line("\nSERVICES  %d  (actions allowed +conditional?)", len(list))
	p.line("  service\tpermissions\twrite\ttagging\tread\tlist\tdenied")
	for i, s := range sorted {
		if i == permissionRows {
			p.line("  and %d more (--output json)", len(sorted)-i)
			break
		}
		row := "  " + trail.Plain(s.Service)
		denied := 0
		for _, c := range columns {
			text, _ := cell(s, c)
			row += "\t" + text
		}
		for _, l := range s.Levels {
			denied += l.ExplicitlyDenied + l.Capped
		}
		p.line(strings.ReplaceAll(row, "%", "%%")+"\t%d", denied)
	}
}

// actions lists one service in full.
func (p *permissionsPage) actions(list []permission.Service) {
	if len(list) == 0 {
		p.line("\nno document that was seen allows any action of this service")
	}
	for _, s := range list {
		for _, l := range s.Levels {
			p.line("\n%s  %s", s.Service, strings.ToUpper(l.Level))
			for _, a := range l.Actions {
				p.line("  %s\t%s\t%s\t%s", a.Effect, a.Action, strings.Join(a.Resources, ", "), "through "+strings.Join(a.Through, ", "))
				if len(a.Except) > 0 {
					p.line("  \t\t  except %s", strings.Join(a.Except, ", "))
				}
				if len(a.Perhaps) > 0 {
					p.line("  \t\t  perhaps %s", strings.Join(a.Perhaps, ", "))
				}
				p.depends("  \t\t  ", a.DependsOn)
			}
		}
	}
}
