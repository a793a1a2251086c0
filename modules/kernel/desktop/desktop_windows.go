package desktop

import (
	"os"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc"
	"golang.org/x/sys/windows/svc/eventlog"
)

// The program is linked without a console, so that a double click opens none. One that was started from a terminal takes
// that terminal as its own.
var (
	kernel32      = windows.NewLazySystemDLL("kernel32.dll")
	attachConsole = kernel32.NewProc("AttachConsole")
	uiLanguage    = kernel32.NewProc("GetUserDefaultUILanguage")
)

// chinese is the primary language in the ten lower bits of a language of Windows.
const chinese = 0x04

// parent stands for the process that started this one.
const parent = ^uintptr(0)

// Find gives the voice of this program: what its starter redirected stays so, else the terminal it was started from, else
// a box at the end.
func Find() Voice {
	if !leads(windows.STD_OUTPUT_HANDLE) || !leads(windows.STD_ERROR_HANDLE) {
		attached, _, _ := attachConsole.Call(parent) // without a terminal above there is none to take
		if attached != 0 {
			take(windows.STD_OUTPUT_HANDLE, "CONOUT$", &os.Stdout)
			take(windows.STD_ERROR_HANDLE, "CONOUT$", &os.Stderr)
			take(windows.STD_INPUT_HANDLE, "CONIN$", &os.Stdin)
		}
	}
	if !leads(windows.STD_ERROR_HANDLE) {
		return Voice{Out: os.Stdout, Words: &unheard{}}
	}
	return Voice{Out: os.Stdout, Words: os.Stderr}
}

// leads tells whether one of the three standard handles leads anywhere.
func leads(id uint32) bool {
	h, err := windows.GetStdHandle(id)
	if err != nil || h == 0 || h == windows.InvalidHandle {
		return false
	}
	kind, err := windows.GetFileType(h)
	return err == nil && kind != windows.FILE_TYPE_UNKNOWN
}

// take lets a standard handle that leads nowhere lead to the terminal.
func take(id uint32, name string, to **os.File) {
	if leads(id) {
		return
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return
	}
	if windows.SetStdHandle(id, windows.Handle(f.Fd())) == nil {
		*to = f
	}
}

// Alert shows a box with words and waits until it was closed. A service has no desktop to show it on: its words go to the
// event log of Windows.
func Alert(title, text string) {
	if Service() {
		if log, err := eventlog.Open("zhanggui"); err == nil {
			_ = log.Error(1, text) // there is nowhere else to say it
			_ = log.Close()
		}
		return
	}
	head, err := windows.UTF16PtrFromString(title)
	if err != nil {
		return
	}
	body, err := windows.UTF16PtrFromString(text)
	if err != nil {
		return
	}
	_, _ = windows.MessageBox(0, body, head, windows.MB_OK|windows.MB_ICONWARNING|windows.MB_SETFOREGROUND)
}

// Service tells whether Windows started the program as a service.
func Service() bool {
	is, err := svc.IsWindowsService()
	return err == nil && is
}

// Language is that of the desktop: zh or en.
func Language() string {
	id, _, _ := uiLanguage.Call()
	if id&0x3ff == chinese {
		return "zh"
	}
	return "en"
}

// Show opens a folder or an address with the program that the desktop has for it.
func Show(what string) error {
	name, err := windows.UTF16PtrFromString(what)
	if err != nil {
		return err
	}
	return windows.ShellExecute(0, nil, name, nil, nil, windows.SW_SHOWNORMAL)
}
