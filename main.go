// Zhanggui (掌柜): one file that runs a whole small company.
package main

import (
	"context"
	"io"
	"os"
	_ "time/tzdata" // company time zones work on machines without a zone database

	"zhanggui/modules"
	"zhanggui/modules/check"
	"zhanggui/modules/demo/firm"
	"zhanggui/modules/demo/northwind"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/cli"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/store"
)

// version is stamped by the release build.
var version = "dev"

func main() {
	os.Exit(cli.Main(cli.Product{
		Modules: modules.All(), Version: version,
		Check: func(ctx context.Context, st *store.Store, watch ...func(done, total int)) (cli.Findings, error) {
			found, err := check.Run(ctx, st, watch...)
			return cli.Findings(found), err
		},
		Demo: func(ctx context.Context, base, from string, out io.Writer) error {
			return northwind.Run(ctx, northwind.Options{Base: base, From: from, Out: out, Now: clock.System().Now})
		},
		Play: func(ctx context.Context, c *kernel.Company, hand *clock.Manual, p cli.Play, to cli.Writers) error {
			return firm.Play(ctx, c, hand, firm.Options{Until: p.Until, Months: p.Months, Scale: p.Scale, Lang: p.Lang, Out: to.Out, Progress: to.Words})
		},
	}))
}
