package policy

import "strings"

// alwaysMultivalued lists the global keys documented as multi-valued.
func alwaysMultivalued(folded string) bool {
	switch folded {
	case "aws:tagkeys", "aws:calledvia", "aws:principalorgpaths", "aws:resourceorgpaths",
		"aws:sourceorgpaths", "aws:vpceorgpaths", "aws:principalservicenameslist":
		return true
	}
	return false
}

// singleValued lists the global keys documented as single-valued; a tag has one
// value. Of any other key nobody can say who has not seen the request.
// Source: IAM User Guide, "AWS global condition context keys".
func singleValued(folded string) bool {
	if tag, _, ok := strings.Cut(folded, "/"); ok {
		return tag == "aws:principaltag" || tag == "aws:requesttag" || tag == "aws:resourcetag"
	}
	switch folded {
	case "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalisawsservice",
		"aws:principalservicename", "aws:principaltype", "aws:userid", "aws:username",
		"aws:assumedroot", "aws:federatedprovider", "aws:tokenissuetime", "aws:multifactorauthage",
		"aws:multifactorauthpresent", "aws:chatbotsourcearn", "aws:ec2instancesourcevpc",
		"aws:ec2instancesourceprivateipv4", "aws:sourceidentity", "aws:signinsessionarn",
		"aws:sourceip", "aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce", "aws:vpceaccount",
		"aws:vpceorgid", "aws:vpcsourceip", "aws:resourceaccount", "aws:resourceorgid",
		"aws:calledviafirst", "aws:calledvialast", "aws:viaawsservice", "aws:currenttime",
		"aws:epochtime", "aws:referer", "aws:requestedregion", "aws:securetransport",
		"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:useragent":
		return true
	}
	return false
}
