package cli

import (
	"errors"
	"net"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/doorway"
)

// enter opens the company and gives the listener to serve it on. Meanwhile the address answers with words; when the company
// does not open, they say why until somebody has read them.
func (r *reign) enter() (*kernel.Company, net.Listener, error) {
	ln, err := r.station.Listen()
	if err != nil {
		return nil, nil, err
	}
	if r.folder != nil {
		if err := r.folder.Announce("http://" + shown(r.station.Home())); err != nil {
			return nil, nil, errors.Join(err, ln.Close())
		}
	}
	door := doorway.Open(ln)
	r.app.tell = func(step string) {
		door.Tell(step)
		r.tell()
	}
	return door.Enter(r.app.ctx, doorway.Visit{Open: r.open, Alone: r.cmd.NoBrowser, Refused: func(cause error) {
		r.app.complain(cause)
		if r.folder != nil {
			_ = r.folder.Release() // what stays locked goes with the program
		}
		r.refused = true
		r.tell()
	}})
}
