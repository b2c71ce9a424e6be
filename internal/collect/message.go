package collect

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ircontain/ircontain/internal/permission"
)

// SQSAPI reads the policies of queues, and no message of any.
type SQSAPI interface {
	ListQueues(context.Context, *sqs.ListQueuesInput, ...func(*sqs.Options)) (*sqs.ListQueuesOutput, error)
	GetQueueAttributes(context.Context, *sqs.GetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error)
}

// queues asks for pages by number: without it SQS lists a thousand queues and
// no token, whatever there is.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html
func queues(api SQSAPI) source {
	list := func(ctx context.Context, token string) ([]resource, string, error) {
		out, err := api.ListQueues(ctx, &sqs.ListQueuesInput{MaxResults: aws.Int32(1000), NextToken: optional(token)})
		if err != nil {
			return nil, "", err
		}
		var page []resource
		for _, url := range out.QueueUrls {
			page = append(page, resource{url, func(ctx context.Context) (permission.ResourcePolicy, error) {
				return queuePolicy(ctx, api, url)
			}})
		}
		return page, aws.ToString(out.NextToken), nil
	}
	return source{plural: "SQS queues", list: list, none: []string{"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"}}
}

func queuePolicy(ctx context.Context, api SQSAPI, url string) (permission.ResourcePolicy, error) {
	out, err := api.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: aws.String(url),
		AttributeNames: []types.QueueAttributeName{types.QueueAttributeNamePolicy, types.QueueAttributeNameQueueArn}})
	if err != nil {
		return permission.ResourcePolicy{}, err
	}
	p := permission.ResourcePolicy{ARN: out.Attributes["QueueArn"], Text: out.Attributes["Policy"]}
	if p.Text != "" && p.ARN == "" {
		return p, incomplete("SQS", "GetQueueAttributes", "the queue's ARN")
	}
	return p, nil
}

// SNSAPI reads the policies of topics.
type SNSAPI interface {
	ListTopics(context.Context, *sns.ListTopicsInput, ...func(*sns.Options)) (*sns.ListTopicsOutput, error)
	GetTopicAttributes(context.Context, *sns.GetTopicAttributesInput, ...func(*sns.Options)) (*sns.GetTopicAttributesOutput, error)
}

func topics(api SNSAPI) source {
	list := func(ctx context.Context, token string) ([]resource, string, error) {
		out, err := api.ListTopics(ctx, &sns.ListTopicsInput{NextToken: optional(token)})
		if err != nil {
			return nil, "", err
		}
		var page []resource
		for _, x := range out.Topics {
			arn := aws.ToString(x.TopicArn)
			page = append(page, resource{arn, func(ctx context.Context) (permission.ResourcePolicy, error) {
				out, err := api.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: aws.String(arn)})
				if err != nil {
					return permission.ResourcePolicy{}, err
				}
				return permission.ResourcePolicy{ARN: arn, Text: out.Attributes["Policy"]}, nil
			}})
		}
		return page, aws.ToString(out.NextToken), nil
	}
	return source{plural: "SNS topics", list: list, none: []string{"NotFound", "NotFoundException"}}
}
