package ui

import (
	"fmt"
	"strings"

	"github.com/ircontain/ircontain/internal/incident"
)

// leverName is the short name of what a change acts on.
func leverName(c incident.Change) string {
	switch c.Kind {
	case incident.AccessKeyStatus:
		words := strings.Fields(c.Attribute)
		if len(words) > 0 {
			return "key " + clean(incident.AccessKeyID(words[len(words)-1]).Last4(), 8)
		}
		return "key"
	case incident.UserInlinePolicy, incident.ManagedPolicy:
		if c.Guardrail {
			return "deny " + clean(string(c.Step), 24)
		}
		return "policy " + clean(string(c.Step), 24)
	case incident.UserPolicyAttachment:
		return "attachment"
	case incident.RoleInlinePolicy:
		return "role " + clean(lastPart(c.Resource), 24)
	case incident.UserTags:
		return "tags"
	}
	return clean(string(c.Kind), 24)
}

// lastPart is what follows the last slash of an ARN.
func lastPart(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// rungWord is a rung with its place on the ladder of five.
func rungWord(r incident.Rung) string {
	for i, x := range incident.Rungs() {
		if x == r {
			return fmt.Sprintf("%d %s", i+1, strings.ReplaceAll(string(r), "_", " "))
		}
	}
	return "0 none"
}

// leverState is the short standing of a lever: where it fails before where it holds.
func leverState(l incident.Lever) (string, tone) {
	switch {
	case l.InDoubt != "":
		return "[??] IN DOUBT", danger
	case l.RollingBack:
		return "[..] rolling back", caution
	case l.RolledBack:
		return "[--] rolled back", faint
	case l.Failed != "":
		return "[!!] REFUSED", danger
	case l.Verdict != nil && l.Verdict.Verdict == incident.RevertedBy:
		return "[!!] REVERTED", danger
	case l.Verdict != nil && l.Verdict.Verdict == incident.Blind:
		return "[??] BLIND", caution
	case l.Verdict != nil && l.Verdict.Verdict == incident.Held:
		return "[OK] HELD", good
	case l.Rung == incident.RungEffective || l.Rung == incident.RungHeld:
		return "[OK] effective", good
	case l.Rung == incident.RungReadBack:
		return "[..] read back", plain
	case l.Rung == incident.RungAccepted:
		return "[..] accepted", plain
	}
	return "[..] sent", plain
}

// exposure grades how much power the undo of a change gives back.
func exposure(c incident.Change) (string, tone) {
	switch {
	case c.Rearms || c.Kind == incident.AccessKeyStatus:
		return "VERY HIGH", danger
	case c.Kind == incident.UserTags:
		return "LOW", plain
	case c.Kind == incident.RoleInlinePolicy:
		return "MEDIUM", caution
	}
	return "HIGH", caution
}

// isDocument reports whether a value is a JSON document rather than a word.
func isDocument(v string) bool { return strings.HasPrefix(v, "{") && len(v) > 48 }

// valueWord is a value of a change, short enough for one line of a diff.
func valueWord(v string) string {
	switch {
	case v == "":
		return "absent"
	case isDocument(v):
		return fmt.Sprintf("document, %d characters", len([]rune(v)))
	}
	return clean(v, 0)
}
