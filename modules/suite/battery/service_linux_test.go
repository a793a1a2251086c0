package battery

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// manager is a room in which systemd seems to be at work: its folders are empty ones of our own, and systemctl notes what it
// is asked. Nothing of it is seen outside.
const manager = `set -e
mount -t tmpfs none /etc/systemd
mount -t tmpfs none /run
mkdir -p /etc/systemd/system /run/systemd/system
export PATH="$ROOM:$PATH"
`

// systemctl plays the program of that name: the state of the one service stands in a file.
const systemctl = `#!/bin/sh
echo "$*" >> "$ROOM/asked"
case "$1" in
is-active) cat "$ROOM/state" ;;
list-unit-files) ls /etc/systemd/system ;;
start) echo active > "$ROOM/state" ;;
stop) echo inactive > "$ROOM/state" ;;
esac
`

// needRoom leaves the test out where no such room can be made.
func needRoom(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("unshare"); err != nil && os.Getenv("ZHANGGUI_REQUIRE") != "" {
		t.Fatal("unshare is required here: ", err)
	}
	if out, err := exec.Command("unshare", "--mount", "sh", "-c", "mount -t tmpfs none /mnt").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: nothing can be mounted here, so nothing is known about services: %v %s", err, out)
	}
}

// TestServiceUnderSystemd installs, asks, starts, stops and takes away the service, and reads what systemd would read.
func TestServiceUnderSystemd(t *testing.T) {
	needRoom(t)
	room := t.TempDir()
	data := filepath.Join(room, "the data")
	for name, text := range map[string]string{"systemctl": systemctl, "state": "inactive\n", "asked": ""} {
		if err := os.WriteFile(filepath.Join(room, name), []byte(text), 0o700); err != nil { //nolint:gosec // it is to be run
			t.Fatal(err)
		}
	}
	service := func(act string) string {
		return `"$PROGRAM" --lang en --data "$DATA" service ` + act + ` 2>&1 || echo "exit $?"`
	}
	script := strings.Join([]string{manager, service("status"), service("install --user root"), `mkdir -p "$DATA"`, service("install"), service("install --user root"),
		"cat /etc/systemd/system/zhanggui.service > $ROOM/unit", service("install --user root"), service("status"), service("start"), service("status"), service("stop"),
		service("uninstall"), service("status"), "ls /etc/systemd/system"}, "\n")
	cmd := exec.Command("unshare", "--mount", "sh", "-c", script)
	cmd.Env = append(os.Environ(), "ROOM="+room, "PROGRAM="+binary(t), "DATA="+data, "SUDO_USER=")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := strings.ReplaceAll(`absent
The data folder DATA is not there. Run Zhanggui once and set up the company before you install the service, or name the folder with --data
exit 1
The service should not run as root. Name an ordinary user with --user and give him the data folder; if it must be root, say --user root
exit 1
Installed as a service that runs as root with the data in DATA. It starts with the machine; to start it now, run: zhanggui service start
The service is installed already. To change it, run zhanggui service uninstall first
exit 1
stopped
The service was started
running
The service was stopped
The service was taken away; the data were not touched
absent
`, "DATA", data)
	if string(out) != want {
		t.Errorf("the command line says\n%s\nwant\n%s", out, want)
	}
	unit, err := os.ReadFile(filepath.Join(room, "unit"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"ExecStart=" + binary(t) + ` "serve" "--no-browser" "--no-tray" "--data" "` + data + `" "--addr" "127.0.0.1:8080" "--lang" "en"`,
		"User=root", "Restart=on-failure", "EnvironmentFile=-/etc/zhanggui.env", "NoNewPrivileges=true", "WantedBy=multi-user.target",
		"WorkingDirectory=" + strings.ReplaceAll(data, " ", `\x20`),
	} {
		if !bytes.Contains(unit, []byte("\n"+line+"\n")) {
			t.Errorf("the unit has no line\n%s\nin\n%s", line, unit)
		}
	}
	if verify, err := exec.LookPath("systemd-analyze"); err == nil {
		file := filepath.Join(room, "zhanggui.service")
		if err := os.Rename(filepath.Join(room, "unit"), file); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(verify, "verify", file).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("systemd says of the unit: %v\n%s", err, out)
		}
	}
	asked, _ := os.ReadFile(filepath.Join(room, "asked"))
	for _, line := range []string{"enable zhanggui.service", "daemon-reload", "start zhanggui.service", "stop zhanggui.service", "disable zhanggui.service"} {
		if !bytes.Contains(asked, []byte(line+"\n")) {
			t.Errorf("systemd was not asked to %s:\n%s", line, asked)
		}
	}
}
