//go:build unix

package speed

import (
	"syscall"
	"time"
)

// cpu is what the process has worked so far, which other work on the machine changes less than the time on the wall.
func cpu() time.Duration {
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r) // cannot fail for the process itself
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
