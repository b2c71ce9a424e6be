package actions

import "github.com/ircontain/ircontain/internal/incident"

// Recent is the newest part of a key's event history.
type Recent struct {
	Usage incident.Usage
}
