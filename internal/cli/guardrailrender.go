package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/trail"
)

// guardrailReport is the JSON of `guardrail render`.
type guardrailReport struct {
	SchemaVersion int                  `json:"schema_version"`
	Name          string               `json:"name"`
	Document      json.RawMessage      `json:"document"`
	Size          int                  `json:"size"`
	Placement     guardrailPlacement   `json:"placement"`
	Statements    []guardrailStatement `json:"statements"`
	DoesNotStop   []string             `json:"does_not_stop"`
	Tags          map[string]string    `json:"tags"`
	Warnings      []string             `json:"warnings"`
	Intents       []policy.Intent      `json:"intents"`
}

type guardrailPlacement struct {
	Where string `json:"where"`
	Why   string `json:"why"`
}

type guardrailStatement struct {
	Sid        string   `json:"sid"`
	Effect     string   `json:"effect"`
	Actions    []string `json:"actions,omitempty"`
	NotActions []string `json:"not_actions,omitempty"`
	Conditions int      `json:"conditions"`
	Why        string   `json:"why"`
}

func (a *App) renderGuardrail(f guardrailFlags) error {
	if len(f.intents) == 0 {
		return usage("which intent?", "add --intent, one of "+intentNames())
	}
	now := a.Now().UTC()
	spec, err := f.spec(now)
	if err != nil {
		return err
	}
	if spec.ReviewAt, err = reviewAt(now, f.reviewIn); err != nil {
		return err
	}
	g, err := compileGuardrail(spec)
	if err != nil {
		return err
	}
	r, err := reportGuardrail(g, spec, f)
	if err != nil {
		return err
	}
	if a.cfg.Output == "json" {
		return a.printJSON(r)
	}
	if _, err := fmt.Fprintln(a.Out, string(g.Document)); err != nil {
		return fmt.Errorf("write the document: %w", err)
	}
	a.explainGuardrail(g, r)
	return nil
}

func reportGuardrail(g policy.Guardrail, spec policy.GuardrailSpec, f guardrailFlags) (guardrailReport, error) {
	place := policy.Place(g.Size, f.existingInline, f.attached, f.boundary)
	r := guardrailReport{SchemaVersion: 1, Name: g.Name, Document: g.Document, Size: g.Size, Placement: guardrailPlacement{string(place.Where), place.Why},
		DoesNotStop: append([]string{}, g.DoesNotStop...), Tags: g.Tags, Warnings: append([]string{}, g.Warnings...), Intents: spec.Intents}
	if r.Tags == nil {
		r.Tags = map[string]string{}
	}
	if place.Where == policy.Nowhere {
		r.Placement.Where = "nowhere"
	}
	for _, missing := range []struct{ flag, value string }{{"--incident", f.incident}, {"--owner", f.owner}, {"--reason", f.reason}} {
		if missing.value == "" {
			r.Warnings = append(r.Warnings, "no "+missing.flag+" was given: do not attach a guardrail that nobody can trace")
		}
	}
	d, err := policy.Parse(g.Document)
	if err != nil {
		return r, fmt.Errorf("read guardrail %s: %w", g.Name, err)
	}
	for _, s := range d.Statements {
		r.Statements = append(r.Statements, guardrailStatement{Sid: s.Sid, Effect: string(s.Effect), Actions: s.Action, NotActions: s.NotAction,
			Conditions: len(s.Conditions), Why: purposeOf(g, s.Sid)})
	}
	return r, nil
}

// purposeOf finds what Explain says of a statement.
func purposeOf(g policy.Guardrail, sid string) string {
	for _, line := range g.Explain() {
		if why, ok := strings.CutPrefix(line, "statement "+sid+": "); ok {
			return why
		}
	}
	return ""
}

// explainGuardrail talks about the document, so that standard output stays a
// document.
func (a *App) explainGuardrail(g policy.Guardrail, r guardrailReport) {
	a.talk("name: %s", trail.Plain(g.Name))
	for _, line := range g.Explain() {
		if !strings.HasPrefix(line, "warning: ") {
			a.talk("%s", trail.Plain(line))
		}
	}
	a.talk("placement: %s: %s", r.Placement.Where, r.Placement.Why)
	for _, s := range r.DoesNotStop {
		a.talk("does not stop: %s", trail.Plain(s))
	}
	for _, w := range r.Warnings {
		a.talk("warning: %s", trail.Plain(w))
	}
}
