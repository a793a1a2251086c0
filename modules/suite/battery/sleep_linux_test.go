package battery

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// long tells that there is time: ZHANGGUI_BATTERY=long.
func long() bool { return os.Getenv("ZHANGGUI_BATTERY") == "long" }

// stream opens an event stream and gives its lines until it ends.
func (c *client) stream(t *testing.T, path string) <-chan string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, "GET", c.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&http.Client{Jar: c.http.Jar}).Do(req) // no time limit: a stream is long
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != 200 {
		t.Fatalf("%s: %d", path, res.StatusCode)
	}
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		defer func() { _ = res.Body.Close() }()
		for in := bufio.NewScanner(res.Body); in.Scan(); {
			lines <- in.Text()
		}
	}()
	return lines
}

// next waits for a line that begins so, and gives its rest; false when the stream ended or stays silent.
func next(lines <-chan string, beginning string) (string, bool) {
	for late := time.After(patience); ; {
		select {
		case line, open := <-lines:
			if rest, is := strings.CutPrefix(line, beginning); is || !open {
				return rest, is
			}
		case <-late:
			return "", false
		}
	}
}

// parties is a file of so many business partners.
func parties(n int) []byte {
	var b strings.Builder
	b.WriteString("编码,名称\n")
	for i := range n {
		fmt.Fprintf(&b, "S%05d,睡着的客户%05d\n", i, i)
	}
	return []byte(b.String())
}

// sleep stops the whole process for a while.
func (c *child) sleep(t *testing.T, nap time.Duration) {
	t.Helper()
	if err := c.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	time.Sleep(nap)
	if err := c.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
}

// TestTheMachineSleeps stops the whole process in the middle of sales, an import and an open event stream, as a lid that is
// closed does, and lets it go on: every request is answered, the import is done once, the stream and the session live.
// With ZHANGGUI_BATTERY=long it sleeps longer than the lease of a job lasts.
func TestTheMachineSleeps(t *testing.T) {
	nap := 5 * time.Second
	if long() {
		nap = 80 * time.Second
	}
	data := filepath.Join(t.TempDir(), "data")
	found(t, data)
	server := serve(t, data)
	boss := &till{client: newClient(server.base), name: "till", receipt: map[string]sold{}}
	boss.http.Timeout = nap + time.Minute
	boss.login(t, "boss")
	g := stocked(t, boss.client, time.Now().Format("2006-01-02"))
	const rows = 6000
	body, kind := form("parties.csv", parties(rows))
	order, err := boss.send(t.Context(), "POST", "/api/v1/base/parties/import", body, "Content-Type", kind)
	if err != nil || order.status != 200 {
		t.Fatalf("%v %v", err, order)
	}
	job, ok := order.body["job"].(float64)
	if !ok {
		t.Fatalf("%d rows are no job: %s", rows, order)
	}
	stopped := make(chan struct{})
	var work sync.WaitGroup
	work.Go(func() {
		for {
			if err := boss.sell(g); err != nil {
				t.Errorf("a sale while the machine slept: %v", err)
				return
			}
			select {
			case <-stopped:
				return
			default:
			}
		}
	})
	at := fmt.Sprintf("/api/v1/jobs/%.0f", job)
	progress := boss.stream(t, at+"/events")
	for said := ""; !strings.Contains(said, `"state":"running"`) || strings.Contains(said, `"done":0,`); {
		var more bool
		if said, more = next(progress, "data: "); !more {
			t.Fatal("the import makes no progress")
		}
	}
	server.sleep(t, nap)
	if b := boss.must(t, "GET", at, nil).body; b["state"] != "running" {
		t.Errorf("the import was %v before it could sleep", b["state"])
	}
	sold := len(boss.receipts())
	moreThan(t, sold, []*till{boss})
	close(stopped)
	work.Wait()
	for said := ""; !strings.Contains(said, `"state":"done"`); {
		var more bool
		if said, more = next(progress, "data: "); !more || strings.Contains(said, `"state":"failed"`) {
			t.Fatalf("the stream of progress ends with %q: %v", said, boss.must(t, "GET", at, nil))
		}
	}
	if got := boss.must(t, "GET", "/api/v1/base/parties?limit=1&total=1&q=睡着的客户", nil).body["total"]; got != float64(rows) {
		t.Errorf("%v business partners came of %d rows", got, rows)
	}
	server.kill()
	checked(t, data)
}

// TestTermEndsStreams: a program that is told to end does not wait for those who only listen.
func TestTermEndsStreams(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	found(t, data)
	server := serve(t, data)
	boss := newClient(server.base)
	boss.login(t, "boss")
	var bells []<-chan string
	for range 3 {
		bell := boss.stream(t, "/api/v1/notices/events")
		if _, ok := next(bell, "data: "); !ok {
			t.Fatal("the stream says nothing")
		}
		bells = append(bells, bell)
	}
	began := time.Now()
	if err := server.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for _, bell := range bells {
		if line, more := next(bell, "data: "); more {
			t.Errorf("a stream says %s", line)
		}
	}
	<-server.done
	took := time.Since(began)
	t.Logf("ended after %s", took)
	if took > 2*time.Second {
		t.Errorf("the program took %s to end", took)
	}
	if code := server.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	made, _ := filepath.Glob(filepath.Join(data, "backups", "*-quit.zip"))
	if len(made) != 1 {
		t.Errorf("backups at the end: %v", made)
	}
	checked(t, data)
}
