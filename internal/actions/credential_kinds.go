package actions

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ircontain/ircontain/internal/incident"
)

// How the playbook treats a credential of the owner.
const (
	handlingTarget         = "target"
	handlingContainable    = "containable"
	handlingNotContainable = "not containable"
	handlingElsewhere      = "elsewhere"
	handlingAbsent         = "absent"
)

// credentialReads lists every credential kind that an IAM user can have. A kind
// that is absent still gets a row: "none" is an answer, silence is not.
func (cr *cardReader) credentialReads() []read {
	return []read{
		{"access keys", true, cr.accessKeys},
		{"console password", false, cr.consolePassword},
		{"MFA devices", false, cr.mfaDevices},
		{"SSH public keys", false, cr.sshKeys},
		{"signing certificates", false, cr.certificates},
		{"service-specific credentials", false, cr.serviceCredentials},
	}
}

func (cr *cardReader) accessKeys(ctx context.Context) error {
	keys, err := listAccessKeys(ctx, cr.api, *cr.user)
	if err != nil {
		return err
	}
	for _, k := range keys {
		c := incident.Credential{Kind: "access key", ID: aws.ToString(k.AccessKeyId), Status: string(k.Status),
			Created: aws.ToTime(k.CreateDate), Handling: handlingContainable, Note: "covered by the guardrail; the sweep offers to deactivate it"}
		if c.ID == string(cr.card.AccessKey) {
			c.Handling, c.Note = handlingTarget, "the step cut deactivates it"
		}
		cr.add(c)
	}
	return nil
}

func (cr *cardReader) consolePassword(ctx context.Context) error {
	const kind = "console password"
	out, err := cr.api.GetLoginProfile(ctx, &iam.GetLoginProfileInput{UserName: cr.user})
	if notFound(err) {
		cr.add(incident.Credential{Kind: kind, Status: "none", Handling: handlingAbsent})
		return nil
	}
	if err != nil {
		return err
	}
	cr.add(incident.Credential{Kind: kind, Status: "set", Created: aws.ToTime(out.LoginProfile.CreateDate), Handling: handlingNotContainable,
		Note: "cannot be deactivated, only deleted; the deny of the guardrail reaches console sessions too"})
	return nil
}

func (cr *cardReader) mfaDevices(ctx context.Context) error {
	out, err := cr.api.ListMFADevices(ctx, &iam.ListMFADevicesInput{UserName: cr.user})
	if err != nil {
		return err
	}
	for _, d := range out.MFADevices {
		cr.add(incident.Credential{Kind: "MFA device", ID: nameOf(aws.ToString(d.SerialNumber)), Status: "enabled",
			Created: aws.ToTime(d.EnableDate), Handling: handlingElsewhere, Note: "check that the owner knows this device"})
	}
	cr.none("MFA device", len(out.MFADevices))
	return nil
}

func (cr *cardReader) sshKeys(ctx context.Context) error {
	out, err := cr.api.ListSSHPublicKeys(ctx, &iam.ListSSHPublicKeysInput{UserName: cr.user})
	if err != nil {
		return err
	}
	for _, k := range out.SSHPublicKeys {
		cr.add(incident.Credential{Kind: "SSH public key", ID: aws.ToString(k.SSHPublicKeyId), Status: string(k.Status),
			Created: aws.ToTime(k.UploadDate), Handling: handlingElsewhere, Note: "CodeCommit only: deactivate it in IAM if it is Active"})
	}
	cr.none("SSH public key", len(out.SSHPublicKeys))
	return nil
}

func (cr *cardReader) certificates(ctx context.Context) error {
	out, err := cr.api.ListSigningCertificates(ctx, &iam.ListSigningCertificatesInput{UserName: cr.user})
	if err != nil {
		return err
	}
	for _, k := range out.Certificates {
		cr.add(incident.Credential{Kind: "signing certificate", ID: aws.ToString(k.CertificateId), Status: string(k.Status),
			Created: aws.ToTime(k.UploadDate), Handling: handlingElsewhere, Note: "legacy SOAP signing: deactivate it in IAM if it is Active"})
	}
	cr.none("signing certificate", len(out.Certificates))
	return nil
}

func (cr *cardReader) serviceCredentials(ctx context.Context) error {
	out, err := cr.api.ListServiceSpecificCredentials(ctx, &iam.ListServiceSpecificCredentialsInput{UserName: cr.user})
	if err != nil {
		return err
	}
	for _, k := range out.ServiceSpecificCredentials {
		cr.add(incident.Credential{Kind: "service-specific credential", ID: aws.ToString(k.ServiceSpecificCredentialId), Status: string(k.Status),
			Created: aws.ToTime(k.CreateDate), Handling: handlingElsewhere,
			Note: fmt.Sprintf("for %s: a bearer secret of its own, not stopped by cutting the access key", aws.ToString(k.ServiceName))})
	}
	cr.none("service-specific credential", len(out.ServiceSpecificCredentials))
	return nil
}

func (cr *cardReader) none(kind string, n int) {
	if n == 0 {
		cr.add(incident.Credential{Kind: kind, Status: "none", Handling: handlingAbsent})
	}
}
