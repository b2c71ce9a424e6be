package simaws

// eventResource is an entry of a record's resources, and one of the resources
// event history can be searched by.
type eventResource struct{ arn, kind, name string }

// searchable is what LookupEvents lists as a call's resources: those of the
// record, and the entities its input and output name. It is more than the
// record itself has, as in AWS.
func (e *event) searchable() []eventResource {
	out := e.resources
	add := func(kind, name string) {
		if name != "" {
			out = append(out[:len(out):len(out)], eventResource{kind: kind, name: name})
		}
	}
	for _, m := range []struct{ member, kind string }{
		{"UserName", "AWS::IAM::User"}, {"AccessKeyId", "AWS::IAM::AccessKey"}, {"GroupName", "AWS::IAM::Group"},
		{"RoleName", "AWS::IAM::Role"}, {"PolicyArn", "AWS::IAM::Policy"}, {"PolicyName", "AWS::IAM::Policy"},
		{"SecretId", "AWS::SecretsManager::Secret"},
	} {
		add(m.kind, e.input[m.member])
	}
	add("AWS::IAM::AccessKey", e.output.str("AccessKey", "AccessKeyId"))
	add("AWS::IAM::AccessKey", e.output.str("Credentials", "AccessKeyId"))
	add("AWS::STS::AssumedRole", e.output.str("AssumedRoleUser", "AssumedRoleId"))
	add("AWS::STS::AssumedRole", e.output.str("AssumedRoleUser", "Arn"))
	add("AWS::STS::FederatedUser", e.output.str("FederatedUser", "Arn"))
	return out
}
