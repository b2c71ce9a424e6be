package trail

import (
	"fmt"
	"slices"
)

// Label is the verdict on a consumer.
type Label string

// Undecided is the normal verdict: the rules speak only when they have reasons.
const (
	LabelLegitimate Label = "legitimate"
	LabelSuspicious Label = "suspicious"
	LabelUndecided  Label = "undecided"
)

// suspicion is one rule that fired. Weights add up; one rule alone never
// condemns, and what the caller can choose freely (user agent) weighs nothing
// on its own.
type suspicion struct {
	rule   string
	weight int
	text   string
	client bool // rests on the user agent
}

const (
	suspiciousWeight = 3
	suspiciousRules  = 2
	habitDays        = 4 // what a consumer does on that many days is its job
)

// judgeConsumers labels all consumers of one usage.
func judgeConsumers(consumers []Consumer, u *Usage, g *Genealogy) {
	ctx := judgement{usage: u, genealogy: g, siblings: newSiblings(consumers), rules: nameRules()}
	for i := range consumers {
		ctx.judge(&consumers[i])
	}
}

// judgement is what the rules may look at besides the consumer itself.
type judgement struct {
	usage     *Usage
	genealogy *Genealogy
	siblings  siblings
	rules     []nameRule
}

func (j *judgement) judge(c *Consumer) {
	if j.anchored(c) {
		return
	}
	found := slices.Concat(j.behaviour(c), j.origins(c))
	weight, rules, hard := 0, map[string]bool{}, false
	for _, s := range found {
		weight += s.weight
		rules[s.rule] = true
		hard = hard || !s.client
		c.Reasons = append(c.Reasons, s.rule+": "+s.text)
	}
	steady := j.steady(c)
	c.Reasons = append(c.Reasons, steady...)
	switch {
	case weight >= suspiciousWeight && len(rules) >= suspiciousRules && hard:
		c.Label = LabelSuspicious
	case len(steady) > 0 && weight == 0:
		c.Label = LabelLegitimate
	default:
		c.Label = LabelUndecided
	}
	if c.Label == LabelUndecided && len(c.Reasons) == 0 {
		c.Reasons = append(c.Reasons, fmt.Sprintf("no rule fired; baseline %s", c.Baseline))
	}
}

// anchored applies what the responder knows. Hostile wins over trusted.
func (j *judgement) anchored(c *Consumer) bool {
	anchors := j.usage.Selector.Anchors
	for _, call := range c.calls {
		if covers(anchors.Hostile, call.Client) {
			c.Label = LabelSuspicious
			c.Reasons = append(c.Reasons, "anchor: origin named hostile by the responder")
			return true
		}
	}
	if len(anchors.Trusted) == 0 {
		return false
	}
	for _, call := range c.calls {
		if !covers(anchors.Trusted, call.Client) {
			return false
		}
	}
	c.Label = LabelLegitimate
	c.Reasons = append(c.Reasons, "anchor: every origin named trusted by the responder")
	return true
}

// steady returns the reasons that speak for a workload: a period, or a week of
// round-the-clock calls. Both need a usable baseline: an intruder's script is
// periodic too, but young.
func (j *judgement) steady(c *Consumer) []string {
	if c.Baseline != BaselineUsable {
		return nil
	}
	s := c.Schedule
	switch {
	case s.Kind == ScheduleCron:
		return []string{fmt.Sprintf("schedule: %d runs every %d s, deviation %.3f", s.Runs, s.PeriodSeconds, s.Deviation)}
	case s.Kind == ScheduleContinuous && c.LastSeen.Sub(c.FirstSeen.Time) >= usableSpan:
		return []string{fmt.Sprintf("schedule: continuous since %s", c.FirstSeen)}
	}
	return nil
}
