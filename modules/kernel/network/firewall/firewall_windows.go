package firewall

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/windows"
)

func system(parts ...string) (string, error) {
	folder, err := windows.GetSystemDirectory()
	return filepath.Join(append([]string{folder}, parts...)...), err
}

// hidden keeps a console from flashing up.
func hidden(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true}
	return cmd
}

func look(ctx context.Context, program, _ string) Standing {
	s := Standing{Kind: "windows", Offer: true, Command: line("netsh", arguments(program))}
	netsh, err := system("netsh.exe")
	if err != nil {
		return s
	}
	// The words of netsh are translated; whether there is such a rule stands in its exit code.
	s.Open = hidden(ctx, netsh, "advfirewall", "firewall", "show", "rule", "name="+Rule).Run() == nil
	shell, err := system("WindowsPowerShell", "v1.0", "powershell.exe")
	if err != nil {
		return s
	}
	out, err := hidden(ctx, shell, "-NoProfile", "-NonInteractive", "-Command", "(Get-NetConnectionProfile).NetworkCategory").Output()
	s.Public = err == nil && strings.Contains(string(out), "Public")
	return s
}

// Allow asks the user, with the question that Windows asks before anything is changed, to let callers through to this
// program. It does not wait for the answer.
func Allow() error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	netsh, err := system("netsh.exe")
	if err != nil {
		return err
	}
	args := strings.TrimPrefix(line("", arguments(program)), " ")
	texts := make([]*uint16, 3)
	for i, text := range []string{"runas", netsh, args} {
		if texts[i], err = windows.UTF16PtrFromString(text); err != nil {
			return err
		}
	}
	return windows.ShellExecute(0, texts[0], texts[1], texts[2], nil, windows.SW_HIDE)
}
