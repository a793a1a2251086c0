package daemon

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/kardianos/service"
	"golang.org/x/sys/windows"
)

func privileged() bool { return windows.GetCurrentProcessToken().IsElevated() }

// elevate is said to people: Windows has no word for it on the command line.
func elevate(command string) string { return command }

// local is the account with the fewest rights that Windows has for services, and the number it is known by everywhere.
const (
	local   = `NT AUTHORITY\LocalService`
	localID = "*S-1-5-19"
)

// runner says as whom the service runs.
func runner(name, _ string) (string, error) {
	if name == "" {
		name = local
	}
	return name, nil
}

// admit lets the service write into its data folder and read its program.
func admit(c *service.Config) error {
	id := c.UserName
	if id == local {
		id = localID
	}
	return errors.Join(grant(c.WorkingDirectory, id+":(OI)(CI)M"), grant(c.Executable, id+":RX"))
}

func grant(path, to string) error {
	out, err := exec.Command("icacls", path, "/grant", to, "/Q").CombinedOutput()
	if err != nil {
		return fmt.Errorf("icacls %s: %w: %s", path, err, strings.TrimSpace(string(out)))
	}
	return nil
}
