package policy

import (
	"fmt"
	"strings"
)

// quarantineDate is when AWS last edited versions 2 and 3 of its quarantine
// policy. Version 4, of November 2026, was not readable in full and is not
// here.
const quarantineDate = "2024-10-02"

// Preset is a deny list of somebody else's, kept as data with its origin.
type Preset struct {
	Intent Intent
	// Policy is the name AWS gives it, Version its version there.
	Policy, Version string
	// Date is when AWS last edited it, Source where the list was read.
	Date, Source string
	Actions      []string
}

// QuarantinePreset returns the list behind QuarantineV2 or QuarantineV3. AWS
// attaches these to users whose key it finds published. Both name the same
// actions, on any resource, without conditions.
func QuarantinePreset(i Intent) (Preset, error) {
	p := Preset{Intent: i, Date: quarantineDate, Actions: quarantineActions()}
	switch i {
	case QuarantineV2:
		p.Policy, p.Version = "AWSCompromisedKeyQuarantineV2", "v5"
	case QuarantineV3:
		p.Policy, p.Version = "AWSCompromisedKeyQuarantineV3", "v2"
	default:
		return Preset{}, fmt.Errorf("%w: %s is not a preset", ErrGuardrail, i)
	}
	p.Source = "AWS Managed Policy Reference, " + p.Policy + ", read through zoph-io/MAMIP at 0387244e"
	return p, nil
}

// Document is the preset as AWS publishes it, without any protection of its
// own.
func (p Preset) Document() []byte {
	s := Statement{Effect: Deny, Action: p.Actions, Resource: []string{"*"}}
	return (&Document{Version: Version2012, Statements: []Statement{s}}).JSON()
}

// quarantineActions are the 89 entries, four of which are wildcards.
func quarantineActions() []string {
	var out []string
	for _, row := range strings.Split(strings.TrimSpace(quarantineTable), "\n") {
		names := strings.Fields(row)
		for _, name := range names[1:] {
			out = append(out, names[0]+":"+name)
		}
	}
	return out
}

// quarantineTable has a service and its actions on each line.
const quarantineTable = `
amplify CreateBackendEnvironment CreateDeployment
bedrock CreateFoundationModelAgreement CreateModelInvocationJob InvokeModel InvokeModelWithResponseStream PutFoundationModelEntitlement
cloudtrail LookupEvents
codebuild CreateProject
ec2 AcceptReservedInstancesExchangeQuote CreateReservedInstancesListing PurchaseReservedInstancesOffering RequestSpotInstances RunInstances StartInstances
ecr GetAuthorizationToken
ecs CreateCluster CreateService RegisterTaskDefinition
glue CreateJob
iam AddUserToGroup AttachGroupPolicy AttachRolePolicy AttachUserPolicy ChangePassword CreateAccessKey CreateInstanceProfile CreateLoginProfile
iam CreatePolicyVersion CreateRole CreateUser DeleteAccessKey DeleteRole DetachUserPolicy ListUsers PassRole PutGroupPolicy PutRolePolicy
iam PutUserPermissionsBoundary PutUserPolicy SetDefaultPolicyVersion UpdateAccessKey UpdateAccountPasswordPolicy UpdateAssumeRolePolicy
iam UpdateLoginProfile UpdateUser
lambda AddLayerVersionPermission AddPermission CreateFunction GetEventSourceMapping GetPolicy ListTags PutProvisionedConcurrencyConfig
lambda TagResource UntagResource UpdateFunctionCode
lightsail Create* Delete* DownloadDefaultKeyPair GetInstanceAccessDetails Start* Update*
mediapackagev2 CreateChannel
organizations CreateAccount CreateOrganization InviteAccountToOrganization
s3 CreateBucket DeleteBucket DeleteBucketPolicy DeleteObject DeleteObjectVersion GetObject ListAllMyBuckets ListBucket
s3 ObjectOwnerOverrideToBucketOwner PutAccountPublicAccessBlock PutBucketAcl PutBucketCors PutBucketOwnershipControls PutBucketPolicy
s3 PutLifecycleConfiguration
sagemaker CreateEndpointConfig CreateProcessingJob
savingsplans CreateSavingsPlan
ses GetSendQuota ListIdentities
sns GetSMSAttributes
sts GetFederationToken GetSessionToken
`
