package simaws

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	signingAlgorithm = "AWS4-HMAC-SHA256"
	amzDateLayout    = "20060102T150405Z"
	unsignedPayload  = "UNSIGNED-PAYLOAD"
	// unsignedTrailer is what the SDK sends for S3 uploads over TLS: chunks
	// that are not signed, a checksum in the trailer.
	unsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
)

// signature is a parsed Signature Version 4 Authorization header.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
type signature struct {
	keyID, date, region, service string
	signedHeaders                []string
	value                        string
}

// parseSignature reads the Authorization header; ok is false when there is none
// in this form.
func parseSignature(h string) (s signature, ok bool) {
	rest, found := strings.CutPrefix(h, signingAlgorithm)
	if !found {
		return s, false
	}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Credential":
			scope := strings.Split(value, "/")
			if len(scope) != 5 || scope[4] != "aws4_request" {
				return s, false
			}
			s.keyID, s.date, s.region, s.service = scope[0], scope[1], scope[2], scope[3]
		case "SignedHeaders":
			s.signedHeaders = strings.Split(value, ";")
		case "Signature":
			s.value = value
		}
	}
	return s, s.keyID != "" && s.value != "" && len(s.signedHeaders) > 0
}

// verifySignature recomputes the signature over the request as it arrived.
func verifySignature(r *http.Request, body []byte, s signature, secret string) bool {
	stamp := r.Header.Get("X-Amz-Date")
	if len(stamp) < 8 || stamp[:8] != s.date || !slices.Contains(s.signedHeaders, "host") {
		return false
	}
	hash := r.Header.Get("X-Amz-Content-Sha256")
	sum := sha256.Sum256(body)
	switch actual := hex.EncodeToString(sum[:]); hash {
	case "":
		hash = actual
	case unsignedPayload, unsignedTrailer:
		// Allowed over TLS for S3 only; elsewhere the payload is always signed.
		if s.service != "s3" {
			return false
		}
	default:
		if hash != actual {
			return false
		}
	}
	canonical := strings.Join([]string{
		r.Method, canonicalPath(r.URL, s.service), canonicalQuery(r.URL.Query()),
		canonicalHeaders(r, s.signedHeaders), strings.Join(s.signedHeaders, ";"), hash,
	}, "\n")
	digest := sha256.Sum256([]byte(canonical))
	scope := strings.Join([]string{s.date, s.region, s.service, "aws4_request"}, "/")
	toSign := strings.Join([]string{signingAlgorithm, stamp, scope, hex.EncodeToString(digest[:])}, "\n")
	key := []byte("AWS4" + secret)
	for _, part := range []string{s.date, s.region, s.service, "aws4_request"} {
		key = sign(key, part)
	}
	return hmac.Equal([]byte(hex.EncodeToString(sign(key, toSign))), []byte(s.value))
}

func sign(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}

// canonicalPath escapes the path once more for every service but S3.
func canonicalPath(u *url.URL, service string) string {
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if service == "s3" {
		return path
	}
	return escape(path, true)
}

func canonicalQuery(q url.Values) string {
	var pairs []string
	for k, vs := range q {
		for _, v := range vs {
			pairs = append(pairs, escape(k, false)+"="+escape(v, false))
		}
	}
	slices.Sort(pairs)
	return strings.Join(pairs, "&")
}

func canonicalHeaders(r *http.Request, names []string) string {
	var b strings.Builder
	for _, name := range names {
		var value string
		switch name {
		case "host":
			value = or(r.Host, r.URL.Host)
		case "content-length":
			value = strconv.FormatInt(r.ContentLength, 10)
		default:
			values := slices.Clone(r.Header.Values(name))
			for i, v := range values {
				values[i] = strings.Join(strings.Fields(v), " ")
			}
			value = strings.Join(values, ",")
		}
		b.WriteString(name + ":" + value + "\n")
	}
	return b.String()
}

// escape is AWS's percent-encoding: everything but the RFC 3986 unreserved
// characters, and "/" in paths.
func escape(s string, keepSlash bool) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', strings.IndexByte("-_.~", c) >= 0,
			c == '/' && keepSlash:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
	return b.String()
}

// checkSkew refuses requests signed too long ago or ahead of wall time: five
// minutes, fifteen for S3.
func checkSkew(service, stamp string, wall time.Time) *apiError {
	at, err := time.Parse(amzDateLayout, stamp)
	if err != nil {
		return badSignature(service, "Date must be in ISO-8601 'basic format'. Got '%s'.", stamp)
	}
	limit, skew := 5*time.Minute, wall.Sub(at)
	if service == "s3" {
		limit = 15 * time.Minute
	}
	if skew.Abs() <= limit {
		return nil
	}
	now := wall.UTC().Format(amzDateLayout)
	switch {
	case service == "s3":
		e := failure(http.StatusForbidden, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")
		e.unauthenticated = true
		return e
	case skew > 0:
		return badSignature(service, "Signature expired: %s is now earlier than %s (%s - 5 min.)",
			stamp, wall.UTC().Add(-limit).Format(amzDateLayout), now)
	}
	return badSignature(service, "Signature not yet current: %s is still later than %s (%s + 5 min.)",
		stamp, wall.UTC().Add(limit).Format(amzDateLayout), now)
}
