package simaws

import (
	"fmt"
	"slices"
)

// credentialOperations are the credentials a user has beside access keys and a
// password: each is a way back in that a deactivated key does not close.
func credentialOperations() []operation {
	return []operation{
		{service: "iam", name: "ListMFADevices", target: onUser, run: listMFADevices},
		{service: "iam", name: "DeactivateMFADevice", write: true, target: onUser, run: deactivateMFADevice},
		{service: "iam", name: "ListSSHPublicKeys", target: onUser, run: listSSHPublicKeys},
		{service: "iam", name: "UpdateSSHPublicKey", write: true, target: onUser, run: updateSSHPublicKey},
		{service: "iam", name: "ListSigningCertificates", target: onUser, run: listSigningCertificates},
		{service: "iam", name: "UpdateSigningCertificate", write: true, target: onUser, run: updateSigningCertificate},
		{service: "iam", name: "ListServiceSpecificCredentials", target: onUser, run: listServiceCredentials},
		{service: "iam", name: "CreateServiceSpecificCredential", write: true, target: onUser, run: createServiceCredential},
		{service: "iam", name: "UpdateServiceSpecificCredential", write: true, target: onUser, run: updateServiceCredential},
	}
}

func listMFADevices(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	return listing(c, "MFADevices", u.MFA, func(d MFADevice) any {
		return object{{"UserName", u.Name}, {"SerialNumber", d.Serial}, {"EnableDate", d.Enabled}}
	})
}

func deactivateMFADevice(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(u.MFA, func(d MFADevice) bool { return d.Serial == c.args["SerialNumber"] })
	if i < 0 {
		return nil, noSuch("MFA Device with serial number %s does not exist.", c.args["SerialNumber"])
	}
	own := c.edit().editUser(u.Name)
	own.MFA = slices.Delete(own.MFA, i, i+1)
	return nil, nil
}

func listSSHPublicKeys(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	return listing(c, "SSHPublicKeys", u.SSHKeys, func(k Credential) any {
		return object{{"UserName", u.Name}, {"SSHPublicKeyId", k.ID}, {"Status", k.Status}, {"UploadDate", k.Uploaded}}
	})
}

func listSigningCertificates(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	return listing(c, "Certificates", u.Certificates, func(k Credential) any {
		return object{
			{"UserName", u.Name}, {"CertificateId", k.ID}, {"CertificateBody", k.Body}, {"Status", k.Status}, {"UploadDate", k.Uploaded},
		}
	})
}

func updateSSHPublicKey(c *call) (object, *apiError) {
	return c.setStatus(c.args["SSHPublicKeyId"], "SSH Public Key", func(u *User) []Credential { return u.SSHKeys })
}

func updateSigningCertificate(c *call) (object, *apiError) {
	return c.setStatus(c.args["CertificateId"], "Certificate", func(u *User) []Credential { return u.Certificates })
}

func (c *call) setStatus(id, kind string, of func(*User) []Credential) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(of(u), func(k Credential) bool { return k.ID == id })
	if i < 0 {
		return nil, noSuch("The %s with id %s cannot be found.", kind, id)
	}
	if s := c.args["Status"]; s != statusActive && s != statusInactive {
		return nil, invalid("Value '%s' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]", s)
	}
	of(c.edit().editUser(u.Name))[i].Status = c.args["Status"]
	return nil, nil
}

func serviceCredentialObject(u *User, k ServiceCredential) object {
	return object{
		{"UserName", u.Name}, {"Status", k.Status}, {"ServiceUserName", k.UserName}, {"CreateDate", k.Created},
		{"ServiceSpecificCredentialId", k.ID}, {"ServiceName", k.Service},
	}
}

func listServiceCredentials(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	of := slices.DeleteFunc(slices.Clone(u.Services), func(k ServiceCredential) bool {
		want := c.args["ServiceName"]
		return want != "" && want != k.Service
	})
	return listing(c, "ServiceSpecificCredentials", of, func(k ServiceCredential) any { return serviceCredentialObject(u, k) })
}

func createServiceCredential(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	service, n := c.args["ServiceName"], 0
	for _, k := range u.Services {
		if k.Service == service {
			n++
		}
	}
	if n >= 2 {
		return nil, overQuota("Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2")
	}
	own := c.edit().editUser(u.Name)
	own.Minted++
	k := ServiceCredential{
		ID: c.w.derive.uniqueID("ACCA", 21, u.ID, service, fmt.Sprint(own.Minted)), Service: service,
		UserName: u.Name + "-at-" + c.read().account, Status: statusActive, Created: c.second(),
	}
	own.Services = append(own.Services, k)
	o := serviceCredentialObject(u, k).with("ServicePassword", c.w.derive.secret(k.ID))
	return object{{"ServiceSpecificCredential", o}}, nil
}

func updateServiceCredential(c *call) (object, *apiError) {
	u, err := c.subjectUser()
	if err != nil {
		return nil, err
	}
	id, status := c.args["ServiceSpecificCredentialId"], c.args["Status"]
	i := slices.IndexFunc(u.Services, func(k ServiceCredential) bool { return k.ID == id })
	if i < 0 {
		return nil, noSuch("Service-specific credential with id %s cannot be found.", id)
	}
	if status != statusActive && status != statusInactive {
		return nil, invalid("Value '%s' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]", status)
	}
	c.edit().editUser(u.Name).Services[i].Status = status
	return nil, nil
}
