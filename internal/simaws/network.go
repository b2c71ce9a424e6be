package simaws

// network is where a call comes from. A caller behind a VPC endpoint has no
// aws:SourceIp at all, only aws:VpcSourceIp and the endpoint: the trap in every
// deny that tests the address with a negated operator.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip
type network struct {
	ip       string
	vpc      string
	endpoint string
	agent    string
}

// condition answers the network's condition keys.
func (n network) condition(key string) (string, bool) {
	inside := n.endpoint != ""
	switch key {
	case "aws:sourceip":
		return n.ip, !inside
	case "aws:vpcsourceip":
		return n.ip, inside
	case "aws:sourcevpce":
		return n.endpoint, inside
	case "aws:sourcevpc":
		return n.vpc, inside && n.vpc != ""
	case "aws:useragent":
		return n.agent, n.agent != ""
	}
	return "", false
}
