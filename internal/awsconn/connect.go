package awsconn

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ircontain/ircontain/internal/incident"
)

// Options say what to connect to. Transport and Static are set for the
// embedded account; Profile, Region and Endpoint for AWS.
type Options struct {
	Profile  string
	Region   string
	Endpoint string
	// AllowRemoteEndpoint lifts the loopback rule of Endpoint.
	AllowRemoteEndpoint bool
	Transport           aws.HTTPClient
	Static              *aws.Credentials
	// Clock times the calls; rehearsals pass their virtual clock.
	Clock func() time.Time
	// AppID goes into the user agent of every call, so that our own calls can
	// be told from the intruder's.
	AppID string
}

// Conn is a connection: clients that read, and one client that writes.
type Conn struct {
	STS        *sts.Client
	IAM        *iam.Client
	CloudTrail *cloudtrail.Client
	// The services whose resources have policies of their own, and the one that
	// keeps the organisation's: read by a review of permissions, never written.
	S3             *s3.Client
	KMS            *kms.Client
	SQS            *sqs.Client
	SNS            *sns.Client
	Lambda         *lambda.Client
	SecretsManager *secretsmanager.Client
	Organizations  *organizations.Client
	// WriteIAM is the only client whose mutating calls get through.
	WriteIAM *iam.Client
	Region   string

	credentials aws.CredentialsProvider
}

// HistoryRegions are the regions whose event history is worth asking without
// being told: where the partition's global services log, and the connection's.
func (c *Conn) HistoryRegions() []string {
	global := globalRegion(c.Region)
	if c.Region == "" || c.Region == global {
		return []string{global}
	}
	return []string{global, c.Region}
}

// CallerKey is the id of the access key that signs the calls. It fails when
// there are no usable credentials, before anything is sent.
func (c *Conn) CallerKey(ctx context.Context) (string, error) {
	if c.credentials == nil {
		return "", noCredentialsProblem(nil)
	}
	creds, err := c.credentials.Retrieve(ctx)
	if err != nil {
		return "", noCredentialsProblem(err)
	}
	return creds.AccessKeyID, nil
}

func noCredentialsProblem(err error) error {
	return &incident.Problem{Class: incident.ClassCredentials, Text: "no usable AWS credentials", Err: err,
		Hint: "sign in (`aws sso login`, or set AWS_PROFILE / --profile); `aws sts get-caller-identity` must work"}
}

// ignoreAmbient is the SDK's own switch against AWS_ENDPOINT_URL*.
const ignoreAmbient = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"

// Connect builds the clients. It makes no AWS call.
func Connect(ctx context.Context, o Options) (*Conn, error) {
	if err := checkEndpoint(o); err != nil {
		return nil, err
	}
	// An ambient endpoint (environment or profile) could send a write anywhere.
	if err := os.Setenv(ignoreAmbient, "true"); err != nil {
		return nil, fmt.Errorf("switch off ambient endpoints: %w", err)
	}
	load := []func(*config.LoadOptions) error{config.WithAppID(o.AppID)}
	if o.Profile != "" {
		load = append(load, config.WithSharedConfigProfile(o.Profile))
	}
	if o.Region != "" {
		load = append(load, config.WithRegion(o.Region))
	}
	var base aws.Config
	if o.Static != nil {
		base = aws.Config{Region: o.Region, AppID: o.AppID,
			Credentials: credentials.NewStaticCredentialsProvider(o.Static.AccessKeyID, o.Static.SecretAccessKey, o.Static.SessionToken)}
	} else {
		var err error
		if base, err = config.LoadDefaultConfig(ctx, load...); err != nil {
			return nil, &incident.Problem{Class: incident.ClassCredentials, Text: "cannot load the AWS configuration", Err: err,
				Hint: "check --profile and ~/.aws/config"}
		}
	}
	if base.Region == "" {
		base.Region = "us-east-1" // IAM is global; its events are in us-east-1
	}
	base.HTTPClient = transport(o, base.HTTPClient)
	if o.Endpoint != "" {
		base.BaseEndpoint = aws.String(o.Endpoint)
	}
	return clients(base, o.Clock), nil
}

func clients(base aws.Config, clock func() time.Time) *Conn {
	read := base.Copy()
	read.Retryer = readRetryer
	read.APIOptions = append(read.APIOptions, gate(false), record(clock), anchor)
	once := read.Copy()
	once.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	write := base.Copy()
	write.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	write.APIOptions = append(write.APIOptions, gate(true), record(clock), anchor)
	return &Conn{
		STS: sts.NewFromConfig(read), IAM: iam.NewFromConfig(read),
		// An endpoint of one's own rarely answers at a host name for each bucket.
		S3:  s3.NewFromConfig(read, func(o *s3.Options) { o.UsePathStyle = base.BaseEndpoint != nil }),
		KMS: kms.NewFromConfig(read), SQS: sqs.NewFromConfig(read), SNS: sns.NewFromConfig(read), Lambda: lambda.NewFromConfig(read),
		SecretsManager: secretsmanager.NewFromConfig(read), Organizations: organizations.NewFromConfig(read),
		// Event history is paced and retried by the reader, on the incident clock.
		CloudTrail: cloudtrail.NewFromConfig(once, func(o *cloudtrail.Options) { o.Region = globalRegion(base.Region) }),
		WriteIAM:   iam.NewFromConfig(write), Region: base.Region, credentials: base.Credentials,
	}
}

// globalRegion is where the partition of a region keeps the events of its
// global services, IAM among them.
func globalRegion(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "cn-north-1"
	case strings.HasPrefix(region, "us-gov-"):
		return "us-gov-west-1"
	}
	return "us-east-1"
}

// transport is the client the requests leave through: the SDK's own settings
// (AWS_CA_BUNDLE, proxies, time-outs), but no redirect is followed, since one
// could carry a signed write elsewhere.
func transport(o Options, sdk aws.HTTPClient) aws.HTTPClient {
	if o.Transport != nil {
		return marking{o.Transport}
	}
	c, ok := sdk.(*awshttp.BuildableClient)
	if !ok {
		c = awshttp.NewBuildableClient()
	}
	return marking{plainBody{&http.Client{Transport: c.GetTransport(), Timeout: requestTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}}
}

// requestTimeout is above the engine's own, so that the engine decides.
const requestTimeout = 45 * time.Second

func checkEndpoint(o Options) error {
	if o.Endpoint == "" {
		return nil
	}
	u, err := url.Parse(o.Endpoint)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return &incident.Problem{Class: incident.ClassUsage, Text: fmt.Sprintf("endpoint %.80q is not a URL", o.Endpoint),
			Hint: "use --endpoint-url http://127.0.0.1:PORT"}
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	if o.AllowRemoteEndpoint || host == "localhost" || (ip != nil && ip.IsLoopback()) {
		return nil
	}
	return &incident.Problem{Class: incident.ClassRefused, Text: fmt.Sprintf("endpoint %s is not on this machine", host),
		Hint: "--endpoint-url takes a loopback address; --allow-remote-endpoint lifts that"}
}

// AmbientEndpoint names an environment variable that would redirect calls if
// the connection obeyed it, or "".
func AmbientEndpoint(environ []string) string {
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		if value != "" && strings.HasPrefix(name, "AWS_ENDPOINT_URL") {
			return name
		}
	}
	return ""
}
