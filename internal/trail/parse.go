package trail

import (
	"encoding/json"
	"errors"
	"hash/crc32"
	"strings"
)

// ErrNotRecord is the reason an item was set aside: valid JSON, but neither a
// CloudTrail record nor a wrapper around one.
var ErrNotRecord = errors.New("not a cloudtrail record")

// ErrInvalidJSON is the reason an item was rejected.
var ErrInvalidJSON = errors.New("invalid json")

// maxDepth is far above what CloudTrail nests and far below what hurts.
const maxDepth = 200

// ParseRecord reads one record. It is tolerant of missing, null and oddly typed
// fields and of lower-cased names, and strict about JSON: raw must be exactly
// one valid object with an eventName and at least one other identifying field.
// RequestParameters and ResponseElements alias raw.
func ParseRecord(raw []byte) (Record, error) {
	if !json.Valid(raw) {
		return Record{}, ErrInvalidJSON
	}
	return parseValid(raw)
}

func parseValid(raw []byte) (Record, error) {
	r := Record{size: len(raw)}
	r.checksum = crc32.Checksum(raw, crc32.MakeTable(crc32.Castagnoli))
	var fold [longestKey]byte
	var eventTime, otherTime string
	var identified bool
	walk := membersOf(raw)
	for {
		key, value, ok := walk.next()
		if !ok {
			break
		}
		switch name := folded(key, &fold); string(name) {
		case "eventtime":
			eventTime = text(value)
		case "@timestamp", "timestamp", "time":
			if otherTime == "" {
				otherTime = text(value)
			}
		case "useridentity":
			identified = true
			r.Identity = parseIdentity(object(value))
		default:
			r.set(string(name), value)
		}
	}
	if r.EventName == "" || (r.EventSource == "" && r.EventID == "" && !identified) {
		return Record{}, ErrNotRecord
	}
	var ok bool
	if r.EventTime, ok = parseTime(eventTime); !ok {
		r.TimeFallback = true
		r.EventTime, _ = parseTime(otherTime)
	}
	r.key = dedupKey(r.EventID, r.RecipientAccountID)
	if r.EventID == "" {
		r.key = dedupKey("", string(raw))
	}
	return r, nil
}

// set stores one top-level field other than time and identity.
func (r *Record) set(name string, value []byte) {
	switch name {
	case "eventversion":
		r.EventVersion = text(value)
	case "eventid":
		r.EventID = text(value)
	case "sharedeventid":
		r.SharedEventID = text(value)
	case "recipientaccountid":
		r.RecipientAccountID = text(value)
	case "eventsource":
		r.EventSource = strings.ToLower(text(value))
	case "eventname":
		r.EventName = text(value)
	case "eventtype":
		r.EventType = text(value)
	case "eventcategory":
		r.EventCategory = text(value)
	case "awsregion":
		r.Region = text(value)
	case "sourceipaddress":
		r.SourceIPAddress = text(value)
	case "useragent":
		r.UserAgent = text(value)
	case "errorcode":
		r.ErrorCode = text(value)
	case "errormessage":
		r.ErrorMessage = text(value)
	case "requestid":
		r.RequestID = text(value)
	case "vpcendpointid":
		r.VPCEndpointID = text(value)
	case "vpcendpointaccountid":
		r.VPCEndpointAccount = text(value)
	case "tlsdetails":
		r.TLS = text(lookup(value, "tlsVersion")) != ""
	case "eventcontext":
		r.Context = object(value)
	case "readonly":
		s := text(value)
		r.ReadOnlyKnown = s != ""
		r.ReadOnly = strings.EqualFold(s, "true")
	case "sessioncredentialfromconsole":
		r.FromConsole = strings.EqualFold(text(value), "true")
	case "requestparameters":
		r.RequestParameters = object(value)
	case "responseelements":
		r.ResponseElements = object(value)
	case "resources":
		r.Resources = parseResources(array(value))
	case "addendum":
		r.Addendum = parseAddendum(object(value))
	}
}

func parseIdentity(raw []byte) Identity {
	var id Identity
	var fold [longestKey]byte
	walk := membersOf(raw)
	for {
		key, value, ok := walk.next()
		if !ok {
			return id
		}
		switch string(folded(key, &fold)) {
		case "type":
			id.Type = text(value)
		case "arn":
			id.ARN = text(value)
		case "accountid":
			id.AccountID = text(value)
		case "principalid":
			id.PrincipalID = text(value)
		case "username":
			id.UserName = text(value)
		case "accesskeyid":
			id.AccessKeyID = text(value)
		case "invokedby":
			id.InvokedBy = text(value)
		case "credentialid":
			id.CredentialID = text(value)
		case "onbehalfof":
			id.OnBehalfOf = text(lookup(value, "userId"))
		case "sessioncontext":
			id.parseSession(object(value))
		}
	}
}

func (id *Identity) parseSession(raw []byte) {
	var fold [longestKey]byte
	walk := membersOf(raw)
	for {
		key, value, ok := walk.next()
		if !ok {
			return
		}
		switch string(folded(key, &fold)) {
		case "sourceidentity":
			id.SourceIdentity = text(value)
		case "ec2roledelivery":
			id.IMDSVersion = text(value)
		case "assumedroot":
			id.AssumedRoot = strings.ToLower(text(value))
		case "webidfederationdata":
			id.WebProvider = text(lookup(value, "federatedProvider"))
		case "attributes":
			id.SessionCreated = text(lookup(value, "creationDate"))
			id.MFA = text(lookup(value, "mfaAuthenticated"))
			if s := text(lookup(value, "sourceIdentity")); s != "" {
				id.SourceIdentity = s
			}
		case "sessionissuer":
			id.Issuer = Issuer{
				Type:        text(lookup(value, "type")),
				ARN:         text(lookup(value, "arn")),
				AccountID:   text(lookup(value, "accountId")),
				PrincipalID: text(lookup(value, "principalId")),
				UserName:    text(lookup(value, "userName")),
			}
		}
	}
}

func parseResources(raw []byte) []Resource {
	var out []Resource
	walk := elementsOf(raw)
	for {
		value, ok := walk.next()
		if !ok || len(out) >= maxResourcesPerCall {
			return out
		}
		res := Resource{
			ARN:       text(lookup(value, "ARN")),
			AccountID: text(lookup(value, "accountId")),
			Type:      text(lookup(value, "type")),
		}
		if res.ARN == "" {
			res.ARN = text(lookup(value, "ARNPrefix"))
			res.Prefix = res.ARN != ""
		}
		out = append(out, res)
	}
}

func parseAddendum(raw []byte) Addendum {
	return Addendum{
		Reason:          text(lookup(raw, "reason")),
		UpdatedFields:   text(lookup(raw, "updatedFields")),
		OriginalEventID: text(lookup(raw, "originalEventID")),
	}
}
