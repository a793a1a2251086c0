package reach

import (
	"context"
	"errors"
	"sync"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/reach/channel"
	"zhanggui/modules/kernel/reach/choice"
)

// Rhythm of the connections.
const (
	glance   = 2 * time.Second // how soon a changed setting is noticed
	shortest = time.Second     // how soon a broken connection is opened again
	longest  = 2 * time.Minute
)

// line is one channel of one company in this process.
type line struct {
	c    *kernel.Company
	name string
	door channel.Doorman

	mu    sync.Mutex
	print string
	made  channel.Client
	state string // "off", "on", or what is wrong
	since clock.Instant
}

type lineKey struct{ name string }

func lineOf(c *kernel.Company, name string) *line {
	l, _ := kernel.Cache(c, lineKey{name}, func() (*line, error) { return &line{c: c, name: name, state: "off"}, nil })
	return l
}

// client gives the client for what is stored now.
func (l *line) client() (channel.Client, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	print := choice.Fingerprint(l.c, l.name)
	if l.made != nil && l.print == print {
		return l.made, nil
	}
	made, err := choice.Client(l.c, l.name)
	l.made, l.print = made, print
	return made, err
}

// tell notes how the connection stands.
func (l *line) tell(state string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state != state {
		l.state, l.since = state, clock.InstantOf(l.c.Clock.Now())
	}
}

// standing is how the connection stands, and since when.
func (l *line) standing() (string, clock.Instant) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state, l.since
}

// Start listens to the channels that are on, as the settings change, until the answer is called, which waits for the end.
func Start(ctx context.Context, c *kernel.Company) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	for _, name := range choice.Order {
		done.Go(func() { lineOf(c, name).keep(ctx) })
	}
	return func() {
		cancel()
		done.Wait()
	}
}

// keep holds the connection of one channel.
func (l *line) keep(ctx context.Context) {
	wait := shortest
	for ctx.Err() == nil {
		if !choice.On(l.c, l.name) {
			l.tell("off")
			channel.Wait(ctx, glance)
			continue
		}
		begun := clock.System().Now()
		err := l.hold(ctx)
		if errors.Is(err, channel.ErrDeaf) {
			l.tell("on")
			l.untilChanged(ctx, choice.Fingerprint(l.c, l.name))
			continue
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil && choice.On(l.c, l.name) {
			l.tell(channel.Why(err))
		}
		if clock.System().Now().Sub(begun) > longest {
			wait = shortest
		}
		channel.Wait(ctx, wait)
		wait = min(2*wait, longest)
	}
}

// hold listens with the client of now, until the connection breaks or the settings change.
func (l *line) hold(ctx context.Context) error {
	client, err := l.client()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	print := choice.Fingerprint(l.c, l.name)
	go func() {
		l.untilChanged(ctx, print)
		stop()
	}()
	return client.Listen(ctx, l, func() { l.tell("on") })
}

// untilChanged returns when the settings are others than those of the fingerprint, or ctx ends.
func (l *line) untilChanged(ctx context.Context, print string) {
	for ctx.Err() == nil && choice.Fingerprint(l.c, l.name) == print {
		channel.Wait(ctx, glance)
	}
}
