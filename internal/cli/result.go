package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/trail"
)

// result is the JSON of contain, rehearse, resume and rollback.
type result struct {
	SchemaVersion int          `json:"schema_version"`
	Incident      string       `json:"incident"`
	Mode          string       `json:"mode"`
	Account       string       `json:"account"`
	Principal     string       `json:"principal"`
	AccessKey     string       `json:"access_key"`
	Closed        bool         `json:"closed"`
	Steps         []stepResult `json:"steps"`
	Journal       journalBrief `json:"journal"`
	// InDoubt, Absent and Refusals say what is not as it should be.
	InDoubt  []string                   `json:"in_doubt"`
	Absent   []string                   `json:"capabilities_absent"`
	Refusals []incident.RollbackRefused `json:"rollback_refused"`
	Error    string                     `json:"error,omitempty"`
	Hint     string                     `json:"hint,omitempty"`
}

type stepResult struct {
	ID      string         `json:"id"`
	Action  string         `json:"action"`
	Status  string         `json:"status"`
	Detail  string         `json:"detail,omitempty"`
	Changes []changeResult `json:"changes"`
}

type changeResult struct {
	ID         string `json:"id"`
	Resource   string `json:"resource"`
	Attribute  string `json:"attribute"`
	Before     string `json:"before"`
	After      string `json:"after"`
	RequestID  string `json:"request_id"`
	Rung       string `json:"rung"`
	Verdict    string `json:"verdict,omitempty"`
	By         string `json:"reverted_by,omitempty"`
	RolledBack bool   `json:"rolled_back,omitempty"`
	InDoubt    string `json:"in_doubt,omitempty"`
	Failed     string `json:"failed,omitempty"`
}

type journalBrief struct {
	Path    string `json:"path"`
	Entries int    `json:"entries"`
	Head    string `json:"head"`
}

func resultOf(s *incident.State, path string, runErr error) result {
	r := result{SchemaVersion: 1, Incident: string(s.Opened.ID), Mode: string(s.Opened.Mode), Account: s.Opened.Account,
		AccessKey: string(s.Opened.AccessKey), Closed: s.Closed != nil, Steps: []stepResult{},
		Journal: journalBrief{Path: path, Entries: s.Entries, Head: s.Head},
		InDoubt: append([]string{}, s.InDoubt()...), Absent: absent(s), Refusals: standing(s)}
	if s.Card != nil {
		r.Principal = s.Card.Principal
	}
	for _, stage := range s.Stages {
		for _, st := range stage.Steps {
			if status := contractStatus(s, st); status != "" {
				r.Steps = append(r.Steps, stepResult{ID: string(st.ID), Action: st.Action, Status: status, Detail: st.Detail, Changes: changesOf(s, st)})
			}
		}
	}
	if runErr != nil {
		r.Error, r.Hint = incident.Text(runErr), hintFor(runErr)
	}
	return r
}

// absent lists each missing capability once, however many steps asked for it.
func absent(s *incident.State) []string {
	out := []string{}
	for _, c := range s.Absent {
		if !slices.Contains(out, c.Detail) {
			out = append(out, c.Detail)
		}
	}
	return out
}

// standing lists the refusals that still hold: the last word on each change,
// unless it was rolled back after all. The journal keeps them all.
func standing(s *incident.State) []incident.RollbackRefused {
	last := map[string]int{}
	for i, x := range s.Refusals {
		last[x.Change] = i
	}
	out := []incident.RollbackRefused{}
	for i, x := range s.Refusals {
		if l := s.Lever(x.Change); last[x.Change] == i && (l == nil || !l.RolledBack) {
			out = append(out, x)
		}
	}
	return out
}

// contractStatus leaves out steps that were not reached. A step that stopped
// with an effect in doubt says so, whatever was recorded last.
func contractStatus(s *incident.State, st incident.Step) string {
	for _, id := range st.Changes {
		if l := s.Lever(id); l != nil && (l.InDoubt != "" || l.Rung == incident.RungSent && l.Failed == "") {
			return string(incident.StepInDoubt)
		}
	}
	if st.Status.Ended() {
		return string(st.Status)
	}
	return ""
}

func changesOf(s *incident.State, st incident.Step) []changeResult {
	out := []changeResult{}
	for _, id := range st.Changes {
		l := s.Lever(id)
		if l == nil {
			continue
		}
		c := changeResult{ID: id, Resource: l.Change.Resource, Attribute: l.Change.Attribute, Before: l.Change.Before, After: l.Change.After,
			RequestID: l.RequestID, Rung: string(l.Rung), RolledBack: l.RolledBack, InDoubt: l.InDoubt, Failed: l.Failed}
		if l.Verdict != nil {
			c.Verdict, c.By = string(l.Verdict.Verdict), l.Verdict.By
		}
		out = append(out, c)
	}
	return out
}

func (a *App) printJSON(v any) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	if _, err := a.Out.Write(asciiJSON(buf.Bytes())); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// asciiJSON writes every character outside ASCII, and DEL, as an escape:
// encoding/json leaves terminal controls and bidirectional overrides raw, and
// JSON is read in terminals. Outside strings JSON has none of them.
func asciiJSON(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for _, r := range string(raw) {
		switch {
		case r < 0x7f:
			out = append(out, byte(r))
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			out = fmt.Appendf(out, "\\u%04x\\u%04x", hi, lo)
		default:
			out = fmt.Appendf(out, "\\u%04x", r)
		}
	}
	return out
}

// report prints the end of a run, as JSON on standard output or as text. It
// reads the journal back: what is printed is what is on disk.
func (a *App) report(path string, runErr error) error {
	rec := readIncident(path)
	if rec.err != nil {
		return errors.Join(runErr, rec.err)
	}
	s := &rec.state
	if a.cfg.Output == "json" {
		if err := a.printJSON(resultOf(s, path, runErr)); err != nil {
			return err
		}
		return runErr
	}
	printSummary(a.Out, s, path)
	return runErr
}

func printSummary(w io.Writer, s *incident.State, path string) {
	fmt.Fprintf(w, "%s  %s  account %s  key %s\n", s.Opened.ID, modeTag(s.Opened), s.Opened.Account, s.Opened.AccessKey.Short())
	for _, stage := range s.Stages {
		for _, st := range stage.Steps {
			status := contractStatus(s, st)
			if status == "" {
				status = "not reached"
			}
			fmt.Fprintf(w, "  %-14s %-12s %s\n", st.ID, status, trail.Plain(st.Detail))
			for _, c := range changesOf(s, st) {
				fmt.Fprintf(w, "      %s\n", trail.Plain(changeLine(c)))
			}
		}
	}
	for _, f := range s.Findings {
		fmt.Fprintf(w, "  finding: %s (%s)\n", trail.Plain(f.What), f.Handling)
	}
	for _, d := range absent(s) {
		fmt.Fprintf(w, "  capability absent: %s\n", trail.Plain(d))
	}
	for _, x := range standing(s) {
		fmt.Fprintf(w, "  not rolled back: %s: %s\n", x.Change, trail.Plain(x.Reason))
	}
	if s.Closed != nil {
		for _, d := range s.Closed.Debts {
			if l := s.Lever(d.Change); l != nil && l.RolledBack {
				continue // paid since the incident was closed
			}
			fmt.Fprintf(w, "  stays: %s, owner %s, review by %s\n", trail.Plain(d.What), trail.Plain(d.Owner), d.ReviewAt.UTC().Format("2006-01-02T15:04:05Z"))
		}
		fmt.Fprintln(w, "  incident closed")
	}
	fmt.Fprintf(w, "journal %s  %d entries  head %.16s\n", path, s.Entries, s.Head)
}

func changeLine(c changeResult) string {
	state := "rung " + strings.ReplaceAll(c.Rung, "_", " ")
	switch {
	case c.RolledBack:
		state = "rolled back"
	case c.InDoubt != "":
		state = "IN DOUBT: " + c.InDoubt
	case c.Failed != "":
		state = "refused: " + c.Failed
	case c.Verdict != "":
		state = strings.TrimSpace(c.Verdict+" "+c.By) + ", " + state
	}
	return fmt.Sprintf("%s: %s -> %s  [%s]", c.Attribute, briefly(c.Before), briefly(c.After), strings.Join(strings.Fields(state), " "))
}

func briefly(v string) string {
	switch {
	case v == "":
		return "absent"
	case len(v) > 40:
		return fmt.Sprintf("document of %d characters", len(v))
	}
	return v
}

func modeTag(o incident.IncidentOpened) string {
	switch o.Mode {
	case incident.ModeLive:
		return "LIVE"
	case incident.ModeDryRun:
		return "DRY RUN (nothing in the account was changed)"
	}
	return "REHEARSAL " + o.Scenario
}
