package desktop

import (
	"context"
	_ "embed"
	"errors"
	"runtime"
	"sync"

	"fyne.io/systray"
)

// icon is that of the program in the sizes of a task bar.
//
//go:embed icon.ico
var icon []byte

// NewTray gives the tray of this desktop.
func NewTray() Tray { return &tray{} }

type tray struct {
	mu    sync.Mutex
	lines []*systray.MenuItem
}

// Show keeps the loop of messages of its window on one thread, as Windows wants it.
func (t *tray) Show(ctx context.Context, p Panel) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	shown := make(chan struct{})
	leave := context.AfterFunc(ctx, systray.Quit)
	defer leave()
	systray.Run(func() {
		systray.SetIcon(icon)
		systray.SetTooltip(p.Tip)
		t.fill(p.Items)
		close(shown)
	}, func() {
		if ctx.Err() != nil {
			return
		}
		p.Ended()
		select {} // Windows ends the process once this returns, so it must not: the program closes its books and ends itself
	})
	select {
	case <-shown:
		return nil
	default:
		return errors.New("the task bar took no icon")
	}
}

func (t *tray) fill(items []Item) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, it := range items {
		if it.Label == "" {
			systray.AddSeparator()
			t.lines = append(t.lines, nil)
			continue
		}
		line := systray.AddMenuItem(it.Label, "")
		t.lines = append(t.lines, line)
		go func() {
			for range line.ClickedCh {
				go it.Pick()
			}
		}()
	}
	systray.SetOnTapped(func() { go items[0].Pick() })
}

// Change does nothing before the menu stands.
func (t *tray) Change(index int, label string, on bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if index >= len(t.lines) || t.lines[index] == nil {
		return
	}
	t.lines[index].SetTitle(label)
	if on {
		t.lines[index].Enable()
	} else {
		t.lines[index].Disable()
	}
}
