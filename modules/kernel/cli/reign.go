package cli

import (
	"context"
	"errors"
	"fmt"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/backup/restore"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/desktop"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/network"
	"zhanggui/modules/kernel/reach"
	"zhanggui/modules/kernel/web"
)

// reign is the serving of one data folder. A restore from the page ends the company that is being served and begins the
// next one at the same address.
type reign struct {
	cmd     *serveCmd
	app     *app
	folder  *boot.Folder // nil when it cannot be taken, for a cause
	cause   error
	refused bool               // the company does not open
	quit    context.CancelFunc // ends the program
	station *network.Station   // where companies are served
	told    bool               // people know the address
	next    *restore.Staged    // the company to begin with, nil for the one that is there
}

// serve serves one company until the program is interrupted or another company is to take its place: again.
func (r *reign) serve() (again bool, err error) {
	c, ln, err := r.enter()
	if err != nil {
		return false, err
	}
	defer c.Store.Close()
	runner, err := jobs.Start(r.app.ctx, c)
	if err != nil {
		return false, errors.Join(err, ln.Close())
	}
	defer runner.Stop()
	defer reach.Start(r.app.ctx, c)()
	network.Offer(c, r.station)
	options := r.app.webOptions(r.station.Home(), r.cmd.Host)
	options.Rules = r.station.Rules
	server, err := web.New(c, options)
	if err != nil {
		return false, errors.Join(err, ln.Close())
	}
	r.tell()
	ctx, stop := context.WithCancel(r.app.ctx)
	defer stop()
	seat := restore.Offer(c, r.app.host().Plan())
	taken := make(chan *restore.Staged, 1)
	go func() {
		select {
		case next := <-seat.Taken():
			taken <- next
			stop()
		case <-ctx.Done():
		}
	}()
	err = server.Serve(ctx, ln)
	stop()
	runner.Stop()
	select {
	case next := <-taken:
		yields, failed := r.app.host().Yield(r.app.ctx, c, next)
		if yields {
			r.next = next
		}
		return r.app.ctx.Err() == nil, errors.Join(err, failed)
	default:
		r.app.host().Quit(r.app.ctx, c)
		return false, err
	}
}

// tell says once where the company is served, and opens the browser there.
func (r *reign) tell() {
	if r.told {
		return
	}
	r.told = true
	address := "http://" + shown(r.station.Home())
	words := kernel.T("掌柜已启动，请在浏览器打开：", "Zhanggui is running. Open in the browser: ")
	if r.refused {
		words = kernel.T("原因也写在浏览器里：", "The browser says why, too: ")
	}
	fmt.Fprintln(r.app.words, words.In(r.app.flags.Lang)+address)
	if !r.cmd.NoTray && r.folder != nil {
		go desktop.Beside(r.app.ctx, desktop.Seat{Lang: r.app.flags.Lang, Address: address, Data: r.folder.Path, Outside: r.app.flags.DB != "",
			Host: r.app.host(), Quit: r.quit, Words: r.app.wording, Log: r.app.log})
	}
	if r.cmd.NoBrowser {
		return
	}
	if err := desktop.Show(address); err != nil {
		r.app.log.Warn("the browser could not be opened", "error", err)
	}
}

// open opens the company to serve: the one that waits to take the place of another, or the one that is there.
func (r *reign) open() (*kernel.Company, error) {
	if r.folder == nil {
		return nil, r.cause
	}
	next := r.next
	if r.next = nil; next == nil {
		return r.app.open(r.app.ctx)
	}
	return r.app.host().Succeed(r.app.ctx, next)
}
