// Package simaws is an AWS account in a box: IAM, STS, CloudTrail event
// history, Secrets Manager and S3, spoken in AWS's own wire formats to an
// unmodified SDK, in process (World.Do) or on a loopback port
// (World.ServeHTTP).
//
// It promises:
//   - signatures are verified for real; an unknown, deleted or inactive key is
//     refused the way AWS refuses it and leaves no CloudTrail event;
//   - a call refused by policy leaves an event with AWS's code and message;
//   - writes are read back at once but bite only after the propagation lag, and
//     sessions outlive the key that minted them, as in AWS;
//   - one seed and one sequence of writes and clock moves give one account and
//     one event history, byte for byte, whatever reads happen in between.
//
// It leaves out: organisation policies, cross-account and console access, session
// tags passed on in role chains, and every service and operation that is not in
// the table of operations.
//
// It refuses: operations it does not know (a loud error naming them, never an
// empty success), root and cross-account callers, and any network access.
// Nothing in it is safe to expose beyond loopback.
package simaws
