//go:build !windows

package firewall

import (
	"context"
	"errors"
)

func look(ctx context.Context, _, port string) Standing { return unix(ctx, "/", port) }

// Allow asks the user to let callers through; only Windows can.
func Allow() error { return errors.ErrUnsupported }
