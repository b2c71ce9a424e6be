// Package ui holds the Bubble Tea screens: they draw one incident.State and
// send decisions.
//
// Promises: the model keeps exactly one incident.State, advanced by
// incident.Reduce on facts that arrive through a Feed and by nothing else, so a
// live screen and a replay of the same journal end on the same view. Nothing
// is shown that is not in that State, except focus, scroll, dialogs and text
// being typed. Every string of the State passes through clean before it can
// reach the terminal. Every screen is pure text: data in, lines out, never
// wider or taller than the window. Update does no I/O; feeds are read and
// decisions are sent in commands.
//
// Refusals: no key sends a decision that can change the account without a
// dialog in which a value read from the target is typed; pasted text and keys
// that arrive in the first 300 ms of a dialog are not taken for an answer. The
// package imports no AWS code, no engine and no journal: it can draw and ask,
// and has no way to do.
package ui
