package simaws

import (
	"strconv"
	"strings"
)

func secretOperations() []operation {
	return []operation{
		{service: "secretsmanager", name: "ListSecrets", target: onAll(""), run: listSecrets},
		{service: "secretsmanager", name: "GetSecretValue", target: onSecret, run: getSecretValue},
		{service: "secretsmanager", name: "DescribeSecret", target: onSecret, run: describeSecret},
	}
}

// secret finds a secret of the call's region by name, ARN or ARN without the
// random suffix.
func (c *call) secret() *Secret {
	id := c.args["SecretId"]
	for _, x := range sorted(c.read().secrets) {
		if x.Region == c.region && (x.ARN == id || x.Name == id || strings.HasPrefix(x.ARN, id+"-") && len(x.ARN) == len(id)+7) {
			return x
		}
	}
	return nil
}

// onSecret asks about the real ARN when the secret exists, and about the name
// as given when it does not: AWS refuses before it says there is no such thing.
func onSecret(c *call) (target, *apiError) {
	id := c.args["SecretId"]
	if x := c.secret(); x != nil {
		t := target{resource: x.ARN, shown: id, policy: x.Policy, context: conditions{"secretsmanager:secretid": {x.ARN}}}
		for k, v := range x.Tags {
			t.context["aws:resourcetag/"+strings.ToLower(k)] = []string{v}
			t.context["secretsmanager:resourcetag/"+strings.ToLower(k)] = []string{v}
		}
		return t, nil
	}
	if strings.HasPrefix(id, "arn:") {
		return target{resource: id}, nil
	}
	return target{resource: "arn:aws:secretsmanager:" + c.region + ":" + c.read().account + ":secret:" + id, shown: id}, nil
}

func (c *call) existingSecret() (*Secret, *apiError) {
	if x := c.secret(); x != nil {
		return x, nil
	}
	return nil, failure(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}

func (c *call) secretVersion(x *Secret) string { return c.w.derive.uuid("secret version", x.ARN) }

func secretTags(x *Secret) list { return tagList(x.Tags) }

func listSecrets(c *call) (object, *apiError) {
	var here []*Secret
	for _, x := range sorted(c.read().secrets) {
		if x.Region == c.region {
			here = append(here, x)
		}
	}
	size, err := c.args.number("MaxResults", 100)
	if err != nil || size < 1 || size > 100 {
		return nil, failure(400, "InvalidParameterException", "MaxResults must be between 1 and 100.")
	}
	from := 0
	if t := c.args["NextToken"]; t != "" {
		n, bad := strconv.Atoi(trimMarker(t))
		if bad != nil || n < 0 || n > len(here) {
			return nil, failure(400, "InvalidNextTokenException", "Invalid token.")
		}
		from = n
	}
	to := min(len(here), from+size)
	out := list{}
	for _, x := range here[from:to] {
		out = append(out, object{
			{"ARN", x.ARN}, {"Name", x.Name}, {"Description", x.Description}, {"CreatedDate", x.Created}, {"LastChangedDate", x.Created},
			{"Tags", secretTags(x)}, {"SecretVersionsToStages", object{{c.secretVersion(x), list{"AWSCURRENT"}}}},
		})
	}
	o := object{{"SecretList", out}}
	if to < len(here) {
		o = o.with("NextToken", markerPrefix+strconv.Itoa(to))
	}
	return o, nil
}

func getSecretValue(c *call) (object, *apiError) {
	x, err := c.existingSecret()
	if err != nil {
		return nil, err
	}
	return object{
		{"ARN", x.ARN}, {"Name", x.Name}, {"VersionId", c.secretVersion(x)}, {"SecretString", x.Value},
		{"VersionStages", list{"AWSCURRENT"}}, {"CreatedDate", x.Created},
	}, nil
}

func describeSecret(c *call) (object, *apiError) {
	x, err := c.existingSecret()
	if err != nil {
		return nil, err
	}
	return object{
		{"ARN", x.ARN}, {"Name", x.Name}, {"Description", x.Description}, {"CreatedDate", x.Created}, {"LastChangedDate", x.Created},
		{"Tags", secretTags(x)}, {"VersionIdsToStages", object{{c.secretVersion(x), list{"AWSCURRENT"}}}},
	}, nil
}
