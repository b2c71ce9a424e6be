package policy

import "strings"

// arnParts are the six parts of an ARN: arn, partition, service, region,
// account, resource. Only the last may hold further colons.
type arnParts [6]string

// splitARN cuts on the first five colons. The number of parts found is
// returned, since a pattern may have fewer.
func splitARN(text string) (parts arnParts, n int) {
	rest := text
	for n = 0; n < 5; n++ {
		i := strings.IndexByte(rest, ':')
		if i < 0 {
			break
		}
		parts[n], rest = rest[:i], rest[i+1:]
	}
	parts[n] = rest
	return parts, n + 1
}

// resourcePattern is one entry of Resource or NotResource. The parts are
// matched one by one, so a wildcard never crosses a part boundary; variables
// work only in the last part.
type resourcePattern struct {
	text string
	all  bool // a lone "*"
	dead bool // too few parts: matches nothing
	head [5]template
	tail template
}

// compileResource splits a pattern. A pattern of fewer than six parts is
// padded with wildcards if pad is set.
func compileResource(text string, pad, variables bool) resourcePattern {
	p := resourcePattern{text: text, all: text == "*"}
	if p.all {
		return p
	}
	parts, n := splitARN(text)
	if n < 6 {
		if !pad {
			p.dead = true
			return p
		}
		for i := n; i < 6; i++ {
			parts[i] = "*"
		}
	}
	for i := range p.head {
		p.head[i] = compileTemplate(parts[i], templateRules{wildcards: true})
	}
	p.tail = compileTemplate(parts[5], templateRules{wildcards: true, variables: variables})
	return p
}

// matchHead compares the first five parts, in which case does not count.
func (p *resourcePattern) matchHead(parts *arnParts) bool {
	for i := range p.head {
		if !p.head[i].match(parts[i], true) {
			return false
		}
	}
	return true
}

// matchARN compares value and pattern part by part, case-sensitively, as
// ArnEquals and ArnLike do. Variables are expanded first and may supply whole
// ARNs; their values are literal.
func matchARN(t *template, value string, ctx Context) (Tri, []string) {
	parts, n := splitARN(value)
	if n < 6 {
		return False, nil
	}
	if t.matchesEverything() {
		return True, nil
	}
	e := t.expand(ctx)
	switch {
	case e.state == False:
		return False, nil
	case e.state == Unknown && !t.couldBeARN(&e, &parts, value):
		return False, nil
	case e.state == Unknown:
		return Unknown, e.missing
	}
	lists, n := splitTokens(e.tokens)
	if n < 6 {
		return False, nil
	}
	for i := range lists {
		if !matchTokens(lists[i], parts[i], false) {
			return False, nil
		}
	}
	return True, nil
}

// couldBeARN reports whether some value of the unknown variables could make the
// pattern match. A variable may supply several parts, so only the parts before
// the first unknown one have a place; the text behind it must still fit.
func (t *template) couldBeARN(e *expansion, parts *arnParts, value string) bool {
	first := 0
	for t.tokens[first].kind != tokenVariable || e.tokens[first].kind != tokenStar {
		first++
	}
	lists, n := splitTokens(e.tokens[:first])
	for i := range n - 1 {
		if !matchTokens(lists[i], parts[i], false) {
			return false
		}
	}
	return matchTokens(e.tokens, value, false)
}

// splitTokens cuts a token list on the first five colons of its text.
func splitTokens(tokens []token) (lists [6][]token, n int) {
	for _, tok := range tokens {
		for tok.kind == tokenText && n < 5 {
			i := strings.IndexByte(tok.text, ':')
			if i < 0 {
				break
			}
			if i > 0 {
				lists[n] = append(lists[n], token{kind: tokenText, text: tok.text[:i]})
			}
			n++
			tok.text = tok.text[i+1:]
		}
		if tok.kind != tokenText || tok.text != "" {
			lists[n] = append(lists[n], tok)
		}
	}
	return lists, n + 1
}
