package cli

import (
	"fmt"

	"github.com/ircontain/ircontain/internal/policy"
)

// boundarySid is the statement that policy.Guardrail.AsBoundary adds.
const boundarySid = "NoFurtherLimit"

// placeGuardrail compiles a guardrail and finds its place. The document that
// comes back is the one for that place: a boundary carries an Allow, and a
// guardrail on a group protects groups.
func (f *guardrailFlags) placeGuardrail(spec policy.GuardrailSpec) (policy.Guardrail, policy.Placement, error) {
	g, err := compileGuardrail(spec)
	if err != nil {
		return g, policy.Placement{}, err
	}
	place := f.place(g)
	switch place.Where {
	case policy.Boundary:
		g, err = asBoundary(g)
	case policy.InGroup:
		if f.group == "" {
			return g, place, usage("this guardrail only fits on a group", "add --group NAME, the new group that is to hold it: its document protects groups as well")
		}
		spec.Group = f.group
		if g, err = compileGuardrail(spec); err == nil {
			place = f.place(g)
		}
	}
	if f.group != "" && place.Where != policy.InGroup {
		g.Warnings = append(g.Warnings, "--group "+f.group+" is not used: the guardrail goes elsewhere, and does not protect groups")
	}
	return g, place, err
}

func (f *guardrailFlags) place(g policy.Guardrail) policy.Placement {
	kind := policy.PrincipalUser
	if f.role != "" {
		kind = policy.PrincipalRole
	}
	return policy.PlaceOn(kind, g.Size, f.existingInline, f.attached, f.boundary)
}

// asBoundary is the guardrail with the document of a permissions boundary.
func asBoundary(g policy.Guardrail) (policy.Guardrail, error) {
	text, err := g.AsBoundary()
	if err != nil {
		return g, err
	}
	d, err := policy.Parse(text)
	if err != nil {
		return g, fmt.Errorf("read guardrail %s as a boundary: %w", g.Name, err)
	}
	g.Document, g.Size = text, d.Size()
	return g, nil
}
