package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/playbook"
)

// approval is what --approve and --confirm say.
type approval struct {
	all     bool
	steps   []string
	confirm string
	by      string
}

// parseApproval checks --approve against the playbook, so that a misspelt step
// is a usage error and not a silent skip.
func parseApproval(text, confirm, by string, pb *playbook.Playbook) (approval, error) {
	ap := approval{confirm: confirm, by: by}
	if text == "" {
		return ap, usage("--headless needs --approve", "use --approve all, or name steps: --approve "+strings.Join(stepIDs(pb), ","))
	}
	if text == "all" {
		ap.all = true
		return ap, nil
	}
	for _, id := range strings.Split(text, ",") {
		id = strings.TrimSpace(id)
		if !slices.Contains(stepIDs(pb), id) {
			return ap, usage(fmt.Sprintf("--approve names %.40q, which is no step of playbook %s", id, pb.Name), "steps are: "+strings.Join(stepIDs(pb), ", "))
		}
		ap.steps = append(ap.steps, id)
	}
	return ap, nil
}

func stepIDs(pb *playbook.Playbook) []string {
	var ids []string
	for _, stage := range pb.Stages {
		for _, s := range stage.Steps {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// decide answers for the step that is waiting.
func (ap approval) decide(s *incident.State) incident.Decision {
	st := s.Step(s.Current)
	if st == nil || !(ap.all || slices.Contains(ap.steps, string(st.ID))) {
		return incident.Decision{Verb: incident.Skip, Step: s.Current, By: ap.by, Reason: "not named in --approve", How: "--approve", Deferred: true}
	}
	return incident.Decision{Verb: incident.Approve, Step: st.ID, Digest: st.Digest, Confirm: ap.confirm, By: ap.by, How: "--approve"}
}
