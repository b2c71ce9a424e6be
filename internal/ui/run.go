package ui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"
)

// Run shows the model until the responder leaves or ctx ends. A hang-up or a
// closed terminal kills the program without a word (Run then returns late or
// never), so nothing that must happen may wait for Run: the engine and the
// journal live elsewhere.
func Run(ctx context.Context, m *Model, opts ...tea.ProgramOption) error {
	feed, stop := context.WithCancel(ctx)
	defer stop()
	m.pump.ctx = feed
	all := []tea.ProgramOption{tea.WithContext(ctx)}
	if m.o.FPS > 0 {
		all = append(all, tea.WithFPS(m.o.FPS))
	}
	_, err := tea.NewProgram(m, append(all, opts...)...).Run()
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
