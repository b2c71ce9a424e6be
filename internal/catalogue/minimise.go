package catalogue

import (
	"slices"
	"strings"
)

// Minimise writes a set of actions as the shortest list of Action entries it
// finds, without naming any other action of the catalogue: what the list
// expands to is the set. Entries with wildcards stand for what they expand to,
// names the catalogue does not hold are kept as they are, and the result is
// sorted.
//
// Only today's actions are spared. In a deny that errs towards denying what AWS
// adds tomorrow; in a list of exceptions to a deny it would let tomorrow's
// action through, so write exceptions out in full unless size forbids.
//
// The list is the shortest for up to twelve actions of a service, over patterns
// with at most two stars; beyond that it is the best of several greedy covers.
// It is short, not readable: "sts:*le" is sts:AssumeRole. For a document that
// somebody has to approve, use MinimiseByWord.
func (c *Catalogue) Minimise(set []string) []string { return c.minimise(set, false) }

// MinimiseByWord is Minimise with patterns that a reader can follow: a name is
// cut only between its words, and a wildcard is used only where it stands for
// at least two actions of the set.
func (c *Catalogue) MinimiseByWord(set []string) []string { return c.minimise(set, true) }

func (c *Catalogue) minimise(set []string, words bool) []string {
	var out []string
	wanted := map[string]map[string]bool{} // service → folded names
	for _, entry := range set {
		names := []string{entry}
		if strings.ContainsAny(entry, "*?") {
			names = c.Expand(entry)
		}
		for _, name := range names {
			a, ok := c.Action(name)
			if !ok {
				out = append(out, name)
				continue
			}
			if wanted[a.Service] == nil {
				wanted[a.Service] = map[string]bool{}
			}
			wanted[a.Service][strings.ToLower(a.Name)] = true
		}
	}
	for prefix, names := range wanted {
		g := globber{cost: len(prefix) + len(`"":,`), words: words}
		for _, a := range c.services[prefix].actions {
			if folded := strings.ToLower(a.Name); names[folded] {
				g.targets = append(g.targets, folded)
				g.spelt = append(g.spelt, a.Name)
			} else {
				g.others = append(g.others, folded)
			}
		}
		for _, glob := range g.cover() {
			out = append(out, prefix+":"+glob)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// globber finds patterns that match all targets and none of the others.
type globber struct {
	targets, spelt []string // folded, and as AWS spells them
	others         []string
	cost           int // characters an entry takes beside its pattern
	words          bool
}

// glob is a candidate: a pattern and the targets it matches, in ascending
// order.
type glob struct {
	text    string
	matches []int
}

// candidates returns, for every target, the name itself and the patterns of
// each form that stay clear of the others and could not be cut shorter. A
// longer pattern of the same form matches fewer names for more characters, so
// none of them is missed.
func (g *globber) candidates() []glob {
	if len(g.others) == 0 && (len(g.targets) > 1 || !g.words) {
		return []glob{g.measure("*", "*")}
	}
	seen := map[string]bool{}
	var out []glob
	add := func(text string) {
		folded := strings.ToLower(text)
		if seen[folded] {
			return
		}
		seen[folded] = true
		if c := g.measure(text, folded); !g.words || len(c.matches) > 1 || !strings.Contains(text, "*") {
			out = append(out, c)
		}
	}
	// The forms with two fixed ends and a middle cost a square of the length in
	// trials each; large services do without them.
	deep := len(g.targets)*len(g.others) <= 20_000
	for i, folded := range g.targets {
		name, cuts := g.spelt[i], g.cuts(g.spelt[i])
		add(name)
		g.windows(folded, "", cuts, func(from, to int) { add("*" + name[from:to] + "*") })
		for at, end := range cuts {
			if g.clear(folded[:end] + "*") {
				add(name[:end] + "*")
				break
			}
			if from := g.shortestTail(folded, end, cuts[at+1:]); from > end {
				add(name[:end] + "*" + name[from:])
			}
			if deep && end > 0 {
				g.windows(folded, folded[:end], cuts[at:], func(from, to int) {
					add(name[:end] + "*" + name[from:to] + "*")
				})
			}
		}
	}
	return out
}

// cuts lists the places where a name may be cut, both ends included.
func (g *globber) cuts(name string) []int {
	var out []int
	for i := range len(name) + 1 {
		if !g.words || i == 0 || i == len(name) || wordStarts(name, i) {
			out = append(out, i)
		}
	}
	return out
}

// wordStarts reports whether a word of a name in camel case begins at i: at a
// capital after a small letter, or at the last capital of several.
func wordStarts(name string, i int) bool {
	upper := func(c byte) bool { return c >= 'A' && c <= 'Z' }
	return upper(name[i]) && (!upper(name[i-1]) || i+1 < len(name) && !upper(name[i+1]))
}

// windows calls found for the minimal substrings between cuts of name such that
// head*substring* is clear of the others. Both ends only ever move right.
func (g *globber) windows(name, head string, cuts []int, found func(from, to int)) {
	for from, to := 0, 1; to < len(cuts); to++ {
		if !g.clear(head + "*" + name[cuts[from]:cuts[to]] + "*") {
			continue
		}
		for from+1 < to && g.clear(head+"*"+name[cuts[from+1]:cuts[to]]+"*") {
			from++
		}
		found(cuts[from], cuts[to])
		from++
	}
}

// shortestTail returns where the shortest tail begins for which head*tail is
// clear of the others; end, the length of the head, if none is.
func (g *globber) shortestTail(name string, end int, cuts []int) int {
	for i := len(cuts) - 2; i >= 0; i-- {
		if g.clear(name[:end] + "*" + name[cuts[i]:]) {
			return cuts[i]
		}
	}
	return end
}

func (g *globber) clear(pattern string) bool {
	for _, other := range g.others {
		if matches(pattern, other) {
			return false
		}
	}
	return true
}
