//go:build !windows

package daemon

import (
	"cmp"
	"os"
	"os/user"
	"strconv"
	"syscall"

	"github.com/kardianos/service"

	"zhanggui/modules/kernel/problem"
)

func privileged() bool { return os.Geteuid() == 0 }

func elevate(command string) string { return "sudo " + command }

// runner says as whom the service runs: who is named, else who called sudo, else whose the data folder is. The folder must
// be his. The administrator himself only when he is named.
func runner(name, data string) (string, error) {
	info, err := os.Stat(data)
	if err != nil {
		return "", err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", problem.Rule("daemon.user", "user", name)
	}
	return choose(claim{name, os.Getenv("SUDO_USER"), strconv.FormatUint(uint64(stat.Uid), 10)}, data)
}

// claim is who may be meant: who was named, who called sudo, and the number of him whose the folder is.
type claim struct{ named, caller, owner string }

func choose(c claim, data string) (string, error) {
	who, err := c.person()
	switch {
	case err != nil:
		return "", err
	case who.Uid == "0" && c.named == "":
		return "", problem.Rule("daemon.root")
	case who.Uid != c.owner:
		return "", problem.Rule("daemon.owner", "path", data, "user", who.Username)
	}
	return who.Username, nil
}

func (c claim) person() (who *user.User, err error) {
	name := cmp.Or(c.named, c.caller)
	if name == "" {
		name = c.owner
		who, err = user.LookupId(c.owner)
	} else {
		who, err = user.Lookup(name)
	}
	if err != nil {
		return nil, problem.Rule("daemon.user", "user", name)
	}
	return who, nil
}

// admit does nothing here: the folder is the user's own.
func admit(*service.Config) error { return nil }
