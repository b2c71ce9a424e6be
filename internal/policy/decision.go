package policy

// Effect is the outcome of Evaluate.
type Effect string

// EffectUnknown means the context leaves it open whether the request is
// allowed, or, if Decision.Access is False, only which kind of deny refuses it.
const (
	Allowed          Effect = "Allowed"
	ImplicitlyDenied Effect = "ImplicitlyDenied"
	ExplicitlyDenied Effect = "ExplicitlyDenied"
	EffectUnknown    Effect = "Unknown"
)

// Decisive points at a statement that carried the decision. Indices count from
// zero: Level inside SCPs or RCPs, Policy inside the layer or level, Statement
// inside the document.
type Decisive struct {
	Layer     Layer           `json:"layer"`
	Level     int             `json:"level"`
	Policy    int             `json:"policy"`
	Statement int             `json:"statement"`
	Sid       string          `json:"sid"`
	Effect    StatementEffect `json:"effect"`
}

// Decision is the outcome with its grounds.
type Decision struct {
	Effect Effect
	// Access is True if the request is surely allowed, False if it is surely
	// refused, by whichever deny.
	Access    Tri
	DecidedBy Layer
	// Statements are the Deny statements that hit, or the Allow statements the
	// permission rests on; empty for an implicit deny.
	Statements []Decisive
	// DependsOn names the keys that would settle an Unknown.
	DependsOn []string
}

// hit is one statement of one layer that may apply.
type hit struct {
	Decisive
	match   Tri
	grant   grant
	missing []string
}

// verdict sums up one list of policies read as a union.
type verdict struct {
	allow, deny Tri
	allows      []hit
	denies      []hit
}

// union matches policies of which one Allow is enough: a user's policies, or a
// single document.
func (v *verdict) union(q *query, layer Layer, policies ...*Policy) {
	v.reset(False)
	v.add(q, layer, 0, policies)
}

// reset empties the verdict and keeps its room.
func (v *verdict) reset(allow Tri) {
	v.allow, v.deny = allow, False
	v.allows, v.denies = v.allows[:0], v.denies[:0]
}

func (v *verdict) add(q *query, layer Layer, level int, policies []*Policy) {
	for pi, p := range policies {
		if p == nil {
			continue
		}
		for si := range p.statements {
			s := &p.statements[si]
			if !s.matchAction(q) {
				continue
			}
			r, g := s.match(q)
			if r.Match == False {
				continue
			}
			h := hit{Decisive{layer, level, pi, si, s.sid, s.effect}, r.Match, g, r.Missing}
			if s.effect == Deny {
				v.deny = v.deny.Or(r.Match)
				v.denies = append(v.denies, h)
			} else {
				v.allow = v.allow.Or(r.Match)
				v.allows = append(v.allows, h)
			}
		}
	}
}

// ceiling sums up levels that must each contain an Allow. No levels at all
// means there is no organisation.
func (v *verdict) ceiling(q *query, layer Layer, levels [][]*Policy) {
	v.reset(True)
	for i, level := range levels {
		above := v.allow
		v.allow = False
		v.add(q, layer, i, level)
		v.allow = v.allow.And(above)
	}
}

// appendSure appends the statements that surely apply.
func appendSure(out []Decisive, hits []hit) []Decisive {
	for i := range hits {
		if hits[i].match == True {
			out = append(out, hits[i].Decisive)
		}
	}
	return out
}

func missingOf(lists ...[]hit) []string {
	var keys []string
	for _, hits := range lists {
		for _, h := range hits {
			if h.match == Unknown {
				keys = addKeys(keys, h.missing)
			}
		}
	}
	return keys
}
