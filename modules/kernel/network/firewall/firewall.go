// Package firewall tells what the firewall of this computer does to callers from the same network, and lets them through
// where the system asks its user first.
package firewall

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Rule is the name of ours.
const Rule = "Zhanggui"

const patience = 5 * time.Second

// Standing is what is known.
type Standing struct {
	Kind    string // "windows", "ufw", "firewalld", "" when none was found
	Open    bool   // callers are let through, as far as can be told
	Public  bool   // Windows takes the network for one of strangers, where our rule does not hold
	Offer   bool   // Allow can ask the user
	Command string // what opens it by hand
}

// Look finds out how it stands for a port.
func Look(ctx context.Context, port string) Standing {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	program, err := os.Executable()
	if err != nil {
		program = "zhanggui"
	}
	return look(ctx, program, port)
}

// arguments are those of netsh that make the rule: only our program, only in networks that are not of strangers.
func arguments(program string) []string {
	return []string{"advfirewall", "firewall", "add", "rule", "name=" + Rule, "dir=in", "action=allow", "program=" + program, "profile=private,domain", "enable=yes"}
}

// line is a command as it is typed, with quotes around what holds spaces.
func line(name string, args []string) string {
	out := name
	for _, a := range args {
		if key, value, ok := strings.Cut(a, "="); ok && strings.ContainsAny(value, " ()&") {
			a = key + `="` + value + `"`
		}
		out += " " + a
	}
	return out
}

// unix looks for the firewalls of Linux. root is "/" but for tests.
func unix(ctx context.Context, root, port string) Standing {
	if runtime.GOOS != "linux" {
		return Standing{Open: true}
	}
	if text, err := os.ReadFile(filepath.Join(root, "etc/ufw/ufw.conf")); err == nil && enabled(string(text)) { //nolint:gosec // a fixed file
		return Standing{Kind: "ufw", Command: "sudo ufw allow " + port + "/tcp"}
	}
	if path, err := exec.LookPath("firewall-cmd"); err == nil && exec.CommandContext(ctx, path, "--state").Run() == nil { //nolint:gosec // a fixed program
		allowed := exec.CommandContext(ctx, path, "--query-port="+port+"/tcp").Run() == nil //nolint:gosec // the port is a number of ours
		return Standing{Kind: "firewalld", Open: allowed, Command: "sudo firewall-cmd --permanent --add-port=" + port + "/tcp && sudo firewall-cmd --reload"}
	}
	return Standing{Open: true}
}

// enabled reads the settings of ufw.
func enabled(text string) bool {
	for l := range strings.Lines(text) {
		if strings.EqualFold(strings.ReplaceAll(strings.TrimSpace(l), " ", ""), "ENABLED=yes") {
			return true
		}
	}
	return false
}
