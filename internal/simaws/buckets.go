package simaws

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func bucketOperations() []operation {
	return []operation{
		{service: "s3", name: "ListBuckets", action: "s3:ListAllMyBuckets", target: onAllBuckets, run: listBuckets},
		{service: "s3", name: "HeadBucket", action: "s3:ListBucket", data: true, target: onBucket, run: headBucket},
		{service: "s3", name: "ListObjects", action: "s3:ListBucket", data: true, target: onBucket, run: listObjects},
		{service: "s3", name: "GetObject", data: true, target: onObject, run: getObject},
		{service: "s3", name: "PutObject", data: true, write: true, target: onObject, run: putObject},
	}
}

func onAllBuckets(*call) (target, *apiError) {
	return target{resource: "*", shown: "arn:aws:s3:::*", wildcard: true}, nil
}

func onBucket(c *call) (target, *apiError) {
	name := c.args["BucketName"]
	t := target{resource: "arn:aws:s3:::" + name, context: conditions{}}
	if p, ok := c.args["Prefix"]; ok {
		t.context["s3:prefix"] = []string{p}
	}
	c.resources = []eventResource{{t.resource, "AWS::S3::Bucket", name}}
	if b, ok := c.read().buckets[name]; ok {
		t.policy = b.Policy
	}
	return t, nil
}

func onObject(c *call) (target, *apiError) {
	t, err := onBucket(c)
	t.resource += "/" + c.args["Key"]
	c.resources = append([]eventResource{{t.resource, "AWS::S3::Object", t.resource}}, c.resources...)
	return t, err
}

func (c *call) bucket() (*Bucket, *apiError) {
	b, ok := c.read().buckets[c.args["BucketName"]]
	if !ok {
		return nil, failure(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist")
	}
	return b, nil
}

func listBuckets(c *call) (object, *apiError) {
	out := list{}
	for _, b := range sorted(c.read().buckets) {
		out = append(out, object{{"Name", b.Name}, {"CreationDate", b.Created}})
	}
	return object{{"Buckets", out}}, nil
}

func headBucket(c *call) (object, *apiError) {
	_, err := c.bucket()
	return nil, err
}

func listObjects(c *call) (object, *apiError) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	size, err := c.args.number("MaxKeys", 1000)
	if err != nil {
		return nil, err
	}
	after := max(c.args["StartAfter"], c.args["ContinuationToken"])
	out, last, more := list{}, "", false
	for _, key := range slices.Sorted(maps.Keys(b.Objects)) {
		if !strings.HasPrefix(key, c.args["Prefix"]) || after != "" && key <= after {
			continue
		}
		if more = len(out) >= size; more {
			break
		}
		content := b.Objects[key]
		out = append(out, object{
			{"Key", key}, {"LastModified", b.Created}, {"ETag", etag(content)}, {"Size", len(content)}, {"StorageClass", "STANDARD"},
		})
		last = key
	}
	o := object{
		{"Name", b.Name}, {"Prefix", c.args["Prefix"]}, {"KeyCount", len(out)}, {"MaxKeys", size}, {"IsTruncated", more}, {"Contents", out},
	}
	if more {
		o = o.with("NextContinuationToken", last)
	}
	return o, nil
}

func getObject(c *call) (object, *apiError) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	content, ok := b.Objects[c.args["Key"]]
	if !ok {
		return nil, failure(http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
	}
	c.payload = []byte(content)
	return nil, nil
}

func putObject(c *call) (object, *apiError) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	own := *b
	own.Objects = maps.Clone(b.Objects)
	if own.Objects == nil {
		own.Objects = map[string]string{}
	}
	own.Objects[c.args["Key"]] = string(c.payload)
	c.editBuckets()[b.Name] = &own
	return nil, nil
}

// etag is the MD5 S3 shows for small objects; nothing trusts it.
func etag(content string) string {
	sum := md5.Sum([]byte(content))
	return strconv.Quote(hex.EncodeToString(sum[:]))
}

// renderS3 puts an output on the REST wire: XML for listings, the object itself
// for GetObject.
func renderS3(c *call, out object, rep *reply) {
	switch c.op.name {
	case "GetObject":
		rep.body = c.payload
		rep.header.Set("Content-Type", "binary/octet-stream")
		rep.header.Set("Content-Length", strconv.Itoa(len(c.payload)))
		rep.header.Set("Etag", etag(string(c.payload)))
		return
	case "PutObject":
		rep.header.Set("Etag", etag(string(c.payload)))
		return
	case "HeadBucket":
		rep.header.Set("X-Amz-Bucket-Region", c.region)
		return
	}
	root, item := "ListAllMyBucketsResult", "Bucket"
	if c.op.name == "ListObjects" {
		root, item = "ListBucketResult", ""
	}
	var b strings.Builder
	b.WriteString(xml.Header + "<" + root + ` xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`)
	for _, f := range out {
		entries, isList := f.value.(list)
		switch {
		case isList && item == "": // flattened
			for _, e := range entries {
				writeXML(&b, f.name, e)
			}
		case isList:
			b.WriteString("<" + f.name + ">")
			for _, e := range entries {
				writeXML(&b, item, e)
			}
			b.WriteString("</" + f.name + ">")
		default:
			writeXML(&b, f.name, f.value)
		}
	}
	b.WriteString("</" + root + ">")
	rep.body = []byte(b.String())
	rep.header.Set("Content-Type", "application/xml")
}
