package battery

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// memoryMost is what a small machine has for the program, in kB of memory of its own (not mapped files).
const memoryMost = 512 << 10

// TestFiveImportsAndAnExport: with 512 MB a program lives through five large imports and an export at once, and goes on
// serving others.
func TestFiveImportsAndAnExport(t *testing.T) {
	rows := often(6000, 20_000)
	data := filepath.Join(t.TempDir(), "data")
	found(t, data)
	server := serve(t, data)
	c := newClient(server.base)
	c.login(t, "boss")
	stop, peak := make(chan struct{}), make(chan int64)
	go func() {
		most := int64(0)
		for {
			select {
			case <-stop:
				peak <- most
				return
			case <-time.After(20 * time.Millisecond):
				most = max(most, ownMemory(server.cmd.Process.Pid))
			}
		}
	}()
	var wg sync.WaitGroup
	jobs := make([]int64, 5)
	for n := range jobs {
		var csv strings.Builder
		csv.WriteString("编码,名称,地址\n")
		for i := range rows {
			fmt.Fprintf(&csv, "M%d-%05d,内存客户%d-%d,%s\n", n, i, n, i, strings.Repeat("很长的地址", 20))
		}
		wg.Go(func() {
			a := c.upload(t, "/api/v1/base/parties/import", "customers.csv", []byte(csv.String()))
			job, _ := a.body["job"].(float64)
			if a.status != 200 || job == 0 {
				t.Error(a)
			}
			jobs[n] = int64(job)
		})
	}
	wg.Go(func() {
		for range 3 {
			if a := c.must(t, "GET", "/api/v1/base/parties/export.xlsx", nil); len(a.text) < 1000 {
				t.Error("an export of nothing")
			}
		}
	})
	wg.Wait()
	worst := time.Duration(0)
	for _, job := range jobs {
		for began := time.Now(); !waitFor(c, job, time.Second); {
			asked := time.Now()
			c.must(t, "GET", "/api/v1/base/parties?limit=1", nil)
			worst = max(worst, time.Since(asked))
			if time.Since(began) > 4*time.Minute {
				t.Fatal("an import never ends")
			}
		}
	}
	c.must(t, "GET", "/api/v1/base/parties/export.xlsx", nil)
	close(stop)
	most := <-peak
	if most > memoryMost || most == 0 {
		t.Errorf("%d MB were needed, at most %d are there", most>>10, memoryMost>>10)
	}
	if got := c.must(t, "GET", "/api/v1/base/parties?limit=1&total=1&q=内存客户", nil).body["total"]; fmt.Sprint(got) != fmt.Sprint(5*rows) && got != float64(10_000) {
		t.Errorf("%v customers arrived, want %d", got, 5*rows)
	}
	t.Logf("five imports of %d rows and four exports: at most %d MB; the slowest list beside them %s", rows, most>>10, worst)
}

// ownMemory is what a process has for itself, in kB.
func ownMemory(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			n, _ := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			return n
		}
	}
	return 0
}
