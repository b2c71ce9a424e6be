// Package collect reads the policies of an account that hang neither on a user
// nor on a role: those of its resources, and the service control policies above
// it. A review of permissions is not whole without them.
//
// # What it promises
//
// It only reads, and only policies and the names of what carries them: never
// an object, a message, a secret's value or a function's code. Services are
// asked side by side, each page by page and up to a bound, so that a large
// account costs minutes at most and never an unbounded wait.
//
// What was not read is said. A refusal, an endpoint that does not know an
// operation, an answer that never came: each becomes one permission.Unseen that
// names the operation, and never an error, since half an answer with its gaps
// named is worth more to a responder than none.
//
// # What it refuses
//
// It does not hand on part of an organisation's service control policies. A
// level without the document that allows everything would forbid everything,
// so one that cannot be read makes the whole of them unseen.
package collect
