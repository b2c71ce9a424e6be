// Package incident is the heart of ircontain: the value types of an incident,
// the facts (events, past tense) that its journal holds, and the pure reducer
// that folds facts into a State.
//
// Promises: Reduce never does I/O, never looks at a clock and never fails, so
// a live screen, a second terminal, a replay and a report that read the same
// entries show the same thing. An event it does not know is kept visible
// (State.Unknown) and changes nothing else, so an older binary can read a newer
// journal without lying about it.
//
// Refusals: it holds no credential secret in any type, it imports neither the
// AWS SDK nor a terminal library, and nothing but Reduce builds a State.
package incident
