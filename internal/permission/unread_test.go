package permission

import (
	"slices"
	"testing"
)

// What a document that was not read may deny is not allowed for sure.
func TestUnreadDocumentsMakeAnswersConditional(t *testing.T) {
	t.Parallel()
	open := inline(doc(allow("s3:GetObject sts:GetSessionToken iam:CreateAccessKey", "*", "")))
	scp := user(open)
	scp.SCPs = [][]Document{{{Name: "root", Text: doc(allow("*", "*", ""))}}, {{Name: "ou", Text: "{"}}}
	gone := user(open)
	gone.SCPs = [][]Document{{{Name: "p-1", Missing: "refused"}}}
	for name, c := range map[string]struct {
		in   Input
		want string
	}{
		"missing identity": {user(open, Document{Name: "managed aws", Missing: "not copied"}), "identity document managed aws (not read)"},
		"broken identity":  {user(open, Document{Name: "inline y", Text: "{"}), "identity document inline y (not read)"},
		"broken SCP":       {scp, "service control policy ou of level 1 (not read)"},
		"missing SCP":      {gone, "service control policy p-1 of level 0 (not read)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := reviewed(t, c.in)
			for _, action := range []string{"s3:GetObject", "sts:GetSessionToken", "iam:CreateAccessKey"} {
				if v := verdictOn(r, action); v == nil || v.Effect != Conditional || !slices.Contains(v.DependsOn, c.want) {
					t.Errorf("%s: %+v", action, v)
				}
			}
			if v := verdictOn(r, "sts:GetCallerIdentity"); v == nil || v.Effect != Allowed {
				t.Errorf("no policy refuses sts:GetCallerIdentity: %+v", v)
			}
			if v := verdictOn(r, "s3:PutObject"); v != nil {
				t.Errorf("no document that was read allows s3:PutObject: %+v", v)
			}
			if e := way1(r, "create another access key for itself"); e == nil || e.Effect != Conditional || !slices.Contains(e.DependsOn, c.want) {
				t.Errorf("%+v", e)
			}
		})
	}
}
