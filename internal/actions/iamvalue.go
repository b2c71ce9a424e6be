package actions

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go/middleware"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"

	"github.com/ircontain/ircontain/internal/incident"
)

// notFound reports that IAM answered "there is no such thing".
func notFound(err error) bool {
	var e *types.NoSuchEntityException
	if errors.As(err, &e) {
		return true
	}
	var c *incident.CallError
	return errors.As(err, &c) && c.Code == "NoSuchEntity"
}

// canonicalDocument decodes a policy document as IAM returns it (URL-encoded
// JSON) and removes white space, so that two documents compare by bytes.
func canonicalDocument(raw *string) (string, error) {
	text, err := url.PathUnescape(aws.ToString(raw)) // not QueryUnescape: a "+" stays one
	if err != nil {
		return "", fmt.Errorf("decode policy document: %w", err)
	}
	var buf bytes.Buffer
	if err := json.Compact(&buf, []byte(text)); err != nil {
		return "", fmt.Errorf("parse policy document: %w", err)
	}
	return buf.String(), nil
}

func receipt(md middleware.Metadata) incident.Receipt {
	id, _ := awsmiddleware.GetRequestIDMetadata(md)
	return incident.Receipt{RequestID: id}
}

// userName returns the name at the end of a user or role ARN, without its path.
func nameOf(arn string) string {
	return arn[strings.LastIndex(arn, "/")+1:]
}

// documentSize counts a document as IAM's quotas do: characters without white space.
func documentSize(doc string) int {
	n := 0
	for _, r := range doc {
		switch r {
		case ' ', '\t', '\n', '\r':
		default:
			n++
		}
	}
	return n
}
