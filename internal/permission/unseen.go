package permission

import "slices"

// allUnseen gathers what the answer does not rest on: what is missing here, and
// what no collector of this program reads at all.
func (s *Subject) allUnseen(w *walk) []Unseen {
	out := slices.Clone(s.unseen)
	out = append(out, s.in.Unread...)
	for _, r := range w.list() {
		for _, u := range w.subject(r.Role).unseen {
			out = append(out, Unseen{"role " + r.Role + ": " + u.What, u.Why})
		}
	}
	if len(s.in.Resources) == 0 {
		out = append(out, Unseen{"resource policies (S3, KMS, SQS, SNS, Lambda, Secrets Manager and others)",
			"not read; they may allow the principal more, or deny it something"})
	} else {
		out = append(out, Unseen{"resource policies other than those listed in the snapshot", "not read; they may allow the principal more, or deny it something"})
	}
	return append(out,
		Unseen{"resource control policies", "not read; they can only take permissions away"},
		Unseen{"session policies", "a session can be made narrower than its principal; each is known only to who made it"},
		Unseen{"VPC endpoint policies", "not read; they can refuse calls that come through an endpoint"},
		Unseen{"other accounts", "their roles and resource policies may let this principal in"},
		Unseen{"KMS grants, access control lists, Lake Formation and other permissions outside policies", "not modelled"})
}
