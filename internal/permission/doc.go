// Package permission answers what one principal of an AWS account can do: every
// action of the catalogue, the known ways up from there, and the roles it can
// reach. A responder asks it of an intruder's key.
//
// # What it promises
//
// It is pure: documents in, a Report out, nothing is read and no clock asked.
// Evaluation is three-valued. Only what belongs to the principal itself (its
// ARN, name, account, tags) is known; every other condition key is unknown, so
// an action that hangs on one is "conditional" and names it. "Allowed" holds
// whatever the unknown keys turn out to be, on at least one resource of each
// pattern that is listed.
//
// # What it refuses
//
// It never fills a gap with a guess. A document that was not copied or cannot be
// read, a trust or key policy nobody looked at, organisation policies: each is
// an entry of Report.Unseen, and where the answer hangs on it the action is
// conditional. An action that is not listed is not allowed by any document that
// was seen, which is not the same as "cannot be done".
//
// Resources are patterns, as the documents write them, tried with one made-up
// name each. Carve-outs are listed when a document names them; whether a
// resource of a pattern exists is not asked.
//
// The rules are those of internal/policy; the actions those of
// internal/catalogue. The escalation table is compiled from public research:
// Rhino Security Labs, "AWS IAM Privilege Escalation" (2018, 2019); Bishop Fox,
// "iam-vulnerable" (2021); MITRE ATT&CK for IaaS.
package permission
