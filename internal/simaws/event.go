package simaws

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// event is a CloudTrail record kept as facts; its JSON is made only when
// somebody reads it, so that months of history cost little.
type event struct {
	at             time.Time
	id, requestID  string
	name, source   string
	region         string
	host           string
	from           network
	readOnly, data bool
	code, message  string
	identity       *identity
	key            string
	input          args
	output         object
	write          bool
	resources      []eventResource
	raw            json.RawMessage // a record of a live account, kept as it came
	username       string
}

// identity is a caller as userIdentity shows it.
type identity struct {
	kind, principalID, arn, account, userName string
	key                                       string
	session                                   *session
	issuerARN, issuerID, issuerName           string
}

func (w *World) identityOf(s *state, p principal) *identity {
	id := &identity{principalID: p.id, arn: p.arn, account: s.account, key: p.key, session: p.session}
	switch {
	case p.session == nil, p.session.kind == userSession:
		id.kind = "IAMUser"
		id.userName = p.arn[strings.LastIndexByte(p.arn, '/')+1:]
	case p.session.kind == federatedSession:
		id.kind = "FederatedUser"
		id.issuerID, id.issuerName = p.session.ownerID, p.session.owner
		if p.user != nil {
			id.issuerARN = s.userARN(p.user)
		}
	default:
		id.kind = "AssumedRole"
		id.issuerID, id.issuerName = p.session.ownerID, p.session.owner
		id.issuerARN = s.arn("iam", "role/"+p.session.owner)
		if p.role != nil {
			id.issuerARN = s.roleARN(p.role)
		}
	}
	return id
}

// record keeps the event of an authenticated call.
func (w *World) record(c *call, out object, err *apiError) {
	e := &event{
		at: w.now, id: c.eventID, requestID: c.requestID, name: c.op.name, source: c.service + ".amazonaws.com",
		region: c.region, host: c.host, from: c.from, readOnly: !c.op.write, data: c.op.data,
		identity: c.who.identity, key: c.who.key, input: c.args, write: c.op.write, resources: c.resources,
	}
	// STS calls are read-only in CloudTrail's eyes although they mint keys.
	if c.service == "sts" {
		e.readOnly = true
	}
	if c.service == "s3" {
		e.from.agent = "[" + e.from.agent + "]"
	}
	if len(e.from.agent) > 1024 {
		e.from.agent = e.from.agent[:1024]
	}
	e.username = e.identity.userName
	if s := e.identity.session; s != nil && s.kind != userSession {
		e.username = s.name
	}
	if err != nil {
		e.code, e.message = err.code, err.message
	} else if c.op.write {
		e.output = out
	}
	w.keep(e)
}

// keep holds events in time order: a snapshot may hold records a little ahead
// of this machine's clock.
func (w *World) keep(e *event) {
	i := len(w.events)
	for i > 0 && w.events[i-1].at.After(e.at) {
		i--
	}
	w.events = slices.Insert(w.events, i, e)
}

// json is the record as CloudTrail delivers it.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
func (e *event) json() json.RawMessage {
	if e.raw != nil {
		return e.raw
	}
	category := "Management"
	if e.data {
		category = "Data"
	}
	m := map[string]any{
		"eventVersion": "1.11", "userIdentity": e.identity.json(), "eventTime": clockText(e.at),
		"eventSource": e.source, "eventName": e.name, "awsRegion": e.region, "sourceIPAddress": e.from.ip, "userAgent": e.from.agent,
		"requestParameters": e.input.logged(), "responseElements": nil,
		"requestID": e.requestID, "eventID": e.id, "readOnly": e.readOnly, "eventType": "AwsApiCall",
		"managementEvent": !e.data, "recipientAccountId": e.identity.account, "eventCategory": category,
		"tlsDetails": map[string]any{
			"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256", "clientProvidedHostHeader": e.host,
		},
	}
	if e.from.endpoint != "" {
		m["vpcEndpointId"], m["vpcEndpointAccountId"] = e.from.endpoint, e.identity.account
	}
	if e.output != nil {
		m["responseElements"] = plain(redact(e.output), lowerCamel, eventTimeText)
	}
	if e.code != "" {
		m["errorCode"], m["errorMessage"] = e.code, e.message
	}
	if len(e.resources) > 0 {
		var rs []any
		for _, r := range e.resources {
			rs = append(rs, map[string]any{"accountId": e.identity.account, "type": r.kind, "ARN": r.arn})
		}
		m["resources"] = rs
	}
	return marshal(m)
}

// redact drops what AWS never logs: secrets handed out in a response.
func redact(v any) any {
	switch v := v.(type) {
	case object:
		out := object{}
		for _, f := range v {
			if !unloggable(f.name) {
				out = append(out, field{f.name, redact(f.value)})
			}
		}
		return out
	case list:
		out := make(list, len(v))
		for i, e := range v {
			out[i] = redact(e)
		}
		return out
	}
	return v
}

func (id *identity) json() map[string]any {
	m := map[string]any{
		"type": id.kind, "principalId": id.principalID, "arn": id.arn, "accountId": id.account, "accessKeyId": id.key,
	}
	if id.userName != "" {
		m["userName"] = id.userName
	}
	if id.session == nil {
		return m
	}
	mfa := "false"
	if id.session.mfa {
		mfa = "true"
	}
	context := map[string]any{
		"attributes": map[string]any{"creationDate": clockText(id.session.issued), "mfaAuthenticated": mfa},
	}
	if id.issuerName != "" {
		kind := "Role"
		if id.session.kind == federatedSession {
			kind = "IAMUser"
		}
		context["sessionIssuer"] = map[string]any{
			"type": kind, "principalId": id.issuerID, "arn": id.issuerARN, "accountId": id.account, "userName": id.issuerName,
		}
	}
	if id.session.sourceIdentity != "" {
		context["sourceIdentity"] = id.session.sourceIdentity
	}
	m["sessionContext"] = context
	return m
}
