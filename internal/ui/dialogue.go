package ui

import (
	"context"
	"strings"
)

// dialogue asks the fields of a dialog one by one, then for its button.
func (l *lineMode) dialogue(ctx context.Context, d *dialog) error {
	l.say("%s", d.title)
	l.sheetLines(d.aboutLines(l.m.scene(), lineWidth))
	for i := range d.fields {
		f := &d.fields[i]
		prompt := f.label + "? An empty line cancels."
		if f.value != "" {
			prompt = f.label + "? An empty line keeps: " + f.value
		}
		answer, err := l.ask(ctx, d, prompt)
		if err != nil || (answer == "" && f.value == "") {
			return l.cancelled(err)
		}
		if answer != "" {
			f.value = clean(answer, 0)
			if f.want != "" {
				f.value = strings.ToUpper(f.value)
			}
		}
		if !f.met() {
			l.say("%s", d.missing())
			return l.cancelled(nil)
		}
	}
	answer, err := l.ask(ctx, d, "1 "+d.press+", 2 "+d.cancel+"? An empty line cancels.")
	if err != nil || answer != "1" {
		return l.cancelled(err)
	}
	d.focus = len(d.fields)
	l.run(l.m.dialogEnter())
	return nil
}

func (l *lineMode) cancelled(err error) error {
	l.m.dialog = nil
	l.say("Cancelled: nothing was sent. %s", l.m.notice)
	if err == nil {
		l.menu()
	}
	return err
}

// ask prints a prompt and waits for its line; facts go on being printed.
func (l *lineMode) ask(ctx context.Context, d *dialog, prompt string) (string, error) {
	l.say("%s", prompt)
	for {
		select {
		case answer, ok := <-l.answers:
			if !ok {
				return "", errInputEnded
			}
			return answer, nil
		case msg := <-l.facts:
			l.take(msg)
			if l.m.dialog != d || l.over {
				return "", nil
			}
			l.say("%s", prompt)
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}
