// Package playbooks embeds the playbooks that ship with ircontain. It holds
// files only: what they mean is the business of internal/playbook.
package playbooks

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed *.yaml
var files embed.FS

// Names lists the shipped playbooks.
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		out = append(out, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return out
}

// Read returns the bytes of a shipped playbook.
func Read(name string) ([]byte, error) {
	data, err := files.ReadFile(name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("no shipped playbook is named %q", name)
	}
	return data, nil
}
