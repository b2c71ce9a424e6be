package simaws

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// protocol is a family of AWS wire formats.
type protocol int

const (
	protocolQuery protocol = iota // form in, XML out: IAM, STS
	protocolJSON                  // JSON 1.1: CloudTrail, Secrets Manager
	protocolS3                    // REST and XML
)

func protocolOf(service string) protocol {
	switch service {
	case "cloudtrail", "secretsmanager":
		return protocolJSON
	case "s3":
		return protocolS3
	}
	return protocolQuery
}

// destination is which service of which region a request is for, and, for S3's
// virtual-host style, which bucket.
type destination struct{ service, region, bucket string }

// route reads the destination off the host; on a loopback port, where the host
// says nothing, off the credential scope.
func route(r *http.Request, scope signature) (destination, bool) {
	host := strings.ToLower(or(r.Host, r.URL.Host))
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	name, ok := strings.CutSuffix(host, ".amazonaws.com")
	if !ok {
		d := destination{service: scope.service, region: scope.region}
		if d.service == "iam" {
			d.region = "us-east-1" // the one region IAM is in, whatever the client signs for
		}
		return d, known(d.service)
	}
	labels := strings.Split(name, ".")
	for i, l := range labels {
		if !known(l) || (i > 0 && l != "s3") {
			continue
		}
		d := destination{service: l, region: "us-east-1", bucket: strings.Join(labels[:i], ".")}
		if rest := labels[i+1:]; len(rest) > 0 {
			d.region = rest[len(rest)-1]
		}
		return d, true
	}
	return destination{}, false
}

func known(service string) bool {
	switch service {
	case "iam", "sts", "cloudtrail", "secretsmanager", "s3":
		return true
	}
	return false
}

// parse reads the operation and its input. The operation's name is returned
// even when its input is broken, so that errors can name it.
func parse(r *http.Request, d destination, body []byte) (name string, a args, payload []byte, err error) {
	switch protocolOf(d.service) {
	case protocolJSON:
		// The last dot: the stock CLI sends CloudTrail's target with the Java
		// package in front, the SDKs send the class alone.
		target := r.Header.Get("X-Amz-Target")
		name = target[strings.LastIndex(target, ".")+1:]
		a, err = parseJSON(body)
		return name, a, nil, err
	case protocolS3:
		return parseS3(r, d, body)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return "", nil, nil, fmt.Errorf("read form: %w", err)
	}
	a = args{}
	for k, v := range form {
		if k == "Action" {
			name = v[0]
		} else if k != "Version" {
			a[k] = v[0]
		}
	}
	return name, a, nil, nil
}

func parseJSON(body []byte) (args, error) {
	a := args{}
	if len(bytes.TrimSpace(body)) == 0 {
		return a, nil
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v map[string]any
	if err := dec.Decode(&v); err != nil {
		return nil, fmt.Errorf("read json: %w", err)
	}
	flatten(a, "", v)
	return a, nil
}

// parseS3 maps method, path and query to the few operations workloads need.
func parseS3(r *http.Request, d destination, body []byte) (string, args, []byte, error) {
	path := strings.TrimPrefix(r.URL.Path, "/")
	bucket, key := d.bucket, path
	if bucket == "" {
		bucket, key, _ = strings.Cut(path, "/")
	}
	a := args{}
	if bucket == "" {
		if r.Method == http.MethodGet {
			return "ListBuckets", a, nil, nil
		}
		return r.Method + " service", a, nil, nil
	}
	a["BucketName"] = bucket
	if key == "" {
		switch {
		case r.Method == http.MethodHead:
			return "HeadBucket", a, nil, nil
		case r.Method == http.MethodGet && r.URL.Query().Get("list-type") == "2":
			for query, name := range map[string]string{
				"prefix": "Prefix", "max-keys": "MaxKeys", "continuation-token": "ContinuationToken", "start-after": "StartAfter", "delimiter": "Delimiter",
			} {
				if v := r.URL.Query().Get(query); v != "" {
					a[name] = v
				}
			}
			return "ListObjects", a, nil, nil
		}
		return r.Method + " bucket?" + r.URL.RawQuery, a, nil, nil
	}
	a["Key"] = key
	q := r.URL.Query()
	q.Del("x-id") // the SDK's own hint
	switch {
	case len(q) == 0 && r.Method == http.MethodGet:
		return "GetObject", a, nil, nil
	case len(q) == 0 && r.Method == http.MethodPut && r.Header.Get("X-Amz-Copy-Source") == "":
		content, err := unchunk(r.Header.Get("X-Amz-Content-Sha256"), body)
		return "PutObject", a, content, err
	}
	return r.Method + " object?" + q.Encode(), a, nil, nil
}

// unchunk takes an aws-chunked body apart.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
func unchunk(hash string, body []byte) ([]byte, error) {
	if !strings.HasPrefix(hash, "STREAMING-") {
		return body, nil
	}
	if hash != unsignedTrailer {
		return nil, fmt.Errorf("payload form %s is not supported", hash)
	}
	var out []byte
	for {
		line, rest, ok := bytes.Cut(body, []byte("\r\n"))
		if !ok {
			return nil, fmt.Errorf("read chunked payload: truncated")
		}
		var size int
		if _, err := fmt.Sscanf(string(line), "%x", &size); err != nil || size < 0 || size > len(rest) {
			return nil, fmt.Errorf("read chunked payload: bad chunk size %q", line)
		}
		if size == 0 {
			return out, nil // trailers follow; the checksum in them is the SDK's own business
		}
		out = append(out, rest[:size]...)
		body = bytes.TrimPrefix(rest[size:], []byte("\r\n"))
	}
}
