package battery

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// mostLog is how large the write-ahead log may ever get, and sales about how many a soak makes at most, however long it is.
const (
	mostLog = 64 << 20
	sales   = 100_000
)

// sample is what the server held at one moment.
type sample struct{ memory, log, goroutines int64 }

// soakTime is how long the load lasts: a minute, or what ZHANGGUI_SOAK says ("24h").
func soakTime(t *testing.T) time.Duration {
	t.Helper()
	if text := os.Getenv("ZHANGGUI_SOAK"); text != "" {
		d, err := time.ParseDuration(text)
		if err != nil || d < 10*time.Second {
			t.Fatalf("ZHANGGUI_SOAK=%q is no length of time of ten seconds or more", text)
		}
		return d
	}
	if testing.Short() {
		return 15 * time.Second
	}
	return time.Minute
}

// TestSoak puts mixed load on a real server: people sell, look, search, report, export and leave pages open. What it holds
// must not grow: its own memory and goroutines in the last third of the time against the third before, the log of the
// database at any moment. Then the log is emptied, and everything agrees.
func TestSoak(t *testing.T) {
	total := soakTime(t)
	data := filepath.Join(t.TempDir(), "data")
	found(t, data)
	server := serve(t, data)
	boss := &till{client: newClient(server.base), name: "till0", receipt: map[string]sold{}}
	boss.login(t, "boss")
	g := stocked(t, boss.client, time.Now().Format("2006-01-02"))
	stop := make(chan struct{})
	var load sync.WaitGroup
	var asked [4]int
	for i, act := range []func(*client, int) error{
		func(c *client, n int) error { return soakSell(c, g, n*2) },
		func(c *client, n int) error { return soakSell(c, g, n*2+1) },
		soakRead,
		soakExport,
	} {
		c := newClient(server.base)
		c.login(t, "boss")
		pause := total / (sales / 2)
		load.Go(func() { asked[i] = soak(t, stop, pause, func(n int) error { return act(c, n) }) })
	}
	load.Go(func() { streams(stop, boss.client) })
	taken := samples(t, server, data, total)
	close(stop)
	load.Wait()
	for _, what := range grown(taken) {
		t.Error("it grows: " + what)
	}
	emptied(t, data)
	most := sample{}
	for _, s := range taken {
		most = sample{max(most.memory, s.memory), max(most.log, s.log), max(most.goroutines, s.goroutines)}
	}
	t.Logf("%s: %d and %d sales, %d pages, %d exports; memory %d MB in the middle, %d MB at the end, %d MB at most; log %d MB and %d goroutines at most",
		total, asked[0], asked[1], asked[2], asked[3], mean(third(taken, 1), memoryOf)>>20, mean(third(taken, 2), memoryOf)>>20, most.memory>>20, most.log>>20, most.goroutines)
	server.kill()
	checked(t, data)
}

// soak repeats an act until the soak ends, and gives how often it was done.
func soak(t *testing.T, stop chan struct{}, pause time.Duration, act func(n int) error) int {
	for n := 0; ; n++ {
		select {
		case <-stop:
			return n
		case <-time.After(pause):
		}
		if err := act(n); err != nil {
			t.Error(err)
			return n
		}
	}
}

func want(a *answer, err error, status int) error {
	if err == nil && a.status != status {
		err = fmt.Errorf("%d %.300s", a.status, a.text)
	}
	return err
}

func soakSell(c *client, g goods, n int) error {
	a, err := c.ask("POST", sell, g.sale(n), "Idempotency-Key", fmt.Sprint("soak-", n), "Prefer", "return=minimal")
	return want(a, err, 201)
}

var soakPages = []string{"/api/v1/sales/orders?limit=50&total=1", "/api/v1/stock/deliveries?limit=50", "/api/v1/search?q=%E8%9E%BA%E6%A0%93", "/api/v1/meta",
	"/api/v1/base/items/lookup?q=ls", "/api/v1/inbox", "/api/v1/ledger/vouchers?limit=50", "/api/v1/notices", "/api/v1/system/operations", "/api/v1/settings"}

func soakRead(c *client, n int) error {
	a, err := c.ask("GET", soakPages[n%len(soakPages)], nil)
	return want(a, err, 200)
}

// soakExport exports a short list, four times a second at most.
func soakExport(c *client, _ int) error {
	time.Sleep(250 * time.Millisecond)
	a, err := c.ask("GET", "/api/v1/base/parties/export.xlsx", nil)
	return want(a, err, 200)
}

// streams opens a page that listens for news, and leaves it after a second.
func streams(stop chan struct{}, c *client) {
	for {
		ctx, leave := context.WithTimeout(context.Background(), time.Second)
		_, _ = c.send(ctx, "GET", "/api/v1/notices/events", nil) // it ends by being left
		leave()
		select {
		case <-stop:
			return
		default:
		}
	}
}

// samples looks at the server sixty times while the load lasts.
func samples(t *testing.T, server *child, data string, total time.Duration) (out []sample) {
	t.Helper()
	watch := newClient(server.base)
	watch.login(t, "boss")
	const looks = 60
	for range looks {
		time.Sleep(total / looks)
		now := sample{memory: ownMemory(server.cmd.Process.Pid) << 10, log: sizeOf(filepath.Join(data, "main", "company.db-wal"))}
		if now.memory == 0 {
			t.Fatal("the system does not tell the memory of the server")
		}
		figures := watch.must(t, "GET", "/api/v1/system/operations", nil).body
		n, _ := figures["memory"].(object)["goroutines"].(float64)
		now.goroutines = int64(n)
		if now.log > mostLog {
			t.Errorf("the log has %d MB", now.log>>20)
		}
		out = append(out, now)
	}
	return out
}

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

func memoryOf(s sample) int64     { return s.memory }
func goroutinesOf(s sample) int64 { return s.goroutines }

// third is the nth third of what was taken, the first being 0.
func third(all []sample, n int) []sample { return all[len(all)*n/3 : len(all)*(n+1)/3] }

func mean(all []sample, of func(sample) int64) (sum int64) {
	for _, s := range all {
		sum += of(s)
	}
	return sum / int64(len(all))
}

// grown holds the last third against the middle one: a tenth and a little more is the swing of a collector, not growth.
func grown(taken []sample) (out []string) {
	middle, last := third(taken, 1), third(taken, 2)
	if was, is := mean(middle, memoryOf), mean(last, memoryOf); is > was+was/10+(16<<20) {
		out = append(out, fmt.Sprintf("memory: %d MB in the middle third, %d MB in the last", was>>20, is>>20))
	}
	if was, is := mean(middle, goroutinesOf), mean(last, goroutinesOf); is > was+10 {
		out = append(out, fmt.Sprintf("goroutines: %d in the middle third, %d in the last", was, is))
	}
	return out
}

// emptied waits until the log is empty, now that nobody writes.
func emptied(t *testing.T, data string) {
	t.Helper()
	for began := time.Now(); sizeOf(filepath.Join(data, "main", "company.db-wal")) > 0; time.Sleep(100 * time.Millisecond) {
		if time.Since(began) > patience {
			t.Errorf("the log keeps %d KB while nobody writes", sizeOf(filepath.Join(data, "main", "company.db-wal"))>>10)
			return
		}
	}
}

// TestWhatGrowsIsTold: growth is told, a swing is not.
func TestWhatGrowsIsTold(t *testing.T) {
	for _, x := range []struct{ memory, goroutines, told int64 }{{0, 0, 0}, {100 << 10, 0, 0}, {2 << 20, 0, 1}, {0, 1, 1}, {2 << 20, 1, 2}} {
		var taken []sample
		for n := range int64(60) {
			taken = append(taken, sample{memory: 100<<20 + n*x.memory + n%3<<20, goroutines: 50 + n*x.goroutines})
		}
		if got := grown(taken); int64(len(got)) != x.told {
			t.Errorf("with %d KB and %d goroutines more at each look: %v", x.memory>>10, x.goroutines, got)
		}
	}
}
