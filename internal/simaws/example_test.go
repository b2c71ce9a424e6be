package simaws_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ircontain/ircontain/internal/simaws"
)

// The world goes under the SDK as its HTTP client; nothing else is different
// from a live account.
func Example() {
	scenario, err := simaws.LoadScenario("forgotten-key")
	if err != nil {
		panic(err)
	}
	world, err := simaws.New(scenario, simaws.Options{Seed: 1})
	if err != nil {
		panic(err)
	}
	who := world.Responder()
	config := aws.Config{
		Region: "us-east-1", HTTPClient: world,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: who.AccessKeyID, SecretAccessKey: who.SecretAccessKey, SessionToken: who.SessionToken}, nil
		}),
	}
	keys, err := iam.NewFromConfig(config).ListAccessKeys(context.Background(), &iam.ListAccessKeysInput{UserName: aws.String("svc-billing-export")})
	if err != nil {
		panic(err)
	}
	for _, k := range keys.AccessKeyMetadata {
		fmt.Println(k.Status, *k.AccessKeyId == world.Target())
	}
	// Output:
	// Active true
	// Active false
}
