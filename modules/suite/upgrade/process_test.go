package upgrade

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/backup/restore"
	"zhanggui/modules/kernel/store"
)

const patience = 40 * time.Second

// child is a version of the program that serves a folder in a process of its own.
type child struct {
	t    *testing.T
	cmd  *exec.Cmd
	base string
	done chan struct{}
}

// start starts a version of the program and gives it as soon as it tells its address.
func start(t *testing.T, version, data string) *child {
	t.Helper()
	c := begin(t, version, data)
	for end := time.Now().Add(patience); c.base == ""; time.Sleep(2 * time.Millisecond) {
		var owner struct{ Address string }
		if text, err := os.ReadFile(filepath.Join(data, "owner.json")); err == nil && json.Unmarshal(text, &owner) == nil {
			c.base = owner.Address
		}
		if time.Now().After(end) {
			t.Fatal("no address")
		}
	}
	return c
}

// begin starts a version of the program and waits for nothing.
func begin(t *testing.T, version, data string) *child {
	t.Helper()
	_ = os.Remove(filepath.Join(data, "owner.json"))
	c := &child{t: t, cmd: exec.Command(os.Args[0], "serve", "--data", data, "--addr", "127.0.0.1:0", "--no-browser", "--lang", "en"), done: make(chan struct{})}
	c.cmd.Env = append(os.Environ(), childEnv+"="+version)
	words, err := c.cmd.StderrPipe()
	if err == nil {
		err = c.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.kill)
	go func() {
		defer close(c.done)
		for lines := bufio.NewScanner(words); lines.Scan(); {
			if strings.Contains(lines.Text(), "panic") {
				t.Log("program:", lines.Text())
			}
		}
		_ = c.cmd.Wait()
	}()
	return c
}

func (c *child) kill() {
	_ = c.cmd.Process.Kill() // it may be gone already
	<-c.done
}

// ask sends a request and gives the status and the body; 0 when nobody answered.
func (c *child) ask(method, path string, headers ...string) (status int, body string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, c.base+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if r.Header.Set(headers[i], headers[i+1]); headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = a.Body.Close() }()
	text, _ := io.ReadAll(a.Body)
	return a.StatusCode, string(text)
}

// ready waits until the company is served.
func (c *child) ready() {
	c.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if status, _ := c.ask("GET", "/readyz"); status == 200 {
			return
		}
		if time.Now().After(end) {
			c.t.Fatal("not ready")
		}
	}
}

// TestThePageWhileItUpgrades reads what a browser reads from the start of an upgrade until the program is there.
func TestThePageWhileItUpgrades(t *testing.T) {
	data := moveIn(t, fixtures(t)[0])
	c := start(t, future, data)
	var seen []string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		status, body := c.ask("GET", "/", "Accept-Language", "zh-CN")
		if status == 200 {
			break
		}
		for _, words := range []string{"正在打开", "正在升级", "第一步，共三步", "第二步，共三步", "第三步，共三步"} {
			if status == 503 && strings.Contains(body, words) && strings.Contains(body, `http-equiv="refresh"`) && !slices.Contains(seen, words) {
				seen = append(seen, words)
			}
		}
		if ready, _ := c.ask("GET", "/readyz"); ready == 503 && len(seen) > 0 {
			if status, body := c.ask("GET", "/healthz"); status != 200 {
				t.Errorf("/healthz: %d %s", status, body)
			}
		}
	}
	if !slices.Contains(seen, "正在升级") || !slices.Contains(seen, "第三步，共三步") {
		t.Errorf("seen was %v", seen)
	}
	c.ready()
	if status, body := c.ask("GET", "/"); status != 200 || !strings.Contains(body, `id="app"`) {
		t.Errorf("%d %s", status, body)
	}
	c.kill()
	t.Log("seen:", seen)
}

// TestThePageThatSaysWhy reads why a company does not open: here, from elsewhere and as another site's page would; then it
// ends the program from the page.
func TestThePageThatSaysWhy(t *testing.T) {
	data := moveIn(t, fixtures(t)[0])
	c := start(t, harmful, data)
	body := ""
	for end := time.Now().Add(patience); !strings.Contains(body, "为什么打不开") && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		_, body = c.ask("GET", "/", "Accept-Language", "zh-CN")
	}
	for _, words := range []string{"为什么打不开", "pools: pool item", "换回旧版本的程序文件", "退出掌柜"} {
		if !strings.Contains(body, words) {
			t.Errorf("the page has not %q:\n%s", words, body)
		}
	}
	status, body := c.ask("GET", "/anything", "Accept-Language", "en")
	if status != 503 || !strings.Contains(body, "Why it does not open") || strings.Contains(body, "refresh") {
		t.Errorf("%d %s", status, body)
	}
	status, body = c.ask("GET", "/", "Host", "evil.example")
	if status != 503 || strings.Contains(body, "pool") || strings.Contains(body, "<form") {
		t.Errorf("another name is told %d %s", status, body)
	}
	if status, body = c.ask("GET", "/readyz"); status != 503 {
		t.Errorf("/readyz: %d %s", status, body)
	}
	if status, body = c.ask("GET", "/healthz"); status != 200 {
		t.Errorf("/healthz: %d %s", status, body)
	}
	if status, body = c.ask("GET", "/api/v1/session"); status != 503 || !strings.Contains(body, `"door.closed"`) {
		t.Errorf("/api: %d %s", status, body)
	}
	for _, headers := range [][]string{{"Host", "evil.example"}, {"Origin", "http://evil.example"}, {"Sec-Fetch-Site", "cross-site"}} {
		if status, body = c.ask("POST", "/quit", headers...); status != 403 {
			t.Errorf("%v may end the program: %d %s", headers, status, body)
		}
	}
	again := start(t, present, data) // the folder is free for another program
	again.ready()
	again.kill()
	if status, body = c.ask("POST", "/quit", "Sec-Fetch-Site", "same-origin", "Accept-Language", "en"); status != 200 || !strings.Contains(body, "has ended") {
		t.Errorf("%d %s", status, body)
	}
	select {
	case <-c.done:
		if code := c.cmd.ProcessState.ExitCode(); code != 1 {
			t.Errorf("exit code %d", code)
		}
	case <-time.After(patience):
		t.Error("the program does not end")
	}
}

// TestKilledInAnUpgrade kills the program at random moments of an upgrade. What is there afterwards is the company as it was
// or the whole upgraded one, with the same figures, and the next start finds its way.
func TestKilledInAnUpgrade(t *testing.T) {
	rounds := 8
	if os.Getenv("ZHANGGUI_BATTERY") == "long" {
		rounds = 50
	}
	name := fixtures(t)[0]
	data := moveIn(t, name)
	began := time.Now()
	start(t, future, moveIn(t, name)).ready()
	whole := time.Since(began)
	upgraded, midway := 0, 0
	for round := range rounds {
		c := begin(t, future, data)
		time.Sleep(time.Duration(rand.Int64N(int64(whole) * 6 / 5)))
		c.kill()
		if left, _ := filepath.Glob(filepath.Join(data, "re[sp]*-*")); len(left) > 0 {
			midway++
		}
		if err := restore.Recover(data); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		st, err := store.Open(t.Context(), store.Config{Path: filepath.Join(data, "main", "company.db")})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		done := number(t, st, "SELECT COUNT(*) FROM migrations WHERE module = 'future'") > 0
		same(t, st, name)
		st.Close()
		if got, err := os.ReadFile(filepath.Join(data, "main", filepath.FromSlash(stray))); err != nil || string(got) != "stray" {
			t.Fatalf("round %d: an attachment is lost: %v", round, err)
		}
		for _, path := range archives(t, data) {
			a, err := archive.Open(t.Context(), path)
			if err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
			a.Close()
		}
		if done {
			upgraded++
			if err := os.RemoveAll(data); err != nil {
				t.Fatal(err)
			}
			settle(t, name, data)
		}
	}
	c := start(t, future, data)
	c.ready()
	c.kill()
	command(t, future, "backup", "--data", data) // tidies up after the backup of the day, which was under way
	tidy(t, data)
	st, err := store.Open(t.Context(), store.Config{Path: filepath.Join(data, "main", "company.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	clean(t, st, name)
	t.Logf("%d kills within %s: %d left a staged company behind, %d came after the end", rounds, whole.Round(time.Millisecond), midway, upgraded)
}
