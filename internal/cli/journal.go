package cli

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/journal"
	"github.com/ircontain/ircontain/internal/trail"
)

func (a *App) journalCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "journal", Short: "Show and verify the audit journal"}
	cmd.AddCommand(a.journalShowCommand(), a.journalVerifyCommand())
	return cmd
}

func (a *App) journalShowCommand() *cobra.Command {
	return &cobra.Command{
		Use: "show [INCIDENT]", Short: "Print every entry", Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			path, err := a.find(args)
			if err != nil {
				return err
			}
			// What verifies is shown even if what follows does not.
			entries, readErr := journal.ReadFile(path)
			if err := a.printReplay(entries); err != nil || readErr != nil || a.cfg.Output == "json" {
				return errors.Join(err, readErr)
			}
			r := readIncident(path)
			for _, x := range r.state.Refusals {
				fmt.Fprintf(a.Out, "not rolled back %s\n  found   %s\n  applied %s\n  now     %s\n", x.Change, trail.Plain(orAbsent(x.Found)), trail.Plain(orAbsent(x.Applied)), trail.Plain(orAbsent(x.Now)))
			}
			return nil
		},
	}
}

func orAbsent(v string) string {
	if v == "" {
		return "absent"
	}
	return v
}

type verifyResult struct {
	SchemaVersion int    `json:"schema_version"`
	Verdict       string `json:"verdict"`
	Entries       int    `json:"entries"`
	Head          string `json:"head"`
	Line          int    `json:"first_bad_line,omitempty"`
	Class         string `json:"class,omitempty"`
	Detail        string `json:"detail,omitempty"`
	TornTail      bool   `json:"torn_tail"`
	Path          string `json:"path"`
}

func (a *App) journalVerifyCommand() *cobra.Command {
	var head string
	cmd := &cobra.Command{
		Use: "verify [INCIDENT]", Short: "Verdict: anchored, consistent or tampered (exit 8)", Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			path, err := a.find(args)
			if err != nil {
				return err
			}
			outside, err := parseHead(head)
			if err != nil {
				return err
			}
			f, err := os.Open(path)
			if err != nil {
				return fmt.Errorf("open journal: %w", err)
			}
			defer f.Close()
			r, err := journal.Verify(f, outside)
			if err != nil {
				return err
			}
			return a.printVerdict(r, path)
		},
	}
	cmd.Flags().StringVar(&head, "head", "", "a head that was kept elsewhere (64 hex digits), to anchor the journal to")
	return cmd
}

func parseHead(text string) (*journal.Hash, error) {
	if text == "" {
		return nil, nil
	}
	raw, err := hex.DecodeString(text)
	var h journal.Hash
	if err != nil || len(raw) != len(h) {
		return nil, usage("--head is not a SHA-256 in hex", "copy all 64 digits from the channel where the head was kept")
	}
	copy(h[:], raw)
	return &h, nil
}

func (a *App) printVerdict(r journal.Result, path string) error {
	v := verifyResult{SchemaVersion: 1, Verdict: string(r.Verdict), Entries: r.Entries, Head: r.Head.String(), Line: r.Line, Class: r.Class, Detail: r.Detail, TornTail: r.Torn, Path: path}
	if a.cfg.Output == "json" {
		if err := a.printJSON(v); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(a.Out, "%s  %d entries  head %s\n", v.Verdict, v.Entries, v.Head)
		switch r.Verdict {
		case journal.Consistent:
			fmt.Fprintln(a.Out, "the chain is whole; no head from outside was given, so lines cut off its end would not show (--head)")
		case journal.Anchored:
			fmt.Fprintf(a.Out, "anchored: the head from outside is line %d\n", r.AnchoredTo+1)
		}
		if r.Torn {
			fmt.Fprintln(a.Out, "an unfinished last line was ignored: it was never acknowledged")
		}
	}
	if r.Verdict == journal.Tampered {
		return &incident.Problem{Class: incident.ClassDamaged, Text: fmt.Sprintf("journal is tampered at line %d: %s: %s", r.Line, r.Class, r.Detail),
			Hint: "it is evidence: leave it as it is and copy it away; lines before that one still verify"}
	}
	return nil
}
