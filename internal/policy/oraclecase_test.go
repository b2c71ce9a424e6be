//go:build oracle

package policy

import (
	"encoding/json"
	"slices"
)

// oracleCase is a case of the batch format in a form that can be rewritten.
type oracleCase struct {
	ID       int            `json:"id"`
	Policies oraclePolicies `json:"policies"`
	Request  oracleRequest  `json:"request"`
}

type oraclePolicies struct {
	Identity []oracleDoc   `json:"identity"`
	Resource *oracleDoc    `json:"resource,omitempty"`
	Boundary *oracleDoc    `json:"boundary,omitempty"`
	Session  *oracleDoc    `json:"session,omitempty"`
	SCPs     [][]oracleDoc `json:"scps,omitempty"`
	RCPs     [][]oracleDoc `json:"rcps,omitempty"`
	Endpoint []oracleDoc   `json:"endpoint,omitempty"`
}

type oracleRequest struct {
	Principal    string         `json:"principal"`
	Action       string         `json:"action"`
	Resource     string         `json:"resource"`
	Account      string         `json:"resource_account"`
	WildcardOnly bool           `json:"wildcard_only_action,omitempty"`
	Context      map[string]any `json:"context"`
}

type oracleDoc struct {
	Version   string            `json:"Version,omitempty"`
	Statement []oracleStatement `json:"Statement"`
}

type oracleStatement struct {
	Effect       string                         `json:"Effect"`
	Principal    any                            `json:"Principal,omitempty"`
	NotPrincipal any                            `json:"NotPrincipal,omitempty"`
	Action       []string                       `json:"Action,omitempty"`
	NotAction    []string                       `json:"NotAction,omitempty"`
	Resource     []string                       `json:"Resource,omitempty"`
	NotResource  []string                       `json:"NotResource,omitempty"`
	Condition    map[string]map[string][]string `json:"Condition,omitempty"`
}

func (c oracleCase) line() []byte { return append(mustJSON(c), '\n') }

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// clone is a deep copy, so that a deviation may rewrite it.
func (c oracleCase) clone() oracleCase {
	var out oracleCase
	if err := json.Unmarshal(c.line(), &out); err != nil {
		panic(err)
	}
	return out
}

// documents lists every document of the case.
func (c *oracleCase) documents() (out []*oracleDoc) {
	p := &c.Policies
	for i := range p.Identity {
		out = append(out, &p.Identity[i])
	}
	for _, d := range []*oracleDoc{p.Resource, p.Boundary, p.Session} {
		if d != nil {
			out = append(out, d)
		}
	}
	for _, levels := range [][][]oracleDoc{p.SCPs, p.RCPs, {p.Endpoint}} {
		for _, level := range levels {
			for i := range level {
				out = append(out, &level[i])
			}
		}
	}
	return out
}

// eachCondition visits every operator and key; the function returns the
// operator and operands that stand for it.
func (c *oracleCase) eachCondition(f func(d *oracleDoc, operator, key string, operands []string) (string, []string)) {
	for _, d := range c.documents() {
		for i := range d.Statement {
			s := &d.Statement[i]
			out := map[string]map[string][]string{}
			for operator, keys := range s.Condition {
				for key, operands := range keys {
					o, v := f(d, operator, key, slices.Clone(operands))
					if out[o] == nil {
						out[o] = map[string][]string{}
					}
					if len(v) == 0 {
						key = FoldKey(key) // two of them may come together
					}
					out[o][key] = v
				}
			}
			if s.Condition != nil {
				s.Condition = out
			}
		}
	}
}
