package collect

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/ircontain/ircontain/internal/permission"
)

// S3API reads the policies of buckets.
type S3API interface {
	ListBuckets(context.Context, *s3.ListBucketsInput, ...func(*s3.Options)) (*s3.ListBucketsOutput, error)
	GetBucketPolicy(context.Context, *s3.GetBucketPolicyInput, ...func(*s3.Options)) (*s3.GetBucketPolicyOutput, error)
}

// buckets lists those of every region, as S3 does, and asks each where it is:
// at another region's endpoint S3 answers with a redirect, which the connection
// does not follow. The region is only told when the list is asked for in pages.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Bucket.html
func buckets(api S3API, partition string) source {
	list := func(ctx context.Context, token string) ([]resource, string, error) {
		out, err := api.ListBuckets(ctx, &s3.ListBucketsInput{MaxBuckets: aws.Int32(1000), ContinuationToken: optional(token)})
		if err != nil {
			return nil, "", err
		}
		var page []resource
		for _, b := range out.Buckets {
			name, region := aws.ToString(b.Name), aws.ToString(b.BucketRegion)
			page = append(page, resource{name, func(ctx context.Context) (permission.ResourcePolicy, error) {
				out, err := api.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: aws.String(name)}, func(o *s3.Options) {
					if region != "" {
						o.Region = region
					}
				})
				if err != nil {
					return permission.ResourcePolicy{}, err
				}
				return permission.ResourcePolicy{ARN: "arn:" + partition + ":s3:::" + name, Text: aws.ToString(out.Policy)}, nil
			}})
		}
		return page, aws.ToString(out.ContinuationToken), nil
	}
	return source{plural: "S3 buckets", list: list, none: []string{"NoSuchBucketPolicy", "NoSuchBucket"}}
}

// SecretsManagerAPI reads the policies of secrets, and no value of any.
type SecretsManagerAPI interface {
	ListSecrets(context.Context, *secretsmanager.ListSecretsInput, ...func(*secretsmanager.Options)) (*secretsmanager.ListSecretsOutput, error)
	GetResourcePolicy(context.Context, *secretsmanager.GetResourcePolicyInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetResourcePolicyOutput, error)
}

func secrets(api SecretsManagerAPI) source {
	list := func(ctx context.Context, token string) ([]resource, string, error) {
		out, err := api.ListSecrets(ctx, &secretsmanager.ListSecretsInput{MaxResults: aws.Int32(100), NextToken: optional(token)})
		if err != nil {
			return nil, "", err
		}
		var page []resource
		for _, x := range out.SecretList {
			arn := aws.ToString(x.ARN)
			page = append(page, resource{arn, func(ctx context.Context) (permission.ResourcePolicy, error) {
				out, err := api.GetResourcePolicy(ctx, &secretsmanager.GetResourcePolicyInput{SecretId: aws.String(arn)})
				if err != nil {
					return permission.ResourcePolicy{}, err
				}
				return permission.ResourcePolicy{ARN: arn, Text: aws.ToString(out.ResourcePolicy)}, nil
			}})
		}
		return page, aws.ToString(out.NextToken), nil
	}
	return source{plural: "secrets", list: list, none: []string{"ResourceNotFoundException"}}
}

// optional is nil for the first page: an empty token is not a missing one.
func optional(token string) *string {
	if token == "" {
		return nil
	}
	return aws.String(token)
}
