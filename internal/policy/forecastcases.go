package policy

import (
	"encoding/json"
	"io"
)

// forecastResult is the line ForecastCases writes for a readable case.
type forecastResult struct {
	SchemaVersion int                 `json:"schema_version"`
	ID            json.RawMessage     `json:"id"`
	Verdict       Verdict             `json:"verdict"`
	DependsOn     []string            `json:"depends_on"`
	Statements    []forecastStatement `json:"statements"`
}

type forecastStatement struct {
	Statement int    `json:"statement"`
	Sid       string `json:"sid"`
	Match     string `json:"match"`
}

// ForecastCases says of recorded calls whether a deny document would have
// stopped them, one JSON case a line in, one result a line out in the same
// order. Unreadable cases are treated as in EvalCases.
func ForecastCases(r io.Reader, w io.Writer) (bad int, err error) {
	return runCases(r, w, func(src []byte, root *node) (any, error) {
		doc, err := object(root, "deny_policy")
		if err != nil {
			return nil, err
		}
		read := caseDocuments{src: src}
		p := read.one(doc, Options{Kind: denyKind(doc)})
		if read.err != nil {
			return nil, read.err
		}
		call, err := object(root, "call")
		if err != nil {
			return nil, err
		}
		request, resources, err := forecastRequest(call)
		if err != nil {
			return nil, err
		}
		return forecastLine(rawID(src, root), ForecastDeny(p, request, resources)), nil
	})
}

// denyKind reads a document that names principals as a resource policy.
func denyKind(doc *node) Kind {
	list := doc.member("Statement")
	if list == nil {
		return KindIdentity
	}
	for _, s := range append([]*node{list}, list.items...) {
		if s.member("Principal") != nil || s.member("NotPrincipal") != nil {
			return KindResource
		}
	}
	return KindIdentity
}

func forecastRequest(n *node) (Request, []string, error) {
	r, err := requestFrom(n)
	if err != nil {
		return r, nil, err
	}
	resources, err := stringList(n, "resources")
	if err != nil {
		return r, nil, err
	}
	known, err := contextValues(n, "known")
	if err != nil {
		return r, nil, err
	}
	absent, err := stringList(n, "absent")
	if err != nil {
		return r, nil, err
	}
	present, err := stringList(n, "present")
	if err != nil {
		return r, nil, err
	}
	r.Context = NewPartialValueContext(known, absent, present)
	return r, resources, nil
}

func forecastLine(id json.RawMessage, f Forecast) forecastResult {
	out := forecastResult{schemaVersion, id, f.Verdict, []string{}, []forecastStatement{}}
	out.DependsOn = append(out.DependsOn, f.DependsOn...)
	for _, s := range f.Statements {
		match := "maybe"
		switch s.Match {
		case True:
			match = "yes"
		case False:
			match = "no"
		}
		out.Statements = append(out.Statements, forecastStatement{s.Index, s.Sid, match})
	}
	return out
}
