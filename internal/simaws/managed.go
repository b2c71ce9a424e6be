package simaws

import "time"

// awsManaged is the handful of AWS managed policies every account has that
// containment work attaches or meets. A snapshot brings any others with it.
func awsManaged() []ManagedPolicy {
	born := time.Date(2015, 2, 6, 18, 39, 46, 0, time.UTC)
	allow := func(actions string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":` + actions + `,"Resource":"*"}]}`
	}
	list := []struct{ name, document string }{
		{"AdministratorAccess", allow(`"*"`)},
		{"AWSDenyAll", `{"Version":"2012-10-17","Statement":[{"Sid":"DenyAll","Effect":"Deny","Action":["*"],"Resource":"*"}]}`},
		{"IAMFullAccess", allow(`["iam:*","organizations:DescribeAccount","organizations:DescribeOrganization",` +
			`"organizations:DescribeOrganizationalUnit","organizations:DescribePolicy","organizations:ListChildren",` +
			`"organizations:ListParents","organizations:ListPoliciesForTarget","organizations:ListRoots","organizations:ListPolicies",` +
			`"organizations:ListTargetsForPolicy"]`)},
		{"IAMReadOnlyAccess", allow(`["iam:GenerateCredentialReport","iam:GenerateServiceLastAccessedDetails","iam:Get*",` +
			`"iam:List*","iam:SimulateCustomPolicy","iam:SimulatePrincipalPolicy"]`)},
	}
	out := make([]ManagedPolicy, len(list))
	for i, p := range list {
		out[i] = ManagedPolicy{
			Name: p.name, Path: "/", ARN: "arn:aws:iam::aws:policy/" + p.name, ID: deriver{}.uniqueID("ANPA", 21, p.name),
			Created: born, Updated: born, Newest: 1,
			Versions: []PolicyVersion{{ID: "v1", Document: p.document, Default: true, Created: born}},
		}
	}
	return out
}

// isAWSManaged tells a policy nobody in the account can change.
func isAWSManaged(arn string) bool {
	const prefix = "arn:aws:iam::aws:policy/"
	return len(arn) > len(prefix) && arn[:len(prefix)] == prefix
}
