package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// version is the module version, or "dev" with the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "dev"
	}
	return info.Main.Version
}

func (a *App) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print version, commit, Go version and dependency digest", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := struct {
				SchemaVersion int    `json:"schema_version"`
				Version       string `json:"version"`
				Commit        string `json:"commit"`
				Go            string `json:"go"`
				Platform      string `json:"platform"`
				// Dependencies is the SHA-256 over "path version sum" of every module.
				Dependencies string `json:"dependencies"`
			}{1, version(), commit(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH, dependencyDigest()}
			if a.cfg.Output == "json" {
				return a.printJSON(v)
			}
			fmt.Fprintf(a.Out, "ircontain %s commit %s %s %s dependencies %.16s\n", v.Version, v.Commit, v.Go, v.Platform, v.Dependencies)
			return nil
		},
	}
}

func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return "unknown"
}

func dependencyDigest() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	var b strings.Builder
	for _, d := range info.Deps {
		fmt.Fprintln(&b, d.Path, d.Version, d.Sum)
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}
