package desktop

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"path/filepath"

	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/host"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
)

// Seat is a program that serves companies, as its icon beside the clock sees it.
type Seat struct {
	Lang    string
	Address string // of the served company
	Data    string // the data folder
	Outside bool   // the company lies in a database that is not ours to back up
	Host    *host.Program
	Quit    func()
	Words   func(error) string
	Log     *slog.Logger
}

// Beside shows the icon with its menu until the context ends; nothing where the desktop has no place for it.
func Beside(ctx context.Context, s Seat) {
	tray := NewTray()
	if tray == nil {
		return
	}
	log.SetFlags(0) // what the tray has to say, it says there
	log.SetOutput(slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn).Writer())
	if err := s.menu(ctx).Run(ctx, tray); err != nil {
		s.Log.Warn("no icon beside the clock", "error", err)
	}
}

func (s Seat) menu(ctx context.Context) *Menu {
	return &Menu{Lang: s.Lang, Quit: s.Quit, Alert: Alert, Words: s.Words,
		Open: func(page string) error { return Show(s.Address + page) },
		Folder: func() error {
			whole, err := filepath.Abs(s.Data)
			return errors.Join(err, Show(whole))
		},
		Backup: func() (string, error) { return s.backup(ctx) },
	}
}

// backup makes an archive of the company while it is being served.
func (s Seat) backup(ctx context.Context) (string, error) {
	if s.Outside {
		return "", problem.Rule("backup.postgres")
	}
	made, err := s.Host.Make(ctx, backup.Demand, "")
	if err != nil {
		return "", err
	}
	return clock.System().Now().Format("15:04"), made.Copied
}
