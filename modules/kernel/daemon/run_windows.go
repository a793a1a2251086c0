package daemon

import (
	"context"
	"os"

	"github.com/kardianos/service"
	"golang.org/x/sys/windows/svc"
)

// Run runs the program; under the service manager of Windows it answers that, ends when told, and tells when it has ended.
func Run(ctx context.Context, body func(context.Context) int) int {
	if is, err := svc.IsWindowsService(); err != nil || !is {
		return body(ctx)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	p := &process{ctx: ctx, stop: stop, body: body, done: make(chan int, 1)}
	s, err := service.New(p, named())
	if err != nil || s.Run() != nil {
		return 1
	}
	return p.code
}

// process is the program as the service manager sees it.
type process struct {
	ctx  context.Context
	stop context.CancelFunc
	body func(context.Context) int
	done chan int
	code int
}

// Start begins and returns at once.
func (p *process) Start(service.Service) error {
	go func() {
		code := p.body(p.ctx)
		if p.ctx.Err() == nil {
			os.Exit(max(1, code)) // it ended unasked: the manager starts it again
		}
		p.done <- code
	}()
	return nil
}

// Stop returns when the books are closed.
func (p *process) Stop(service.Service) error {
	p.stop()
	p.code = <-p.done
	return nil
}
