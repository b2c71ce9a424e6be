package permission

import "github.com/ircontain/ircontain/internal/policy"

// openPolicy is a resource policy that lets a principal, or an account's own
// policies, decide.
func openPolicy(principal string) *policy.Policy {
	b := policy.Builder{Kind: policy.KindResource, Statements: []policy.Statement{{Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"*"},
		Principal: []policy.PrincipalEntry{{Type: "AWS", Values: []string{principal}}}}}}
	doc, err := b.Document()
	if err != nil {
		return nil // an account id, an ARN and "*" are all valid principals
	}
	return doc.Compile()
}

// everything stands in for an SCP that cannot be read.
func everything() *policy.Policy {
	b := policy.Builder{Kind: policy.KindSCP, Statements: []policy.Statement{{Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"*"}}}}
	doc, err := b.Document()
	if err != nil {
		return nil // it is a constant
	}
	return doc.Compile()
}
