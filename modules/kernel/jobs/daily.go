package jobs

import (
	"cmp"
	"encoding/json"
	"slices"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/store"
)

// daily queues the kinds of every day that nobody has queued today. It is asked all the time and looks into the
// database once a day.
func (r *Runner) daily() error {
	today := clock.Today(r.c.Clock, r.c.Zone())
	kinds := r.hub.lacking(today)
	if len(kinds) == 0 {
		return nil
	}
	queued := map[string]clock.Date{}
	err := r.c.Store.Read(r.ctx, func(s *store.Snapshot) error {
		for _, k := range kinds {
			var day clock.Date
			if _, err := s.Scan([]any{&day}, "SELECT day FROM job_days WHERE kind = ?", k.Name); err != nil {
				return err
			}
			queued[k.Name] = day
		}
		return nil
	})
	kinds = slices.DeleteFunc(kinds, func(k Kind) bool { return !queued[k.Name].Before(today) })
	if err == nil && len(kinds) > 0 {
		err = r.c.Store.Write(r.ctx, "job:daily", func(u *store.Unit) error { return r.queue(u, kinds, today) })
	}
	if err == nil {
		r.hub.mu.Lock()
		r.hub.day = today
		r.hub.mu.Unlock()
	}
	return err
}

// queue notes the day and queues what this process noted first.
func (r *Runner) queue(u *store.Unit, kinds []Kind, today clock.Date) error {
	for _, k := range kinds {
		first, err := u.Exec(`INSERT INTO job_days (kind, day) VALUES (?, ?)
			ON CONFLICT (kind) DO UPDATE SET day = excluded.day WHERE job_days.day < excluded.day`, k.Name, string(today))
		if err != nil {
			return err
		}
		if first == 0 {
			continue
		}
		u.AfterCommit(func() { r.hub.lanes.Ring(k.Name) })
		if _, err := insert(r.c, u, &Job{Kind: k.Name, Label: k.Daily.In(r.c.Setting("company.language")), Input: json.RawMessage("null"), CreatedAt: clock.InstantOf(r.c.Clock.Now())}); err != nil {
			return err
		}
	}
	return nil
}

// lacking gives the kinds of every day while they are not known to be queued today.
func (h *hub) lacking(today clock.Date) []Kind {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.day == today {
		return nil
	}
	var out []Kind
	for _, k := range h.kinds {
		if k.Daily.Zh != "" {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b Kind) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
