package policy

import "slices"

// Verdict is the answer of a forecast.
type Verdict string

// The three verdicts. NotDenied means this document does not stop the call; it
// does not mean the call is allowed.
const (
	VerdictDenied    Verdict = "denied"
	VerdictNotDenied Verdict = "not-denied"
	VerdictUnknown   Verdict = "unknown"
)

// Forecast says whether a deny document stops a recorded call.
type Forecast struct {
	Verdict Verdict
	// Statements holds every Deny statement of the document. With several
	// resources Match is the OR over them: one refused resource fails the call.
	Statements []StatementResult
	// DependsOn names the keys that would settle an unknown verdict, and
	// ResourceKey if the log does not say which resource was touched.
	DependsOn []string
}

// ForecastDeny asks whether the Deny statements of p stop the request.
// Resources lists what the call touched and replaces r.Resource; nil means the
// log does not say, an empty list that the action has no resource. Allow
// statements are ignored.
//
// The verdict is definite only if every completion of the context agrees. The
// reverse holds too except where two conditions test one unknown key through
// wildcards, addresses or variables: then the verdict may be unknown although
// all completions agree.
func ForecastDeny(p *Policy, r Request, resources []string) Forecast {
	q := newQuery(r)
	f := forecastOnce(p, q, resources)
	if f.Verdict != VerdictUnknown {
		return f
	}
	if v := settle(p, q, resources, f.DependsOn); v != VerdictUnknown {
		f.Verdict, f.DependsOn = v, nil
	}
	return f
}

func forecastOnce(p *Policy, q *query, resources []string) Forecast {
	var f Forecast
	total := False
	for i := range p.statements {
		s := &p.statements[i]
		if s.effect != Deny {
			continue
		}
		r := s.matchAny(q, resources)
		total = total.Or(r.Match)
		f.DependsOn = addKeys(f.DependsOn, r.Missing)
		f.Statements = append(f.Statements, r)
	}
	if q.alwaysAllowed() {
		total = False
	}
	switch total {
	case True:
		f.Verdict, f.DependsOn = VerdictDenied, nil
	case False:
		f.Verdict, f.DependsOn = VerdictNotDenied, nil
	default:
		f.Verdict = VerdictUnknown
	}
	return f
}

// matchAny is the OR of a statement over the resources of one call.
func (s *statement) matchAny(q *query, resources []string) StatementResult {
	at := *q
	if resources == nil {
		at.resourceKnown = at.WildcardOnly
		r, _ := s.match(&at)
		return r
	}
	if len(resources) == 0 {
		resources = []string{"*"}
	}
	var best StatementResult
	for i, resource := range resources {
		at = *q
		at.aim(resource)
		r, _ := s.match(&at)
		switch {
		case i == 0 || r.Match > best.Match:
			best = r
		case r.Match == Unknown && best.Match == Unknown:
			best.Because = append(slices.Clip(best.Because), r.Because...)
			best.Missing = addKeys(best.Missing, r.Missing)
		}
	}
	return best
}
