//go:build linux && battery

package battery

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// windows is a drive C in which the program for Windows runs, under Wine.
type windows struct {
	t       *testing.T
	prefix  string
	exe     string
	display string // where windows are shown; nobody sees them without
}

// newWindows builds the program for Windows as it is released, and a drive for it. Who asks for the battery must have Wine:
// without it nothing is known about Windows, and the test says so by failing.
func newWindows(t *testing.T) *windows {
	t.Helper()
	for tool, pack := range map[string]string{"wine": "wine wine64", "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64", "Xvfb": "xvfb", "xdotool": "xdotool"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("NOTHING IS KNOWN ABOUT WINDOWS: %v (apt-get install --no-install-recommends %s)", err, pack)
		}
	}
	w := &windows{t: t, prefix: filepath.Join(t.TempDir(), "wine"), exe: filepath.Join(t.TempDir(), "zhanggui.exe")}
	build := exec.Command("go", "build", "-tags", "nomsgpack", "-trimpath", "-ldflags", "-s -w -H=windowsgui -X main.version=v0.0.0-wine", "-o", w.exe, "zhanggui")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=windows", "GOARCH=amd64")
	w.do(build)
	w.do(w.command("wineboot", "-i"))
	w.do(exec.Command("x86_64-w64-mingw32-gcc", "-shared", "-O2", "-o", filepath.Join(w.prefix, "drive_c", "windows", "system32", "bcryptprimitives.dll"),
		filepath.Join("testdata", "bcryptprimitives.c"), "-ladvapi32"))
	w.do(w.command("reg", "add", `HKCU\Software\Wine\Drivers`, "/v", "Graphics", "/d", "null", "/f")) // windows that nobody sees
	t.Cleanup(func() {
		w.display = "" // gone by now
		_ = w.command("wineboot", "-k").Run()
		for end := time.Now().Add(patience); os.RemoveAll(w.prefix) != nil && time.Now().Before(end); { // it writes its registry last
			time.Sleep(200 * time.Millisecond)
		}
	})
	return w
}

func (w *windows) command(args ...string) *exec.Cmd {
	cmd := exec.Command("wine", args...)
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); name != "DISPLAY" && !strings.HasPrefix(name, "ZHANGGUI_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "WINEPREFIX="+w.prefix, "WINEARCH=win64", "WINEDEBUG=-all")
	if w.display != "" {
		cmd.Env = append(cmd.Env, "DISPLAY="+w.display)
	}
	return cmd
}

func (w *windows) do(cmd *exec.Cmd) {
	w.t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out)
	}
}

// run runs a sub-command and gives its exit code, its results and its words.
func (w *windows) run(args ...string) (code int, out, words string) {
	w.t.Helper()
	var results, said bytes.Buffer
	cmd := w.command(append([]string{w.exe}, args...)...)
	cmd.Stdout, cmd.Stderr = &results, &said
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		w.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), strings.TrimSpace(results.String()), strings.TrimSpace(said.String())
}

// well is run that must succeed.
func (w *windows) well(args ...string) string {
	w.t.Helper()
	code, out, words := w.run(args...)
	if code != 0 {
		w.t.Fatalf("zhanggui %s: exit code %d\n%s\n%s", strings.Join(args, " "), code, out, words)
	}
	return out
}

const onC = `C:\firm\data`

// port is an address that is free now, and most likely for a while.
func (w *windows) port() string {
	w.t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	return ln.Addr().String()
}

// serve starts the program as a double click does, but for the browser, and waits until it is ready.
func (w *windows) serve() (*client, *exec.Cmd) {
	w.t.Helper()
	address := w.port()
	cmd := w.command(w.exe, "serve", "--no-browser", "--lang", "en", "--data", onC, "--addr", address)
	cmd.Stderr = &bytes.Buffer{}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = cmd.Process.Kill() })
	return w.answering(address), cmd
}

func (w *windows) answering(address string) *client {
	w.t.Helper()
	c := newClient("http://" + address)
	w.until("the program is ready", func() bool { // it lives, and says to wait, while it still opens the company
		a, err := c.ask("GET", "/readyz", nil)
		return err == nil && a.status == 200
	})
	return c
}

// until waits for something to happen.
func (w *windows) until(what string, happened func() bool) {
	w.t.Helper()
	for began := time.Now(); !happened(); time.Sleep(100 * time.Millisecond) {
		if time.Since(began) > 3*patience {
			w.t.Fatalf("it did not happen within %s: %s", 3*patience, what)
		}
	}
}

// quit closes the window behind the icon, as Windows does when its person logs off, and waits until the program has ended
// in order.
func (w *windows) quit(server *exec.Cmd) {
	w.t.Helper()
	w.do(w.command("taskkill", "/IM", filepath.Base(w.exe)))
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			w.t.Errorf("the end: %v\n%s", err, server.Stderr)
		}
	case <-time.After(2 * patience):
		w.t.Fatal("the program does not end")
	}
}

// TestWindows is a short life of the program for Windows: a company, a server, a second start, a backup, the way back, the end.
func TestWindows(t *testing.T) {
	w := newWindows(t)
	if got := w.well("version"); got != "v0.0.0-wine" {
		t.Errorf("version %q", got)
	}
	secret := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(secret, []byte(password+"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.well("init", "--data", onC, "--lang", "en", "--company", "窗口公司", "--admin", "boss", "--password-file", `Z:`+strings.ReplaceAll(secret, "/", `\`))
	boss, server := w.serve()
	boss.login(t, "boss")
	boss.must(t, "POST", "/api/v1/base/parties", object{"name": "甲客户", "code": "A"})
	if page := boss.must(t, "GET", "/", nil); !strings.Contains(page.text, `<div id="app">`) {
		t.Errorf("the page is %.200s", page.text)
	}
	if code, _, words := w.run("serve", "--no-browser", "--lang", "en", "--data", onC); code != 0 || words != "Zhanggui is running already: "+boss.base {
		t.Errorf("a second start: %d %s", code, words)
	}
	archive := w.well("backup", "--lang", "en", "--data", onC)
	boss.must(t, "POST", "/api/v1/base/parties", object{"name": "乙客户", "code": "B"})
	w.quit(server)
	data := filepath.Join(w.prefix, "drive_c", "firm", "data")
	if made, _ := filepath.Glob(filepath.Join(data, "backups", "*-quit.zip")); len(made) != 1 {
		t.Errorf("backups at the end: %v", made)
	}
	if left, _ := filepath.Glob(filepath.Join(data, "backups", "making-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	w.well("restore", "--lang", "en", "--data", onC, archive)
	if got := w.well("check", "--data", onC, "--json"); !strings.Contains(got, `"clean":true`) {
		t.Errorf("check: %s", got)
	}
	boss, server = w.serve()
	boss.login(t, "boss")
	var names []string
	for _, row := range boss.list(t, "/api/v1/base/parties?sort=code") {
		names = append(names, fmt.Sprint(row["name"]))
	}
	if got := strings.Join(names, " "); got != "甲客户" {
		t.Errorf("after the way back there are %q", got)
	}
	w.quit(server)
	lines, _ := logged(t, data)
	for _, l := range lines {
		if l["level"] == "ERROR" {
			t.Errorf("the log says %v", l)
		}
	}
	if code, _, words := w.run("serve", "--no-browser", "--lang", "en", "--data", `C:\Nutstore\data`); code != 1 || !strings.HasPrefix(words, `The data folder C:\Nutstore\data is synchronised by 坚果云`) {
		t.Errorf("in a synchronised folder: %d %s", code, words)
	}
	if code, out, _ := w.run("service", "--lang", "en", "--data", onC, "status"); code != 0 || out != "absent" {
		t.Errorf("service status: %d %s", code, out)
	}
}
