package run

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime/debug"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/web"
)

// DemoCmd makes a company to look at.
type DemoCmd struct {
	Until string `help:"Last month that is played, YYYY-MM. By default the year up to last month, and the days of this one so far."`
	Scale int    `default:"100" help:"How much business there is, in percent."`
	Years int    `default:"1" hidden:"" help:"How many years are played."`
	From  string `type:"existingdir" help:"Put the Northwind year from a folder of CSV files through an empty company instead, and compare its figures."`
}

// Run plays a year of a believable firm in an empty company, and checks it.
func (cmd *DemoCmd) Run(a *Env) error {
	if cmd.From != "" {
		return cmd.compare(a)
	}
	p := Play{Until: clock.Today(clock.System(), kernel.NewCompany().Zone()).AddDays(-1), Months: 12 * cmd.Years, Scale: cmd.Scale, Lang: a.Lang}
	if cmd.Until != "" {
		month, err := clock.ParseMonth(cmd.Until)
		if err != nil {
			return errors.New(kernel.T("月份写成 2026-10 这样：", "Write the month like 2026-10: ").In(p.Lang) + cmd.Until)
		}
		p.Until = month.Last()
	}
	if p.Months < 1 || p.Scale < 1 || p.Scale > 1000 {
		return errors.New(kernel.T("--scale 是 1 到 1000 的百分数，--years 至少是 1。", "--scale is a percentage from 1 to 1000, --years at least 1.").In(p.Lang))
	}
	if _, err := os.Stat(a.Database); err == nil && a.DB == "" {
		return a.taken()
	}
	folder, _, err := a.Own()
	if err != nil {
		return err
	}
	defer func() { _ = folder.Release() }()
	defer debug.SetGCPercent(debug.SetGCPercent(400))              // a short run with a small heap: memory is cheaper than time
	hand := clock.Fixed(p.Until.Time().AddDate(0, -p.Months-2, 0)) // before anything that is played: time never goes back
	c, err := a.Open(a.Ctx, hand)
	if err != nil {
		return err
	}
	defer c.Store.Close()
	if empty, err := auth.Needed(a.Ctx, c); err != nil || !empty {
		if err == nil {
			err = a.taken()
		}
		return err
	}
	if err := a.Play(a.Ctx, c, hand, p, a.Writers); err != nil {
		fmt.Fprintln(a.Words, kernel.T("演示没有做完，请清空文件夹再来一次：", "The demonstration did not come to its end; empty the folder and begin again: ").In(p.Lang)+a.Folder)
		return err
	}
	found, err := a.Check(a.Ctx, c.Store)
	if err != nil {
		return err
	}
	for _, line := range found.Faults {
		fmt.Fprintln(a.Out, line)
	}
	if !found.Clean {
		return errors.New(found.unsound().In(p.Lang))
	}
	fmt.Fprintln(a.Out, found.sound().In(p.Lang))
	fmt.Fprintln(a.Words, kernel.T("现在启动：zhanggui --data ", "Now start it: zhanggui --data ").In(p.Lang)+a.Folder)
	return nil
}

// taken says that there is a company already, which a demonstration never touches.
func (a *Env) taken() error {
	return errors.New(kernel.T("这里已经有公司的数据，演示不会动它。请用 --data 指定一个空的文件夹：", "There is a company already, which a demonstration does not touch. Name an empty folder with --data: ").In(a.Lang) + a.Folder)
}

// compare serves an empty company on a free port and lets the Northwind year work on it as a user would.
func (cmd *DemoCmd) compare(a *Env) error {
	folder, _, err := a.Own()
	if err != nil {
		return err
	}
	defer func() { _ = folder.Release() }()
	c, err := a.Open(a.Ctx, nil)
	if err != nil {
		return err
	}
	defer c.Store.Close()
	runner, err := jobs.Start(a.Ctx, c)
	if err != nil {
		return err
	}
	defer runner.Stop()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server, err := web.New(c, a.Web(ln.Addr().String()))
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	ctx, stop := context.WithCancel(a.Ctx)
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, ln) }()
	err = a.Demo(ctx, "http://"+ln.Addr().String(), cmd.From, a.Out)
	stop()
	return errors.Join(err, <-served)
}
