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
	var few [2]query
	qs := aimAt(few[:0], r, resources)
	f := forecastOnce(p, qs)
	if f.Verdict != VerdictUnknown {
		return f
	}
	if v := settle(p, qs, &f); v != VerdictUnknown {
		f.Verdict, f.DependsOn = v, nil
	}
	return f
}

// aimAt appends one query per resource of the call, or the only one of a call
// without.
func aimAt(qs []query, r Request, resources []string) []query {
	q := queryOf(r)
	switch {
	case resources == nil:
		q.resourceKnown = q.WildcardOnly
		return append(qs, q)
	case len(resources) == 0:
		q.aim("*")
		return append(qs, q)
	}
	for _, resource := range resources {
		at := q
		at.aim(resource)
		qs = append(qs, at)
	}
	return qs
}

func forecastOnce(p *Policy, qs []query) Forecast {
	f := Forecast{Statements: make([]StatementResult, 0, len(p.statements))}
	total := False
	for i := range p.statements {
		s := &p.statements[i]
		if s.effect != Deny {
			continue
		}
		r := s.matchAny(qs)
		total = total.Or(r.Match)
		f.DependsOn = addKeys(f.DependsOn, r.Missing)
		f.Statements = append(f.Statements, r)
	}
	if qs[0].alwaysAllowed() {
		total = False
	}
	f.Verdict = verdictOf(total)
	if f.Verdict != VerdictUnknown {
		f.DependsOn = nil
	}
	return f
}

func verdictOf(denied Tri) Verdict {
	switch denied {
	case True:
		return VerdictDenied
	case False:
		return VerdictNotDenied
	}
	return VerdictUnknown
}

// matchAny is the OR of a statement over the resources of one call.
func (s *statement) matchAny(qs []query) StatementResult {
	best, _ := s.match(&qs[0])
	for i := 1; i < len(qs); i++ {
		r, _ := s.match(&qs[i])
		switch {
		case r.Match > best.Match:
			best = r
		case r.Match == Unknown && best.Match == Unknown:
			best.Because = append(slices.Clip(best.Because), r.Because...)
			best.Missing = addKeys(best.Missing, r.Missing)
		}
	}
	return best
}
