//go:build !windows

package desktop

import (
	"os"
	"os/exec"
	"runtime"
)

// Find gives the voice of this program.
func Find() Voice { return Voice{Out: os.Stdout, Words: os.Stderr} }

// Alert shows nothing here: there is a terminal, or the log of what started the program.
func Alert(string, string) {}

// Language is Chinese where the desktop is not asked.
func Language() string { return "zh" }

// Show opens a folder or an address with the program that the desktop has for it.
func Show(what string) error {
	opener := "xdg-open"
	if runtime.GOOS == "darwin" {
		opener = "open"
	}
	return exec.Command(opener, what).Start()
}
