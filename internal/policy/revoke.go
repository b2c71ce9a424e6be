package policy

import (
	"slices"
	"time"
)

// RevokeRoleSessions returns a document for a role that refuses everything to
// sessions issued before the cut-off, rounded up to a whole second. Sessions
// issued later are not touched, so it must go with a change of the trust
// policy, and the cut-off must lie after the last AssumeRole seen plus the time
// IAM needs to spread a change.
//
// With userIDs, patterns of aws:userid such as "AROAEXAMPLE:session", only
// those sessions are refused; other users of the role keep working.
func RevokeRoleSessions(before time.Time, userIDs ...string) []byte {
	s := denyOn(sidRevoke, []string{"*"}, "*")
	s.Conditions = []Condition{{
		Operator: "DateLessThan", Key: "aws:TokenIssueTime",
		Values: []string{stampUp(before)},
	}}
	if len(userIDs) > 0 {
		s.Conditions = append(s.Conditions, Condition{
			Operator: "StringLike", Key: "aws:userid", Values: slices.Clone(userIDs),
		})
	}
	return (&Document{Version: Version2012, Statements: []Statement{s}}).JSON()
}

// RevokeUserSessions returns a document for a user that refuses everything to
// temporary credentials minted from the user's key or password. Only they
// carry aws:TokenIssueTime, so its mere presence is the test.
//
// That is stronger than a cut-off date: a session minted a second after the
// cut-off, in the window before the change has spread or by a second key
// nobody found, would live for up to 36 hours; here it is dead on arrival, and
// no clock has to be right. The long-term key itself is not touched, so that
// its use stays visible in the log until it is deactivated.
func RevokeUserSessions() []byte {
	s := denyOn("RevokeUserSessions", []string{"*"}, "*")
	s.Conditions = []Condition{{Operator: "Null", Key: "aws:TokenIssueTime", Values: []string{"false"}}}
	return (&Document{Version: Version2012, Statements: []Statement{s}}).JSON()
}
