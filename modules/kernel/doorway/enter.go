package doorway

import (
	"context"
	"errors"
	"net"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
)

// Visit is the opening of a company whose address people know already.
type Visit struct {
	Open func() (*kernel.Company, error)
	// Refused is called before people are shown why the company does not open: the data folder is given back, so that
	// another program may try.
	Refused func(cause error)
	// Alone says that somebody else starts the program and looks after it. Then it ends at once, unless another start
	// could not help: an upgrade that is refused.
	Alone bool
}

// Enter opens the company while the door answers, and gives the listener to serve it on. When the company does not open,
// the door says why until somebody has read it; the error is then marked as Shown.
func (d *Door) Enter(ctx context.Context, v Visit) (*kernel.Company, net.Listener, error) {
	c, cause := v.Open()
	if cause != nil && ctx.Err() == nil && (!v.Alone || upgrade(cause)) {
		v.Refused(cause)
		d.Refuse(cause)
		d.Wait(ctx)
		cause = Shown{cause}
	}
	ln, err := d.Close()
	if cause == nil && err == nil {
		return c, ln, nil
	}
	if c != nil {
		c.Store.Close()
	}
	return nil, nil, errors.Join(cause, err, ln.Close())
}

func upgrade(cause error) bool {
	list, _ := problem.From(cause)
	return len(list) > 0 && strings.HasPrefix(list[0].Code, "upgrade.")
}

// Shown is an error that people have been told already.
type Shown struct{ error }

// Unwrap gives the error.
func (e Shown) Unwrap() error { return e.error }
