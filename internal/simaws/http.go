package simaws

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
)

// maxBody bounds what the world reads of one request.
const maxBody = 8 << 20

// reply is an answer before it becomes an http.Response or goes to a
// ResponseWriter.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// Do answers an SDK request; World is an aws.HTTPClient.
func (w *World) Do(r *http.Request) (*http.Response, error) {
	return w.do(r, w.o.SourceIP)
}

func (w *World) do(r *http.Request, ip string) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	rep, err := w.answer(r, ip)
	if err != nil {
		return nil, err
	}
	body := rep.body
	if r.Method == http.MethodHead {
		body = nil
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", rep.status, http.StatusText(rep.status)), StatusCode: rep.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: rep.header,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}, nil
}

// ServeHTTP answers on a loopback port. A dropped connection is a dropped
// connection here too.
func (w *World) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	rep, err := w.answer(r, w.o.SourceIP)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	for k, v := range rep.header {
		rw.Header()[k] = v
	}
	rw.WriteHeader(rep.status)
	if r.Method != http.MethodHead {
		_, _ = rw.Write(rep.body)
	}
}

// Origin is the world seen from another network address.
type Origin struct {
	w  *World
	ip string
}

// From returns an aws.HTTPClient whose calls come from ip.
func (w *World) From(ip string) Origin { return Origin{w, ip} }

// Do answers an SDK request that comes from the origin's address.
func (o Origin) Do(r *http.Request) (*http.Response, error) { return o.w.do(r, o.ip) }

// dropped is what a lost connection looks like to the SDK: a retryable network
// error, not an AWS answer.
func dropped() error {
	return &net.OpError{Op: "read", Net: "tcp", Err: fmt.Errorf("connection dropped by fault: %w", syscall.ECONNRESET)}
}

func (w *World) answer(r *http.Request, ip string) (reply, error) {
	var body []byte
	if r.Body != nil {
		var err error
		body, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1))
		_ = r.Body.Close()
		if err != nil {
			return reply{}, fmt.Errorf("read request: %w", err)
		}
		if len(body) > maxBody {
			return reply{}, errors.New("request is larger than the simulated account accepts")
		}
	}
	scope, signed := parseSignature(r.Header.Get("Authorization"))
	d, ok := route(r, scope)
	if !ok {
		host := or(r.Host, r.URL.Host)
		w.o.Log("simulated account: no such service: " + host)
		return w.refuse("cloudtrail", failure(http.StatusBadRequest, "UnknownOperationException",
			"The simulated account has no service at %s.", host)), nil
	}
	name, a, payload, err := parse(r, d, body)
	op := w.ops[d.service+":"+name]
	if op == nil {
		return w.refuse(d.service, w.unknown(d.service, name)), nil
	}
	if err != nil {
		return w.refuse(d.service, failure(http.StatusBadRequest, "SerializationException", "%s", err)), nil
	}
	c := &call{
		w: w, op: op, service: d.service, region: d.region, host: or(r.Host, r.URL.Host), args: a, payload: payload,
		from: network{ip: ip, agent: r.Header.Get("User-Agent")},
	}
	return w.serve(c, r, body, scopeOf{scope, signed})
}

// scopeOf is a parsed signature, if there was one.
type scopeOf struct {
	signature
	present bool
}

func (w *World) serve(c *call, r *http.Request, body []byte, s scopeOf) (reply, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.catchUp()
	fault := w.faultFor(c.op)
	switch fault {
	case FaultDropBefore:
		return reply{}, dropped()
	case FaultStatus500HTML, FaultCapabilityAbsent:
		return htmlReply(fault, c.op), nil
	case FaultThrottle:
		return w.refuse(c.service, throttled(c.service)), nil
	case FaultExpired:
		return w.refuse(c.service, expiredCredential(c.service)), nil
	}
	if err := w.verify(c, r, body, s); err != nil {
		return w.refuse(c.service, err), nil
	}
	out, err := w.perform(c)
	if c.op.write {
		m := MutationRecord{
			Time: w.now, Operation: c.op.service + ":" + c.op.name, RequestID: c.requestID, UserAgent: c.from.agent, Principal: c.who.arn,
		}
		if err != nil {
			m.ErrorCode = err.code
		}
		w.mutations = append(w.mutations, m)
	}
	if fault == FaultDropAfter {
		return reply{}, dropped()
	}
	if err != nil {
		return w.refusal(c.service, c.requestID, err), nil
	}
	return w.success(c, out), nil
}

func (w *World) faultFor(op *operation) Fault {
	if w.o.Fault == nil {
		return FaultNone
	}
	name := op.service + ":" + op.name
	w.requests[name]++
	return w.o.Fault(name, w.requests[name])
}

// verify authenticates the request: key, token, clock, signature. AWS looks the
// key up first, so a dead key is reported as such even when badly signed.
func (w *World) verify(c *call, r *http.Request, body []byte, s scopeOf) *apiError {
	if !s.present {
		e := failure(http.StatusForbidden, "MissingAuthenticationToken", "Request is missing Authentication Token")
		if protocolOf(c.service) == protocolJSON {
			e = failure(http.StatusBadRequest, "MissingAuthenticationTokenException", "Missing Authentication Token")
		}
		e.unauthenticated = true
		return e
	}
	who, err := w.authenticate(s.keyID, c.service)
	if err != nil {
		return err
	}
	token := ""
	if who.session != nil {
		token = w.derive.token(who.key)
	}
	if r.Header.Get("X-Amz-Security-Token") != token {
		return unknownCredential(c.service)
	}
	if err := checkSkew(c.service, r.Header.Get("X-Amz-Date"), w.o.Wall()); err != nil {
		return err
	}
	if s.service != c.service || !verifySignature(r, body, s.signature, w.derive.secret(who.key)) {
		return badSignature(c.service, "The request signature we calculated does not match the signature you provided. "+
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	}
	c.who = who
	return nil
}

// unknown is loud on purpose: an empty success would let a dry run promise
// something the live account will not do.
func (w *World) unknown(service, name string) *apiError {
	w.o.Log("simulated account: unknown operation " + service + ":" + name)
	code := "UnknownOperationException"
	if protocolOf(service) == protocolQuery {
		code = "InvalidAction"
	}
	return failure(http.StatusBadRequest, code, "The simulated account does not know the operation %s:%s.", service, name)
}
