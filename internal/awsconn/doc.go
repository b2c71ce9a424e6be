// Package awsconn builds the connection to AWS that everything else uses: the
// unmodified SDK over either the network or the embedded account.
//
// Promises: no operation outside the allow-list leaves, in any mode; the
// clients that read cannot write; a mutating call is sent exactly once (the
// SDK's default retry would silently create a second access key when an answer
// is lost); every attempt is reported with its request id; an endpoint is
// overridden only by an explicit flag, never by an ambient AWS_ENDPOINT_URL;
// every error is an *incident.CallError that says whether anything can have
// changed.
//
// Refusals: there is no delete verb for users, keys, passwords or anybody
// else's policy, here or anywhere: "deactivate, do not delete" is a property of
// the connection, not of a screen.
package awsconn
