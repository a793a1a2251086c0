// Package machine tells what the program takes of the computer it runs on, and how much of it is left.
package machine

import (
	"bufio"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/kernel/clock"
)

// Room is how much of a disk is free for this user, and how large it is, in bytes.
type Room struct{ Free, Total int64 }

// Disk measures the disk on which a folder lies; false where the system does not tell.
func Disk(folder string) (Room, bool) {
	room, ok := disk(folder)
	return room, ok && room.Total > 0
}

// Memory is what the program holds, in bytes. Own is memory of its own as the system counts it, without mapped files; 0
// where the system does not tell.
type Memory struct {
	Heap, Taken, Own int64
	Goroutines       int
}

// Used measures the memory of this process.
func Used() Memory {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return Memory{Heap: int64(m.HeapAlloc), Taken: int64(m.Sys - m.HeapReleased), Own: own("/proc/self/status"), Goroutines: runtime.NumGoroutine()} //nolint:gosec // memory fits
}

// own reads the anonymous memory of a process from the table that Linux keeps of it.
func own(path string) int64 {
	f, err := os.Open(path) //nolint:gosec // a fixed name
	if err != nil {
		return 0
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "RssAnon:"); ok {
			kb, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64) // what cannot be read is 0
			return kb << 10
		}
	}
	return 0
}

// Build is when the sources of the program were written, the zero time when the binary does not say.
func Build() time.Time {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return time.Time{}
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.time" {
			at, _ := time.Parse(time.RFC3339, s.Value) // what cannot be read is the zero time
			return at
		}
	}
	return time.Time{}
}

// syncs is how often a write to the disk is tried; the middle one counts.
const syncs = 3

// Sync measures how long the disk takes until a small write is safe: what every commit waits for.
func Sync(folder string, on clock.Clock) (time.Duration, error) {
	f, err := os.CreateTemp(folder, ".probe-*")
	if err != nil {
		return 0, err
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(filepath.Clean(f.Name()))
	}()
	var took []time.Duration
	page := make([]byte, 4096)
	for range syncs {
		start := on.Now()
		if _, err := f.Write(page); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		took = append(took, on.Now().Sub(start))
	}
	slices.Sort(took)
	return took[syncs/2], nil
}
