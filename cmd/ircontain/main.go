// Command ircontain contains a compromised AWS access key: staged, verified,
// reversible, recorded. See the README.
package main

import (
	"os"

	"github.com/ircontain/ircontain/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
