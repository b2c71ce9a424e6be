// Package journal is an append-only, hash-chained, fsynced file of opaque
// entries, with strict reading, verification and following.
//
// Promises: Append returns only after the line is on disk (one write, one
// fsync); a line that was acknowledged is never rewritten; every line carries
// the SHA-256 of the raw bytes of the line before it and an Ed25519 signature
// by a key that lives only in the memory of the sitting that wrote it, so an
// edit, an insertion, a removal or a swap breaks the file at a line that Verify
// names. Lines are ASCII-only JSON, so that even printing the file raw cannot
// move a terminal's cursor.
//
// What it cannot see alone: lines cut off at the end, and a rewrite of the
// whole file with new keys. Verify therefore says Consistent, never OK, unless
// it is given a head that was kept elsewhere (Anchored).
//
// Refusals: it does not interpret bodies, it never repairs a damaged line, and
// it writes neither through a symbolic link nor to a file that others can read
// or write. Reading asks for no mode: a copy on a colleague's laptop has none.
// When an Append fails, the Writer is poisoned and the caller must stop making
// changes: fsync is not retried on the same descriptor, because the kernel may
// have dropped the dirty pages.
package journal
