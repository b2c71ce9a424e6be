package trail

import (
	"cmp"
	"slices"
	"strings"
)

// resourcesOf names what a call touched: resources[] when CloudTrail filled it
// (mostly data events, KMS, STS), else what requestParameters name. Most calls
// have no resources[]. Names without an ARN form come out as "parameter/value".
func resourcesOf(r *Record) []string {
	var out []string
	add := func(name string) {
		if name != "" && len(out) < maxResourcesPerCall && !slices.Contains(out, name) {
			out = append(out, clip(name, 2048))
		}
	}
	for _, res := range r.Resources {
		if res.Prefix && !strings.HasSuffix(res.ARN, "*") {
			add(res.ARN + "*")
			continue
		}
		add(res.ARN)
	}
	if len(out) > 0 || r.RequestParameters == nil {
		return out
	}
	b := arnBuilder{partition: partitionOf(r.Region), region: r.Region,
		account: cmp.Or(r.RecipientAccountID, r.Identity.AccountID)}
	service := ShortSource(r.EventSource)
	var fold [longestKey]byte
	walk := membersOf(r.RequestParameters)
	for {
		key, value, ok := walk.next()
		if !ok {
			break
		}
		name := string(folded(key, &fold))
		if service == "s3" && name == "bucketname" {
			add(s3Resource(r, b, text(value)))
			continue
		}
		for _, v := range identifiersIn(name, value) {
			add(b.arn(service, name, v))
		}
	}
	return out
}

func s3Resource(r *Record, b arnBuilder, bucket string) string {
	arn := "arn:" + b.partition + ":s3:::" + bucket
	if key := r.RequestText("key"); key != "" && bucket != "" {
		return arn + "/" + key
	}
	return arn
}

// identifiersIn lists the scalar identifiers in one request parameter,
// including EC2's {"items":[{"instanceId":"i-..."}]} and plain string lists.
func identifiersIn(name string, value []byte) []string {
	if len(value) == 0 {
		return nil
	}
	switch value[0] {
	case '"':
		return []string{unquote(value)}
	case '[':
		return stringsIn(value)
	case '{':
		if !strings.HasSuffix(name, "set") {
			return nil
		}
		var out []string
		walk := elementsOf(lookup(value, "items"))
		for {
			entry, ok := walk.next()
			if !ok || len(out) >= maxResourcesPerCall {
				return out
			}
			fields := membersOf(entry)
			if _, v, ok := fields.next(); ok {
				out = append(out, text(v))
			}
		}
	}
	return nil
}

func stringsIn(value []byte) []string {
	var out []string
	walk := elementsOf(value)
	for {
		v, ok := walk.next()
		if !ok || len(out) >= maxResourcesPerCall {
			return out
		}
		if v[0] == '"' {
			out = append(out, unquote(v))
		}
	}
}

// arnBuilder forms ARNs of the account and region a call was logged in.
type arnBuilder struct{ partition, region, account string }

func (b arnBuilder) regional(service, rest string) string {
	return "arn:" + b.partition + ":" + service + ":" + b.region + ":" + b.account + ":" + rest
}

func (b arnBuilder) global(service, rest string) string {
	return "arn:" + b.partition + ":" + service + "::" + b.account + ":" + rest
}

// arn turns one request parameter into an ARN, or "" if it names no resource.
func (b arnBuilder) arn(service, parameter, value string) string {
	if value == "" || strings.HasPrefix(value, "HIDDEN_DUE_TO_SECURITY") {
		return ""
	}
	if strings.HasPrefix(value, "arn:") {
		return value
	}
	if service == "iam" || service == "sts" {
		return b.identityARN(parameter, value)
	}
	if service == "ec2" {
		return b.computeARN(value)
	}
	switch service + " " + parameter {
	case "secretsmanager secretid", "secretsmanager secretidlist", "secretsmanager name":
		return b.regional("secretsmanager", "secret:"+value)
	case "lambda functionname":
		return b.regional("lambda", "function:"+value)
	case "lambda layername":
		return b.regional("lambda", "layer:"+value)
	case "kms keyid":
		if strings.HasPrefix(value, "alias/") {
			return b.regional("kms", value)
		}
		return b.regional("kms", "key/"+value)
	case "dynamodb tablename":
		return b.regional("dynamodb", "table/"+value)
	case "ssm name", "ssm names":
		return b.regional("ssm", "parameter/"+strings.TrimPrefix(value, "/"))
	case "ssm target", "ssm instanceid", "ssm instanceids", "ec2-instance-connect instanceid":
		return b.regional("ec2", "instance/"+value)
	case "rds dbinstanceidentifier":
		return b.regional("rds", "db:"+value)
	case "rds dbsnapshotidentifier":
		return b.regional("rds", "snapshot:"+value)
	case "rds dbclusteridentifier":
		return b.regional("rds", "cluster:"+value)
	case "cloudtrail name", "cloudtrail trailname", "cloudtrail trailnamelist":
		return b.regional("cloudtrail", "trail/"+value)
	case "sqs queueurl":
		return b.queueARN(value)
	case "sqs queuename":
		return b.regional("sqs", value)
	case "sns name":
		return b.regional("sns", value)
	case "logs loggroupname":
		return b.regional("logs", "log-group:"+value)
	case "kinesis streamname":
		return b.regional("kinesis", "stream/"+value)
	case "ecr repositoryname":
		return b.regional("ecr", "repository/"+value)
	case "cloudformation stackname":
		return b.regional("cloudformation", "stack/"+value)
	case "ecs cluster":
		return b.regional("ecs", "cluster/"+value)
	case "eks name":
		return b.regional("eks", "cluster/"+value)
	case "bedrock modelid":
		return "arn:" + b.partition + ":bedrock:" + b.region + "::foundation-model/" + value
	}
	return ""
}

func (b arnBuilder) identityARN(parameter, value string) string {
	switch parameter {
	case "username":
		return b.global("iam", "user/"+value)
	case "rolename":
		return b.global("iam", "role/"+value)
	case "groupname":
		return b.global("iam", "group/"+value)
	case "instanceprofilename":
		return b.global("iam", "instance-profile/"+value)
	}
	return ""
}

// computeARN names EC2 resources by the prefix of their id, which says more
// than the parameter does.
func (b arnBuilder) computeARN(value string) string {
	prefix, rest, found := strings.Cut(value, "-")
	if !found || rest == "" {
		return ""
	}
	kinds := map[string]string{
		"i": "instance", "vol": "volume", "snap": "snapshot", "ami": "image", "sg": "security-group",
		"subnet": "subnet", "vpc": "vpc", "eni": "network-interface", "rtb": "route-table",
		"igw": "internet-gateway", "nat": "natgateway", "acl": "network-acl", "fl": "vpc-flow-log",
		"eipalloc": "elastic-ip", "vpce": "vpc-endpoint", "key": "key-pair", "lt": "launch-template",
	}
	kind, ok := kinds[prefix]
	if !ok || !looksHex(rest) {
		return ""
	}
	if kind == "image" || kind == "snapshot" {
		return "arn:" + b.partition + ":ec2:" + b.region + "::" + kind + "/" + value
	}
	return b.regional("ec2", kind+"/"+value)
}

// queueARN reads https://sqs.REGION.amazonaws.com/ACCOUNT/NAME.
func (b arnBuilder) queueARN(url string) string {
	parts := strings.Split(url, "/")
	if len(parts) < 5 {
		return ""
	}
	return "arn:" + b.partition + ":sqs:" + b.region + ":" + parts[3] + ":" + parts[4]
}
