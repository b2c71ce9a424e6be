// Package cli is the composition root: one file a command. It reads flags,
// wires an engine or a screen from the other packages, and prints. It holds no
// rules of its own, and it is the only place that chooses exit codes.
//
// Data goes to standard output, talk to standard error. Every error is one line
// that begins "ircontain: ", followed, where something can be tried, by one
// that begins "hint: ".
package cli
