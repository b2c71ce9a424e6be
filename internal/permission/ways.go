package permission

// ways is the table of known ways up and of ways to stay. Sources: Rhino
// Security Labs, "AWS IAM Privilege Escalation - Methods and Mitigation" (2018)
// and Part 2 (2019); Bishop Fox, "IAM Vulnerable" (2021). Technique numbers are
// those of MITRE ATT&CK, matrix IaaS.
func ways() []way {
	return append(append(rightsWays(), credentialWays()...), serviceWays()...)
}

// rightsWays change what a document says or to whom it applies.
func rightsWays() []way {
	const attack = "T1098.003" // Account Manipulation: Additional Cloud Roles
	return []way{
		{name: "write a new version of its own policy", attack: attack, target: ownPolicy, on: []string{"iam:CreatePolicyVersion"},
			gain: "a policy version made with --set-as-default takes effect at once"},
		{name: "switch its own policy to another version", attack: attack, target: ownPolicy, on: []string{"iam:SetDefaultPolicyVersion"},
			gain: "an older version may allow more"},
		{name: "attach any managed policy to itself", attack: attack, target: itselfUser, on: []string{"iam:AttachUserPolicy"},
			gain: "AdministratorAccess is there to be attached"},
		{name: "attach any managed policy to its own role", attack: attack, target: itselfRole, on: []string{"iam:AttachRolePolicy"},
			gain: "AdministratorAccess is there to be attached"},
		{name: "attach any managed policy to its own group", attack: attack, target: ownGroup, on: []string{"iam:AttachGroupPolicy"},
			gain: "what the group may do, its members may"},
		{name: "attach any managed policy to a role it can assume", attack: attack, target: reachableRole, on: []string{"iam:AttachRolePolicy"},
			gain: "the role is at hand already"},
		{name: "write an inline policy for itself", attack: attack, target: itselfUser, on: []string{"iam:PutUserPolicy"},
			gain: "the policy can allow everything"},
		{name: "write an inline policy for its own role", attack: attack, target: itselfRole, on: []string{"iam:PutRolePolicy"},
			gain: "the policy can allow everything"},
		{name: "write an inline policy for its own group", attack: attack, target: ownGroup, on: []string{"iam:PutGroupPolicy"},
			gain: "what the group may do, its members may"},
		{name: "write an inline policy for a role it can assume", attack: attack, target: reachableRole, on: []string{"iam:PutRolePolicy"},
			gain: "the role is at hand already"},
		{name: "join a group", attack: attack, target: otherGroup, on: []string{"iam:AddUserToGroup"},
			gain: "membership brings the policies of the group"},
		{name: "make a role trust it", attack: "T1098.001", target: otherRole, on: []string{"iam:UpdateAssumeRolePolicy", "sts:AssumeRole"},
			gain: "a trust policy that names the principal lets it in"},
		{name: "create a role with any rights and assume it", attack: attack, target: anything, on: []string{"iam:CreateRole"},
			either: []string{"iam:AttachRolePolicy", "iam:PutRolePolicy"}, gain: "the role it makes trusts it"},
		{name: "create a user with any rights", attack: "T1136.003", target: anything, on: []string{"iam:CreateUser", "iam:CreateAccessKey"},
			either: []string{"iam:AttachUserPolicy", "iam:PutUserPolicy", "iam:AddUserToGroup"}, gain: "a new user with a key of its own outlives this one"},
		{name: "take off its own boundary", attack: "T1098", target: bounded, on: []string{"iam:DeleteUserPermissionsBoundary"},
			gain: "nothing caps its documents then"},
		{name: "replace its own boundary", attack: "T1098", target: bounded, on: []string{"iam:PutUserPermissionsBoundary"},
			gain: "a boundary that allows everything caps nothing"},
		{name: "take off the boundary of its own role", attack: "T1098", target: bounded, on: []string{"iam:DeleteRolePermissionsBoundary"},
			gain: "nothing caps its documents then"},
		{name: "replace the boundary of its own role", attack: "T1098", target: bounded, on: []string{"iam:PutRolePermissionsBoundary"},
			gain: "a boundary that allows everything caps nothing"},
		{name: "delete its own inline policies", attack: "T1098", target: itselfUser, on: []string{"iam:DeleteUserPolicy"},
			gain: "an inline guardrail that does not protect itself can be removed"},
		{name: "detach its own managed policies", attack: "T1098", target: itselfUser, on: []string{"iam:DetachUserPolicy"},
			gain: "an attached guardrail that does not protect itself can be removed"},
	}
}

// credentialWays make or change something that signs in.
func credentialWays() []way {
	const attack = "T1098.001" // Account Manipulation: Additional Cloud Credentials
	return []way{
		{name: "create another access key for itself", attack: attack, target: itselfUser, on: []string{"iam:CreateAccessKey"},
			gain: "a second key works on when the first is switched off"},
		{name: "switch its own keys on again", attack: attack, target: itselfUser, on: []string{"iam:UpdateAccessKey"},
			gain: "with another credential of the same user, a deactivated key is reactivated"},
		{name: "set itself a console password", attack: attack, target: itselfUser, either: nil, on: []string{"iam:CreateLoginProfile"},
			gain: "a console session outlives the key"},
		{name: "create an access key for another user", attack: attack, target: otherUser, on: []string{"iam:CreateAccessKey"},
			gain: "the key has the rights of the other user"},
		{name: "set another user a console password", attack: attack, target: otherUser, on: []string{"iam:CreateLoginProfile"},
			gain: "for users that have none yet"},
		{name: "change the console password of another user", attack: attack, target: otherUser, on: []string{"iam:UpdateLoginProfile"},
			gain: "for users that have one"},
		{name: "create a service-specific credential for another user", attack: attack, target: otherUser, on: []string{"iam:CreateServiceSpecificCredential"},
			gain: "CodeCommit, Keyspaces and Bedrock accept it"},
		{name: "replace the MFA device of another user", attack: "T1556.006", target: otherUser, on: []string{"iam:DeactivateMFADevice"}, also: []string{"iam:EnableMFADevice"},
			gain: "its second factor is then the intruder's"},
		{name: "mint sessions that outlive the key", attack: "T1550.001", target: anything, on: []string{"sts:GetSessionToken"},
			gain: "sts:GetSessionToken needs no permission; only an explicit deny stops it, and the session lasts up to 36 hours"},
		{name: "mint federated sessions", attack: "T1550.001", target: anything, on: []string{"sts:GetFederationToken"},
			gain: "federated sessions last up to 36 hours and can open the console"},
	}
}

// serviceWays have a service act with the rights of another role.
func serviceWays() []way {
	const attack = "T1548.005" // Abuse Elevation Control Mechanism: Temporary Elevated Cloud Access
	pass := func(service, name, gain string, either []string, also ...string) way {
		return way{name: "pass a role to " + name, attack: attack, target: servedRole, service: service,
			on: []string{"iam:PassRole"}, also: also, either: either, gain: gain}
	}
	return []way{
		pass("lambda.amazonaws.com", "a new Lambda function", "the function runs the intruder's code as the role",
			[]string{"lambda:InvokeFunction", "lambda:InvokeFunctionUrl", "lambda:CreateEventSourceMapping", "lambda:AddPermission"}, "lambda:CreateFunction"),
		pass("ec2.amazonaws.com", "a new EC2 instance", "the instance's metadata hand out the role's credentials", nil, "ec2:RunInstances"),
		pass("cloudformation.amazonaws.com", "CloudFormation", "the stack is made with the rights of the role",
			[]string{"cloudformation:CreateStack", "cloudformation:UpdateStack", "cloudformation:CreateStackSet"}),
		pass("glue.amazonaws.com", "a Glue development endpoint", "one logs in to the endpoint as the role", nil, "glue:CreateDevEndpoint"),
		pass("glue.amazonaws.com", "a Glue job", "the job runs the intruder's code as the role",
			[]string{"glue:StartJobRun", "glue:CreateTrigger"}, "glue:CreateJob"),
		pass("codebuild.amazonaws.com", "a CodeBuild project", "the build runs the intruder's commands as the role",
			[]string{"codebuild:StartBuild", "codebuild:StartBuildBatch"}, "codebuild:CreateProject"),
		pass("sagemaker.amazonaws.com", "a SageMaker notebook", "the notebook holds the role's credentials", nil,
			"sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"),
		pass("sagemaker.amazonaws.com", "a SageMaker job", "the job runs the intruder's image as the role",
			[]string{"sagemaker:CreateTrainingJob", "sagemaker:CreateProcessingJob"}),
		pass("ecs-tasks.amazonaws.com", "an ECS task", "the task runs the intruder's image as the role",
			[]string{"ecs:RunTask", "ecs:StartTask", "ecs:CreateService"}, "ecs:RegisterTaskDefinition"),
		pass("datapipeline.amazonaws.com", "Data Pipeline", "the pipeline runs commands as the role", nil,
			"datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"),
		pass("states.amazonaws.com", "a Step Functions state machine", "its SDK tasks call any service as the role", nil,
			"states:CreateStateMachine", "states:StartExecution"),
		pass("scheduler.amazonaws.com", "an EventBridge schedule", "its universal target calls any service as the role", nil, "scheduler:CreateSchedule"),
		{name: "replace the code of a Lambda function", attack: "T1648", target: anything, on: []string{"lambda:UpdateFunctionCode"},
			gain: "the code then runs with the function's role"},
		{name: "add a layer to a Lambda function", attack: "T1648", target: anything, on: []string{"lambda:UpdateFunctionConfiguration"},
			gain: "code of the layer runs with the function's role"},
		{name: "run commands on instances", attack: "T1651", target: anything, on: []string{"ssm:SendCommand"},
			gain: "every managed instance hands out the credentials of its role"},
		{name: "open a shell on instances", attack: "T1021.008", target: anything, on: []string{"ssm:StartSession"},
			gain: "every managed instance hands out the credentials of its role"},
		{name: "put an SSH key on instances", attack: "T1021.008", target: anything, on: []string{"ec2-instance-connect:SendSSHPublicKey"},
			gain: "an instance that can be reached hands out the credentials of its role"},
		{name: "log in to a Glue development endpoint", attack: "T1098.004", target: anything, on: []string{"glue:UpdateDevEndpoint"},
			gain: "an existing endpoint accepts the intruder's SSH key"},
		{name: "open a SageMaker notebook", attack: "T1021.007", target: anything, on: []string{"sagemaker:CreatePresignedNotebookInstanceUrl"},
			gain: "the notebook holds the credentials of its role"},
	}
}
