package actions

import (
	"context"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
)

// Request is what an action gets when a step is planned or observed.
type Request struct {
	Step incident.StepID
	// State is the incident so far. Read-only.
	State *incident.State
	// Params are the step's parameters, already checked against the catalogue.
	Params Params
	// Clock is the incident clock; Sleep on it never blocks a rehearsal.
	Clock Clock
	// Owner, Reason and ReviewAt are the contract of every guardrail.
	Owner    string
	Reason   string
	ReviewAt time.Time
}

// Clock is the incident clock.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
}

// Params are the parameters of a playbook step.
type Params interface {
	Duration(name string, def time.Duration) time.Duration
	Strings(name string) []string
}

// freshFor is how old a reading may be for a plan to rely on it without
// reading again. IAM has no compare-and-swap: read, check, write, read again,
// with the first two as close together as can be, is all there is.
const freshFor = 2 * time.Second

func card(r Request) (*incident.Card, error) {
	if r.State.Card == nil {
		return nil, &incident.Problem{Class: incident.ClassError, Text: "the owner of the key is not known yet",
			Hint: "the step identify-credential has to run first"}
	}
	return r.State.Card, nil
}

// caller is the responder of the present sitting.
func caller(r Request) string {
	if n := len(r.State.Sessions); n > 0 {
		return r.State.Sessions[n-1].Caller
	}
	return r.State.Opened.Caller
}

// callerIs reports whether the responder works as that role (":assumed-role")
// or user (":user").
func callerIs(r Request, kind, name string) bool {
	_, rest, ok := strings.Cut(caller(r), kind+"/")
	if !ok {
		return false
	}
	if kind == ":assumed-role" {
		rest, _, _ = strings.Cut(rest, "/")
	}
	return nameOf(rest) == name
}
