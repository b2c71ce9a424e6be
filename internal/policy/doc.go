// Package policy parses, builds, lints and evaluates IAM policy documents and
// compiles guardrails: the explicit-deny documents attached to a compromised
// principal.
//
// # Promises
//
// Parse refuses what IAM refuses and says where (line and column); what it
// accepts it keeps without loss. Compile and every evaluation are total: no
// panic, no error, no input or output, no clock. A *Document and a *Policy are
// immutable once built and safe for concurrent use.
//
// Matching is three-valued. A Context may say of a key that it is absent, that
// it has a value, that it is there with a value nobody recorded, or that
// nothing is known. True and False hold for every way the unknown could turn
// out; Unknown names the keys that would settle it. An unknown key is never
// treated as an absent one: in a deny that mistake turns "cannot tell" into
// "will keep working".
//
// Two evaluators share that matching. ForecastDeny asks whether one deny
// document stops a call that a log recorded. Evaluate runs the whole decision:
// identity, boundary, session and resource policies, service and resource
// control policies, VPC endpoint policies.
//
// # Refusals
//
// The package never talks to AWS and imports no SDK. It derives no context key
// from the principal or the resource: the caller states what is present. It
// does not model access control lists, S3 Block Public Access, KMS grants,
// Lake Formation or refusals a service makes outside policies.
//
// The rules are those of the AWS documentation (IAM User Guide: policy
// evaluation logic, condition operators, policy variables, permissions
// boundaries, session policies; Organizations User Guide: SCPs and RCPs).
// Where the documentation is silent or contradicts itself the package returns
// the documented half and Explain names the open point.
package policy
