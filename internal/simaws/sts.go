package simaws

import (
	"strconv"
	"strings"
	"time"
)

func stsOperations() []operation {
	return []operation{
		{service: "sts", name: "GetCallerIdentity", free: true, run: getCallerIdentity},
		{service: "sts", name: "GetAccessKeyInfo", target: onAll(""), run: getAccessKeyInfo},
		{service: "sts", name: "AssumeRole", write: true, free: true, run: assumeRole},
		{service: "sts", name: "GetSessionToken", write: true, free: true, run: getSessionToken},
		{service: "sts", name: "GetFederationToken", write: true, free: true, run: getFederationToken},
	}
}

// getCallerIdentity needs no permission and works under deny-all.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func getCallerIdentity(c *call) (object, *apiError) {
	return object{{"UserId", c.who.id}, {"Account", c.read().account}, {"Arn", c.who.arn}}, nil
}

// getAccessKeyInfo knows the keys of this account only.
func getAccessKeyInfo(c *call) (object, *apiError) {
	id := c.args["AccessKeyId"]
	if len(id) < 16 {
		return nil, invalid("1 validation error detected: Value '%s' at 'accessKeyId' failed to satisfy constraint: Member must have length greater than or equal to 16", id)
	}
	_, longTerm := c.read().keys[id]
	if _, temporary := c.w.sessions[id]; !longTerm && !temporary {
		return nil, invalid("Invalid access key")
	}
	return object{{"Account", c.read().account}}, nil
}

// duration reads DurationSeconds within its bounds.
func (c *call) duration(fallback, least, most int) (time.Duration, *apiError) {
	n, err := c.args.number("DurationSeconds", fallback)
	if err != nil {
		return 0, err
	}
	if n < least || n > most {
		return 0, invalid("1 validation error detected: Value '%d' at 'durationSeconds' failed to satisfy constraint: Member must have value between %d and %d", n, least, most)
	}
	return time.Duration(n) * time.Second, nil
}

func assumeRole(c *call) (object, *apiError) {
	arn, name := c.args["RoleArn"], c.args["RoleSessionName"]
	if err := validName("roleSessionName", name, 64); err != nil {
		return nil, err
	}
	if s := c.who.session; s != nil && s.kind == federatedSession {
		return nil, accessDenied("sts", "Cannot call AssumeRole with federated user credentials")
	}
	role := c.w.effective().roleByARN(arn)
	c.resources = []eventResource{{arn, "AWS::IAM::Role", arn}}
	// A role that does not exist and one that does not trust the caller are
	// answered alike.
	if role == nil {
		return nil, accessDenied("sts", "User: %s is not authorized to perform: sts:AssumeRole on resource: %s", c.who.arn, arn)
	}
	if err := c.trusted(role, arn); err != nil {
		return nil, err
	}
	length, err := c.duration(3600, 900, 43200)
	if err != nil {
		return nil, err
	}
	if length > time.Duration(role.MaxSession)*time.Second {
		return nil, invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	chained := c.who.session != nil && c.who.session.kind == roleSession
	if chained && length > time.Hour {
		return nil, invalid("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
	}
	policies, err := c.sessionPolicies()
	if err != nil {
		return nil, err
	}
	source := c.args["SourceIdentity"]
	if s := c.who.session; source == "" && s != nil {
		source = s.sourceIdentity // it survives role chaining
	}
	ses := c.w.mint(session{
		kind: roleSession, arn: roleSessionARN(c.read().account, role.Name, name), owner: role.Name, ownerID: role.ID,
		name: name, policies: policies, tags: c.args.tags(), sourceIdentity: source, issued: c.second(), expires: c.second().Add(length), chained: chained,
	}, c.requestID)
	c.w.used[role.ID] = keyUse{c.w.now, "sts", c.region}
	return object{
		{"Credentials", c.w.credentials(ses)},
		{"AssumedRoleUser", object{{"AssumedRoleId", role.ID + ":" + name}, {"Arn", ses.arn}}},
	}.with("SourceIdentity", source), nil
}

// sessionPolicies are the documents that cap the new session, managed ones
// resolved at the time of the call.
func (c *call) sessionPolicies() ([]string, *apiError) {
	var docs []string
	if text := c.args["Policy"]; text != "" {
		if err := checkSessionPolicy(text); err != nil {
			return nil, err
		}
		docs = append(docs, text)
	}
	for i := 1; ; i++ {
		arn, ok := c.args["PolicyArns.member."+strconv.Itoa(i)+".arn"]
		if !ok {
			return docs, nil
		}
		p, ok := c.read().policies[arn]
		if !ok {
			return nil, noPolicy(arn)
		}
		docs = append(docs, p.document())
	}
}

func (c *call) plainUser(operation string) *apiError {
	if c.who.session != nil {
		return accessDenied("sts", "Cannot call %s with session credentials", operation)
	}
	return nil
}

// getSessionToken gives the user itself for up to 36 hours. No permission is
// needed for it; an explicit deny does stop it.
func getSessionToken(c *call) (object, *apiError) {
	if err := c.plainUser("GetSessionToken"); err != nil {
		return nil, err
	}
	if err := c.notDenied("sts:GetSessionToken", target{resource: "*", shown: c.who.arn, wildcard: true}); err != nil {
		return nil, err
	}
	length, err := c.duration(43200, 900, 129600)
	if err != nil {
		return nil, err
	}
	serial := c.args["SerialNumber"]
	mfa := false
	for _, d := range c.who.user.MFA {
		mfa = mfa || d.Serial == serial && len(c.args["TokenCode"]) == 6
	}
	if serial != "" && !mfa {
		return nil, accessDenied("sts", "MultiFactorAuthentication failed with invalid MFA one time pass code. ")
	}
	ses := c.w.mint(session{
		kind: userSession, arn: c.who.arn, owner: c.who.user.Name, ownerID: c.who.user.ID,
		issued: c.second(), expires: c.second().Add(length), mfa: mfa,
	}, c.requestID)
	return object{{"Credentials", c.w.credentials(ses)}}, nil
}

// getFederationToken gives the intersection of the user's policies and the
// session policy: without a session policy, nothing.
func getFederationToken(c *call) (object, *apiError) {
	if err := c.plainUser("GetFederationToken"); err != nil {
		return nil, err
	}
	name := c.args["Name"]
	if err := validName("name", name, 32); err != nil {
		return nil, err
	}
	arn := c.read().arn("sts", "federated-user/"+name)
	if err := c.authorise("sts:GetFederationToken", target{resource: arn}); err != nil {
		return nil, err
	}
	length, err := c.duration(43200, 900, 129600)
	if err != nil {
		return nil, err
	}
	policies, err := c.sessionPolicies()
	if err != nil {
		return nil, err
	}
	ses := c.w.mint(session{
		kind: federatedSession, arn: arn, owner: c.who.user.Name, ownerID: c.who.user.ID, name: name,
		policies: policies, issued: c.second(), expires: c.second().Add(length),
	}, c.requestID)
	return object{
		{"Credentials", c.w.credentials(ses)},
		{"FederatedUser", object{{"FederatedUserId", c.read().account + ":" + name}, {"Arn", arn}}},
		{"PackedPolicySize", min(100, len(strings.Join(policies, ""))*100/2048)},
	}, nil
}
