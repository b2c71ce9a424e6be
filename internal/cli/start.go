package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/engine"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/playbook"
	"github.com/ircontain/ircontain/playbooks"
)

// defaultPlaybook is walked when none is named.
const defaultPlaybook = "compromised-access-key"

// loadPlaybook reads a shipped playbook by name, or a file.
func (a *App) loadPlaybook(name string) (*playbook.Playbook, error) {
	data, err := playbooks.Read(name)
	file := name + ".yaml"
	if err != nil || strings.ContainsAny(name, `/\.`) {
		file = name
		if data, err = readCapped(name); err != nil {
			return nil, &incident.Problem{Class: incident.ClassUsage, Text: "cannot read playbook " + name, Err: err, Hint: "`ircontain playbook list` shows the shipped ones; a file needs its path"}
		}
	}
	pb, err := playbook.Parse(data, file, catalog())
	if err != nil {
		return nil, &incident.Problem{Class: incident.ClassUsage, Text: "playbook is not valid", Err: err, Hint: "docs/playbook.md has the format; nothing was changed"}
	}
	return pb, nil
}

func readCapped(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, playbook.MaxBytes+1))
}

// walk is one new incident: what to do, on what, and how to decide.
type walk struct {
	around   surroundings
	playbook *playbook.Playbook
	opened   incident.IncidentOpened
	account  string
	random   io.Reader
	auto     func(*incident.State) incident.Decision
	// detailedExit makes a good end with changes exit 10.
	detailedExit bool
}

// start opens the incident and walks it, headless or on a screen.
func (a *App) start(ctx context.Context, w walk) error {
	key := w.opened.AccessKey
	pre, err := w.around.preflight(ctx, key, w.account)
	if err != nil {
		return err
	}
	clock := w.around.clock.Now
	id, nonce, jw, err := a.newIncident(clock(), w.random, clock)
	if err != nil {
		return err
	}
	defer jw.Close()
	o := w.opened
	o.ID, o.Nonce, o.Mode, o.Account, o.Caller = id, nonce, w.around.mode, pre.Account, pre.Caller
	o.Playbook = incident.PlaybookRef{Name: w.playbook.Name, Version: w.playbook.Version, Digest: w.playbook.Digest}
	o.Outline = outline(w.playbook)
	if o.Owner == "" {
		o.Owner = a.operator()
	}
	if o.Reason == "" {
		o.Reason = fmt.Sprintf("access key %s suspected compromised", key.Short())
	}
	cfg := a.engineConfig(w.around, w.playbook, pre, key)
	cfg.Opened, cfg.Journal, cfg.Auto = o, jw, w.auto
	e, err := engine.New(cfg)
	if err != nil {
		return err
	}
	if w.auto != nil {
		err = e.Run(ctx)
	} else {
		err = a.screen(ctx, jw.Path(), a.screenOptions(clock, jw.Path()), e, e.Run)
	}
	if w.detailedExit && err == nil && len(readIncident(jw.Path()).state.Levers) > 0 {
		a.exit = exitChanges
	}
	return a.report(jw.Path(), err)
}

func outline(pb *playbook.Playbook) []incident.StageOutline {
	var out []incident.StageOutline
	for _, stage := range pb.Stages {
		so := incident.StageOutline{ID: stage.ID, Title: stage.Title}
		for _, s := range stage.Steps {
			so.Steps = append(so.Steps, incident.StepOutline{ID: incident.StepID(s.ID), Title: s.Title, Action: s.Action, Gate: string(s.Gate)})
		}
		out = append(out, so)
	}
	return out
}

// parseKey checks a key id and says what to do about the ones that are not ours.
func parseKey(text string) (incident.AccessKeyID, error) {
	key, err := incident.ParseAccessKeyID(text)
	if err == nil {
		return key, nil
	}
	p := &incident.Problem{Class: incident.ClassUsage, Text: "bad --access-key", Err: err, Hint: "take the id from the alert: AKIA and 16 letters or digits"}
	switch {
	case text == "":
		p.Text, p.Err, p.Hint = "which access key?", nil, "add --access-key AKIA..., the id from the alert"
	case errors.Is(err, incident.ErrSessionKey):
		p.Class = incident.ClassRefused
		p.Hint = "a session cannot be deactivated: find the AKIA key that minted it (`ircontain map --access-key ... --logs ...`), or revoke the role's sessions in IAM"
	case errors.Is(err, incident.ErrLooksLikeSecret):
		p.Hint = "never paste a secret: it may now be in your shell history; give the 20-character id that starts with AKIA"
	case errors.Is(err, incident.ErrPrincipalID):
		p.Hint = "this is a user's or role's unique id; the alert also names an access key id that starts with AKIA"
	case errors.Is(err, incident.ErrServiceKey):
		p.Class = incident.ClassRefused
		p.Hint = "deactivate it with `aws iam update-service-specific-credential --status Inactive`, and contain its user's access keys here"
	}
	return "", p
}

// maxReview bounds --review-in: a guardrail nobody looks at for a week is not temporary.
const maxReview = 7 * 24 * time.Hour

func reviewAt(now time.Time, in time.Duration) (time.Time, error) {
	if in < 15*time.Minute || in > maxReview {
		return time.Time{}, usage(fmt.Sprintf("--review-in %s is out of range", in), "choose between 15m and 168h")
	}
	return now.Add(in).UTC().Truncate(time.Second), nil
}
