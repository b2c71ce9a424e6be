package simaws

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

//go:embed scenarios/*.yaml
var scenarioFiles embed.FS

// Scenario is a rehearsal: an account, the legitimate consumers of its
// credentials, an intruder and what counts as a good run.
type Scenario struct {
	Name      string         `yaml:"name"`
	Title     string         `yaml:"title"`
	Summary   string         `yaml:"summary"`
	Start     time.Time      `yaml:"start"`
	Alert     string         `yaml:"alert"`
	Target    string         `yaml:"target"`
	Responder ResponderSeed  `yaml:"responder"`
	History   HistorySeed    `yaml:"history"`
	Lags      LagSeed        `yaml:"lags"`
	Par       Par            `yaml:"par"`
	Hints     []string       `yaml:"hints"`
	Debrief   []string       `yaml:"debrief"`
	Account   Account        `yaml:"account"`
	Workloads []Workload     `yaml:"workloads"`
	Intruders []IntruderSeed `yaml:"intruders"`
}

// ResponderSeed is who rehearses: an ARN of the account, with that identity's
// real rights and nothing more.
type ResponderSeed struct {
	ARN      string `yaml:"arn"`
	SourceIP string `yaml:"source_ip"`
}

// HistorySeed says how much past there is before the start.
type HistorySeed struct {
	Days       int  `yaml:"days"`
	DataEvents bool `yaml:"data_events"`
}

// LagSeed overrides the measured defaults.
type LagSeed struct {
	Propagation *time.Duration `yaml:"propagation"`
	Read        *time.Duration `yaml:"read"`
	Delivery    *time.Duration `yaml:"delivery"`
}

// Par is what a good run achieves, for the debrief.
type Par struct {
	Contain       time.Duration `yaml:"contain"`
	IntruderCalls int           `yaml:"intruder_calls"`
	BrokenMinutes int           `yaml:"broken_minutes"`
}

// Workload is a legitimate consumer of a credential.
type Workload struct {
	Name     string `yaml:"name"`
	Title    string `yaml:"title"`
	Owner    string `yaml:"owner"`
	Tier     int    `yaml:"tier"`
	Key      string `yaml:"key"`
	SourceIP string `yaml:"source_ip"`
	// VPC and VPCEndpoint are set for a consumer that calls through a VPC
	// endpoint; SourceIP is then its private address.
	VPC         string       `yaml:"vpc"`
	VPCEndpoint string       `yaml:"vpc_endpoint"`
	UserAgent   string       `yaml:"user_agent"`
	Schedule    Schedule     `yaml:"schedule"`
	Calls       []ScriptCall `yaml:"calls"`
}

// ScriptCall is one API call of a workload or intruder.
type ScriptCall struct {
	// Call is service:Operation.
	Call string `yaml:"call"`
	// Args is the input in the query protocol's flat form.
	Args map[string]string `yaml:"args"`
	// As names the credential to sign with; "key" is the one the actor began
	// with.
	As string `yaml:"as"`
	// Save keeps credentials the call returns under a name.
	Save string `yaml:"save"`
	// Gap is the pause before the call; two seconds when absent.
	Gap time.Duration `yaml:"gap"`
	// Region is the account's own when absent.
	Region string `yaml:"region"`
}

// IntruderSeed is an adversary: a script by the clock, a loop that goes on with
// whatever still works, and reactions.
type IntruderSeed struct {
	Name      string      `yaml:"name"`
	Key       string      `yaml:"key"`
	SourceIP  string      `yaml:"source_ip"`
	UserAgent string      `yaml:"user_agent"`
	Script    []TimedCall `yaml:"script"`
	Loop      Loop        `yaml:"loop"`
	Triggers  []Trigger   `yaml:"triggers"`
}

// TimedCall is a call at a time relative to the start.
type TimedCall struct {
	At         time.Duration `yaml:"at"`
	ScriptCall `yaml:",inline"`
}

// Loop is what the intruder does all the time.
type Loop struct {
	From  time.Duration `yaml:"from"`
	Every time.Duration `yaml:"every"`
	// Spread varies Every by this fraction either way.
	Spread float64      `yaml:"spread"`
	Using  []string     `yaml:"using"`
	Calls  []ScriptCall `yaml:"calls"`
}

// Trigger is a reaction to a credential being refused (authentication) or
// denied (policy). It fires once unless it repeats.
type Trigger struct {
	On         string        `yaml:"on"`
	Credential string        `yaml:"credential"`
	After      time.Duration `yaml:"after"`
	Repeat     bool          `yaml:"repeat"`
	Calls      []ScriptCall  `yaml:"calls"`
}

// ScenarioInfo is a scenario in a list.
type ScenarioInfo struct{ Name, Title, Summary string }

// Scenarios lists the built-in scenarios by name. One that does not parse is
// left out here and reported by LoadScenario; a test loads them all.
func Scenarios() []ScenarioInfo {
	var out []ScenarioInfo
	entries, _ := scenarioFiles.ReadDir("scenarios")
	for _, e := range entries {
		if s, err := LoadScenario(strings.TrimSuffix(e.Name(), ".yaml")); err == nil {
			out = append(out, ScenarioInfo{s.Name, s.Title, s.Summary})
		}
	}
	slices.SortFunc(out, func(a, b ScenarioInfo) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// LoadScenario reads a built-in scenario.
func LoadScenario(name string) (Scenario, error) {
	file := name + ".yaml"
	data, err := scenarioFiles.ReadFile(path.Join("scenarios", path.Base(file)))
	if err != nil {
		return Scenario{}, fmt.Errorf("load scenario %q: no such scenario", name)
	}
	return ParseScenario(data, file)
}

// New makes the world of a scenario. Its past is played out when the first
// request or Tick arrives, not here. A clock in the options should begin at the
// scenario's start.
func New(s Scenario, o Options) (*World, error) {
	check := scenarioCheck{name: s.Name}
	if check.scenario(s); check.err != nil {
		return nil, check.err
	}
	if o.Clock == nil {
		o.Clock = NewStepClock(s.Start)
	}
	o.SourceIP = or(o.SourceIP, s.Responder.SourceIP)
	l := defaultLags()
	for set, seed := range map[*time.Duration]*time.Duration{
		&l.propagation: s.Lags.Propagation, &l.read: s.Lags.Read, &l.delivery: s.Lags.Delivery,
	} {
		if seed != nil {
			*set = *seed
		}
	}
	past := s.Start.AddDate(0, 0, -s.History.Days)
	w, err := newWorld(s.Account, o, l, past)
	if err != nil {
		return nil, err
	}
	w.now, w.data, w.target, w.start = past, s.History.DataEvents, s.Target, s.Start
	for _, wl := range s.Workloads {
		w.actors = append(w.actors, newWorkload(w, wl, past))
	}
	for _, in := range s.Intruders {
		w.actors = append(w.actors, newIntruder(w, in, s.Start))
	}
	return w, w.enrol(s.Responder.ARN, s.Start, false)
}
