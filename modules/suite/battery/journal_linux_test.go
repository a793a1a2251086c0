package battery

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// logged gives the lines of the log of a data folder, and its text.
func logged(t *testing.T, data string) (lines []object, text string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(data, "logs", "zhanggui.log"))
	if err != nil {
		t.Fatal(err)
	}
	for in := bufio.NewScanner(bytes.NewReader(raw)); in.Scan(); {
		var line object
		if err := json.Unmarshal(in.Bytes(), &line); err != nil {
			t.Fatalf("%v: %s", err, in.Text())
		}
		lines = append(lines, line)
	}
	return lines, string(raw)
}

// TestLogTellsNoSecrets: every request stands in the log with who asked and what came of it, and no password, no token, no
// query string and nothing of a body.
func TestLogTellsNoSecrets(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	found(t, data)
	server := serve(t, data)
	boss := newClient(server.base)
	boss.want(t, 401, "login.wrong", "POST", "/api/v1/session", object{"login": "boss", "password": "wrong-secret-1"})
	boss.login(t, "boss")
	boss.must(t, "GET", "/api/v1/base/parties?q=geheim", nil)
	boss.must(t, "POST", "/api/v1/base/parties", object{"name": "隐名客户", "code": "X1"})
	key := boss.must(t, "POST", "/api/v1/api-keys", object{"name": "till"}).str("key")
	if key == "" {
		t.Fatal("no key")
	}
	program := newClient(server.base)
	program.must(t, "GET", "/api/v1/base/parties", nil, "Authorization", "Bearer "+key)
	home, _ := url.Parse(server.base)
	secrets := []string{password, "wrong-secret-1", key, "geheim", "隐名客户"}
	for _, cookie := range boss.http.Jar.Cookies(home) { // the session's and the device's
		if len(cookie.Value) < 20 {
			t.Fatalf("cookie %v", cookie)
		}
		secrets = append(secrets, cookie.Value)
	}
	if len(secrets) != 7 {
		t.Fatalf("%d secrets", len(secrets))
	}
	server.kill()
	lines, text := logged(t, data)
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
	var asked []string
	for _, l := range lines {
		if l["msg"] == "request" && l["path"] != "/readyz" {
			asked = append(asked, strings.TrimSpace(l["method"].(string)+" "+l["path"].(string)+" "+strings.Trim(mustJSON(t, l["status"]), `"`)+" "+l["user"].(string)))
		}
	}
	want := []string{"POST /api/v1/session 401", "POST /api/v1/session 200", "GET /api/v1/base/parties 200 boss", "POST /api/v1/base/parties 201 boss",
		"POST /api/v1/api-keys 201 boss", "GET /api/v1/base/parties 200 boss"}
	if strings.Join(asked, "\n") != strings.Join(want, "\n") {
		t.Errorf("the log tells of\n%s\nwant\n%s", strings.Join(asked, "\n"), strings.Join(want, "\n"))
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestCrashIsTold: why the whole program died stands in a file, and the next start says so in plain words, once.
func TestCrashIsTold(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	found(t, data)
	server := serve(t, data)
	if err := server.cmd.Process.Signal(syscall.SIGQUIT); err != nil { // the runtime dies of it as of a panic
		t.Fatal(err)
	}
	<-server.done
	told := func(said []string) string {
		for _, line := range said {
			if strings.HasPrefix(line, "Zhanggui stopped unexpectedly last time.") {
				return line
			}
		}
		return ""
	}
	second := serve(t, data)
	left, _ := filepath.Glob(filepath.Join(data, "logs", "crash-*.txt"))
	if len(left) != 1 {
		t.Fatalf("%v tell why the program died", left)
	}
	if why, _ := os.ReadFile(left[0]); !bytes.Contains(why, []byte("SIGQUIT")) || !bytes.Contains(why, []byte("goroutine ")) {
		t.Errorf("%s says %.200s", left[0], why)
	}
	noted := ""
	lines, _ := logged(t, data)
	for _, l := range lines {
		if l["msg"] == "the program before this one crashed" {
			noted, _ = l["file"].(string)
		}
	}
	if noted != left[0] {
		t.Errorf("the log names %q, want %q", noted, left[0])
	}
	if err := second.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-second.done
	if line := told(second.said); !strings.Contains(line, left[0]) {
		t.Errorf("the start after says %q", second.said)
	}
	third := serve(t, data)
	third.kill()
	if line := told(third.said); line != "" {
		t.Errorf("the start after that says %q", line)
	}
	fourth := serve(t, data) // a power cut leaves nothing that could be told
	fourth.kill()
	if line := told(fourth.said); line != "" {
		t.Errorf("the start after a power cut says %q", line)
	}
}
