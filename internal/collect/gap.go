package collect

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/permission"
)

// couldChange is what an unread resource policy may do to the answer.
const couldChange = "they may allow the principal more, or deny it something"

// shown is how many names of unread resources one line spells out.
const shown = 5

// gaps gathers what one source did not give. Resources that failed alike share
// a line: five hundred refusals are one thing to know.
type gaps struct {
	lines []permission.Unseen
	alike []*alike
}

type alike struct {
	plural, why string
	names       []string
}

// listing notes a list that broke off.
func (g *gaps) listing(plural string, read int, err error) {
	what := plural
	if read > 0 {
		what = fmt.Sprintf("%s beyond the first %d", plural, read)
	}
	g.add(what, "not listed: "+reason(err))
}

// bound notes that there are more resources than are read.
func (g *gaps) bound(plural string, read int) {
	g.add(fmt.Sprintf("%s beyond the first %d", plural, read), fmt.Sprintf("not read: no more than %d of a service are", read))
}

// endless notes a list that never came to its end.
func (g *gaps) endless(plural string, read int) {
	g.add(fmt.Sprintf("%s beyond the first %d", plural, read), fmt.Sprintf("not listed: the list did not end within %d pages", maxPages))
}

func (g *gaps) add(what, why string) {
	g.lines = append(g.lines, permission.Unseen{What: "policies of " + what, Why: why + "; " + couldChange})
}

// resource notes one policy that could not be read.
func (g *gaps) resource(plural, name string, err error) {
	why := reason(err)
	for _, a := range g.alike {
		if a.why == why {
			a.names = append(a.names, name)
			return
		}
	}
	g.alike = append(g.alike, &alike{plural: plural, why: why, names: []string{name}})
}

// unseen renders the gaps, in an order that does not depend on which of several
// reads at a time was answered first.
func (g *gaps) unseen() []permission.Unseen {
	out := slices.Clone(g.lines)
	slices.SortFunc(g.alike, func(a, b *alike) int { return strings.Compare(a.why, b.why) })
	for _, a := range g.alike {
		slices.Sort(a.names)
		names := strings.Join(a.names[:min(shown, len(a.names))], ", ")
		if more := len(a.names) - shown; more > 0 {
			names += fmt.Sprintf(" and %d more", more)
		}
		out = append(out, permission.Unseen{What: fmt.Sprintf("policies of %d %s: %s", len(a.names), a.plural, names), Why: "not read: " + a.why + "; " + couldChange})
	}
	return out
}

// reason names the operation and what came of it. AWS's own message is left
// out: it differs from resource to resource, and repeats what is said here.
func reason(err error) string {
	var call *incident.CallError
	if !errors.As(err, &call) {
		return incident.Text(err)
	}
	name := operation(call.Service, call.Operation)
	detail := ""
	if call.Code != "" {
		detail = " (" + call.Code + ")"
	}
	switch call.Answer {
	case incident.AnswerRefused:
		return name + " was refused" + detail
	case incident.AnswerAbsent:
		return name + " is not known at this endpoint" + detail
	case incident.AnswerNotSent:
		return name + " was not sent"
	}
	return name + " got no clear answer" + detail
}

// operation is a call by its service prefix. One differs from the IAM action
// that it needs: s3:ListBuckets is allowed by s3:ListAllMyBuckets.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
func operation(service, name string) string {
	text := strings.ReplaceAll(strings.ToLower(service), " ", "") + ":" + name
	if text == "s3:ListBuckets" {
		return "s3:ListAllMyBuckets"
	}
	return text
}

// incomplete is an answer that lacks what it is asked for.
func incomplete(service, name, what string) error {
	return fmt.Errorf("%s answered without %s", operation(service, name), what)
}
