package policy

import (
	"fmt"
	"time"
)

// A deadline sooner than this would pass while the change is still spreading;
// one later than this is a policy, not a containment.
const (
	soonestDeadline = 15 * time.Minute
	latestDeadline  = 72 * time.Hour
)

func (s *GuardrailSpec) checkTimes() error {
	for _, t := range []struct {
		what string
		at   time.Time
	}{{"harden-at", s.HardenAt}, {"expire-at", s.ExpireAt}} {
		if t.at.IsZero() {
			continue
		}
		if s.Now.IsZero() {
			return fmt.Errorf("%w: %s needs the present time, by AWS's clock", ErrGuardrail, t.what)
		}
		if left := t.at.Sub(s.Now); left < soonestDeadline || left > latestDeadline {
			return fmt.Errorf("%w: %s lies %s ahead, must be between %s and %s",
				ErrGuardrail, t.what, left.Round(time.Second), soonestDeadline, latestDeadline)
		}
	}
	switch {
	case !s.HardenAt.IsZero() && !s.ExpireAt.IsZero():
		return fmt.Errorf("%w: harden-at and expire-at contradict each other", ErrGuardrail)
	case !s.ExpireAt.IsZero() && s.Reason == "":
		return fmt.Errorf("%w: expire-at fails open and needs a reason", ErrGuardrail)
	case !s.HardenAt.IsZero() && s.has(DenyAll) && !s.has(CarveOut) && len(s.Spare) == 0:
		return fmt.Errorf("%w: deny-all cannot harden any further", ErrGuardrail)
	}
	return nil
}

// stampUp and stampDown write a moment in whole seconds, which is as fine as
// AWS compares; each caller takes the stricter direction.
func stampUp(t time.Time) string   { return stampDown(t.Add(time.Second - 1)) }
func stampDown(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }
