package authcontext

import (
	"github.com/ircontain/ircontain/internal/policy"
	"github.com/ircontain/ircontain/internal/trail"
)

// network holds the keys of where a call came from. A service name in place of
// an address says nothing about the network that the first request used.
func network(folded string, c *trail.Call) policy.Value {
	endpoint := c.Client.VPCEndpointID
	kind := trail.KindOfOrigin(c.Client.SourceIPAddress)
	if endpoint == "" && (kind != trail.OriginIP || c.Identity.InvokedBy != "") {
		return policy.UnknownValue()
	}
	switch folded {
	case "aws:sourceip":
		if endpoint != "" {
			return policy.AbsentValue()
		}
		return policy.SingleValue(c.Client.SourceIPAddress)
	case "aws:vpcsourceip":
		switch {
		case endpoint == "":
			return policy.AbsentValue()
		case kind == trail.OriginIP:
			return policy.SingleValue(c.Client.SourceIPAddress)
		}
		return policy.OpaqueValue()
	case "aws:sourcevpce":
		return knownOrAbsent(endpoint)
	case "aws:vpceaccount":
		if endpoint == "" {
			return policy.AbsentValue()
		}
		return known(c.Client.EndpointAccount)
	}
	switch {
	case endpoint == "":
		return policy.AbsentValue()
	case folded == "aws:sourcevpc":
		return policy.OpaqueValue() // DescribeVpcEndpoints would tell
	}
	return policy.UnknownValue() // an endpoint's owner need not be in an organisation
}

// maxAgent is where CloudTrail cuts the user agent.
const maxAgent = 1024

// agent is the user agent, unless it was cut or a service stands in for it.
func agent(c *trail.Client) policy.Value {
	if len(c.UserAgent) >= maxAgent-3 || trail.KindOfOrigin(c.UserAgent) != trail.OriginUnparsed {
		return policy.UnknownValue()
	}
	return known(c.UserAgent)
}

// service holds the keys of calls that services make: for the caller (invokedBy)
// or as themselves (type AWSService).
//
// kms:ViaService is no global key, yet guardrails lean on it: it is there only
// when another service asks KMS for the caller, which invokedBy shows.
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
func service(folded string, c *trail.Call) policy.Value {
	by := c.Identity.InvokedBy
	own := c.Identity.Type == "AWSService"
	hidden := by == "" && trail.KindOfOrigin(c.Client.SourceIPAddress) != trail.OriginIP && c.Client.VPCEndpointID == ""
	switch folded {
	case "aws:viaawsservice":
		return via(own || hidden, by, policy.SingleValue("false"), policy.SingleValue("true"))
	case "aws:calledvialast":
		return via(own || hidden || !chains(by), by, policy.AbsentValue(), policy.SingleValue(by))
	case "aws:calledvia", "aws:calledviafirst":
		return via(own || hidden || !chains(by), by, policy.AbsentValue(), policy.OpaqueValue())
	case "kms:viaservice":
		return via(own || hidden, by, policy.AbsentValue(), policy.OpaqueValue())
	}
	if own || c.Identity.Type == "" {
		if own && folded == "aws:principalisawsservice" {
			return policy.SingleValue("true")
		}
		return policy.UnknownValue()
	}
	if folded == "aws:principalisawsservice" {
		return policy.SingleValue("false")
	}
	return policy.AbsentValue()
}

func via(open bool, by string, direct, forwarded policy.Value) policy.Value {
	switch {
	case open:
		return policy.UnknownValue()
	case by == "":
		return direct
	}
	return forwarded
}

// chains reports whether aws:CalledVia carries a service: only some do, these
// for certain. No service at all is certain too.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-calledvia
func chains(by string) bool {
	switch by {
	case "", "athena.amazonaws.com", "cloudformation.amazonaws.com", "dynamodb.amazonaws.com", "kms.amazonaws.com":
		return true
	}
	return false
}
