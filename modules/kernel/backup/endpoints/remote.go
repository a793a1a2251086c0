package endpoints

import (
	"context"
	"net/http"
	"path/filepath"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/remote"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
)

// sendOff sends a new archive to the server that the company has chosen, if any, and keeps how that went.
func sendOff(ctx context.Context, c *kernel.Company, path string) error {
	cfg := remote.Of(c)
	if cfg.Kind == remote.None {
		return nil
	}
	err := remote.Told(cfg, remote.Send(ctx, cfg, path, backup.KeyOf(c.Setting)))
	now := clock.InstantOf(c.Clock.Now())
	out := remote.Outcome{At: now, Good: now, Name: filepath.Base(path)}
	if list, known := problem.From(err); known {
		out.Problem = messages.Text(c.Setting("company.language"), list[0].Code, list[0].Args)
	}
	if unsaid := out.Note(backup.Folder(backup.Data(c))); unsaid != nil {
		c.Log.Warn("the outcome of the sending is not kept", "error", unsaid)
	}
	return err
}

// try asks the server of the settings as it would be asked with an archive.
func try(r *route.Request) error {
	if _, err := r.Object(); err != nil {
		return err
	}
	cfg := remote.Of(r.Company)
	ctx, stop := context.WithTimeout(r.Context(), time.Minute)
	defer stop()
	if cfg.Kind == remote.None {
		return problem.Rule("backup.remote_none")
	}
	if err := remote.Told(cfg, remote.Try(ctx, cfg)); err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{})
}
