package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/ircontain/ircontain/internal/config"
	"github.com/ircontain/ircontain/internal/engine"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/journal"
	"github.com/ircontain/ircontain/internal/trail"
)

// The published exit codes. Nothing else in the program chooses one.
const (
	exitError       = 1
	exitUsage       = 2
	exitRefused     = 3
	exitCredentials = 4
	exitStale       = 5
	exitDoubt       = 6
	exitVerify      = 7
	exitDamaged     = 8
	exitOverdue     = 9
	exitChanges     = 10
	exitInterrupted = 130
)

func exitCode(err error) int {
	var damaged *journal.DamagedError
	var cfg *config.Error
	switch {
	case errors.Is(err, engine.ErrInterrupted), errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &damaged):
		return exitDamaged
	case errors.Is(err, journal.ErrLocked), errors.Is(err, journal.ErrPermission):
		return exitRefused
	case errors.Is(err, journal.ErrUnsafe):
		return exitDoubt
	case errors.As(err, &cfg):
		return exitUsage
	case isCobraUsage(err):
		return exitUsage
	}
	switch incident.ClassOf(err) {
	case incident.ClassUsage:
		return exitUsage
	case incident.ClassRefused:
		return exitRefused
	case incident.ClassCredentials:
		return exitCredentials
	case incident.ClassStale:
		return exitStale
	case incident.ClassDoubt:
		return exitDoubt
	case incident.ClassVerify:
		return exitVerify
	case incident.ClassDamaged:
		return exitDamaged
	case incident.ClassOverdue:
		return exitOverdue
	}
	return exitError
}

// isCobraUsage recognises the errors that cobra makes before any code of ours runs.
func isCobraUsage(err error) bool {
	text := err.Error()
	for _, start := range []string{"unknown command", "unknown flag", "unknown shorthand", "accepts ", "requires ", "required flag", "invalid argument", "flag needs", "if any flags"} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}

func usage(text, hint string) error {
	return &incident.Problem{Class: incident.ClassUsage, Text: text, Hint: hint}
}

func (a *App) complain(err error) {
	fmt.Fprintln(a.Err, "ircontain: "+trail.Plain(strings.Join(strings.Fields(incident.Text(err)), " ")))
	if hint := hintFor(err); hint != "" {
		fmt.Fprintln(a.Err, "hint: "+trail.Plain(hint))
	}
}

func hintFor(err error) string {
	if h := incident.HintOf(err); h != "" {
		return h
	}
	var damaged *journal.DamagedError
	var cfg *config.Error
	switch {
	case errors.As(err, &cfg):
		return cfg.Hint
	case errors.As(err, &damaged):
		return "the journal is evidence: leave it as it is, copy it away, and look with `ircontain journal verify PATH`"
	case errors.Is(err, journal.ErrLocked):
		return "another ircontain is writing this journal: `ircontain watch` follows it without writing"
	case errors.Is(err, journal.ErrPermission):
		return "chmod 600 the journal (and 700 its directory) after making sure nobody else changed it"
	case errors.Is(err, engine.ErrInterrupted), errors.Is(err, context.Canceled):
		return "`ircontain resume` goes on where this stopped"
	case errors.Is(err, fs.ErrPermission):
		return "check the permissions of the state directory, or name another with --state-dir"
	case errors.Is(err, fs.ErrNotExist):
		return "check the path"
	case isCobraUsage(err):
		return "run `ircontain help`"
	}
	return ""
}
