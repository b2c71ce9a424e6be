package permission

import (
	"cmp"
	"slices"

	"github.com/ircontain/ircontain/internal/catalogue"
)

// tally gathers the verdicts of one service.
type tally struct {
	service string
	levels  []Level
	listed  bool
}

func (t *tally) add(a catalogue.Action, v *Verdict) {
	name := a.Level.String()
	i := slices.IndexFunc(t.levels, func(x Level) bool { return x.Level == name })
	if i < 0 {
		t.levels = append(t.levels, Level{Level: name})
		i = len(t.levels) - 1
	}
	lv := &t.levels[i]
	lv.Total++
	if v == nil {
		return
	}
	t.listed = true
	lv.Actions = append(lv.Actions, Action{a.String(), v})
	switch {
	case v.Effect == Allowed:
		lv.Allowed++
	case v.Effect == Conditional:
		lv.Conditional++
	case v.DeniedBy == "explicit":
		lv.ExplicitlyDenied++
	default:
		lv.Capped++
	}
}

// close adds the service to the list if there is anything to say of it, the
// levels ordered by what they can do to an account.
func (t *tally) close(list []Service) []Service {
	if !t.listed {
		return list
	}
	order := []catalogue.Level{catalogue.PermissionsManagement, catalogue.Write, catalogue.Tagging, catalogue.Read, catalogue.List}
	rank := map[string]int{}
	for i, l := range order {
		rank[l.String()] = i
	}
	levels := slices.DeleteFunc(t.levels, func(l Level) bool { return len(l.Actions) == 0 })
	slices.SortStableFunc(levels, func(a, b Level) int { return cmp.Compare(rank[a.Level], rank[b.Level]) })
	return append(list, Service{Service: t.service, Levels: levels})
}
