package collect

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/ircontain/ircontain/internal/permission"
)

// KMSAPI reads key policies.
type KMSAPI interface {
	ListKeys(context.Context, *kms.ListKeysInput, ...func(*kms.Options)) (*kms.ListKeysOutput, error)
	GetKeyPolicy(context.Context, *kms.GetKeyPolicyInput, ...func(*kms.Options)) (*kms.GetKeyPolicyOutput, error)
}

// keys reads the one policy a key can have; its name is always "default".
// https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
func keys(api KMSAPI) source {
	list := func(ctx context.Context, token string) ([]resource, string, error) {
		out, err := api.ListKeys(ctx, &kms.ListKeysInput{Limit: aws.Int32(1000), Marker: optional(token)})
		if err != nil {
			return nil, "", err
		}
		var page []resource
		for _, k := range out.Keys {
			arn := aws.ToString(k.KeyArn)
			page = append(page, resource{arn, func(ctx context.Context) (permission.ResourcePolicy, error) {
				out, err := api.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: aws.String(arn), PolicyName: aws.String("default")})
				if err != nil {
					return permission.ResourcePolicy{}, err
				}
				if aws.ToString(out.Policy) == "" { // every key has one: it is what lets anybody in
					return permission.ResourcePolicy{}, incomplete("KMS", "GetKeyPolicy", "a policy")
				}
				return permission.ResourcePolicy{ARN: arn, Text: *out.Policy}, nil
			}})
		}
		return page, aws.ToString(out.NextMarker), nil
	}
	return source{plural: "KMS keys", list: list, none: []string{"NotFoundException"}}
}

// LambdaAPI reads the policies of functions, and no code of any.
type LambdaAPI interface {
	ListFunctions(context.Context, *lambda.ListFunctionsInput, ...func(*lambda.Options)) (*lambda.ListFunctionsOutput, error)
	GetPolicy(context.Context, *lambda.GetPolicyInput, ...func(*lambda.Options)) (*lambda.GetPolicyOutput, error)
}

// functions reads the policy of each function without a qualifier. Lambda says
// ResourceNotFoundException of a function that has none.
// https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
func functions(api LambdaAPI) source {
	list := func(ctx context.Context, token string) ([]resource, string, error) {
		out, err := api.ListFunctions(ctx, &lambda.ListFunctionsInput{MaxItems: aws.Int32(50), Marker: optional(token)})
		if err != nil {
			return nil, "", err
		}
		var page []resource
		for _, f := range out.Functions {
			arn := aws.ToString(f.FunctionArn)
			page = append(page, resource{arn, func(ctx context.Context) (permission.ResourcePolicy, error) {
				out, err := api.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: aws.String(arn)})
				if err != nil {
					return permission.ResourcePolicy{}, err
				}
				return permission.ResourcePolicy{ARN: arn, Text: aws.ToString(out.Policy)}, nil
			}})
		}
		return page, aws.ToString(out.NextMarker), nil
	}
	return source{plural: "Lambda functions", list: list, none: []string{"ResourceNotFoundException"}}
}
