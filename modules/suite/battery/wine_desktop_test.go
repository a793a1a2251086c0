//go:build linux && battery

package battery

import (
	"bufio"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// screen gives the drive a screen of 1024 × 700 with a task bar, whose icons stand in the lower right corner.
func (w *windows) screen() {
	w.t.Helper()
	x := exec.Command("Xvfb", "-displayfd", "1", "-screen", "0", "1024x700x24")
	out, err := x.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := x.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = x.Process.Kill(); _ = x.Wait() })
	number, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		w.t.Fatal(err)
	}
	w.do(w.command("reg", "delete", `HKCU\Software\Wine\Drivers`, "/v", "Graphics", "/f"))
	w.do(w.command("wineboot", "-k"))
	w.display = ":" + strings.TrimSpace(number)
	shell := w.command("explorer", "/desktop=shell,1024x700")
	if err := shell.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = shell.Process.Kill(); _ = shell.Wait() })
	w.until("the desktop stands", func() bool { return w.act("search", "--name", "shell - Wine desktop") })
}

// act lets somebody move the mouse and press keys, or look for a window; false when that failed.
func (w *windows) act(args ...string) bool {
	cmd := exec.Command("xdotool", args...)
	cmd.Env = append(cmd.Environ(), "DISPLAY="+w.display)
	return cmd.Run() == nil
}

// pick opens the menu of the icon and clicks a line of it, so far from the top of the screen.
func (w *windows) pick(y string) {
	w.act("mousemove", "1014", "690", "click", "3")
	time.Sleep(2 * time.Second) // the menu opens
	w.act("mousemove", "975", y, "click", "1")
	time.Sleep(4 * time.Second) // what was picked happens
}

// Where lines of the menu stand.
const (
	backupLine = "628"
	quitLine   = "669"
)

// TestWindowsDesktop: by the icon beside the clock somebody makes a backup and quits; and a program that cannot start and has
// no terminal says why in a box.
func TestWindowsDesktop(t *testing.T) {
	w := newWindows(t)
	w.screen()
	address := w.port()
	if err := w.command("explorer", "/desktop=shell,1024x700", w.exe, "serve", "--no-browser", "--lang", "zh", "--data", onC, "--addr", address).Start(); err != nil {
		t.Fatal(err)
	}
	c := w.answering(address)
	c.must(t, "POST", "/api/v1/setup", object{"company": "窗口公司", "trade": "trading", "books": true, "standard": "small", "vat": "small", "from": "2026-01",
		"name": "老板", "login": "boss", "password": password, "lang": "zh"})
	data := filepath.Join(w.prefix, "drive_c", "firm", "data")
	made := func(why string) int {
		found, _ := filepath.Glob(filepath.Join(data, "backups", "*-"+why+".zip"))
		return len(found)
	}
	w.until("the menu makes a backup", func() bool { w.pick(backupLine); return made("demand") > 0 })
	c.must(t, "POST", "/api/v1/base/parties", object{"name": "甲客户", "code": "A"})
	w.until("the menu quits", func() bool {
		w.pick(quitLine)
		_, err := c.ask("GET", "/healthz", nil)
		return err != nil
	})
	w.until("the last backup is made", func() bool { return made("quit") == 1 })
	lines, text := logged(t, data)
	for _, l := range lines {
		if l["level"] != "INFO" {
			t.Errorf("the log says %v", l)
		}
	}
	if text == "" {
		t.Error("the log is empty")
	}
	const box = "掌柜 Zhanggui"
	if w.act("search", "--name", box) {
		t.Error("there is a box although nothing failed")
	}
	// Without pipes: the program that is started would hold their ends as long as its box stands.
	if err := w.command("start", `Z:`+strings.ReplaceAll(w.exe, "/", `\`), "serve", "--no-browser", "--data", `C:\Nutstore\data`).Run(); err != nil {
		t.Fatal(err)
	}
	w.until("a box says why", func() bool { return w.act("search", "--name", box) })
}
