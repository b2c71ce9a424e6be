package incident

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestClassAndHint(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	for name, c := range map[string]struct {
		err   error
		class Class
		hint  string
	}{
		"nothing":               {nil, ClassError, ""},
		"plain":                 {cause, ClassError, ""},
		"problem":               {fmt.Errorf("x: %w", &Problem{Class: ClassStale, Hint: "do this", Err: cause}), ClassStale, "do this"},
		"problem around a call": {&Problem{Class: ClassDoubt, Err: &CallError{Code: "AccessDenied", Service: "IAM", Operation: "GetUser"}}, ClassDoubt, "IAM:GetUser"},
		"denied":                {&CallError{Code: "AccessDenied", Answer: AnswerRefused, Service: "IAM", Operation: "GetUser"}, ClassRefused, "needs IAM:GetUser"},
		"denied, JSON":          {&CallError{Code: "AccessDeniedException", Answer: AnswerRefused}, ClassRefused, "docs/permissions.md"},
		"denied, EC2":           {&CallError{Code: "UnauthorizedOperation"}, ClassRefused, "docs/permissions.md"},
		"expired":               {&CallError{Code: "ExpiredToken", Credentials: true}, ClassCredentials, "have expired"},
		"wrong credentials":     {&CallError{Code: "InvalidClientTokenId", Credentials: true}, ClassCredentials, "--profile"},
		"throttled":             {&CallError{Code: "Throttling", Answer: AnswerRefused}, ClassError, "wait a minute"},
		"throttled, JSON":       {&CallError{Code: "ThrottlingException"}, ClassError, "wait a minute"},
		"no answer":             {&CallError{Answer: AnswerUnknown}, ClassError, "ircontain resume"},
		"not sent":              {&CallError{Answer: AnswerNotSent}, ClassError, ""},
		"absent":                {&CallError{Answer: AnswerAbsent}, ClassError, ""},
		"refused":               {&CallError{Answer: AnswerRefused, Code: "NoSuchEntity"}, ClassError, ""},
	} {
		if got := ClassOf(c.err); got != c.class {
			t.Errorf("%s: class %s, want %s", name, got, c.class)
		}
		if got := HintOf(c.err); !strings.Contains(got, c.hint) || (c.hint == "") != (got == "") {
			t.Errorf("%s: hint %q, want %q", name, got, c.hint)
		}
	}
}

func TestCallErrorText(t *testing.T) {
	t.Parallel()
	for answer, verb := range map[Answer]string{AnswerNotSent: "not sent", AnswerRefused: "refused", AnswerAbsent: "not known at this endpoint", AnswerUnknown: "got no clear answer"} {
		cause := errors.New("x")
		e := &CallError{Service: "IAM", Operation: "GetUser", Answer: answer, Code: "C", Message: "m", Err: cause}
		if got, want := e.Error(), "IAM:GetUser "+verb+": C: m"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if !errors.Is(e, cause) {
			t.Error("the cause is lost")
		}
		e.Code = ""
		if got, want := e.Error(), "IAM:GetUser "+verb+": m"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	p := &Problem{Text: "t", Err: errors.New("c")}
	if p.Error() != "t: c" || (&Problem{Text: "t"}).Error() != "t" {
		t.Errorf("%q", p.Error())
	}
}

func TestCallLogFolds(t *testing.T) {
	t.Parallel()
	ctx, log := WithCallLog(t.Context())
	for i := range foldAbove + 1 {
		LogCall(ctx, Call{Service: "CloudTrail", Operation: "LookupEvents", Status: 200, Millis: 2, RequestID: fmt.Sprint(i)})
	}
	for i := range foldAbove {
		LogCall(ctx, Call{Service: "IAM", Operation: "GetUser", RequestID: string(rune('z' - i))})
	}
	LogCall(ctx, Call{Service: "CloudTrail", Operation: "LookupEvents", Error: "Throttling"})
	LogCall(t.Context(), Call{Service: "lost"}) // no log in this context: nowhere to go
	calls := log.Calls()
	if len(calls) != 1+1+foldAbove {
		t.Fatalf("%d rows: %+v", len(calls), calls)
	}
	if c := calls[0]; c.Count != foldAbove+1 || c.Millis != 2*(foldAbove+1) || c.Status != 200 || c.RequestID != "" || c.Error != "" {
		t.Errorf("folded row: %+v", c)
	}
	if c := calls[1]; c.Error != "Throttling" || c.Count != 0 {
		t.Errorf("a failure is a row of its own: %+v", c)
	}
	for i, c := range calls[2:] {
		if c.Count != 0 || c.RequestID != string(rune('z'-foldAbove+1+i)) {
			t.Errorf("row %d: %+v", i, c)
		}
	}
}

func TestCallLogIsSafeForParallelReads(t *testing.T) {
	t.Parallel()
	ctx, log := WithCallLog(t.Context())
	done := make(chan bool)
	for i := range 8 {
		go func() {
			LogCall(ctx, Call{Service: "IAM", Operation: "GetUser", RequestID: fmt.Sprint(i)})
			done <- true
		}()
	}
	for range 8 {
		<-done
	}
	for i, c := range log.Calls() {
		if c.RequestID != fmt.Sprint(i) {
			t.Errorf("row %d is %+v", i, c)
		}
	}
}

func TestAnchorTravelsInTheContext(t *testing.T) {
	t.Parallel()
	if a := Anchor(context.Background()); a != "" {
		t.Errorf("%q", a)
	}
	if a := Anchor(WithAnchor(t.Context(), "3.ff")); a != "3.ff" {
		t.Errorf("%q", a)
	}
}
