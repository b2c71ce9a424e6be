package catalogue

import (
	"cmp"
	"math"
	"slices"
)

func (g *globber) measure(text, folded string) glob {
	out := glob{text: text}
	for i, t := range g.targets {
		if matches(folded, t) {
			out.matches = append(out.matches, i)
		}
	}
	return out
}

func (g *globber) price(c glob) int { return len(c.text) + g.cost }

// cover chooses candidates that together match every target.
func (g *globber) cover() []string {
	all := g.candidates()
	slices.SortFunc(all, func(a, b glob) int {
		return cmp.Or(cmp.Compare(len(a.text), len(b.text)), cmp.Compare(a.text, b.text))
	})
	var best []glob
	if len(g.targets) <= 12 {
		best = g.exact(all)
	} else {
		least := 0
		for _, bias := range []float64{1, 0.5, 0.7, 0.85, 1.2, 1.5, 2} {
			if try := g.greedy(all, bias); best == nil || g.total(try) < least {
				best, least = try, g.total(try)
			}
		}
	}
	var out []string
	for _, b := range best {
		out = append(out, b.text)
	}
	return out
}

// exact finds the cheapest cover over all subsets of the targets, of which
// there are few.
func (g *globber) exact(all []glob) []glob {
	full := 1<<len(g.targets) - 1
	const unset = math.MaxInt
	least, through, before := make([]int, full+1), make([]int, full+1), make([]int, full+1)
	for i := range least {
		least[i] = unset
	}
	least[0] = 0
	for have := range full {
		if least[have] == unset {
			continue
		}
		for i, c := range all {
			then := have
			for _, m := range c.matches {
				then |= 1 << m
			}
			if price := least[have] + g.price(c); then != have && price < least[then] {
				least[then], through[then], before[then] = price, i, have
			}
		}
	}
	var out []glob
	for at := full; at != 0; at = before[at] {
		out = append(out, all[through[at]])
	}
	return out
}

// greedy takes the candidate that covers most for its price until nothing is
// left, then drops what later choices made superfluous. A bias above one
// favours broad patterns.
func (g *globber) greedy(all []glob, bias float64) []glob {
	times := make([]int, len(g.targets)) // how often each target is matched
	var out []glob
	for left := len(g.targets); left > 0; {
		best, worth := -1, 0.0
		for i, c := range all {
			fresh := 0
			for _, m := range c.matches {
				if times[m] == 0 {
					fresh++
				}
			}
			if w := math.Pow(float64(fresh), bias) / float64(g.price(c)); fresh > 0 && w > worth {
				best, worth = i, w
			}
		}
		for _, m := range all[best].matches {
			if times[m]++; times[m] == 1 {
				left--
			}
		}
		out = append(out, all[best])
	}
	slices.SortStableFunc(out, func(a, b glob) int { return cmp.Compare(g.price(b), g.price(a)) })
	return slices.DeleteFunc(out, func(c glob) bool {
		if slices.ContainsFunc(c.matches, func(m int) bool { return times[m] == 1 }) {
			return false
		}
		for _, m := range c.matches {
			times[m]--
		}
		return true
	})
}

func (g *globber) total(chosen []glob) (n int) {
	for _, c := range chosen {
		n += g.price(c)
	}
	return n
}
