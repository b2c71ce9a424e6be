package catalogue

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ircontain/ircontain/internal/trail"
)

// TestTrailActionsExist runs the events of the public record sets, which this
// repository does not carry, through the trail's table. An action the catalogue
// does not know is a row that is missing or wrong, or an event that no
// permission guards.
func TestTrailActionsExist(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "data", "cloudtrail")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("public record sets not present: %v", err)
	}
	c := load(t)
	src, err := trail.Open(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	l, err := trail.Read(context.Background(), []trail.Source{src}, trail.Options{})
	if err != nil {
		t.Fatal(err)
	}
	events, calls, known, unknown := map[string]bool{}, 0, 0, map[string]int{}
	for _, call := range l.Calls() {
		a := trail.ActionOf(call.API.EventSource, call.API.EventName)
		for _, name := range a.All {
			events[call.API.EventSource+" "+call.API.EventName] = true
			calls++
			if _, ok := c.Action(name); ok {
				known++
				continue
			}
			unknown[string(a.Provenance)+" "+call.API.EventSource+"/"+call.API.EventName+" "+name]++
		}
	}
	t.Logf("%d events, %d uses of actions, %d known", len(events), calls, known)
	for _, name := range slices.Sorted(maps.Keys(unknown)) {
		t.Errorf("%s (%d calls) is no action AWS lists", name, unknown[name])
	}
}
