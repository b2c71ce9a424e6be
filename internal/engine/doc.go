// Package engine walks a playbook: plan, ask, record the intent, apply, verify,
// record the outcome. It resumes and rolls back from a journal, and it is the
// only writer of the journal.
//
// Promises: nothing is sent before its intent is on disk; nothing is called
// done that was only accepted; a call without a clear answer is "in doubt"
// until two agreeing reads settle it; a step is approved only for the exact
// plan that was shown, and only while that plan still fits what is there; when
// the journal cannot be written, nothing more is sent.
//
// One goroutine (Run) owns the state. Decisions reach it through Decide; a hold
// is honoured before the next send, whatever the engine is doing.
//
// Refusals: it never decides by itself to undo anything, and it never re-arms a
// leaked key without an explicit request with a reason.
package engine
