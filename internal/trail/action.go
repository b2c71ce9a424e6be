package trail

import "strings"

// Provenance says how an IAM action was derived from an event.
type Provenance string

// An override is a row of this package's table (an event whose action has
// another name); a rule is the event's own name in a service where names are
// known to agree, or a mechanical change to it; a guess is the event's own name
// in a service nobody checked; none means no permission is involved.
const (
	ProvenanceOverride Provenance = "override"
	ProvenanceRule     Provenance = "rule"
	ProvenanceGuess    Provenance = "guess"
	ProvenanceNone     Provenance = "none"
)

// Action is what IAM authorised. Primary is "" if nothing was.
type Action struct {
	Primary    string
	All        []string // every action the call needs, Primary first
	Provenance Provenance
}

// ActionOf maps an event to IAM actions. Denied calls map like allowed ones:
// the caller tells them apart. iam:PassRole never appears in a log, and must be
// inferred from role parameters by whoever needs it.
func ActionOf(eventSource, eventName string) Action {
	service := ShortSource(eventSource)
	switch service {
	case "signin", "health", "billingconsole", "notifications", "":
		return Action{Provenance: ProvenanceNone}
	}
	if byService(service, eventName) {
		return Action{Provenance: ProvenanceNone}
	}
	if names := overrides(service, eventName); len(names) > 0 {
		return Action{Primary: names[0], All: names, Provenance: ProvenanceOverride}
	}
	prefix, known := iamPrefix(service)
	name := eventName
	if service == "lambda" || service == "cloudfront" {
		name = dropDate(name)
	}
	action := prefix + ":" + name
	provenance := ProvenanceGuess
	if known {
		provenance = ProvenanceRule
	}
	return Action{Primary: action, All: []string{action}, Provenance: provenance}
}

// byService reports events that a service writes about itself: no permission is
// asked for. Found by holding public logs against the list of IAM actions.
func byService(service, event string) bool {
	switch service + ":" + event {
	case "ec2:SharedSnapshotVolumeCreated", "s3:GetStorageLensDashboardDataInternal",
		"secretsmanager:StartSecretVersionDelete", "secretsmanager:EndSecretVersionDelete":
		return true
	}
	return false
}

// overrides lists the events whose action has another name. Sources: the
// service authorization reference; facts gathered from trailscraper's table,
// with its PutBucketReplication row corrected.
func overrides(service, event string) []string {
	switch service {
	case "s3":
		return overridesS3(event)
	case "kms":
		if event == "ReEncrypt" {
			return []string{"kms:ReEncryptFrom", "kms:ReEncryptTo"}
		}
	case "lambda":
		if event == "Invoke" || strings.HasPrefix(event, "Invoke20") {
			return []string{"lambda:InvokeFunction"}
		}
		if event == "UpdateFunctionCode20150331v2" {
			return []string{"lambda:UpdateFunctionCode"}
		}
		if strings.HasPrefix(event, "AddPermission20") {
			return []string{"lambda:AddPermission"}
		}
	case "dynamodb":
		if event == "ExecuteStatement" || event == "BatchExecuteStatement" {
			return []string{"dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete"}
		}
		if event == "TransactWriteItems" {
			return []string{"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"}
		}
		if event == "TransactGetItems" {
			return []string{"dynamodb:GetItem"}
		}
	case "secretsmanager":
		if event == "BatchGetSecretValue" {
			return []string{"secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"}
		}
	case "bedrock":
		switch event {
		case "Converse":
			return []string{"bedrock:InvokeModel"}
		case "ConverseStream", "InvokeModelWithResponseStream":
			return []string{"bedrock:InvokeModelWithResponseStream"}
		}
	case "apigateway":
		return overridesVerb(event)
	}
	return nil
}

// overridesVerb maps API Gateway, whose actions are HTTP verbs.
func overridesVerb(event string) []string {
	for _, row := range [][2]string{
		{"Get", "GET"}, {"Create", "POST"}, {"Import", "POST"}, {"Test", "POST"}, {"Flush", "DELETE"},
		{"Update", "PATCH"}, {"Put", "PUT"}, {"Delete", "DELETE"}, {"Tag", "PUT"}, {"Untag", "DELETE"},
	} {
		if strings.HasPrefix(event, row[0]) {
			return []string{"apigateway:" + row[1]}
		}
	}
	return nil
}

// iamPrefix maps a shortened eventSource to the IAM service prefix, and reports
// whether event names and action names are known to agree there.
func iamPrefix(service string) (prefix string, known bool) {
	switch service {
	case "monitoring":
		return "cloudwatch", true
	case "email":
		return "ses", true
	case "appstream2":
		return "appstream", false
	case "models.lex", "runtime.lex", "models-v2-lex", "runtime-v2-lex":
		return "lex", false
	case "streams.dynamodb":
		return "dynamodb", true
	case "tagging":
		return "tag", true
	case "mturk-requester":
		return "mechanicalturk", false
	case "servicecatalog-appregistry":
		return "servicecatalog", true
	case "application-autoscaling", "autoscaling", "cloudformation", "cloudtrail", "config", "dynamodb", "ec2",
		"ec2-instance-connect", "ecr", "ecs", "eks", "elasticloadbalancing", "events", "guardduty", "iam",
		"inspector2", "kinesis", "kms", "lambda", "logs", "organizations", "rds", "rolesanywhere", "route53", "s3",
		"secretsmanager", "securityhub", "servicequotas", "sns", "sqs", "ssm", "states", "sts", "bedrock",
		"cloudfront", "acm", "athena", "glue", "backup", "access-analyzer", "ses":
		return service, true
	}
	return service, false
}

// dropDate removes the API date Lambda and CloudFront put behind names:
// ListFunctions20150331, UpdateFunctionCode20150331v2, CreateDistribution2020_05_31.
func dropDate(name string) string {
	for _, mark := range []string{"20", "19"} {
		at := strings.Index(name, mark)
		if at <= 0 {
			continue
		}
		rest := strings.ReplaceAll(name[at:], "_", "")
		if len(rest) < 8 || !allDigits(rest[:8]) {
			continue
		}
		if tail := rest[8:]; tail == "" || (tail[0] == 'v' && allDigits(tail[1:])) {
			return name[:at]
		}
	}
	return name
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
