package simaws

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/policy"
)

// defaultLags are what was measured on live accounts: IAM writes bite after
// about four seconds, event history shows a call after about two minutes.
func defaultLags() lags { return lags{propagation: 4 * time.Second, delivery: 2 * time.Minute} }

// FromAccount makes a world of a snapshot of a live account, for dry runs. Its
// events are served by LookupEvents as they came. The responder of
// Options.ResponderARN gets a synthetic key with full access, since the
// snapshot cannot say what organisation policies let it do; explicit denies in
// the snapshot still hold for it.
func FromAccount(a Account, o Options) (*World, error) {
	born := time.Now().UTC()
	if o.Clock != nil {
		born = o.Clock.Now()
	}
	w, err := newWorld(a, o, defaultLags(), born)
	if err != nil {
		return nil, err
	}
	w.now = born
	for i, raw := range a.Events {
		e, err := readEvent(raw)
		if err != nil {
			return nil, fmt.Errorf("load account: event %d: %w", i, err)
		}
		w.events = append(w.events, e)
	}
	slices.SortStableFunc(w.events, func(a, b *event) int { return a.at.Compare(b.at) })
	arn := o.ResponderARN
	if arn == "" {
		arn = "arn:aws:sts::" + a.ID + ":assumed-role/dry-run/responder"
	}
	w.start = born
	return w, w.enrol(arn, born, true)
}

// enrol gives the responder temporary credentials that outlast any rehearsal:
// the world's clock can skip weeks, and an expired responder would end it.
// Expiry is a fault to inject, not an accident to suffer.
func (w *World) enrol(arn string, issued time.Time, full bool) error {
	who, err := policy.ParsePrincipal(arn)
	if err != nil {
		return fmt.Errorf("enrol responder: %w", err)
	}
	s := w.current()
	if who.Account != s.account {
		return fmt.Errorf("enrol responder: %s is not of account %s", arn, s.account)
	}
	ses := session{arn: arn, owner: who.Name, full: full, mfa: true, issued: issued.Truncate(time.Second), expires: issued.AddDate(100, 0, 0)}
	switch who.Kind {
	case policy.PrincipalAssumedRole:
		ses.kind, ses.name = roleSession, who.SessionName
		ses.ownerID = w.derive.uniqueID("AROA", 21, s.account, who.Name)
		if r, ok := s.roles[who.Name]; ok {
			ses.ownerID = r.ID
		} else if !full {
			return fmt.Errorf("enrol responder: role %s is not in the account", who.Name)
		}
	case policy.PrincipalUser:
		ses.kind = userSession
		ses.ownerID = w.derive.uniqueID("AIDA", 21, s.account, who.Name)
		if u, ok := s.users[who.Name]; ok {
			ses.ownerID = u.ID
		} else if !full {
			return fmt.Errorf("enrol responder: user %s is not in the account", who.Name)
		}
	default:
		return fmt.Errorf("enrol responder: %s is neither a user nor a role session", arn)
	}
	minted := w.mint(ses, "responder "+arn)
	w.responder = Credentials{minted.keyID, w.derive.secret(minted.keyID), w.derive.token(minted.keyID), arn}
	return nil
}

// rawRecord is the part of a CloudTrail record LookupEvents can search.
type rawRecord struct {
	EventTime     time.Time `json:"eventTime"`
	EventID       string    `json:"eventID"`
	RequestID     string    `json:"requestID"`
	EventName     string    `json:"eventName"`
	EventSource   string    `json:"eventSource"`
	Region        string    `json:"awsRegion"`
	ReadOnly      any       `json:"readOnly"`
	EventCategory string    `json:"eventCategory"`
	ErrorCode     string    `json:"errorCode"`
	UserIdentity  struct {
		AccessKeyID string `json:"accessKeyId"`
		UserName    string `json:"userName"`
		PrincipalID string `json:"principalId"`
		Type        string `json:"type"`
	} `json:"userIdentity"`
	Resources []struct {
		ARN  string `json:"ARN"`
		Type string `json:"type"`
	} `json:"resources"`
}

func readEvent(raw json.RawMessage) (*event, error) {
	var r rawRecord
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, fmt.Errorf("read record: %w", err)
	}
	if r.EventTime.IsZero() || r.EventName == "" {
		return nil, errors.New("record has no eventTime or eventName")
	}
	e := &event{
		at: r.EventTime.UTC(), id: r.EventID, requestID: r.RequestID, name: r.EventName, source: r.EventSource,
		region: or(r.Region, "us-east-1"), readOnly: r.ReadOnly == true || r.ReadOnly == "true",
		data: r.EventCategory != "" && r.EventCategory != "Management", code: r.ErrorCode,
		key: r.UserIdentity.AccessKeyID, username: r.UserIdentity.UserName, raw: raw,
	}
	if _, name, ok := strings.Cut(r.UserIdentity.PrincipalID, ":"); ok && e.username == "" {
		e.username = name
	}
	for _, x := range r.Resources {
		e.resources = append(e.resources, eventResource{x.ARN, x.Type, x.ARN})
	}
	return e, nil
}
