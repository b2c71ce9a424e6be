// Package authcontext turns a recorded CloudTrail call into the authorisation
// checks that IAM made for it: who asked, for which action, on which resource,
// and what is known of every condition key.
//
// # What it promises
//
// A key is known, certainly absent, present with a value nobody recorded, or
// unknown. Every key without a rule here is unknown. The rules are derived from
// the record contents and from the availability note of each key; where a rule
// could claim too much, it claims less: an unknown leaves a forecast open, a
// wrong claim makes it false.
//
// A resource is named only where the record names it in the very form that IAM
// compares: an IAM user given by name may have a path, a secret given by name
// has a suffix nobody logged. Otherwise the resources are nil, "not known".
//
// # What it refuses
//
// It makes no check for calls that IAM did not check ([Call.Skip] says why) and
// none that left no record: iam:PassRole, and the further actions a service
// checks behind one call. It never fetches what a record lacks: the tags of
// today are not the tags of then.
//
// Sources:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
package authcontext
