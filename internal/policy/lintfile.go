package policy

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// KindGuess asks LintFile to tell the kind of a document by its members.
const KindGuess Kind = -1

// ParseKind reads the name of a kind as the command line spells it.
func ParseKind(text string) (Kind, bool) {
	switch text {
	case "":
		return KindGuess, true
	case "identity":
		return KindIdentity, true
	case "resource":
		return KindResource, true
	case "trust":
		return KindTrust, true
	case "scp":
		return KindSCP, true
	case "rcp":
		return KindRCP, true
	case "endpoint":
		return KindEndpoint, true
	}
	return KindGuess, false
}

// LintFile writes what is wrong with a document, one line each:
// "name:line:col: code: message", the message of a mere warning or note
// beginning with that word. It returns how many lines name something IAM
// refuses.
func LintFile(name string, data []byte, kind Kind, w io.Writer) (problems int, err error) {
	if kind == KindGuess {
		kind = guessKind(data)
	}
	d, err := ParseWith(data, Options{Kind: kind, MaxSize: -1}) // Lint tells the size, and what else is wrong
	var pe *ParseError
	if errors.As(err, &pe) {
		_, err = fmt.Fprintf(w, "%s:%d:%d: %s: %s\n", name, pe.Line, pe.Col, pe.Code, pe.Message)
		return 1, err
	}
	for _, f := range Lint(d) {
		word := ""
		if f.Severity == SeverityError {
			problems++
		} else {
			word = string(f.Severity) + ": "
		}
		if _, err := fmt.Fprintf(w, "%s:%d:%d: %s: %s%s\n", name, f.Line, f.Col, f.Code, word, f.Message); err != nil {
			return problems, err
		}
	}
	return problems, nil
}

// guessKind: a document that names principals is a resource policy, or a trust
// policy if it speaks of nothing but assuming the role it is attached to.
func guessKind(data []byte) Kind {
	root, err := parseTree(data)
	if err != nil || root.member("Statement") == nil {
		return KindIdentity
	}
	list := root.member("Statement")
	statements := list.items
	if list.kind == nodeObject {
		statements = []*node{list}
	}
	named, trust := false, true
	for _, s := range statements {
		named = named || s.member("Principal") != nil || s.member("NotPrincipal") != nil
		trust = trust && s.member("Resource") == nil && assumes(s.member("Action"))
	}
	switch {
	case !named:
		return KindIdentity
	case trust:
		return KindTrust
	}
	return KindResource
}

// assumes reports whether every action belongs into a trust policy.
func assumes(n *node) bool {
	if n == nil {
		return false
	}
	list, err := texts(n, "Action")
	for _, a := range list {
		a = strings.ToLower(a)
		if !strings.HasPrefix(a, "sts:assumerole") && a != "sts:tagsession" && a != "sts:setsourceidentity" {
			return false
		}
	}
	return err == nil && len(list) > 0
}
