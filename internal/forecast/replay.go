package forecast

import (
	"cmp"
	"slices"

	"github.com/ircontain/ircontain/internal/catalogue"
	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/trail"
)

// LeverForecast says what one lever would do to the calls of a log. Calls that
// were refused when they were made are in none of its counts but AlreadyDenied.
type LeverForecast struct {
	Lever string    `json:"lever"`
	Kind  LeverKind `json:"kind"`
	// On is the ARN or key the lever acts on.
	On string `json:"on"`
	// StoppedSuspicious, BrokenLegitimate and BrokenUndecided count denied calls
	// by the label of their consumer; Unknown counts undecidable calls of all.
	StoppedSuspicious int `json:"stopped_suspicious"`
	BrokenLegitimate  int `json:"broken_legitimate"`
	BrokenUndecided   int `json:"broken_undecided"`
	Unknown           int `json:"unknown"`
	// StoppedLater counts calls of suspicious consumers that the lever lets
	// pass, signed in sessions that could not be issued again under it.
	StoppedLater int                `json:"stopped_later"`
	Consumers    []ConsumerForecast `json:"consumers"`
	// Forwarded are calls that services made for the principal. They belong to
	// no consumer, and a deny breaks them too.
	Forwarded     ForwardedForecast `json:"forwarded"`
	AlreadyDenied int               `json:"already_denied"`
	NotChecked    int               `json:"not_checked"`
	Guessed       int               `json:"guessed_actions"`
	// MayFail names calls that pass while an action a service may check behind
	// them is denied. Such checks leave no event of their own.
	MayFail []string `json:"may_fail"`
}

// ConsumerForecast is one consumer's fate. Verdict is denied as soon as one of
// its calls is, since a job with one refused call is a broken job.
type ConsumerForecast struct {
	Consumer  string         `json:"consumer"`
	Origin    string         `json:"origin"`
	Client    string         `json:"client"`
	Label     trail.Label    `json:"label"`
	Verdict   policy.Verdict `json:"verdict"`
	Calls     int            `json:"calls"`
	Denied    int            `json:"denied"`
	Unknown   int            `json:"unknown"`
	DependsOn []string       `json:"depends_on"`
	NextDue   trail.Instant  `json:"next_due"`
	Examples  []string       `json:"examples"`
	// Tier is how much the consumer matters. No log says, so it is "unknown"
	// until somebody who knows fills it in.
	Tier string `json:"tier"`
	// EndsWithSession counts calls that pass, in sessions that could not be
	// issued again under the lever.
	EndsWithSession int `json:"ends_with_session"`
	AlreadyDenied   int `json:"already_denied"`
}

// ForwardedForecast counts forwarded calls.
type ForwardedForecast struct {
	Calls   int      `json:"calls"`
	Denied  int      `json:"denied"`
	Unknown int      `json:"unknown"`
	Actions []string `json:"actions"`
}

// Replayer replays logged calls through levers. The zero value works; with the
// action catalogue it also knows which actions have no resource types and which
// further actions a call may need.
type Replayer struct {
	Catalogue *catalogue.Catalogue
}

// Replay is Replayer.Replay without a catalogue.
func Replay(u *trail.Usage, l Lever) LeverForecast { return Replayer{}.Replay(u, l) }

// Replay asks of every call in the usage what would become of the next one like
// it once the lever is in place. It is pure.
func (r Replayer) Replay(u *trail.Usage, l Lever) LeverForecast {
	j := newJudge(&l, r.Catalogue)
	out := LeverForecast{Lever: l.Name, Kind: l.Kind, On: cmp.Or(l.Principal, l.AccessKey),
		Consumers: make([]ConsumerForecast, 0, len(u.Consumers)), MayFail: []string{}}
	cut := cutSessions(u, j)
	for i := range u.Consumers {
		c := j.consumer(&u.Consumers[i], cut, &out)
		out.Unknown += c.Unknown
		switch c.Label {
		case trail.LabelSuspicious:
			out.StoppedSuspicious += c.Denied
			out.StoppedLater += c.EndsWithSession
		case trail.LabelLegitimate:
			out.BrokenLegitimate += c.Denied
		default:
			out.BrokenUndecided += c.Denied
		}
		out.Consumers = append(out.Consumers, c)
	}
	slices.SortStableFunc(out.Consumers, func(a, b ConsumerForecast) int {
		return cmp.Or(cmp.Compare(severity(a.Verdict), severity(b.Verdict)), cmp.Compare(b.Denied, a.Denied), cmp.Compare(b.Unknown, a.Unknown))
	})
	out.Forwarded = j.forwarded(u)
	for m := range j.mayFail {
		out.MayFail = append(out.MayFail, m)
	}
	slices.Sort(out.MayFail)
	return out
}

func severity(v policy.Verdict) int {
	return slices.Index([]policy.Verdict{policy.VerdictDenied, policy.VerdictUnknown, policy.VerdictNotDenied}, v)
}

// Rank orders levers: most calls of suspicious consumers stopped first, then
// fewest calls of legitimate ones broken, then of undecided ones, which may well
// be legitimate. It returns a new slice.
func Rank(levers []LeverForecast) []LeverForecast {
	out := slices.Clone(levers)
	slices.SortStableFunc(out, func(a, b LeverForecast) int {
		return cmp.Or(cmp.Compare(b.StoppedSuspicious, a.StoppedSuspicious),
			cmp.Compare(a.BrokenLegitimate, b.BrokenLegitimate), cmp.Compare(a.BrokenUndecided, b.BrokenUndecided),
			cmp.Compare(b.StoppedLater, a.StoppedLater), cmp.Compare(a.Unknown, b.Unknown), cmp.Compare(a.Lever, b.Lever))
	})
	return out
}
