package policy

import "fmt"

// Builder makes a document out of Go values, so that no text from outside is
// ever pasted into JSON.
type Builder struct {
	// Kind decides which elements are allowed; the zero value builds an
	// identity policy.
	Kind Kind
	// MaxSize is that of Options.
	MaxSize int
	// Version defaults to Version2012.
	Version string
	ID      string
	// Statements are written in this order.
	Statements []Statement
}

// Add appends a statement and returns the builder.
func (b *Builder) Add(s Statement) *Builder {
	b.Statements = append(b.Statements, s)
	return b
}

// Document writes the compact form and reads it back through the parser, so a
// built document obeys every rule a parsed one does.
func (b *Builder) Document() (*Document, error) {
	draft := &Document{Version: b.Version, ID: b.ID, Statements: b.Statements}
	if draft.Version == "" {
		draft.Version = Version2012
	}
	d, err := ParseWith(draft.JSON(), Options{Kind: b.Kind, MaxSize: b.MaxSize})
	if err != nil {
		return nil, fmt.Errorf("build %s: %w", b.Kind, err)
	}
	return d, nil
}
