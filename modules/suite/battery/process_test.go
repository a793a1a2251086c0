package battery

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// program is the built binary, made once for all tests of this package.
var program = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "zhanggui-battery")
	if err != nil {
		return "", err
	}
	name := filepath.Join(folder, "zhanggui")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	build := exec.Command("go", "build", "-o", name, "zhanggui")
	if out, err := build.CombinedOutput(); err != nil {
		return name, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return name, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if built {
		if name, _ := program(); name != "" {
			_ = os.RemoveAll(filepath.Dir(name))
		}
	}
	os.Exit(code)
}

// built tells that some test asked for the program.
var built bool

func binary(t *testing.T) string {
	t.Helper()
	built = true
	name, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// run runs a sub-command to its end and gives what it printed.
func run(t *testing.T, args ...string) string {
	t.Helper()
	var out, words bytes.Buffer
	cmd := exec.Command(binary(t), args...)
	cmd.Stdout, cmd.Stderr = &out, &words
	if err := cmd.Run(); err != nil {
		t.Fatalf("zhanggui %s: %v\n%s%s", strings.Join(args, " "), err, out.String(), words.String())
	}
	return out.String()
}

// found makes a company in an empty folder.
func found(t *testing.T, data string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, "init", "--data", data, "--lang", "en", "--company", "Battery", "--admin", "boss", "--password-file", file)
}

// checked runs the check of the command line on a folder that nobody serves.
func checked(t *testing.T, data string) {
	t.Helper()
	var out struct {
		Clean  bool
		Faults []string
	}
	text := run(t, "check", "--data", data, "--json")
	if err := json.Unmarshal([]byte(text), &out); err != nil || !out.Clean {
		t.Errorf("check: %v %v", err, out.Faults)
	}
}

// child is the program serving a folder in a process of its own.
type child struct {
	cmd  *exec.Cmd
	base string
	took time.Duration // from the start of the process until it was ready
	done chan struct{}
	said []string // to people, line by line; whole once done is closed
}

var announced = regexp.MustCompile(`http://[0-9.:]+`)

// patience is how long a server may take until it is ready; a busy machine is slow, a broken program never gets there.
const patience = 25 * time.Second

// serve starts the program and waits until it is ready.
func serve(t *testing.T, data string, more ...string) *child {
	t.Helper()
	args := append([]string{"serve", "--data", data, "--addr", "127.0.0.1:0", "--no-browser", "--lang", "en"}, more...)
	c := &child{cmd: exec.Command(binary(t), args...), done: make(chan struct{})}
	words, err := c.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.kill)
	address := make(chan string, 1)
	go func() {
		defer close(c.done)
		lines := bufio.NewScanner(words)
		for lines.Scan() {
			c.said = append(c.said, lines.Text())
			if at := announced.FindString(lines.Text()); at != "" && len(address) == 0 {
				address <- at
			} else if strings.Contains(lines.Text(), "panic") {
				t.Log("server:", lines.Text())
			}
		}
		_ = c.cmd.Wait()
	}()
	select {
	case c.base = <-address:
	case <-time.After(patience):
		t.Fatalf("no address after %s", patience)
	}
	c.ready(t, began)
	return c
}

func (c *child) ready(t *testing.T, began time.Time) {
	t.Helper()
	for watch := newClient(c.base); ; time.Sleep(5 * time.Millisecond) {
		if a, err := watch.ask("GET", "/readyz", nil); err == nil && a.status == 200 {
			c.took = time.Since(began)
			return
		}
		if time.Since(began) > patience {
			t.Fatalf("not ready after %s", patience)
		}
	}
}

// kill ends the process as a power cut would, and waits until it is gone.
func (c *child) kill() {
	_ = c.cmd.Process.Kill() // it may be gone already
	<-c.done
}

// sold is what the server acknowledged under one key.
type sold struct {
	id     int64
	number string
}

// till is a client that sells until the server is gone, and keeps what was acknowledged.
type till struct {
	*client
	name    string
	next    int
	err     error // what ended its work
	mu      sync.Mutex
	receipt map[string]sold
}

func (l *till) key(n int) string { return fmt.Sprintf("%s-%d", l.name, n) }

// sell sells the next thing and moves on once that is acknowledged: what was cut off is asked for again.
func (l *till) sell(g goods) error {
	a, err := l.ask("POST", sell, g.sale(l.next), "Idempotency-Key", l.key(l.next), "Prefer", "return=minimal")
	if err != nil {
		return err
	}
	if a.status != 201 {
		return fmt.Errorf("%d %s", a.status, a.text)
	}
	l.mu.Lock()
	l.receipt[l.key(l.next)] = sold{a.id(), a.str("number")}
	l.mu.Unlock()
	l.next++
	return nil
}

// receipts gives what was acknowledged so far, from any goroutine.
func (l *till) receipts() map[string]sold {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.receipt)
}

// lookEvery is after how many kills all orders are read one by one.
const lookEvery = 10

// TestKilledServer kills the server while people sell. After each kill it starts by itself; what was acknowledged is there as
// it was acknowledged, what was cut off is there once when it is asked for again, and nothing is there by half.
func TestKilledServer(t *testing.T) {
	rounds := often(5, 200)
	data := filepath.Join(t.TempDir(), "data")
	found(t, data)
	tills := make([]*till, 4)
	var g goods
	var slowest time.Duration
	for round := range rounds {
		server := serve(t, data)
		slowest = max(slowest, server.took)
		for i := range tills {
			if round == 0 {
				tills[i] = &till{client: newClient(server.base), name: fmt.Sprint("till", i), receipt: map[string]sold{}}
				tills[i].login(t, "boss")
			}
			tills[i].base = server.base
		}
		if round == 0 {
			g = stocked(t, tills[0].client, time.Now().Format("2006-01-02"))
		}
		if round%lookEvery == lookEvery-1 {
			complete(t, data, acknowledgedBy(tills))
		}
		underFire(t, server, tills, g)
	}
	server := serve(t, data)
	for _, l := range tills {
		l.base = server.base
		if err := l.sell(g); err != nil { // what was cut off last
			t.Error(err)
		}
		for n := range l.next {
			a := l.must(t, "POST", sell, g.sale(n), "Idempotency-Key", l.key(n), "Prefer", "return=minimal")
			if got := (sold{a.id(), a.str("number")}); got != l.receipt[l.key(n)] {
				t.Errorf("%s was acknowledged as %v and is now %v", l.key(n), l.receipt[l.key(n)], got)
			}
		}
	}
	server.kill()
	acknowledged := acknowledgedBy(tills)
	want := len(acknowledged)
	if got := complete(t, data, acknowledged); got != want {
		t.Errorf("%d orders for %d sales", got, want)
	}
	t.Logf("%d sales over %d kills, the slowest start took %s", want, rounds, slowest.Round(time.Millisecond))
	checked(t, data)
}

// acknowledgedBy gives the number of every order of which some till was told.
func acknowledgedBy(tills []*till) map[int64]string {
	out := map[int64]string{}
	for _, l := range tills {
		for _, s := range l.receipts() {
			out[s.id] = s.number
		}
	}
	return out
}

// underFire lets the tills sell and kills the server under them after about 300 ms, when something was sold.
func underFire(t *testing.T, server *child, tills []*till, g goods) {
	before := 0
	var wg sync.WaitGroup
	for _, l := range tills {
		before += l.next
		wg.Go(func() {
			for {
				err := l.sell(g)
				if err == nil {
					continue
				}
				select {
				case <-server.done: // cut off, as meant
				case <-time.After(patience):
					t.Errorf("%s was refused by a living server: %v", l.name, err)
				}
				return
			}
		})
	}
	time.Sleep(300 * time.Millisecond)
	moreThan(t, before, tills)
	server.kill()
	wg.Wait()
}

// moreThan waits until more was sold than before, and gives how much.
func moreThan(t *testing.T, sales int, tills []*till) int {
	t.Helper()
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		now := 0
		for _, l := range tills {
			now += len(l.receipts())
		}
		if now > sales {
			return now
		}
		if time.Since(began) > patience {
			t.Fatal("nothing is sold")
		}
	}
}
