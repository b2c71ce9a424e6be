package simaws

import (
	"encoding/json"
	"time"
)

// Account is the state of an account in the form a scenario seeds it, a
// snapshot loads it and Dump returns it. Secrets of access keys are not part
// of it: they are derived, and a live account never gives them away.
type Account struct {
	ID       string          `yaml:"id" json:"id"`
	Alias    string          `yaml:"alias" json:"alias,omitempty"`
	Region   string          `yaml:"region" json:"region,omitempty"`
	Users    []User          `yaml:"users" json:"users,omitempty"`
	Groups   []Group         `yaml:"groups" json:"groups,omitempty"`
	Roles    []Role          `yaml:"roles" json:"roles,omitempty"`
	Policies []ManagedPolicy `yaml:"policies" json:"policies,omitempty"`
	Buckets  []Bucket        `yaml:"buckets" json:"buckets,omitempty"`
	Secrets  []Secret        `yaml:"secrets" json:"secrets,omitempty"`

	// Events are past CloudTrail records, for a snapshot of a live account.
	Events []json.RawMessage `yaml:"-" json:"events,omitempty"`
}

// User is an IAM user with everything that authenticates or authorises it.
type User struct {
	Name         string              `yaml:"name" json:"name"`
	Path         string              `yaml:"path" json:"path,omitempty"`
	ID           string              `yaml:"id" json:"id,omitempty"`
	Created      time.Time           `yaml:"created" json:"created"`
	Tags         map[string]string   `yaml:"tags" json:"tags,omitempty"`
	Keys         []AccessKey         `yaml:"keys" json:"keys,omitempty"`
	Inline       map[string]string   `yaml:"inline" json:"inline,omitempty"`
	Attached     []string            `yaml:"attached" json:"attached,omitempty"`
	Groups       []string            `yaml:"groups" json:"groups,omitempty"`
	Boundary     string              `yaml:"boundary" json:"boundary,omitempty"`
	Login        *LoginProfile       `yaml:"login" json:"login,omitempty"`
	MFA          []MFADevice         `yaml:"mfa" json:"mfa,omitempty"`
	SSHKeys      []Credential        `yaml:"ssh_keys" json:"ssh_keys,omitempty"`
	Certificates []Credential        `yaml:"certificates" json:"certificates,omitempty"`
	Services     []ServiceCredential `yaml:"service_credentials" json:"service_credentials,omitempty"`

	// Minted counts keys and service credentials ever created here, so that a
	// deleted one's id is never handed out again.
	Minted int `yaml:"-" json:"minted,omitempty"`
}

// AccessKey is a long-term key: id, status, age.
type AccessKey struct {
	ID      string    `yaml:"id" json:"id"`
	Status  string    `yaml:"status" json:"status"`
	Created time.Time `yaml:"created" json:"created"`

	// LastUsed is where GetAccessKeyLastUsed starts from.
	LastUsed    time.Time `yaml:"last_used" json:"last_used"`
	LastService string    `yaml:"last_service" json:"last_service,omitempty"`
	LastRegion  string    `yaml:"last_region" json:"last_region,omitempty"`
}

// LoginProfile is a console password; the password itself is not kept.
type LoginProfile struct {
	Created       time.Time `yaml:"created" json:"created"`
	ResetRequired bool      `yaml:"reset_required" json:"reset_required,omitempty"`
}

// MFADevice is a device that may accompany a sign-in.
type MFADevice struct {
	Serial  string    `yaml:"serial" json:"serial"`
	Enabled time.Time `yaml:"enabled" json:"enabled"`
}

// Credential is an SSH public key or a signing certificate.
type Credential struct {
	ID       string    `yaml:"id" json:"id"`
	Status   string    `yaml:"status" json:"status"`
	Uploaded time.Time `yaml:"uploaded" json:"uploaded"`
	Body     string    `yaml:"body" json:"body,omitempty"`
}

// ServiceCredential is a service-specific credential (CodeCommit, Keyspaces,
// Bedrock): it authenticates to one service beside the access keys.
type ServiceCredential struct {
	ID       string    `yaml:"id" json:"id"`
	Service  string    `yaml:"service" json:"service"`
	UserName string    `yaml:"user_name" json:"user_name"`
	Status   string    `yaml:"status" json:"status"`
	Created  time.Time `yaml:"created" json:"created"`
}

// Group is an IAM group; membership is kept on the users.
type Group struct {
	Name     string            `yaml:"name" json:"name"`
	Path     string            `yaml:"path" json:"path,omitempty"`
	ID       string            `yaml:"id" json:"id,omitempty"`
	Created  time.Time         `yaml:"created" json:"created"`
	Inline   map[string]string `yaml:"inline" json:"inline,omitempty"`
	Attached []string          `yaml:"attached" json:"attached,omitempty"`
}

// Role is an IAM role with its trust policy.
type Role struct {
	Name        string            `yaml:"name" json:"name"`
	Path        string            `yaml:"path" json:"path,omitempty"`
	ID          string            `yaml:"id" json:"id,omitempty"`
	Created     time.Time         `yaml:"created" json:"created"`
	Description string            `yaml:"description" json:"description,omitempty"`
	Trust       string            `yaml:"trust" json:"trust"`
	MaxSession  int               `yaml:"max_session" json:"max_session,omitempty"`
	Tags        map[string]string `yaml:"tags" json:"tags,omitempty"`
	Inline      map[string]string `yaml:"inline" json:"inline,omitempty"`
	Attached    []string          `yaml:"attached" json:"attached,omitempty"`
	Boundary    string            `yaml:"boundary" json:"boundary,omitempty"`
}

// ManagedPolicy is a customer or AWS managed policy with up to five versions.
type ManagedPolicy struct {
	Name        string            `yaml:"name" json:"name"`
	Path        string            `yaml:"path" json:"path,omitempty"`
	ARN         string            `yaml:"arn" json:"arn,omitempty"`
	ID          string            `yaml:"id" json:"id,omitempty"`
	Description string            `yaml:"description" json:"description,omitempty"`
	Created     time.Time         `yaml:"created" json:"created"`
	Updated     time.Time         `yaml:"updated" json:"updated"`
	Tags        map[string]string `yaml:"tags" json:"tags,omitempty"`

	// Document is shorthand for one default version v1.
	Document string          `yaml:"document" json:"-"`
	Versions []PolicyVersion `yaml:"versions" json:"versions,omitempty"`
	// Newest is the number of the last version ever created: AWS does not
	// reuse version numbers.
	Newest int `yaml:"-" json:"newest,omitempty"`
}

// PolicyVersion is one version of a managed policy.
type PolicyVersion struct {
	ID       string    `yaml:"id" json:"id"`
	Document string    `yaml:"document" json:"document"`
	Default  bool      `yaml:"default" json:"default"`
	Created  time.Time `yaml:"created" json:"created"`
}

// Bucket is an S3 bucket with small text objects.
type Bucket struct {
	Name    string            `yaml:"name" json:"name"`
	Region  string            `yaml:"region" json:"region,omitempty"`
	Created time.Time         `yaml:"created" json:"created"`
	Policy  string            `yaml:"policy" json:"policy,omitempty"`
	Objects map[string]string `yaml:"objects" json:"objects,omitempty"`
}

// Secret is a Secrets Manager secret; its value is bait, never a real one.
type Secret struct {
	Name        string            `yaml:"name" json:"name"`
	ARN         string            `yaml:"arn" json:"arn,omitempty"`
	Region      string            `yaml:"region" json:"region,omitempty"`
	Description string            `yaml:"description" json:"description,omitempty"`
	Created     time.Time         `yaml:"created" json:"created"`
	Value       string            `yaml:"value" json:"value,omitempty"`
	Policy      string            `yaml:"policy" json:"policy,omitempty"`
	Tags        map[string]string `yaml:"tags" json:"tags,omitempty"`
}
