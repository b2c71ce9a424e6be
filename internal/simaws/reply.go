package simaws

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// success renders an operation's output in its protocol.
func (w *World) success(c *call, out object) reply {
	rep := reply{status: http.StatusOK, header: w.headers(c.service, c.requestID)}
	switch protocolOf(c.service) {
	case protocolJSON:
		rep.header.Set("Content-Type", "application/x-amz-json-1.1")
		rep.body = marshal(plain(orEmpty(out), func(s string) string { return s }, epochSeconds))
	case protocolS3:
		renderS3(c, out, &rep)
	default:
		var b strings.Builder
		b.WriteString("<" + c.op.name + `Response xmlns="` + namespace(c.service) + `">`)
		if out != nil {
			writeXML(&b, c.op.name+"Result", out)
		}
		writeXML(&b, "ResponseMetadata", object{{"RequestId", c.requestID}})
		b.WriteString("</" + c.op.name + "Response>")
		rep.header.Set("Content-Type", "text/xml")
		rep.body = []byte(b.String())
	}
	return rep
}

// namespace is the XML namespace of a query service.
func namespace(service string) string {
	if service == "sts" {
		return "https://sts.amazonaws.com/doc/2011-06-15/"
	}
	return "https://iam.amazonaws.com/doc/2010-05-08/"
}

func orEmpty(o object) object {
	if o == nil {
		return object{}
	}
	return o
}

// refuse renders an error of a request that never became a call.
func (w *World) refuse(service string, e *apiError) reply {
	return w.refusal(service, w.derive.uuid("refusal", service, e.code, e.message), e)
}

// refusal renders an error in the service's protocol.
func (w *World) refusal(service, requestID string, e *apiError) reply {
	rep := reply{status: e.status, header: w.headers(service, requestID)}
	switch protocolOf(service) {
	case protocolJSON:
		rep.header.Set("Content-Type", "application/x-amz-json-1.1")
		rep.body = marshal(map[string]string{"__type": e.code, "message": e.message})
	case protocolS3:
		var b strings.Builder
		b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
		writeXML(&b, "Error", object{{"Code", e.code}, {"Message", e.message}, {"RequestId", requestID}, {"HostId", hostID(requestID)}})
		rep.header.Set("Content-Type", "application/xml")
		rep.body = []byte(b.String())
	default:
		var b strings.Builder
		kind := "Sender"
		if e.status >= 500 {
			kind = "Receiver"
		}
		b.WriteString(`<ErrorResponse xmlns="` + namespace(service) + `">`)
		writeXML(&b, "Error", object{{"Type", kind}, {"Code", e.code}, {"Message", e.message}})
		writeXML(&b, "RequestId", requestID)
		b.WriteString("</ErrorResponse>")
		rep.header.Set("Content-Type", "text/xml")
		rep.body = []byte(b.String())
	}
	return rep
}

// headers carries the request id where each family puts it. Date is wall time:
// the SDK learns its clock skew from it.
func (w *World) headers(service, requestID string) http.Header {
	h := http.Header{}
	h.Set("Date", w.o.Wall().UTC().Format(http.TimeFormat))
	if service == "s3" {
		h.Set("X-Amz-Request-Id", requestID)
		h.Set("X-Amz-Id-2", hostID(requestID))
		return h
	}
	h.Set("X-Amzn-Requestid", requestID)
	return h
}

func hostID(requestID string) string { return "sim+" + strings.ReplaceAll(requestID, "-", "") }

func throttled(service string) *apiError {
	switch protocolOf(service) {
	case protocolJSON:
		return failure(http.StatusBadRequest, "ThrottlingException", "Rate exceeded")
	case protocolS3:
		return failure(http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.")
	}
	return failure(http.StatusBadRequest, "Throttling", "Rate exceeded")
}

// htmlReply is an answer from something that is not AWS: a proxy, or an
// emulator without the operation.
func htmlReply(f Fault, op *operation) reply {
	text := "<h1>Internal Server Error</h1>"
	if f == FaultCapabilityAbsent {
		text = "<h1>NotImplementedError</h1><p>The " + op.name + " action has not been implemented</p>"
	}
	return reply{
		status: http.StatusInternalServerError,
		header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		body:   []byte("<!doctype html><html><body>" + text + "</body></html>"),
	}
}

func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		// Only strings, numbers, booleans, maps and slices get here.
		panic("simaws: render response: " + err.Error())
	}
	return b
}

// clockText is a time as CloudTrail's eventTime writes it.
func clockText(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
