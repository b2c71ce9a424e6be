package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/awsconn"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/permission"
	"github.com/ircontain/ircontain/internal/simaws"
	"github.com/ircontain/ircontain/internal/snapshot"
)

// snapshotKind tells the file from other JSON.
const snapshotKind = "ircontain-account"

// accountSnapshot is an account as it was read: the file of --save-snapshot. It
// holds no secret of any kind.
type accountSnapshot struct {
	SchemaVersion int            `json:"schema_version"`
	Kind          string         `json:"kind"`
	TakenAt       time.Time      `json:"taken_at"`
	Partition     string         `json:"partition"`
	Account       simaws.Account `json:"account"`
	// NotRead says of AWS managed policies why their document is not here.
	NotRead map[string]string `json:"not_read,omitempty"`
	// Collected are the policies beyond IAM, nil when nobody looked for them.
	Collected *collected `json:"collected,omitempty"`
}

// maxManaged bounds how many AWS managed policies are fetched, two calls each.
const maxManaged = 100

// takeSnapshot reads the live account: users, groups, roles and policies, and
// of the documents that AWS manages those that speak for the principal or for a
// role it can reach.
func (a *App) takeSnapshot(ctx context.Context, who wanted) (*accountSnapshot, error) {
	around, err := a.realSurroundings(ctx, false, nil)
	if err != nil {
		return nil, err
	}
	if _, err := around.conn.CallerKey(ctx); err != nil {
		return nil, err
	}
	account, caller, err := snapshot.Caller(ctx, around.conn.STS)
	if err != nil {
		return nil, err
	}
	if err := who.of(account); err != nil {
		return nil, err
	}
	a.talk("reading account %s; nothing in it will be changed", account)
	// Credentials are of no interest here, so no user is named.
	read, err := snapshot.Read(ctx, around.conn.IAM, account, "")
	if err != nil {
		return nil, readAgain(err)
	}
	s := &accountSnapshot{SchemaVersion: 1, Kind: snapshotKind, TakenAt: a.Now().UTC().Truncate(time.Second), Partition: partition(caller), Account: read, NotRead: map[string]string{}}
	if _, err := s.around(who); err != nil {
		return nil, err // a misspelt name is not worth the wait for what follows
	}
	c, err := a.collectPolicies(ctx, around.conn, account, s.Partition)
	if err != nil {
		return nil, err
	}
	s.Collected = &c
	return s, s.fetchManaged(ctx, around.conn, who)
}

// readAgain says what to do about a read without an answer: there is nothing to
// resume, since nothing was sent that could have changed anything.
func readAgain(err error) error {
	var call *incident.CallError
	if errors.As(err, &call) && call.Answer == incident.AnswerUnknown && !call.Credentials {
		return &incident.Problem{Class: incident.ClassOf(err), Text: "the account cannot be read", Err: err, Hint: "nothing was changed: run it again"}
	}
	return err
}

// fetchManaged goes from the principal outwards: a document may open the way to
// a role whose documents are then wanted too.
func (s *accountSnapshot) fetchManaged(ctx context.Context, conn *awsconn.Conn, who wanted) error {
	tried := map[string]bool{}
	for {
		in, err := s.around(who)
		if err != nil {
			return err
		}
		missing := missingManaged(in, tried)
		if len(missing) == 0 {
			return nil
		}
		for _, arn := range missing {
			tried[arn] = true
			if len(tried) > maxManaged {
				s.NotRead[arn] = fmt.Sprintf("not read: more than %d AWS managed policies are involved", maxManaged)
				continue
			}
			err := snapshot.AddManaged(ctx, conn.IAM, &s.Account, arn)
			var call *incident.CallError
			switch {
			case err == nil:
			case ctx.Err() != nil:
				return ctx.Err()
			case errors.As(err, &call) && call.Credentials:
				return err
			default:
				s.NotRead[arn] = "not read: " + incident.Text(err)
			}
		}
	}
}

// missingManaged lists documents of AWS's that speak for the principal or a
// role within its reach and are not there yet.
func missingManaged(in permission.Input, tried map[string]bool) []string {
	var out []string
	add := func(p permission.Principal) {
		docs := p.Documents
		if p.Boundary != nil {
			docs = append(docs[:len(docs):len(docs)], *p.Boundary)
		}
		for _, d := range docs {
			if d.Missing != "" && strings.Contains(d.ARN, ":iam::aws:policy/") && !tried[d.ARN] {
				out = append(out, d.ARN)
				tried[d.ARN] = true
			}
		}
	}
	add(in.Principal)
	subject, err := permission.Compile(in)
	if err != nil {
		return out
	}
	reached := map[string]bool{}
	for _, r := range subject.Reach() {
		reached[r.Role] = true
	}
	for _, r := range in.Roles {
		if reached[r.ARN] {
			add(r.Principal)
		}
	}
	return out
}

func partition(arn string) string {
	if parts := strings.SplitN(arn, ":", 3); len(parts) == 3 && parts[1] != "" {
		return parts[1]
	}
	return "aws"
}

// write saves the snapshot to a file that does not exist yet: it may become
// evidence, and evidence is not overwritten.
func (s *accountSnapshot) write(path string) error {
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the snapshot: %w", err)
	}
	problem := &incident.Problem{Class: incident.ClassError, Text: "cannot save the snapshot", Hint: "check the path; an existing file is never overwritten"}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		problem.Err = err
		return problem
	}
	_, err = f.Write(append(raw, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		problem.Err = err
		return problem
	}
	return nil
}

// readSnapshot loads a saved account.
func readSnapshot(path string) (*accountSnapshot, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		hint := "check the path"
		if errors.Is(err, fs.ErrPermission) {
			hint = "check the permissions of the file"
		}
		return nil, &incident.Problem{Class: incident.ClassUsage, Text: "cannot read the snapshot", Err: err, Hint: hint}
	}
	var s accountSnapshot
	if err := json.NewDecoder(bytes.NewReader(raw)).Decode(&s); err != nil || s.Kind != snapshotKind || s.SchemaVersion != 1 || len(s.Account.ID) != 12 {
		return nil, &incident.Problem{Class: incident.ClassError, Text: path + " is not a snapshot of an account", Err: err,
			Hint: "make one with `ircontain permissions PRINCIPAL --save-snapshot FILE`"}
	}
	if s.Partition == "" {
		s.Partition = "aws"
	}
	return &s, nil
}
