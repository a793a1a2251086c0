//go:build !windows

package desktop

// NewTray gives none: other desktops keep the program in a terminal or under their service manager.
func NewTray() Tray { return nil }
