package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ircontain/ircontain/internal/catalogue"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/trail"
)

// observedWord, as a value of the intent "only", stands for the actions that
// the selected consumers were seen to need.
const observedWord = "observed"

// wantsObserved reports whether the intents ask for what was observed.
func (f *guardrailFlags) wantsObserved() bool {
	return slices.ContainsFunc(f.intents, func(text string) bool {
		name, list, _ := strings.Cut(text, "=")
		return name == string(policy.OnlyActions) && slices.Contains(strings.Split(list, ","), observedWord)
	})
}

// putObserved writes the derived actions in place of the word.
func (f *guardrailFlags) putObserved(actions []string) []string {
	if !f.wantsObserved() {
		return actions
	}
	rest := slices.DeleteFunc(slices.Clone(actions), func(a string) bool { return a == observedWord })
	return append(rest, f.observed...)
}

// checkSelection refuses a selection of calls that cannot be one.
func (f *mapFlags) checkSelection(command string) error {
	switch {
	case (f.key == "") == (f.principal == ""):
		return usage(command+" needs --access-key or --principal, and not both", "`ircontain guardrail forecast --access-key AKIA... --logs DIR --intent freeze-secrets`")
	case len(f.logs) == 0:
		return usage(command+" needs --logs", "name a CloudTrail file, a directory, -, or lookup for the account's event history")
	case f.key != "" && trail.KeyKind(f.key) != trail.KindLongTerm && trail.KeyKind(f.key) != trail.KindTemporary:
		return usage("that is not an access key id", "it starts with AKIA or ASIA")
	}
	return nil
}

// readUsage reads the log and finds the principal a document would sit on.
func (a *App) readUsage(ctx context.Context, f mapFlags) (*trail.Usage, string, error) {
	log, err := a.readForMap(ctx, f)
	if err != nil {
		return nil, "", err
	}
	if err := unreadable(log, f.logs); err != nil {
		return nil, "", err
	}
	u, err := trail.Analyze(log, trail.Selector{AccessKey: f.key, Principal: f.principal, Descend: true})
	if err != nil {
		return nil, "", &incident.Problem{Class: incident.ClassUsage, Text: "cannot map that", Err: err, Hint: "a principal is an ARN, such as arn:aws:iam::111122223333:user/name"}
	}
	target, err := targetOf(u, f)
	return u, target, err
}

// observe derives the actions for only=observed, keeps them for spec, and says
// what they rest on. It does nothing when they are not asked for.
func (a *App) observe(f *guardrailFlags, u *trail.Usage, target string, cat *catalogue.Catalogue) (*observation, error) {
	if !f.wantsObserved() {
		return nil, nil
	}
	o, err := observed(u, target, f.consumers, cat)
	if err != nil {
		return nil, err
	}
	f.observed = o.Actions
	a.talk("only=observed: from %s: actions seen: %d, written as %s", trail.Plain(strings.Join(o.Consumers, ", ")), o.Seen, trail.Plain(strings.Join(o.Actions, ", ")))
	if len(o.LeftOut) > 0 {
		a.talk("only=observed: left out, so that they keep only these actions too: %s", trail.Plain(strings.Join(o.LeftOut, ", ")))
	}
	for _, s := range o.CannotKnow {
		a.talk("only=observed: the log cannot know: %s", trail.Plain(s))
	}
	return o, nil
}

// observeForRender reads the log for `guardrail render` and aims the guardrail
// at the principal of the log.
func (a *App) observeForRender(ctx context.Context, f *guardrailFlags) (*observation, error) {
	if !f.wantsObserved() {
		return nil, nil
	}
	u, target, err := a.readUsage(ctx, f.usage)
	if err != nil {
		return nil, err
	}
	if err := f.aim(target); err != nil {
		return nil, err
	}
	cat, err := catalogue.Load()
	if err != nil {
		return nil, fmt.Errorf("read the action catalogue: %w", err)
	}
	return a.observe(f, u, target, cat)
}

// aim takes the principal from the log, and refuses one that was named and is
// another.
func (f *guardrailFlags) aim(target string) error {
	p, err := policy.ParsePrincipal(target)
	if err != nil {
		return fmt.Errorf("read the principal of the log: %w", err)
	}
	user, role := p.Name, ""
	if p.Kind == policy.PrincipalRole {
		user, role = "", p.Name
	}
	if f.user+f.role != "" && (f.user != user || f.role != role) || f.account != "" && f.account != p.Account {
		return usage("the log is of "+target+", the guardrail for somebody else", "leave out --user, --role and --account, or name the same principal")
	}
	f.user, f.role, f.account, f.partition = user, role, p.Account, p.Partition
	return nil
}
