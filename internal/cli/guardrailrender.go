package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
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
	Observed      *observation         `json:"observed,omitempty"`
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

// checkLogs refuses a log nobody asked to look at, and only=observed without one.
func (f *guardrailFlags) checkLogs() error {
	switch {
	case f.wantsObserved():
		return f.usage.checkSelection("only=observed")
	case len(f.usage.logs) > 0 || f.usage.key != "" || f.usage.principal != "":
		return usage("--logs, --access-key and --principal need --intent only=observed", "nothing else that is compiled comes from a log; guardrail forecast replays one")
	}
	return nil
}

func (a *App) renderGuardrail(ctx context.Context, f guardrailFlags) error {
	if len(f.intents) == 0 {
		return usage("which intent?", "add --intent, one of "+intentNames())
	}
	if err := f.checkLogs(); err != nil {
		return err
	}
	now := a.Now().UTC()
	review, err := reviewAt(now, f.reviewIn)
	if err != nil {
		return err
	}
	if _, err := f.spec(now); err != nil { // before the logs are read, which may take long
		return err
	}
	seen, err := a.observeForRender(ctx, &f)
	if err != nil {
		return err
	}
	spec, err := f.spec(now)
	if err != nil {
		return err
	}
	spec.ReviewAt = review
	g, place, err := f.placeGuardrail(spec)
	if err != nil {
		return err
	}
	r, err := reportGuardrail(g, spec, place, f)
	if err != nil {
		return err
	}
	r.Observed = seen
	if a.cfg.Output == "json" {
		return a.printJSON(r)
	}
	if _, err := fmt.Fprintln(a.Out, string(g.Document)); err != nil {
		return fmt.Errorf("write the document: %w", err)
	}
	a.explainGuardrail(g, r)
	return nil
}

func reportGuardrail(g policy.Guardrail, spec policy.GuardrailSpec, place policy.Placement, f guardrailFlags) (guardrailReport, error) {
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
	if len(f.protect) == 0 && slices.Contains(g.Sids, "ProtectPolicies") {
		r.Warnings = append(r.Warnings, "no --protect-policy was given: the principal may change the versions of the policies attached to it and its groups")
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
	if sid == boundarySid {
		return "lets through what the guardrail does not deny, as a boundary must; it grants nothing"
	}
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
	if r.Placement.Where == string(policy.Boundary) {
		a.talk("statement %s: %s", boundarySid, purposeOf(g, boundarySid))
	}
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
