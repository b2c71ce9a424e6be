package catalogue

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// errFormat is what every fault of the embedded data wraps.
var errFormat = errors.New("catalogue data are malformed")

// decode reads the form that tools/catalogue documents. Strings of the result
// point into the one decompressed text.
func decode(compressed string) (*Catalogue, error) {
	z, err := gzip.NewReader(strings.NewReader(compressed))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errFormat, err)
	}
	var text strings.Builder
	text.Grow(5 * len(compressed))
	if _, err := io.Copy(&text, z); err != nil {
		return nil, fmt.Errorf("%w: %w", errFormat, err)
	}
	head, rest, _ := strings.Cut(text.String(), "\n")
	if head != "catalogue 1" {
		return nil, fmt.Errorf("%w: unknown format %q", errFormat, head)
	}
	d := decoder{c: &Catalogue{services: make(map[string]*service, 512)}}
	for n := 2; rest != ""; n++ {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		if !d.line(line) {
			return nil, fmt.Errorf("%w: line %d", errFormat, n)
		}
	}
	return d.c.sorted(), nil
}

// decoder holds the service being read and its numbered keys.
type decoder struct {
	c    *Catalogue
	s    *service
	keys []string
}

func (d *decoder) line(line string) bool {
	kind, rest, _ := strings.Cut(line, "\t")
	if kind == "S" {
		prefix, flag, _ := strings.Cut(rest, "\t")
		d.s, d.keys = &service{prefix: prefix, rcp: flag == "r"}, nil
		d.c.services[prefix] = d.s
		return prefix != ""
	}
	switch {
	case kind == "source":
		return d.s == nil
	case d.s == nil:
		return false
	case kind == "K":
		d.keys = append(d.keys, rest)
		return true
	case kind == "T":
		name, arn, _ := strings.Cut(rest, "\t")
		d.s.types = append(d.s.types, Resource{Type: name, ARNFormat: arn})
		return true
	case kind == "A":
		return d.action(rest)
	}
	return false
}

func (d *decoder) action(rest string) bool {
	name, rest, _ := strings.Cut(rest, "\t")
	level, rest, _ := strings.Cut(rest, "\t")
	types, rest, _ := strings.Cut(rest, "\t")
	keys, dependents, _ := strings.Cut(rest, "\t")
	if name == "" || len(level) != 1 || Level(level[0]).String() == "unknown" {
		return false
	}
	if n := len(d.s.actions); n > 0 && compareFold(d.s.actions[n-1].Name, name) >= 0 {
		return false // Action searches by halves
	}
	a := Action{Service: d.s.prefix, Name: name, Level: Level(level[0])}
	if dependents != "" {
		a.Dependent = strings.Split(dependents, ",")
	}
	if types != "" {
		a.Resources = make([]Resource, 0, 1+strings.Count(types, ","))
		for t := range strings.SplitSeq(types, ",") {
			t, required := strings.CutSuffix(t, "!")
			i, err := strconv.Atoi(t)
			if err != nil || i < 0 || i >= len(d.s.types) {
				return false
			}
			r := d.s.types[i]
			r.Required = required
			a.Resources = append(a.Resources, r)
		}
	}
	if keys != "" {
		a.Keys = make([]string, 0, 1+strings.Count(keys, ","))
		for k := range strings.SplitSeq(keys, ",") {
			i, err := strconv.Atoi(k)
			if err != nil || i < 0 || i >= len(d.keys) {
				return false
			}
			a.Keys = append(a.Keys, d.keys[i])
		}
	}
	d.s.actions = append(d.s.actions, a)
	d.c.count++
	return true
}
