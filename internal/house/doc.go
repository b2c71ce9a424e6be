// Package house holds the tests that keep the architecture what it is: which
// package may import which, what no package may contain, how large a file may
// grow. They are plain Go tests on `go list` and on the syntax trees, because a
// linter can hide one finding behind another.
//
// It has no code of its own, and nothing imports it.
package house
