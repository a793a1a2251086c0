//go:build !windows

package daemon

import "context"

// Run runs the program. Here a service is told to end by a signal, like any other program.
func Run(ctx context.Context, body func(context.Context) int) int { return body(ctx) }
