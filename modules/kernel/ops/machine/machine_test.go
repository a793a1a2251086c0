package machine

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"zhanggui/modules/kernel/clock"
)

func TestDiskAndMemory(t *testing.T) {
	room, ok := Disk(t.TempDir())
	if !ok || room.Free <= 0 || room.Total < room.Free {
		t.Errorf("%+v %v", room, ok)
	}
	if room, ok := Disk(filepath.Join(t.TempDir(), "gone")); ok {
		t.Errorf("a folder that is not there has %+v", room)
	}
	m := Used()
	if m.Heap <= 0 || m.Taken < m.Heap || m.Goroutines < 1 {
		t.Errorf("%+v", m)
	}
	if runtime.GOOS == "linux" && (m.Own < 1<<18 || m.Own > 1<<32) {
		t.Errorf("this process has %d bytes of its own", m.Own)
	}
}

func TestOwnMemoryIsWhatTheTableSays(t *testing.T) {
	table := filepath.Join(t.TempDir(), "status")
	if err := os.WriteFile(table, []byte("Name:\tzhanggui\nVmRSS:\t  99999 kB\nRssAnon:\t   20480 kB\nRssFile:\t 1 kB\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := own(table); got != 20<<20 {
		t.Errorf("%d, want 20 MB", got)
	}
	if got := own(table + ".none"); got != 0 {
		t.Errorf("%d where there is no table", got)
	}
}

// ticking is a clock that goes on by a step with every look at it.
type ticking struct {
	at    time.Time
	steps []time.Duration
}

func (c *ticking) Now() time.Time {
	if len(c.steps) > 0 {
		c.at, c.steps = c.at.Add(c.steps[0]), c.steps[1:]
	}
	return c.at
}

var _ clock.Clock = (*ticking)(nil)

// TestSync takes the middle of three writes and leaves nothing behind.
func TestSync(t *testing.T) {
	folder := t.TempDir()
	on := &ticking{steps: []time.Duration{0, 90 * time.Millisecond, 0, 5 * time.Millisecond, 0, 7 * time.Millisecond}}
	if got, err := Sync(folder, on); err != nil || got != 7*time.Millisecond {
		t.Errorf("%s %v, want 7ms", got, err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("%v %v is left", left, err)
	}
	if _, err := Sync(filepath.Join(folder, "gone"), on); err == nil {
		t.Error("a folder that is not there can be written to")
	}
}
