package policy

import "strings"

// tokenKind is one element of a compiled pattern.
type tokenKind int8

const (
	tokenText tokenKind = iota
	tokenStar
	tokenQuestion
	tokenVariable
)

type token struct {
	kind tokenKind
	text string // literal text, or default of a variable
	key  string // variable: key as written
	fold string // variable: folded key
	dflt bool   // variable: has a default

	tight bool // variable: no space before the default
}

// template is a compiled pattern: literal text, wildcards and policy
// variables. Patterns are split once at compile time; matching walks tokens.
type template struct {
	tokens []token
	vars   bool
	shape  shape
	text   string // of a literal or prefix shape
}

// shape singles out the patterns that need no walk. Most patterns in real
// documents have one.
type shape int8

const (
	shapeGeneral shape = iota
	shapeLiteral       // text, possibly empty
	shapePrefix        // text and a star
	shapeSuffix        // a star and text
	shapeAny           // a star
)

func shapeOf(tokens []token) (shape, string) {
	switch {
	case len(tokens) == 0:
		return shapeLiteral, ""
	case len(tokens) == 1 && tokens[0].kind == tokenText:
		return shapeLiteral, tokens[0].text
	case len(tokens) == 1 && tokens[0].kind == tokenStar:
		return shapeAny, ""
	case len(tokens) == 2 && tokens[0].kind == tokenText && tokens[1].kind == tokenStar:
		return shapePrefix, tokens[0].text
	case len(tokens) == 2 && tokens[0].kind == tokenStar && tokens[1].kind == tokenText:
		return shapeSuffix, tokens[1].text
	}
	return shapeGeneral, ""
}

// match runs a pattern without variables against a value.
func (t *template) match(value string, fold bool) bool {
	switch t.shape {
	case shapeLiteral:
		if fold {
			return equalFold(t.text, value)
		}
		return t.text == value
	case shapePrefix:
		return hasPrefix(value, t.text, fold)
	case shapeSuffix:
		return len(value) >= len(t.text) && hasPrefix(value[len(value)-len(t.text):], t.text, fold)
	case shapeAny:
		return true
	}
	return matchTokens(t.tokens, value, fold)
}

// templateRules says what is special in a text.
type templateRules struct{ wildcards, variables bool }

// compileTemplate splits text. An opening "${" that does not form a variable
// stays literal, as IAM leaves it.
func compileTemplate(text string, rules templateRules) template {
	var t template
	var lit strings.Builder
	flush := func() {
		if lit.Len() > 0 {
			t.tokens = append(t.tokens, token{kind: tokenText, text: lit.String()})
			lit.Reset()
		}
	}
	for i := 0; i < len(text); {
		if rules.variables && strings.HasPrefix(text[i:], "${") {
			if tok, size, ok := parseVariable(text[i:]); ok {
				if tok.kind == tokenText {
					lit.WriteString(tok.text)
				} else {
					flush()
					t.tokens = append(t.tokens, tok)
					t.vars = true
				}
				i += size
				continue
			}
		}
		c := text[i]
		switch {
		case rules.wildcards && c == '*':
			flush()
			t.tokens = append(t.tokens, token{kind: tokenStar})
		case rules.wildcards && c == '?':
			flush()
			t.tokens = append(t.tokens, token{kind: tokenQuestion})
		default:
			lit.WriteByte(c)
		}
		i++
	}
	flush()
	t.shape, t.text = shapeOf(t.tokens)
	return t
}

// parseVariable reads "${key}", "${key, 'default'}" or one of the escapes
// "${*}", "${?}" and "${$}" at the start of s and says how long it is.
func parseVariable(s string) (token, int, bool) {
	end := strings.IndexByte(s, '}')
	if end < 0 {
		return token{}, 0, false
	}
	body := s[2:end]
	switch body {
	case "*", "?", "$":
		return token{kind: tokenText, text: body}, end + 1, true
	}
	key, rest, comma := strings.Cut(body, ",")
	if !comma {
		if key == "" {
			return token{}, 0, false
		}
		return token{kind: tokenVariable, key: key, fold: FoldKey(key)}, end + 1, true
	}
	// The default stands in single quotes and may itself hold a brace.
	open := len("${") + len(key) + 1 + len(rest) - len(strings.TrimLeft(rest, " "))
	if key == "" || open >= len(s) || s[open] != '\'' {
		return token{}, 0, false
	}
	closing := strings.IndexByte(s[open+1:], '\'')
	if closing < 0 {
		return token{}, 0, false
	}
	tail := open + 1 + closing + 1
	trimmed := strings.TrimLeft(s[tail:], " ")
	if !strings.HasPrefix(trimmed, "}") {
		return token{}, 0, false
	}
	key = strings.TrimRight(key, " ")
	return token{kind: tokenVariable, key: key, fold: FoldKey(key), dflt: true,
		tight: !strings.HasPrefix(rest, " "), text: s[open+1 : open+1+closing]}, len(s) - len(trimmed) + 1, true
}

// matchesEverything: no value can fail it.
func (t *template) matchesEverything() bool {
	for _, tok := range t.tokens {
		if tok.kind != tokenStar {
			return false
		}
	}
	return len(t.tokens) > 0
}

// expansion is a template after its variables took their values.
type expansion struct {
	tokens  []token
	state   Tri      // False: a variable has no value; Unknown: not known
	missing []string // keys that are unknown
}

// expand replaces variables by their values, which are literal text: a star
// inside a value is no wildcard. A key without a value, or with several, makes
// the whole pattern match nothing. An unknown variable is left as a star, so
// that the caller can still find that nothing could match.
func (t *template) expand(ctx Context) expansion {
	if !t.vars {
		return expansion{tokens: t.tokens, state: True}
	}
	e := expansion{tokens: make([]token, 0, len(t.tokens)), state: True}
	for _, tok := range t.tokens {
		if tok.kind != tokenVariable {
			e.tokens = append(e.tokens, tok)
			continue
		}
		v := ctx.Get(tok.fold)
		switch {
		case v.state == stateKnown && !v.multi:
			e.tokens = append(e.tokens, token{kind: tokenText, text: v.values[0]})
		case v.state == stateAbsent && tok.dflt:
			e.tokens = append(e.tokens, token{kind: tokenText, text: tok.text})
		case v.state == stateAbsent || v.state == stateKnown:
			return expansion{state: False}
		default:
			e.state = Unknown
			e.missing = append(e.missing, tok.key)
			e.tokens = append(e.tokens, token{kind: tokenStar})
		}
	}
	return e
}

// matches runs the pattern against a value.
func (t *template) matches(value string, fold bool, ctx Context) (Tri, []string) {
	if !t.vars {
		return TriOf(t.match(value, fold)), nil
	}
	if first := &t.tokens[0]; first.kind == tokenText && !hasPrefix(value, first.text, fold) {
		return False, nil // whatever the variables hold
	}
	e := t.expand(ctx)
	if e.state == False || !matchTokens(e.tokens, value, fold) {
		return False, nil
	}
	return e.state, e.missing
}
