package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ircontain/ircontain/internal/engine"
	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/simaws"
)

// interruptAt cancels when an IAM action is about to be asked for.
func interruptAt(action string, cancel func()) func(aws.HTTPClient) aws.HTTPClient {
	return func(next aws.HTTPClient) aws.HTTPClient {
		return transportFunc(func(req *http.Request) (*http.Response, error) {
			if req.Body != nil {
				body, err := io.ReadAll(req.Body)
				if err != nil {
					return nil, err
				}
				req.Body = io.NopCloser(bytes.NewReader(body))
				if bytes.Contains(body, []byte("Action="+action+"&")) {
					cancel()
				}
			}
			return next.Do(req)
		})
	}
}

// TestInterruptIsNoFailure: Ctrl-C while a step plans is the end of the
// sitting, not of the step, not even where the playbook goes on after failures.
func TestInterruptIsNoFailure(t *testing.T) {
	r := newRig(t, simaws.Options{Seed: 1})
	ctx, cancel := context.WithCancel(context.Background())
	r.via = interruptAt("GetRole", cancel)
	pb, err := r.app.loadPlaybook(r.quick)
	must(t, err)
	ap, err := parseApproval("all", r.key().Last4(), "ana", pb)
	must(t, err)
	err = r.app.start(ctx, walk{around: r.around(), playbook: pb, random: seeded(1), auto: ap.decide,
		opened: incident.IncidentOpened{AccessKey: r.key(), Owner: "lee", Reason: "test", ReviewAt: r.world.Clock().Now().Add(4 * time.Hour)}})
	if !errors.Is(err, engine.ErrInterrupted) {
		t.Errorf("the walk ended with %v", err)
	}
	s := r.state()
	if st := s.Step("role-sessions"); st.Status.Ended() {
		t.Errorf("the interrupted step ended as %s: %s", st.Status, st.Detail)
	}
	if st := s.Step("map"); st.Status.Ended() {
		t.Errorf("the step after it ended as %s: %s", st.Status, st.Detail)
	}
}
