package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/lucheck/lucheck/explorer"
)

// version is the release that this source is on the way to.
const version = "0.1.0"

// build describes the program.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision"`
	Modified bool   `json:"modified"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Schema   string `json:"schema"`
}

func thisBuild() build {
	b := build{Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Schema: explorer.Schema}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Revision = s.Value
			case "vcs.modified":
				b.Modified = s.Value == "true"
			}
		}
	}
	return b
}

func newVersion(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b := thisBuild()
			if !asJSON {
				_, err := fmt.Fprintf(a.out, "lucheck %s (%s, %s)\n", b.Version, b.Go, b.Platform)
				return err
			}
			e := json.NewEncoder(a.out)
			e.SetIndent("", "  ")
			return e.Encode(b)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print it as JSON, with revision, platform and report schema")
	return cmd
}
