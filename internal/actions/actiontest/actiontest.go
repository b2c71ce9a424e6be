// Package actiontest is the suite that every lever passes: one mutating call to
// apply, a reading that proves it, one mutating call to restore, and an account
// that is byte-equal to what it was.
package actiontest

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/simaws"
)

// Lever is what the suite tests.
type Lever interface {
	Apply(ctx context.Context, c incident.Change) (incident.Receipt, error)
	Read(ctx context.Context, c incident.Change) (string, error)
	Restore(ctx context.Context, c incident.Change) (incident.Receipt, error)
}

// Run takes a lever through apply, read, restore on a change whose Before is
// what the world holds.
func Run(t *testing.T, w *simaws.World, l Lever, c incident.Change) {
	t.Helper()
	before := dump(t, w)
	expect(t, w, l, c, c.Before)
	once(t, w, "apply", func() (incident.Receipt, error) { return l.Apply(context.Background(), c) })
	expect(t, w, l, c, c.After)
	once(t, w, "restore", func() (incident.Receipt, error) { return l.Restore(context.Background(), c) })
	expect(t, w, l, c, c.Before)
	if after := dump(t, w); after != before {
		t.Errorf("account differs after restore:\nbefore %s\nafter  %s", before, after)
	}
}

func dump(t *testing.T, w *simaws.World) string {
	t.Helper()
	raw, err := json.Marshal(w.Dump())
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func expect(t *testing.T, w *simaws.World, l Lever, c incident.Change, want string) {
	t.Helper()
	sent := len(w.Mutations())
	got, err := l.Read(context.Background(), c)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	if got != want {
		t.Fatalf("read %q, want %q", got, want)
	}
	if len(w.Mutations()) != sent {
		t.Fatal("reading wrote something")
	}
}

func once(t *testing.T, w *simaws.World, what string, do func() (incident.Receipt, error)) {
	t.Helper()
	sent := len(w.Mutations())
	rec, err := do()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if n := len(w.Mutations()) - sent; n != 1 {
		t.Fatalf("%s sent %d mutating calls, want exactly one", what, n)
	}
	if last := w.Mutations()[len(w.Mutations())-1]; rec.RequestID == "" || rec.RequestID != last.RequestID {
		t.Errorf("%s: receipt has request id %q, the account saw %q", what, rec.RequestID, last.RequestID)
	}
}
