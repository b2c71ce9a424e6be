// Package actions holds the containment actions. There are two families, one
// file each:
//
//   - An action plans: it reads AWS and returns an incident.Plan with the exact
//     changes, or what it observed. Actions are named by playbooks.
//   - A lever is one kind of change (incident.ChangeKind): Apply sends exactly
//     one mutating call, Read says what AWS holds now, Restore sends the
//     inverse call. Levers know nothing of playbooks, so that a verification or
//     a rollback on another machine needs the journal and nothing else.
//
// Promises: Plan and Read only read; nothing here retries a mutating call,
// deletes a credential, or looks at whether the run is live, a dry run or a
// rehearsal. Everything is stateless: what one step learnt reaches the next
// through the journal (Request.State).
//
// Each file declares the two or three AWS methods it needs beside their use.
package actions
